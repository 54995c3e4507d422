import { knownOptions } from "../../check.js";
import type { Example } from "../../data/example.js";
import type { AnyOptimizer } from "../../optim/optimizer.js";
import { type TrainOptions, trainOptionNames } from "../../train/options.js";
import type { VectorOptions } from "../shared/vectors.js";

export interface TaggerTrainOptions extends TrainOptions, VectorOptions {
  /** Passes over the data. Default 16. */
  readonly epochs?: number;
  /** Default adam({ lr: 0.006, schedule: linearDecay() }). */
  readonly optimizer?: AnyOptimizer;
  /** Scored after every epoch, or as `evaluateEvery` says. */
  readonly validation?: readonly Example[];
}

/** Refuses options that do not exist. Throws TypeError BPTT_OPTION. */
export const checkTrainOptions = (options: TaggerTrainOptions): void =>
  knownOptions("train", options, [...trainOptionNames, "validation", "vectors", "onVectors"]);
