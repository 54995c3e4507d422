import { rangeError } from "../check.js";
import type { Kernel } from "../kernel/load.js";
import type { Moment, Run } from "./rate.js";
import type { Schedule } from "./schedule.js";
import { scheduleKind } from "./schedule-kinds.js";

/** A schedule as it may come from a file. */
export const checkSchedule = (schedule: Schedule): Schedule => scheduleKind(schedule).make(schedule);

/** What a schedule makes of the rate lr. */
export const rateAt = (kernel: Kernel, schedule: Schedule, lr: number, moment: Moment): number =>
  scheduleKind(schedule).rate(kernel, schedule, lr, moment);

/**
 * Refuses a schedule that lacks what it must know of the run, or would not come to its point within it.
 *
 * @throws RangeError BPTT_OPTION
 */
export function checkRun(schedule: Schedule, run: Run): void {
  const { warmup } = schedule;
  if (run.steps !== undefined && warmup >= run.steps)
    throw rangeError(
      "BPTT_OPTION",
      `schedule: warmup: expected less than the ${run.steps} steps of the run, got ${warmup}; train longer or warm up for less`,
    );
  scheduleKind(schedule).checkRun?.(schedule, run);
}
