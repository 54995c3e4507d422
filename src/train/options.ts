import { knownOptions, oneOf, positiveInteger, typeError, wholeNumber } from "../check.js";
import { adam } from "../optim/adam.js";
import type { Clipping } from "../optim/clip.js";
import type { AnyOptimizer } from "../optim/optimizer.js";

export interface EarlyStopping {
  /** A number of the validation: it should rise, or fall if its name begins with "loss". */
  readonly metric: string;
  /** Epochs without a better value after which training stops; the best weights are then put back. */
  readonly patience: number;
}

/** Options that training has for every task. */
export interface TrainOptions {
  /** Passes over the data. Default 10. */
  readonly epochs?: number;
  /** Sequences in a batch; more than there are is allowed. Default 32. */
  readonly batchSize?: number;
  /** Default adam({ lr: 0.002 }). */
  readonly optimizer?: AnyOptimizer;
  /** Default { norm: 5 }. */
  readonly clip?: Clipping;
  /** What the gradient is that of: the mean loss of the batch's tokens (default), or the lecture's sum. */
  readonly reduction?: "mean" | "sum";
  /** Parts of a batch whose gradients are computed apart and added in order. Default 1. */
  readonly shards?: number;
  readonly earlyStopping?: EarlyStopping;
  /** Stops after the current step; weights stay as they are then. */
  readonly signal?: AbortSignal;
  /** Order of the batches. Default: the seed of the model. */
  readonly seed?: number;
}

/** The names of TrainOptions. */
export const trainOptionNames: readonly (keyof TrainOptions)[] = [
  "epochs",
  "batchSize",
  "optimizer",
  "clip",
  "reduction",
  "shards",
  "earlyStopping",
  "signal",
  "seed",
];

/** Defaults that a task may have of its own. */
export type TrainDefaults = Pick<ResolvedTrainOptions, "epochs" | "optimizer">;

/** Every option checked, with its default. */
export type ResolvedTrainOptions = Required<Omit<TrainOptions, "earlyStopping" | "signal">> &
  Pick<TrainOptions, "earlyStopping" | "signal">;

export function resolveTrainOptions(
  options: TrainOptions,
  seed: number,
  defaults: TrainDefaults = { epochs: 10, optimizer: adam({ lr: 2e-3 }) },
): ResolvedTrainOptions {
  const { earlyStopping, signal } = options;
  if (earlyStopping !== undefined) {
    knownOptions("earlyStopping", earlyStopping, ["metric", "patience"]);
    positiveInteger("earlyStopping: patience", earlyStopping.patience);
  }
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw typeError("BPTT_OPTION", "signal: expected an AbortSignal, such as new AbortController().signal");
  return {
    epochs: positiveInteger("epochs", options.epochs ?? defaults.epochs),
    batchSize: positiveInteger("batchSize", options.batchSize ?? 32),
    optimizer: options.optimizer ?? defaults.optimizer,
    clip: options.clip ?? { norm: 5 },
    reduction: oneOf("reduction", options.reduction ?? "mean", ["mean", "sum"]),
    shards: positiveInteger("shards", options.shards ?? 1),
    seed: wholeNumber("seed", options.seed ?? seed),
    ...(earlyStopping && { earlyStopping }),
    ...(signal && { signal }),
  };
}
