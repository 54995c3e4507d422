import { rangeError } from "../../check.js";

/**
 * [H * K] of each step ahead and target: how far forecasts were from the truth, in units of the training's deviation, the least first. An interval reaches as far as all but
 * a share of these errors (split conformal prediction: Lei et al. 2018).
 */
export type Residuals = readonly (readonly number[])[];

/** Forecasts whose errors are kept. */
const MOST = 400;

/** Origins, evenly over all, so many at most. */
export function someOf(origins: readonly number[]): number[] {
  const every = Math.ceil(origins.length / MOST);
  return origins.filter((_, i) => i % every === 0);
}

/** Half of an interval's width, [H * K], or undefined where there are too few errors for this level. */
export function halfWidths(residuals: Residuals | undefined, level: number): number[] | undefined {
  const count = residuals?.[0]?.length ?? 0;
  const place = Math.ceil((count + 1) * level);
  if (residuals === undefined || place > count) return undefined;
  return residuals.map((errors) => errors[place - 1] ?? 0);
}

/** The same where the caller asked for the level. Throws RangeError BPTT_DATA where it cannot be. */
export function neededWidths(residuals: Residuals | undefined, level: number): number[] {
  const widths = halfWidths(residuals, level);
  if (widths) return widths;
  const count = residuals?.[0]?.length ?? 0;
  throw rangeError(
    "BPTT_DATA",
    residuals === undefined
      ? "level: this model is a checkpoint, whose prediction intervals come at the end of its training; go on with resume, or leave level out"
      : `level: expected ${Math.ceil(level / (1 - level))} errors or more for intervals of ${level}, got ${count}; ask for a smaller level, or give the training more rows`,
  );
}
