// What each schedule makes of a learning rate.

import { rangeError } from "../check.js";
import type { Kernel } from "../kernel/load.js";
import type {
  ConstantSchedule,
  ExponentialSchedule,
  FallingSchedule,
  PlateauSchedule,
  Schedule,
  StepSchedule,
} from "./schedule.js";

/** What a schedule may have to know of the run. */
export interface Run {
  /** In all. */
  readonly steps?: number | undefined;
  /** Of one epoch. */
  readonly stepsPerEpoch?: number | undefined;
}

/** A step of a run, counted from 1; falls: how often a plateau has lowered the rate. */
export interface Moment {
  readonly step: number;
  readonly run: Run;
  readonly falls: number;
}

/** What becomes of the rate lr. */
export type Rate<S extends Schedule> = (kernel: Kernel, schedule: S, lr: number, moment: Moment) => number;

const rise = ({ warmup }: Schedule, { step }: Moment): number => Math.min(1, step / warmup);

export const constantRate: Rate<ConstantSchedule> = (_, schedule, lr, moment) => lr * rise(schedule, moment);

/** left: what is left of the rate when a share of the run is done. */
const fallingRate =
  (left: (kernel: Kernel, done: number) => number): Rate<FallingSchedule> =>
  (kernel, schedule, lr, moment) => {
    const { warmup, final } = schedule;
    const { step, run } = moment;
    if (step <= warmup) return lr * rise(schedule, moment);
    const done = Math.min(1, (step - 1 - warmup) / Math.max(1, stepsOf(schedule, run) - warmup));
    return lr * (final + (1 - final) * left(kernel, done));
  };

export const linearRate = /* @__PURE__ */ fallingRate((_, done) => 1 - done);
export const cosineRate = /* @__PURE__ */ fallingRate((kernel, done) => (1 + kernel.cos(Math.PI * done)) / 2);

export const countingRate: Rate<Counting> = (kernel, schedule, lr, moment) => {
  // a length of an epoch that is no whole number may come out a bit too long
  const time = Math.floor((moment.step - 1) / unitLength(schedule, moment.run) + 1e-9);
  return lr * (rise(schedule, moment) * kernel.pow(schedule.gamma, Math.floor(time / sizeOf(schedule))));
};

export const plateauRate: Rate<PlateauSchedule> = (kernel, schedule, lr, moment) =>
  rise(schedule, moment) * Math.min(lr, Math.max(lr * kernel.pow(schedule.factor, moment.falls), schedule.minLr));

type Counting = StepSchedule | ExponentialSchedule;

/** Refuses a run whose steps nobody knows. Throws RangeError BPTT_OPTION. */
export function stepsOf({ type }: FallingSchedule, { steps }: Run): number {
  if (steps === undefined)
    throw rangeError("BPTT_OPTION", `schedule: ${type} must know the number of steps; give { steps } to the optimizer`);
  return steps;
}

/** Refuses a schedule that would not lower the rate within the run. Throws RangeError BPTT_OPTION. */
export function checkCounting(schedule: Counting, run: Run): void {
  const { type } = schedule;
  const first = sizeOf(schedule) * unitLength(schedule, run);
  if (run.steps !== undefined && first >= run.steps)
    throw rangeError(
      "BPTT_OPTION",
      `schedule: ${type} would never lower the rate: it first does so after ${first} steps, and the run has ${run.steps}; train longer or ${
        type === "step" ? "give a smaller stepSize" : 'give unit: "steps"'
      }`,
    );
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
