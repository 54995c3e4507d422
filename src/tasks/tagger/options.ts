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
import { RECURRENT_INITS, type RecurrentInit } from "../../nn/cells/options.js";
import { NONLINEARITIES, type Nonlinearity } from "../../nn/cells/rnn.js";
import { type CellDescription, cellKinds } from "../../nn/cells.js";
import { dropout } from "../../nn/dropout.js";
import { embedding } from "../../nn/embedding.js";
import type { LayerDescription } from "../../nn/layers.js";
import { linear } from "../../nn/linear.js";
import { TAG_SCHEMES, type TagScheme } from "../../text/tags.js";
import { TOKENIZERS, type TokenizerName } from "../../text/tokenizer.js";

export interface TaggerOptions {
  /** Default "lstm". */
  readonly cell?: CellDescription["type"];
  /** H: hidden units of one direction. Default 128. */
  readonly hiddenSize?: number;
  /** Recurrent layers on top of each other. Default 1. */
  readonly numLayers?: number;
  /** Reads the sentence from both ends. Default false. */
  readonly bidirectional?: boolean;
  /** Of the cell "rnn". Default "tanh". */
  readonly nonlinearity?: Nonlinearity;
  /** First values of the recurrent weights. Default "uniform", PyTorch's. */
  readonly recurrentInit?: RecurrentInit;
  /** Before, between and behind the recurrent layers, in [0, 1). Default 0.3. */
  readonly dropout?: number;
  /** Share of words that training replaces by the unknown word, in [0, 1). Default 0.05. */
  readonly wordDropout?: number;
  /** Width of a word's row. Default 64. */
  readonly embeddingDim?: number;
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

/** Options that may be left open: the tokenizer until there are examples, the nonlinearity of cells that have none. */
type Open = "tokenizer" | "nonlinearity";

/** Every option with its default. */
export type ResolvedTaggerOptions = Required<Omit<TaggerOptions, Open>> & Pick<TaggerOptions, Open>;

const names: readonly (keyof TaggerOptions)[] = [
  "cell",
  "hiddenSize",
  "numLayers",
  "bidirectional",
  "nonlinearity",
  "recurrentInit",
  "dropout",
  "wordDropout",
  "embeddingDim",
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
  const { tokenizer, nonlinearity, tagWeights = {} } = options;
  const cell = oneOf("cell", options.cell ?? "lstm", Object.keys(cellKinds) as CellDescription["type"][]);
  if (nonlinearity !== undefined && cell !== "rnn")
    throw rangeError(
      "BPTT_OPTION",
      `nonlinearity: it belongs to the cell "rnn", but the cell is "${cell}"; leave it out`,
    );
  if (typeof tagWeights !== "object" || tagWeights === null || Array.isArray(tagWeights))
    throw typeError("BPTT_OPTION", `tagWeights: expected weights by tag, such as { O: 0.5 }, got ${show(tagWeights)}`);
  for (const [tag, weight] of Object.entries(tagWeights)) nonNegativeNumber(`tagWeights: ${tag}`, weight);
  return {
    cell,
    hiddenSize: positiveInteger("hiddenSize", options.hiddenSize ?? 128),
    numLayers: positiveInteger("numLayers", options.numLayers ?? 1),
    bidirectional: flag("bidirectional", options.bidirectional ?? false),
    recurrentInit: oneOf("recurrentInit", options.recurrentInit ?? "uniform", RECURRENT_INITS),
    dropout: fraction("dropout", options.dropout ?? 0.3),
    wordDropout: fraction("wordDropout", options.wordDropout ?? 0.05),
    embeddingDim: positiveInteger("embeddingDim", options.embeddingDim ?? 64),
    lowercase: flag("lowercase", options.lowercase ?? true),
    digits: flag("digits", options.digits ?? true),
    minCount: positiveInteger("minCount", options.minCount ?? 1),
    scheme: oneOf("scheme", options.scheme ?? "IOB2", TAG_SCHEMES),
    constrained: flag("constrained", options.constrained ?? true),
    tagWeights: { ...tagWeights },
    seed: wholeNumber("seed", options.seed ?? 1),
    ...(cell === "rnn" && { nonlinearity: oneOf("nonlinearity", nonlinearity ?? "tanh", NONLINEARITIES) }),
    // last, where saving puts the tokenizer that the examples chose: a model that was loaded is saved as the same bytes
    ...(tokenizer !== undefined && { tokenizer: oneOf("tokenizer", tokenizer, TOKENIZERS) }),
  };
}

/** The network of a tagger: embedding, dropout, recurrent layers, dropout, one output for each tag. */
export function taggerLayers(options: ResolvedTaggerOptions, words: number, tags: number): LayerDescription[] {
  const { cell, hiddenSize, numLayers, bidirectional, nonlinearity, recurrentInit, dropout: p, embeddingDim } = options;
  const own = cell === "rnn" ? { nonlinearity } : {};
  const recurrent = { type: cell, hiddenSize, numLayers, bidirectional, dropout: p, recurrentInit, ...own };
  return [
    embedding({ numEmbeddings: words, embeddingDim }),
    dropout(p),
    cellKinds[cell].describe(recurrent as CellDescription),
    dropout(p),
    linear({ outFeatures: tags }),
  ];
}
