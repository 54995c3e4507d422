import {
  flag,
  fraction,
  knownOptions,
  nonNegativeNumber,
  oneOf,
  positiveInteger,
  rangeError,
  show,
  typeError,
  wholeNumber,
} from "../../check.js";
import type { Reset } from "../../nn/cells/gru.js";
import { RECURRENT_INITS, type RecurrentInit } from "../../nn/cells/options.js";
import { OWN_OPTIONS, type OwnOption } from "../../nn/cells/own.js";
import type { Nonlinearity } from "../../nn/cells/rnn.js";
import { type CellDescription, cellKinds, cellName } from "../../nn/cells.js";
import { dropout } from "../../nn/dropout.js";
import { embedding } from "../../nn/embedding.js";
import type { LayerDescription } from "../../nn/layers.js";
import { linear } from "../../nn/linear.js";
import { adam } from "../../optim/adam.js";
import { linearDecay } from "../../optim/schedule.js";
import { TAG_SCHEMES, type TagScheme } from "../../text/tags.js";
import { TOKENIZERS, type TokenizerName } from "../../text/tokenizer.js";
import type { TrainDefaults } from "../../train/options.js";

export interface TaggerOptions {
  /** Default "lstm". */
  readonly cell?: CellDescription["type"];
  /** H: hidden units of one direction. Default 160. */
  readonly hiddenSize?: number;
  /** Recurrent layers on top of each other. Default 1. */
  readonly numLayers?: number;
  /** Reads the sentence from both ends; a stream needs false. Default true. */
  readonly bidirectional?: boolean;
  /** Of the cell "rnn". Default "tanh". */
  readonly nonlinearity?: Nonlinearity;
  /** Of the cell "gru". Default "after". */
  readonly reset?: Reset;
  /** First value of the forget gate's bias, of the cell "lstm". Default: uniform as all biases. */
  readonly forgetBias?: number;
  /** Steps of the longest dependency, of the cell "lstm"; not with forgetBias. Default: not used. */
  readonly chrono?: number;
  /** Of the identity, of the cell "irnn". Default 1. */
  readonly scale?: number;
  /** Of the cell "clockwork". Default: as many as there are periods, else 4. */
  readonly groups?: number;
  /** Of the groups of the cell "clockwork", in steps. Default 1, 2, 4, 8, ... */
  readonly periods?: readonly number[];
  /** Slow units among the hidden ones, of the cell "scrn". Default a quarter of them. */
  readonly contextSize?: number;
  /** What they keep from step to step. Default 0.95. */
  readonly alpha?: number;
  /** First values of the recurrent weights. Default "uniform", PyTorch's; of the cell "irnn" always "identity". */
  readonly recurrentInit?: RecurrentInit;
  /** Before, between and behind the recurrent layers, in [0, 1). Default 0.5. */
  readonly dropout?: number;
  /**
   * Probability, in [0, 1), with which training replaces a word that it has once by the unknown word. One that it has n times is replaced
   * with probability a / (a + n), a = wordDropout / (1 - wordDropout) (Kiperwasser and Goldberg 2016). Default 0.5.
   */
  readonly wordDropout?: number;
  /** Width of a word's row. Default 128, or the width of the vectors that the training is given. */
  readonly embeddingDim?: number;
  /** Training does not move the words' rows: they keep the vectors that it is given. Default false. */
  readonly freezeVectors?: boolean;
  /** How text becomes tokens. Default: the one that gives back the tokens of the training examples. */
  readonly tokenizer?: TokenizerName;
  /** Words are looked up in lower case. Default true. */
  readonly lowercase?: boolean;
  /** Words are looked up with DIGIT for each digit. Default true. */
  readonly digits?: boolean;
  /** Rarer words are unknown. Default 1. */
  readonly minCount?: number;
  /** How the network writes spans as tags. Default "IOB2". */
  readonly scheme?: TagScheme;
  /** Whether decoding leaves out impossible sequences of tags. Default true. */
  readonly constrained?: boolean;
  /** A weight of the loss for some tags; others weigh 1. */
  readonly tagWeights?: Readonly<Record<string, number>>;
  /** First weights, order of batches, dropout. Default 1. */
  readonly seed?: number;
}

/** Options that may be left open: the tokenizer until there are examples, and what only other cells have. */
type Open = "tokenizer" | OwnOption;

/** How a tagger is trained unless told otherwise. */
export const taggerTraining: TrainDefaults = {
  epochs: 16,
  optimizer: /* @__PURE__ */ adam({ lr: 6e-3, schedule: /* @__PURE__ */ linearDecay() }),
};

/** Every option with its default. */
export type ResolvedTaggerOptions = Required<Omit<TaggerOptions, Open>> & Pick<TaggerOptions, Open>;

const names: readonly (keyof TaggerOptions)[] = [
  "cell",
  "hiddenSize",
  "numLayers",
  "bidirectional",
  ...OWN_OPTIONS,
  "recurrentInit",
  "dropout",
  "wordDropout",
  "embeddingDim",
  "freezeVectors",
  "tokenizer",
  "lowercase",
  "digits",
  "minCount",
  "scheme",
  "constrained",
  "tagWeights",
  "seed",
];

export function resolveTaggerOptions(options: TaggerOptions): ResolvedTaggerOptions {
  knownOptions("SequenceTagger", options, names);
  const { tokenizer, tagWeights = {} } = options;
  const cell = cellName(options.cell ?? "lstm");
  if (typeof tagWeights !== "object" || tagWeights === null || Array.isArray(tagWeights))
    throw typeError("BPTT_OPTION", `tagWeights: expected weights by tag, such as { O: 0.5 }, got ${show(tagWeights)}`);
  for (const [tag, weight] of Object.entries(tagWeights)) nonNegativeNumber(`tagWeights: ${tag}`, weight);
  const hiddenSize = positiveInteger("hiddenSize", options.hiddenSize ?? 160);
  return {
    cell,
    hiddenSize,
    numLayers: positiveInteger("numLayers", options.numLayers ?? 1),
    bidirectional: flag("bidirectional", options.bidirectional ?? true),
    recurrentInit: oneOf(
      "recurrentInit",
      options.recurrentInit ?? (cell === "irnn" ? "identity" : "uniform"),
      RECURRENT_INITS,
    ),
    dropout: fraction("dropout", options.dropout ?? 0.5),
    wordDropout: fraction("wordDropout", options.wordDropout ?? 0.5),
    embeddingDim: positiveInteger("embeddingDim", options.embeddingDim ?? 128),
    freezeVectors: flag("freezeVectors", options.freezeVectors ?? false),
    lowercase: flag("lowercase", options.lowercase ?? true),
    digits: flag("digits", options.digits ?? true),
    minCount: positiveInteger("minCount", options.minCount ?? 1),
    scheme: oneOf("scheme", options.scheme ?? "IOB2", TAG_SCHEMES),
    constrained: flag("constrained", options.constrained ?? true),
    tagWeights: { ...tagWeights },
    seed: wholeNumber("seed", options.seed ?? 1),
    ...ownOptions(cell, options, hiddenSize),
    // last, where saving puts the tokenizer that the examples chose: a model that was loaded is saved as the same bytes
    ...(tokenizer !== undefined && { tokenizer: oneOf("tokenizer", tokenizer, TOKENIZERS) }),
  };
}

/** The options that only this cell has, with their defaults; those of other cells are refused. */
function ownOptions(
  cell: CellDescription["type"],
  options: TaggerOptions,
  hiddenSize: number,
): Pick<TaggerOptions, OwnOption> {
  const { own, describe } = cellKinds[cell];
  const given = OWN_OPTIONS.filter((name) => options[name] !== undefined);
  const foreign = given.find((name) => !own.includes(name));
  if (foreign !== undefined)
    throw rangeError(
      "BPTT_OPTION",
      `${foreign}: the cell "${cell}" has no such option; leave it out or choose another cell`,
    );
  const recurrent = { type: cell, hiddenSize, ...Object.fromEntries(given.map((name) => [name, options[name]])) };
  const described = new Map(Object.entries(describe(recurrent as CellDescription)));
  return Object.fromEntries(own.flatMap((name) => (described.has(name) ? [[name, described.get(name)]] : [])));
}

/** The network of a tagger: embedding, dropout, recurrent layers, dropout, one output for each tag. */
export function taggerLayers(options: ResolvedTaggerOptions, words: number, tags: number): LayerDescription[] {
  const {
    cell,
    hiddenSize,
    numLayers,
    bidirectional,
    recurrentInit,
    dropout: p,
    embeddingDim,
    freezeVectors,
  } = options;
  const own = ownOptions(cell, options, hiddenSize);
  const recurrent = { type: cell, hiddenSize, numLayers, bidirectional, dropout: p, recurrentInit, ...own };
  return [
    embedding({ numEmbeddings: words, embeddingDim, frozen: freezeVectors }),
    dropout(p),
    cellKinds[cell].describe(recurrent as CellDescription),
    dropout(p),
    linear({ outFeatures: tags }),
  ];
}
