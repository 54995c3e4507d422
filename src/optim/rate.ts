import { rangeError } from "../check.js";
import type { Kernel } from "../kernel/load.js";
import type { Schedule } from "./schedule.js";

/** What a schedule may have to know of the run. */
export interface Run {
  /** In all. */
  readonly steps?: number | undefined;
  /** Of one epoch. */
  readonly stepsPerEpoch?: number | undefined;
}

/** What a schedule makes of the rate lr at a step (counted from 1), after so many falls on plateaus. */
export function rateAt(kernel: Kernel, schedule: Schedule, lr: number, step: number, run: Run, falls: number): number {
  const { type, warmup } = schedule;
  const rise = Math.min(1, step / warmup);
  if (type === "constant") return lr * rise;
  if (type === "plateau") return rise * Math.min(lr, Math.max(lr * kernel.pow(schedule.factor, falls), schedule.minLr));
  if (type === "step" || type === "exponential") {
    // a length of an epoch that is no whole number may come out a bit too long
    const time = Math.floor((step - 1) / unitLength(schedule, run) + 1e-9);
    return lr * (rise * kernel.pow(schedule.gamma, Math.floor(time / sizeOf(schedule))));
  }
  if (step <= warmup) return lr * rise;
  const done = Math.min(1, (step - 1 - warmup) / Math.max(1, stepsOf(schedule, run) - warmup));
  const left = type === "linear" ? 1 - done : (1 + kernel.cos(Math.PI * done)) / 2;
  return lr * (schedule.final + (1 - schedule.final) * left);
}

/**
 * Refuses a schedule that lacks what it must know of the run, or would not come to its point within it.
 *
 * @throws RangeError BPTT_OPTION
 */
export function checkRun(schedule: Schedule, run: Run): void {
  const { type, warmup } = schedule;
  const { steps } = run;
  if (type === "linear" || type === "cosine") stepsOf(schedule, run);
  const first = type === "step" || type === "exponential" ? sizeOf(schedule) * unitLength(schedule, run) : 0;
  if (steps === undefined) return;
  if (warmup >= steps)
    throw rangeError(
      "BPTT_OPTION",
      `schedule: warmup: expected less than the ${steps} steps of the run, got ${warmup}; train longer or warm up for less`,
    );
  if (first >= steps)
    throw rangeError(
      "BPTT_OPTION",
      `schedule: ${type} would never lower the rate: it first does so after ${first} steps, and the run has ${steps}; train longer or ${
        type === "step" ? "give a smaller stepSize" : 'give unit: "steps"'
      }`,
    );
}

type Falling = Extract<Schedule, { readonly final: number }>;
type Counting = Extract<Schedule, { readonly gamma: number }>;

function stepsOf({ type }: Falling, { steps }: Run): number {
  if (steps === undefined)
    throw rangeError("BPTT_OPTION", `schedule: ${type} must know the number of steps; give { steps } to the optimizer`);
  return steps;
}

/** Steps of what a schedule counts. */
function unitLength({ type, unit }: Counting, { stepsPerEpoch }: Run): number {
  if (unit === "steps") return 1;
  if (stepsPerEpoch === undefined)
    throw rangeError(
      "BPTT_OPTION",
      `schedule: ${type} must know the steps of an epoch; give { stepsPerEpoch } to the optimizer, or unit: "steps"`,
    );
  return stepsPerEpoch;
}

const sizeOf = (schedule: Counting): number => (schedule.type === "step" ? schedule.stepSize : 1);
