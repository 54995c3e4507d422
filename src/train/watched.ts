import { rangeError, show } from "../check.js";
import { modeOf } from "../optim/mode.js";
import type { Schedule } from "../optim/schedule.js";
import type { TrainingJob } from "./job.js";
import type { Validation } from "./reports.js";

/**
 * Learns before the first step that the schedule watches what no evaluation says.
 *
 * @throws RangeError BPTT_OPTION
 */
export function checkWatched(
  schedule: Schedule,
  { validate, metrics }: Pick<TrainingJob<Validation>, "validate" | "metrics">,
): void {
  if (schedule.type !== "plateau") return;
  const { metric } = schedule;
  const names = validate ? metrics : ["loss", "lossPerToken"];
  if (names === undefined || names.includes(metric)) return void modeOf("schedule", schedule);
  const remedy = validate ? "" : "; give validation examples to watch their scores";
  throw rangeError(
    "BPTT_OPTION",
    `schedule: metric: expected one of ${names.join(", ")}, got ${show(metric)}${remedy}`,
  );
}
