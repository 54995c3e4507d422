import { rangeError } from "../check.js";
import { checkFlow } from "./check-flow.js";
import { checkWorkers } from "./check-workers.js";
import { checkSignal, type ResolvedTrainOptions, resolveTrainOptions, type TrainOptions } from "./options.js";
import type { TrainingState } from "./state.js";

/**
 * The options of a run that goes on: those of its checkpoint, with the signal, the workers, the flow and the listener given now.
 *
 * @throws RangeError BPTT_OPTION for an option that is not the run's
 */
export function resumedOptions(
  { signal, onPlan, workers, flow, resume: _, ...given }: TrainOptions,
  saved: TrainingState["options"],
): ResolvedTrainOptions {
  // checked again: a file may say anything
  const run = resolveTrainOptions(saved, saved.seed);
  for (const [name, value] of Object.entries(given)) {
    const own = run[name as keyof ResolvedTrainOptions];
    if (value !== undefined && JSON.stringify(value) !== JSON.stringify(own))
      throw rangeError(
        "BPTT_OPTION",
        `resume: ${name}: the run has ${JSON.stringify(own)}, got ${JSON.stringify(value)}; leave it out, or begin a new training`,
      );
  }
  return {
    ...run,
    ...(onPlan && { onPlan }),
    ...(workers !== undefined && { workers: checkWorkers(workers) }),
    ...(flow !== undefined && { flow: checkFlow(flow, workers) }),
    ...(signal !== undefined && { signal: checkSignal(signal) }),
  };
}
