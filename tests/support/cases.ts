/** Test cases without a framework, so that they run in vitest, in other Node versions and in browsers alike. */
export interface Case {
  readonly name: string;
  run(): void | Promise<void>;
}

export function check(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}

/** max|a-b| / max|b| over a tensor; NaN counts as infinite unless both are NaN. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  check(actual.length === expected.length, `expected ${expected.length} numbers, got ${actual.length}`);
  let difference = 0;
  let size = 0;
  for (let i = 0; i < expected.length; ++i) {
    const [a, b] = [actual[i] ?? Number.NaN, expected[i] ?? Number.NaN];
    if (Object.is(a, b) || a === b) continue;
    difference = Math.max(difference, Number.isNaN(a - b) ? Number.POSITIVE_INFINITY : Math.abs(a - b));
  }
  for (let i = 0; i < expected.length; ++i) size = Math.max(size, Math.abs(expected[i] ?? 0) || 0);
  return size > 0 ? difference / size : difference;
}

export function closeTo(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, what: string): void {
  const error = relativeError(actual, expected);
  check(error <= tolerance, `${what}: error ${error.toExponential(2)}, allowed ${tolerance.toExponential(0)}`);
}

export function sameBits(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  check(actual.length === expected.length, `${what}: expected ${expected.length} numbers, got ${actual.length}`);
  for (let i = 0; i < expected.length; ++i)
    check(Object.is(actual[i], expected[i]), `${what}: [${i}] expected ${expected[i]}, got ${actual[i]}`);
}
