import type { Values } from "./windows.js";

/** What a forecast of one target is measured with, learned from the training part alone. */
export interface Baseline {
  /** Mean absolute error of the naive forecast one step ahead: MASE is in units of it (Hyndman and Koehler 2006). */
  readonly scale: number;
  /** Steps of the season whose forecast, the value of one season ago, has the least error over the steps of the horizon; 1 for too short a training. */
  readonly season: number;
}

/** A season must fit into the training so many times. */
const SEASONS = 3;
const LONGEST = 400;

/** Of the first `rows` rows. */
export function baselineOf(values: Values, column: number, rows: number, horizon: number): Baseline {
  const errors = new Map<number, number>();
  const errorAt = (lag: number): number => {
    const known = errors.get(lag) ?? meanChange(values, column, rows, lag);
    errors.set(lag, known);
    return known;
  };
  const longest = Math.min(LONGEST, Math.floor(rows / SEASONS));
  let best = { season: 1, error: Number.POSITIVE_INFINITY };
  for (let season = 2; season <= longest; ++season) {
    let error = 0;
    // a lag longer than the training has no error to show
    for (let step = 1; step <= horizon; ++step) error += errorAt(lagOf(season, step));
    if (error < best.error) best = { season, error };
  }
  return { scale: errorAt(1), season: best.season };
}

/** How far before step `step` ahead its value of some seasons ago lies, which is known. */
export const lagOf = (season: number, step: number): number => season * Math.ceil(step / season);

/** Mean absolute change over so many steps. */
function meanChange({ values, width }: Values, column: number, rows: number, lag: number): number {
  if (lag >= rows) return Number.POSITIVE_INFINITY;
  let sum = 0;
  for (let t = lag; t < rows; ++t)
    sum += Math.abs((values[t * width + column] ?? 0) - (values[(t - lag) * width + column] ?? 0));
  return sum / (rows - lag);
}
