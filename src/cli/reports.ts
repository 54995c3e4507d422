import type { Evaluation, NonFinitePlace, Report, StepReport } from "../index.js";

/** A validation within an epoch. */
export interface EvaluationReport {
  readonly type: "evaluation";
  readonly step: number;
  readonly epoch: number;
  readonly epochs: number;
  readonly validation: Evaluation;
  readonly best: boolean;
  readonly seconds: number;
}

/** Whatever a training of a tagger reports. */
export type AnyReport = Report<Evaluation> | EvaluationReport;

/** Where the gradient of a step was not finite, if the step was skipped for it. */
export const skippedAt = (report: StepReport & { readonly nonFinite?: NonFinitePlace }): string | undefined =>
  report.nonFinite && `${report.nonFinite.parameter ?? report.nonFinite.quantity} is not finite`;
