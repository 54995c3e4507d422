import { rangeError, show, typeError } from "../check.js";
import type { TrainingWorkers } from "./crew.js";

/** @throws TypeError, RangeError BPTT_OPTION */
export function checkWorkers(workers: unknown, truncate: number | undefined): TrainingWorkers {
  if (typeof workers !== "object" || workers === null || !("join" in workers))
    throw typeError("BPTT_OPTION", `workers: expected what openWorkers of bptt/worker gives, got ${show(workers)}`);
  if (truncate !== undefined)
    throw rangeError(
      "BPTT_OPTION",
      "workers: a training with truncate runs in one thread, since states go on from update to update; leave out one of the two",
    );
  return workers as TrainingWorkers;
}
