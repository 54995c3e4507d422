import { knownOptions, oneOf, positiveInteger, typeError, wholeNumber } from "../check.js";
import { adam } from "../optim/adam.js";
import type { Clipping } from "../optim/clip.js";
import { checkMode, type Mode } from "../optim/mode.js";
import type { AnyOptimizer } from "../optim/optimizer.js";
import { checkFlow } from "./check-flow.js";
import { checkWorkers } from "./check-workers.js";
import type { TrainingWorkers } from "./crew.js";
import type { FlowProbe } from "./flow.js";
import type { TrainingPlan } from "./reports.js";

export interface EarlyStopping {
  /** A number of the validation. */
  readonly metric: string;
  /** "min" if it should fall, "max" if it should rise. Default: what its name is known for; needed for other names. */
  readonly mode?: Mode;
  /** Evaluations without a better value after which training stops; the best weights are then put back. */
  readonly patience: number;
}

/** After how much training the validation is scored: steps or epochs. */
export type EvaluateEvery = { readonly steps: number } | { readonly epochs: number };

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
  /** Batches whose gradients are added before an update, as if they were one of so many times the size. Default 1. */
  readonly accumulate?: number;
  /**
   * Truncated backpropagation through time (Williams and Peng 1990): sequences are cut into chunks of so many steps, the states are carried from chunk to chunk,
   * gradients are not. One update for each chunk. Not with a layer that reads backwards. Default: sequences are whole.
   */
  readonly truncate?: number;
  /** When the validation is scored, and in any case at the end. Default { epochs: 1 }. */
  readonly evaluateEvery?: EvaluateEvery;
  readonly earlyStopping?: EarlyStopping;
  /**
   * A loss, a gradient or an update that is not finite: "stop" ends training with an error that says where (default); "skip" leaves that update out, reports
   * where, and goes on, unless a whole epoch is skipped.
   */
  readonly onNonFinite?: "stop" | "skip";
  /** Hears how much memory the training takes, before the first step. */
  readonly onPlan?: (plan: TrainingPlan) => void;
  /**
   * Threads that compute parts (shards) of an update, from `openWorkers` of bptt/worker: `shards` is then as many as there are, unless given. They change
   * nothing but the time. Default: this thread computes all.
   */
  readonly workers?: TrainingWorkers;
  /** Watches how gradients go through time, for the step reports: `gradientFlowReport()` of bptt/lab. It changes no weight. Not with workers. Default: nothing. */
  readonly flow?: FlowProbe;
  /** Stops after the current step; weights stay as they are then. */
  readonly signal?: AbortSignal;
  /** Order of the batches. Default: the seed of the model. */
  readonly seed?: number;
  /**
   * Goes on with the run of the checkpoint that was loaded, with its options: others need not be given, and must be the same. The data must be those
   * of that run. Default false.
   */
  readonly resume?: boolean;
}

/** The names of TrainOptions. */
export const trainOptionNames: readonly (keyof TrainOptions)[] = [
  "epochs",
  "batchSize",
  "optimizer",
  "clip",
  "reduction",
  "shards",
  "accumulate",
  "truncate",
  "evaluateEvery",
  "earlyStopping",
  "onNonFinite",
  "onPlan",
  "workers",
  "flow",
  "signal",
  "seed",
  "resume",
];

/** Defaults that a task may have of its own. */
export type TrainDefaults = Pick<ResolvedTrainOptions, "epochs" | "optimizer">;

/** Every option checked, with its default. As plain JSON without onPlan, workers, flow and signal. */
export type ResolvedTrainOptions = Required<Omit<TrainOptions, Optional | "resume">> & Pick<TrainOptions, Optional>;
type Optional = "truncate" | "earlyStopping" | "onPlan" | "workers" | "flow" | "signal";

export function resolveTrainOptions(
  options: TrainOptions,
  seed: number,
  defaults: TrainDefaults = { epochs: 10, optimizer: adam({ lr: 2e-3 }) },
): ResolvedTrainOptions {
  const { truncate, earlyStopping, onPlan, workers, flow, signal } = options;
  if (earlyStopping !== undefined) {
    knownOptions("earlyStopping", earlyStopping, ["metric", "mode", "patience"]);
    checkMode("earlyStopping", earlyStopping.mode);
    positiveInteger("earlyStopping: patience", earlyStopping.patience);
  }
  return {
    epochs: positiveInteger("epochs", options.epochs ?? defaults.epochs),
    batchSize: positiveInteger("batchSize", options.batchSize ?? 32),
    optimizer: options.optimizer ?? defaults.optimizer,
    clip: options.clip ?? { norm: 5 },
    reduction: oneOf("reduction", options.reduction ?? "mean", ["mean", "sum"]),
    shards: positiveInteger("shards", options.shards ?? workers?.size ?? 1),
    accumulate: positiveInteger("accumulate", options.accumulate ?? 1),
    ...(truncate !== undefined && { truncate: positiveInteger("truncate", truncate) }),
    evaluateEvery: checkEvery(options.evaluateEvery ?? { epochs: 1 }),
    ...(earlyStopping && { earlyStopping }),
    onNonFinite: oneOf("onNonFinite", options.onNonFinite ?? "stop", ["stop", "skip"]),
    seed: wholeNumber("seed", options.seed ?? seed),
    ...(onPlan !== undefined && { onPlan }),
    ...(workers !== undefined && { workers: checkWorkers(workers) }),
    ...(flow !== undefined && { flow: checkFlow(flow, workers) }),
    ...(signal !== undefined && { signal: checkSignal(signal) }),
  };
}

/** @throws TypeError BPTT_OPTION */
export function checkSignal(signal: unknown): AbortSignal {
  if (signal instanceof AbortSignal) return signal;
  throw typeError("BPTT_OPTION", "signal: expected an AbortSignal, such as new AbortController().signal");
}

function checkEvery(every: EvaluateEvery): EvaluateEvery {
  knownOptions("evaluateEvery", every, ["steps", "epochs"]);
  const [entry, ...more] = Object.entries(every);
  if (entry === undefined || more.length > 0)
    throw typeError("BPTT_OPTION", "evaluateEvery: expected one of { steps }, { epochs }");
  positiveInteger(`evaluateEvery: ${entry[0]}`, entry[1]);
  return every;
}
