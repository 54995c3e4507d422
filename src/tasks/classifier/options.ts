import { flag, knownOptions, oneOf, wholeNumber } from "../../check.js";
import { last } from "../../nn/last.js";
import type { LayerDescription } from "../../nn/layers.js";
import { linear } from "../../nn/linear.js";
import { pool } from "../../nn/pool.js";
import { adam } from "../../optim/adam.js";
import { linearDecay } from "../../optim/schedule.js";
import { TOKENIZERS } from "../../text/tokenizer.js";
import type { TrainDefaults } from "../../train/options.js";
import {
  type EncoderOptions,
  encoderLayers,
  encoderOptionNames,
  type Open,
  ownOptions,
  resolveEncoder,
} from "../shared/encoder.js";
import { resolveLabelWeights } from "./weights.js";

const POOLINGS = ["last", "mean", "max"] as const;

export interface ClassifierOptions extends EncoderOptions {
  /** What stands for the whole sequence: the last state (with two directions the last of each), or the mean or the largest over time. Default "max". */
  readonly pooling?: "last" | "mean" | "max";
  /** A sequence may have any number of labels: a sigmoid for each in place of one softmax. Default false. */
  readonly multiLabel?: boolean;
  /** A weight of the loss for some labels, such as rare ones; others weigh 1. Not with `multiLabel`. */
  readonly labelWeights?: Readonly<Record<string, number>>;
}

export type ResolvedClassifierOptions = Required<Omit<ClassifierOptions, Open>> & Pick<ClassifierOptions, Open>;

/** How a classifier is trained unless told otherwise. */
export const classifierTraining: TrainDefaults = {
  epochs: 8,
  optimizer: /* @__PURE__ */ adam({ lr: 6e-3, schedule: /* @__PURE__ */ linearDecay() }),
};

const names: readonly (keyof ClassifierOptions)[] = [
  ...encoderOptionNames,
  "pooling",
  "multiLabel",
  "labelWeights",
  "seed",
];

export function resolveClassifierOptions(options: ClassifierOptions): ResolvedClassifierOptions {
  knownOptions("SequenceClassifier", options, names);
  const encoder = resolveEncoder(options);
  const { tokenizer } = options;
  const multiLabel = flag("multiLabel", options.multiLabel ?? false);
  return {
    ...encoder,
    pooling: oneOf("pooling", options.pooling ?? "max", POOLINGS),
    multiLabel,
    labelWeights: resolveLabelWeights(options.labelWeights, multiLabel),
    seed: wholeNumber("seed", options.seed ?? 1),
    ...ownOptions(encoder.cell, options, encoder.hiddenSize),
    // last, where saving puts the tokenizer that the examples chose: a model that was loaded is saved as the same bytes
    ...(tokenizer !== undefined && { tokenizer: oneOf("tokenizer", tokenizer, TOKENIZERS) }),
  };
}

/** Encoder, one row for the sequence, one output for each label. words: undefined for series of numbers. */
export const classifierLayers = (
  options: ResolvedClassifierOptions,
  words: number | undefined,
  labels: number,
): LayerDescription[] => [
  ...encoderLayers(options, words),
  options.pooling === "last" ? last() : pool(options.pooling),
  linear({ outFeatures: labels }),
];
