import { flag, fraction, oneOf, positiveInteger, rangeError } from "../../check.js";
import type { Reset } from "../../nn/cells/gru.js";
import { RECURRENT_INITS, type RecurrentInit } from "../../nn/cells/options.js";
import { OWN_OPTIONS, type OwnOption } from "../../nn/cells/own.js";
import type { Nonlinearity } from "../../nn/cells/rnn.js";
import { type CellDescription, cellKinds, cellName } from "../../nn/cells.js";
import { dropout } from "../../nn/dropout.js";
import { embedding } from "../../nn/embedding.js";
import type { LayerDescription } from "../../nn/layers.js";
import type { TokenizerName } from "../../text/tokenizer.js";

/** Options of what every task over sequences begins with: words and their rows, and recurrent layers. */
export interface EncoderOptions {
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
  /** First weights, order of batches, dropout. Default 1. */
  readonly seed?: number;
}

/** Options that may be left open: the tokenizer until there are examples, and what only other cells have. */
export type Open = "tokenizer" | OwnOption;

/** In the order of messages, without the seed. */
export const encoderOptionNames: readonly (keyof EncoderOptions)[] = [
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
];

export type ResolvedEncoderOptions = Required<Omit<EncoderOptions, Open>> & Pick<EncoderOptions, Open>;

/** Those that every cell has, but the tokenizer and the seed. */
export function resolveEncoder(options: EncoderOptions): Omit<ResolvedEncoderOptions, Open | "seed"> {
  const cell = cellName(options.cell ?? "lstm");
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
  };
}

/** The options that only this cell has, with their defaults; those of other cells are refused. */
export function ownOptions(
  cell: CellDescription["type"],
  options: EncoderOptions,
  hiddenSize: number,
): Pick<EncoderOptions, OwnOption> {
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

/** Recurrent layers with dropout before, between and behind them; embedding first, if there are words. */
export function encoderLayers(options: ResolvedEncoderOptions, words?: number): LayerDescription[] {
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
    ...(words === undefined
      ? []
      : [embedding({ numEmbeddings: words, embeddingDim, frozen: freezeVectors }), dropout(p)]),
    cellKinds[cell].describe(recurrent as CellDescription),
    dropout(p),
  ];
}
