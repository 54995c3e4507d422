// What the training loop does to be interrupted, and to go on as if it had not been.

import { rangeError } from "../check.js";
import type { Best } from "./best.js";
import { Fingerprint } from "./fingerprint.js";
import type { TrainingJob } from "./job.js";
import type { ResolvedTrainOptions } from "./options.js";
import type { Validation } from "./reports.js";
import type { TrainingState } from "./state.js";
import type { Stepper } from "./stepper.js";

type Job = Pick<TrainingJob<Validation>, "sequences" | "identify">;

/** Tells the data of runs apart. */
export function fingerprintOf({ sequences, identify }: Job): string {
  const fingerprint = new Fingerprint().addSequences(sequences);
  identify?.(fingerprint);
  return fingerprint.text;
}

/** Where a run stands at a report. */
export function stateOf(
  { signal: _, onPlan: __, workers: ___, ...options }: ResolvedTrainOptions,
  run: Pick<TrainingState, "data" | "position"> & { readonly stepper: Stepper; readonly best: Best },
): TrainingState {
  const { data, position, stepper } = run;
  const best = run.best.save();
  return {
    options,
    data,
    position,
    stepper: stepper.save(),
    optimizer: stepper.optimizer.save(),
    ...(best && { best }),
    carried: stepper.carried,
  };
}

/** Throws RangeError BPTT_DATA for a checkpoint of a run with other data. */
export function checkData(from: TrainingState, job: Job): void {
  if (from.data !== fingerprintOf(job))
    throw rangeError(
      "BPTT_DATA",
      "resume: the data are not those of the checkpoint's run; give the same examples and validation in the same order, or begin a new training",
    );
}

/** Goes on from there. */
export function goOn({ stepper: steps, optimizer, best, carried }: TrainingState, stepper: Stepper, kept: Best): void {
  stepper.restore(steps, optimizer);
  stepper.carried = [...carried];
  if (best) kept.restore(best.state, best.weights);
}
