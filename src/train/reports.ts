import type { MemoryPlan } from "../nn/plan.js";
import type { StepFlow } from "./flow.js";
import type { NonFinitePlace } from "./non-finite.js";
import type { NormPercentiles } from "./norms.js";

/** What a training takes of the memory. */
export interface TrainingPlan extends MemoryPlan {
  /** Bytes of the copies of the weights that JavaScript keeps beside the kernel: the last good ones, and those of the best epoch. */
  readonly copies: number;
}

/** After every step of training. */
export interface StepReport {
  readonly type: "step";
  /** Counted from 1, and how many there will be. */
  readonly step: number;
  readonly steps: number;
  /** Counted from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Cross-entropy of this batch: the sum, the mean (weighted, if tags have weights), and over how many labelled tokens. In nats. */
  readonly loss: number;
  readonly lossPerToken: number;
  readonly count: number;
  /** Euclidean norm of the gradient before clipping. */
  readonly gradNorm: number;
  readonly clipped: boolean;
  /** Share of all steps so far whose gradient was clipped. */
  readonly clippedShare: number;
  /** Beyond it gradients are clipped; left out if they are not. */
  readonly clipThreshold?: number;
  /** Of the norms of the last 1000 steps: a threshold is chosen from them. */
  readonly normPercentiles: NormPercentiles;
  /** Pascanu's regulariser, the mean over the sequences; left out without one. */
  readonly omega?: number;
  /** How the gradient went through time; left out unless the option `flow` looks at this step. */
  readonly flow?: StepFlow;
  readonly learningRate: number;
  /** Since training began, validation left out. */
  readonly tokensPerSecond: number;
  /** Steps so far without an update, since something was not finite; such a step says what and where, and its loss and norm may be NaN. */
  readonly skippedSteps: number;
  readonly nonFinite?: NonFinitePlace;
}

/** What a validation says; the metrics that a task adds are numbers too. */
export interface Validation {
  readonly loss: number;
  readonly lossPerToken: number;
}

/** After a validation that is scored between the ends of epochs. */
export interface EvaluationReport<Metrics extends Validation = Validation> {
  readonly type: "evaluation";
  /** Steps done, and in which epoch. */
  readonly step: number;
  readonly epoch: number;
  readonly epochs: number;
  readonly validation: Metrics;
  /** Whether it is the best so far by the metric of early stopping. */
  readonly best: boolean;
  /** Since training began, validation included. */
  readonly seconds: number;
}

/** After every epoch. */
export interface EpochReport<Metrics extends Validation = Validation> {
  readonly type: "epoch";
  readonly epoch: number;
  readonly epochs: number;
  /** Steps done. */
  readonly step: number;
  /** Mean loss per token over the batches of this epoch, as they were met. */
  readonly lossPerToken: number;
  /** The sum of the losses of this epoch. */
  readonly loss: number;
  readonly validation?: Metrics;
  /** Whether its validation is the best so far by the metric of early stopping. */
  readonly best: boolean;
  /** Since training began, validation included. */
  readonly seconds: number;
}

export type Report<Metrics extends Validation = Validation> =
  | StepReport
  | EvaluationReport<Metrics>
  | EpochReport<Metrics>;

/** Why training ended. */
export type Stopped = "finished" | "early" | "aborted";

/** All reports of a run. */
export interface History<Metrics extends Validation = Validation> {
  readonly steps: readonly StepReport[];
  readonly evaluations: readonly EvaluationReport<Metrics>[];
  readonly epochs: readonly EpochReport<Metrics>[];
  readonly stopped: Stopped;
}
