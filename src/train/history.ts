import type { EpochReport, EvaluationReport, History, Report, StepReport, Stopped, Validation } from "./reports.js";

/** Who hears of which report. */
export interface Listeners<Metrics extends Validation> {
  readonly onStep?: (report: StepReport) => void;
  readonly onEvaluation?: (report: EvaluationReport<Metrics>) => void;
  readonly onEpoch?: (report: EpochReport<Metrics>) => void;
}

/** Runs a training to its end and collects its reports. */
export async function historyOf<Metrics extends Validation>(
  run: AsyncGenerator<Report<Metrics>, Stopped>,
  { onStep, onEvaluation, onEpoch }: Listeners<Metrics>,
): Promise<History<Metrics>> {
  const steps: StepReport[] = [];
  const evaluations: EvaluationReport<Metrics>[] = [];
  const epochs: EpochReport<Metrics>[] = [];
  for (;;) {
    const { done, value } = await run.next();
    if (done) return { steps, evaluations, epochs, stopped: value };
    if (value.type === "step") {
      steps.push(value);
      onStep?.(value);
    } else if (value.type === "evaluation") {
      evaluations.push(value);
      onEvaluation?.(value);
    } else {
      epochs.push(value);
      onEpoch?.(value);
    }
  }
}
