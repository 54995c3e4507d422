import { finiteNumber, rangeError, show, wholeNumber } from "../check.js";
import { modeOf } from "./mode.js";
import type { PlateauSchedule } from "./schedule.js";

/** What `reduceOnPlateau` remembers, as plain numbers. */
export interface PlateauState {
  /** How many it has judged. */
  readonly evaluations: number;
  /** Means nothing before the first evaluation. */
  readonly best: number;
  /** Evaluations since the last better one. */
  readonly bad: number;
  /** Evaluations that will not count. */
  readonly cooldown: number;
  /** How often the rate has fallen. */
  readonly falls: number;
}

export const beforePlateau: PlateauState = { evaluations: 0, best: 0, bad: 0, cooldown: 0, falls: 0 };

/** The state after one more evaluation. */
export function afterEvaluation(
  schedule: PlateauSchedule,
  { evaluations, best, bad, cooldown, falls }: PlateauState,
  metrics: Readonly<Record<string, number>>,
): PlateauState {
  const { metric, patience, threshold, cooldown: pause } = schedule;
  const value = numberOf(metric, metrics);
  const better =
    modeOf("schedule", schedule) === "min" ? value < best * (1 - threshold) : value > best * (1 + threshold);
  const isBest = evaluations === 0 || better;
  const waited = isBest || cooldown > 0 ? 0 : bad + 1;
  const falling = waited > patience;
  return {
    evaluations: evaluations + 1,
    best: isBest ? value : best,
    bad: falling ? 0 : waited,
    cooldown: falling ? pause : Math.max(0, cooldown - 1),
    falls: falls + (falling ? 1 : 0),
  };
}

/** A state as it may come from a file. */
export function checkPlateau({ evaluations, best, bad, cooldown, falls }: PlateauState): PlateauState {
  return {
    evaluations: wholeNumber("optimizer: plateau: evaluations", evaluations),
    best: finiteNumber("optimizer: plateau: best", best),
    bad: wholeNumber("optimizer: plateau: bad", bad),
    cooldown: wholeNumber("optimizer: plateau: cooldown", cooldown),
    falls: wholeNumber("optimizer: plateau: falls", falls),
  };
}

function numberOf(metric: string, metrics: Readonly<Record<string, number>>): number {
  const numbers = Object.entries(metrics).filter(([, value]) => typeof value === "number");
  const value = numbers.find(([name]) => name === metric)?.[1];
  if (value === undefined)
    throw rangeError(
      "BPTT_OPTION",
      `schedule: metric: expected one of ${numbers.map(([name]) => name).join(", ") || "the numbers of an evaluation, which has none"}, got ${show(metric)}`,
    );
  return finiteNumber(`schedule: ${metric}`, value);
}
