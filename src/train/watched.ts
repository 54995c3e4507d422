import { rangeError, show } from "../check.js";
import type { TrainingJob } from "./job.js";
import type { Validation } from "./reports.js";

/**
 * Learns before the first step that the schedule watches what no evaluation says.
 *
 * @throws RangeError BPTT_OPTION
 */
export function checkWatched(
  metric: string | undefined,
  { validate, metrics }: Pick<TrainingJob<Validation>, "validate" | "metrics">,
): void {
  const names = validate ? metrics : ["loss", "lossPerToken"];
  if (metric === undefined || names === undefined || names.includes(metric)) return;
  const remedy = validate ? "" : "; give validation examples to watch their scores";
  throw rangeError(
    "BPTT_OPTION",
    `schedule: metric: expected one of ${names.join(", ")}, got ${show(metric)}${remedy}`,
  );
}
