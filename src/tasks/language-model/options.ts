import { knownOptions, oneOf, positiveInteger } from "../../check.js";
import { OWN_OPTIONS } from "../../nn/cells/own.js";
import type { LayerDescription } from "../../nn/layers.js";
import { adam } from "../../optim/adam.js";
import type { AnyOptimizer } from "../../optim/optimizer.js";
import { linearDecay } from "../../optim/schedule.js";
import { type TrainDefaults, type TrainOptions, trainOptionNames } from "../../train/options.js";
import { resolveTaggerOptions, type TaggerOptions, taggerLayers } from "../tagger/options.js";
import { type Corpus, type TextUnit, UNITS } from "./text.js";

/** What the networks of both tasks have in common. */
const SHARED = [
  "cell",
  "hiddenSize",
  "numLayers",
  ...OWN_OPTIONS,
  "recurrentInit",
  "embeddingDim",
  "minCount",
  "seed",
] as const satisfies readonly (keyof TaggerOptions)[];

type Shared = (typeof SHARED)[number];

/** Of the options that taggers have too, `hiddenSize` is 256 unless given, and `embeddingDim` 64. */
export interface LanguageModelOptions extends Pick<TaggerOptions, Shared> {
  /**
   * What a token is: a code point, or a word with the space before it, a punctuation mark, a line break. All tokens of a text together are the
   * text. Default "characters".
   */
  readonly unit?: TextUnit;
  /** Before, between and behind the recurrent layers, in [0, 1). Default 0. */
  readonly dropout?: number;
}

type Always = "cell" | "hiddenSize" | "numLayers" | "recurrentInit" | "embeddingDim" | "minCount" | "seed";

/** Every option with its default. */
export type ResolvedLanguageModelOptions = Required<Pick<LanguageModelOptions, Always | "unit" | "dropout">> &
  Pick<TaggerOptions, Exclude<Shared, Always>>;

export interface LanguageModelTrainOptions extends TrainOptions {
  /** Passes over the text. Default 10. */
  readonly epochs?: number;
  /** Streams that the text is cut into and that are read side by side; so many more with `accumulate`. A short text has fewer. Default 32. */
  readonly batchSize?: number;
  /** Steps after which BPTT is cut off; the states go on. Default 64. */
  readonly truncate?: number;
  /** Default adam({ lr: 0.006, schedule: linearDecay() }). */
  readonly optimizer?: AnyOptimizer;
  /** Scored after every epoch, or as `evaluateEvery` says. */
  readonly validation?: Corpus;
}

/** How a language model is trained unless told otherwise. */
export const languageModelTraining: TrainDefaults & { readonly truncate: number } = {
  epochs: 10,
  optimizer: /* @__PURE__ */ adam({ lr: 6e-3, schedule: /* @__PURE__ */ linearDecay() }),
  truncate: 64,
};

/** Throws RangeError, TypeError BPTT_OPTION. */
export function resolveLanguageModelOptions(options: LanguageModelOptions): ResolvedLanguageModelOptions {
  knownOptions("LanguageModel", options, ["unit", ...SHARED, "dropout"]);
  const { unit, hiddenSize = 256, embeddingDim = 64, dropout = 0, ...rest } = options;
  const resolved = resolveTaggerOptions({ ...rest, hiddenSize, embeddingDim, dropout });
  const shared = SHARED.flatMap((name) => (resolved[name] === undefined ? [] : [[name, resolved[name]]]));
  return {
    unit: oneOf("unit", unit ?? "characters", UNITS),
    dropout: resolved.dropout,
    ...(Object.fromEntries(shared) as Pick<ResolvedLanguageModelOptions, Shared>),
  };
}

/** The network of a language model: embedding, dropout, recurrent layers, dropout, one output for each token of the vocabulary. */
export function languageModelLayers(options: ResolvedLanguageModelOptions, size: number): LayerDescription[] {
  const { unit: _, ...rest } = options;
  return taggerLayers(resolveTaggerOptions({ ...rest, bidirectional: false }), positiveInteger("size", size), size);
}

/** Refuses options that do not exist. Throws TypeError BPTT_OPTION. */
export const checkTrainOptions = (options: LanguageModelTrainOptions): void =>
  knownOptions("train", options, [...trainOptionNames, "validation"]);
