import { fraction, knownOptions, oneOf, rangeError, wholeNumber } from "../check.js";
import type { Kernel } from "../kernel/load.js";

/** How the learning rate moves, as plain JSON. */
export interface Schedule {
  readonly type: "constant" | "linear" | "cosine";
  /** Steps in which the rate rises from 0 to lr. Default 0. */
  readonly warmup: number;
  /** What is left at the last step, as a share of lr. Default 0. */
  readonly final: number;
}

export type ScheduleOptions = Partial<Omit<Schedule, "type">>;

/** lr throughout, after the warm-up. */
export const constant = (options: ScheduleOptions = {}): Schedule => checkSchedule({ type: "constant", ...options });

/** From lr down to final * lr in a straight line. */
export const linearDecay = (options: ScheduleOptions = {}): Schedule => checkSchedule({ type: "linear", ...options });

/** From lr down to final * lr along half a cosine (Loshchilov and Hutter 2017). */
export const cosine = (options: ScheduleOptions = {}): Schedule => checkSchedule({ type: "cosine", ...options });

export function checkSchedule(schedule: ScheduleOptions & Pick<Schedule, "type">): Schedule {
  knownOptions("schedule", schedule, ["type", "warmup", "final"]);
  return {
    type: oneOf("schedule: type", schedule.type, ["constant", "linear", "cosine"]),
    warmup: wholeNumber("schedule: warmup", schedule.warmup ?? 0),
    final: fraction("schedule: final", schedule.final ?? 0),
  };
}

/** The factor of lr at a step (counted from 1) of `steps` in all. */
export function scheduleFactor(
  kernel: Kernel,
  { type, warmup, final }: Schedule,
  step: number,
  steps?: number,
): number {
  if (step <= warmup) return step / warmup;
  if (type === "constant") return 1;
  if (steps === undefined)
    throw rangeError("BPTT_OPTION", `schedule: ${type} must know the number of steps; give { steps } to the optimizer`);
  const done = Math.min(1, (step - 1 - warmup) / Math.max(1, steps - warmup));
  const left = type === "linear" ? 1 - done : (1 + kernel.cos(Math.PI * done)) / 2;
  return final + (1 - final) * left;
}
