import { show, typeError } from "../check.js";
import type { TrainingWorkers } from "./crew.js";

/** @throws TypeError BPTT_OPTION */
export function checkWorkers(workers: unknown): TrainingWorkers {
  if (typeof workers !== "object" || workers === null || !("join" in workers))
    throw typeError("BPTT_OPTION", `workers: expected what openWorkers of bptt/worker gives, got ${show(workers)}`);
  return workers as TrainingWorkers;
}
