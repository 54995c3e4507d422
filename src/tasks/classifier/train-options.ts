import { knownOptions } from "../../check.js";
import type { AnyOptimizer } from "../../optim/optimizer.js";
import { type TrainOptions, trainOptionNames } from "../../train/options.js";
import type { EpochReport, EvaluationReport, StepReport } from "../../train/reports.js";
import type { VectorOptions } from "../shared/vectors.js";
import type { LabelledExample } from "./examples.js";
import type { ClassifierEvaluation } from "./results.js";

export interface ClassifierTrainOptions extends TrainOptions, VectorOptions {
  /** Passes over the data. Default 8. */
  readonly epochs?: number;
  /** Default adam({ lr: 0.006, schedule: linearDecay() }). */
  readonly optimizer?: AnyOptimizer;
  /** Scored after every epoch, or as `evaluateEvery` says. */
  readonly validation?: readonly LabelledExample[];
}

export interface ClassifierFitOptions extends ClassifierTrainOptions {
  readonly onStep?: (report: StepReport) => void;
  readonly onEvaluation?: (report: EvaluationReport<ClassifierEvaluation>) => void;
  readonly onEpoch?: (report: EpochReport<ClassifierEvaluation>) => void;
}

/** Refuses options that do not exist. Throws TypeError BPTT_OPTION. */
export const checkTrainOptions = (options: ClassifierTrainOptions): void =>
  knownOptions("train", options, [...trainOptionNames, "validation", "vectors", "onVectors"]);
