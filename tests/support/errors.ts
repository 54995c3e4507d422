import { closeTo, relativeError } from "./cases.js";

/** What f32 may differ from the float64 reference: max|a-b| / max|b| over a tensor. */
export const TOLERANCE = 1e-4;

const largest = new Map<string, number>();

/** Compares a tensor of the kernel with the reference and remembers the largest error of each kind. */
export function near(
  kind: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  what: string,
  tolerance = TOLERANCE,
): void {
  largest.set(kind, Math.max(largest.get(kind) ?? 0, relativeError(actual, expected)));
  closeTo(actual, expected, tolerance, `${kind}, ${what}`);
}

/** A table of the largest errors so far. */
export function largestErrors(): string {
  const lines = [...largest].map(([kind, error]) => `  ${kind}: ${error.toExponential(1)}`);
  return ["largest errors against float64, max|a-b| / max|b|", ...lines].join("\n");
}
