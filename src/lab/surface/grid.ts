import { positiveInteger, rangeError, show, typeError } from "../../check.js";

/** Where something is looked at: from, to, both finite, from below to. */
export type Interval = readonly [from: number, to: number];

/** One side of a grid. */
export interface Axis {
  readonly name: string;
  /** In rising order. */
  readonly values: Float64Array;
}

/** Values over a regular grid: those of a row follow each other, rows from the lowest y up. */
export interface Surface {
  /** nx places. */
  readonly x: Axis;
  /** ny places. */
  readonly y: Axis;
  /** [ny, nx] */
  readonly values: Float64Array;
  /** [ny, nx]: the values' derivative by x, where it was computed. */
  readonly dx?: Float64Array;
  /** [ny, nx]: the values' derivative by y, where it was computed. */
  readonly dy?: Float64Array;
}

/** Points of the largest grid: with two gradients 400 MB. */
export const LARGEST_GRID = 2 ** 24;

/**
 * Checks an interval.
 *
 * @throws TypeError, RangeError BPTT_OPTION unless it is two finite numbers, the first below the second
 */
export function interval(name: string, value: unknown): Interval {
  if (!Array.isArray(value) || value.length !== 2 || value.some((end) => typeof end !== "number"))
    throw typeError("BPTT_OPTION", `${name}: expected two numbers [from, to], got ${show(value)}`);
  const [from, to]: number[] = value;
  if (from === undefined || to === undefined || !Number.isFinite(from) || !Number.isFinite(to - from) || from >= to)
    throw rangeError(
      "BPTT_OPTION",
      `${name}: expected [from, to], both finite and from below to, got [${from}, ${to}]; ${
        Number(from) > Number(to) ? "turn them round" : "give them a distance"
      }`,
    );
  return [from, to];
}

/** count places from one end of an interval to the other, both included; a single one lies in the middle. */
export function places([from, to]: Interval, count: number): Float64Array {
  if (count === 1) return Float64Array.of(from + (to - from) / 2);
  // the last one is exactly the end
  return Float64Array.from({ length: count }, (_, i) =>
    i === count - 1 ? to : from + ((to - from) * i) / (count - 1),
  );
}

/**
 * Checks the size [nx, ny] of a grid.
 *
 * @param seconds that one point takes, roughly
 * @throws TypeError, RangeError BPTT_OPTION for what is not two positive integers, and for a grid of more than 2^24 points
 */
export function gridSize(name: string, value: unknown, seconds: number): readonly [nx: number, ny: number] {
  if (!Array.isArray(value) || value.length !== 2)
    throw typeError("BPTT_OPTION", `${name}: expected two sizes [nx, ny], got ${show(value)}`);
  const nx = positiveInteger(`${name}[0]`, value[0]);
  const ny = positiveInteger(`${name}[1]`, value[1]);
  limited(name, `${nx} x ${ny}`, nx * ny, seconds);
  return [nx, ny];
}

/** Refuses more points than a picture can show or a memory hold. */
export function limited(name: string, what: string, points: number, seconds: number): void {
  if (points > LARGEST_GRID)
    throw rangeError(
      "BPTT_OPTION",
      `${name}: ${what} is ${points} points, ${duration(points * seconds)} of computing and ${Math.ceil((points * 24) / 1e9)} GB; expected at most ` +
        `${LARGEST_GRID}. Make it smaller, or look closer where it is steep (refine)`,
    );
}

function duration(seconds: number): string {
  const units = [
    ["days", 86_400],
    ["hours", 3600],
    ["minutes", 60],
  ] as const;
  const [unit, size] = units.find(([, size]) => seconds >= 2 * size) ?? ["seconds", 1];
  return `about ${Math.max(1, Math.round(seconds / size))} ${unit}`;
}
