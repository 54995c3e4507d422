import { oneOf } from "../check.js";
import {
  checkCounting,
  constantRate,
  cosineRate,
  countingRate,
  linearRate,
  plateauRate,
  type Rate,
  type Run,
  stepsOf,
} from "./rate.js";
import {
  constant,
  cosine,
  type ExponentialSchedule,
  exponentialDecay,
  type FallingSchedule,
  linearDecay,
  reduceOnPlateau,
  type Schedule,
  type StepSchedule,
  stepDecay,
} from "./schedule.js";

/** Methods, so that the kind of one schedule can stand in a table of all. */
export interface ScheduleKind<S extends Schedule> {
  /** Checks options and fills in defaults. */
  make(options: S): S;
  rate(...all: Parameters<Rate<S>>): number;
  /** Refuses a run in which the schedule lacks what it must know, or would not come to its point. */
  checkRun?(schedule: S, run: Run): unknown;
}

const linear: ScheduleKind<FallingSchedule> = { make: linearDecay, rate: linearRate, checkRun: stepsOf };
const falling: ScheduleKind<FallingSchedule> = { make: cosine, rate: cosineRate, checkRun: stepsOf };
const step: ScheduleKind<StepSchedule> = { make: stepDecay, rate: countingRate, checkRun: checkCounting };
const exponential: ScheduleKind<ExponentialSchedule> = {
  make: exponentialDecay,
  rate: countingRate,
  checkRun: checkCounting,
};

/** The list of schedules. */
const scheduleKinds: Readonly<Record<Schedule["type"], ScheduleKind<Schedule>>> = {
  constant: { make: constant, rate: constantRate },
  linear,
  cosine: falling,
  step,
  exponential,
  plateau: { make: reduceOnPlateau, rate: plateauRate },
};

/** The kind of a schedule, which may come from a file. Throws RangeError, TypeError BPTT_OPTION. */
export const scheduleKind = (schedule: Schedule): ScheduleKind<Schedule> =>
  scheduleKinds[oneOf("schedule: type", schedule?.type, Object.keys(scheduleKinds) as Schedule["type"][])];
