/** Vectors, and matrices row-major. */
export type Numbers = ArrayLike<number>;
export type Vector = Float64Array;

/** An element; NaN outside, so that a wrong index is seen. */
export const at = (x: Numbers, index: number): number => x[index] ?? Number.NaN;

export const zeros = (count: number): Vector => new Float64Array(count);

export const vector = (count: number, element: (index: number) => number): Vector =>
  Float64Array.from({ length: count }, (_, index) => element(index));

export const matrix = (rows: number, columns: number, element: (row: number, column: number) => number): Vector =>
  vector(rows * columns, (index) => element(Math.floor(index / columns), index % columns));

/** term(0) + term(1) + ... in this order. */
export function sum(count: number, term: (index: number) => number): number {
  let total = 0;
  for (let index = 0; index < count; ++index) total += term(index);
  return total;
}

/** A function of numbers, element by element. */
export const map = (f: (...values: number[]) => number, ...vectors: [Numbers, ...Numbers[]]): Vector =>
  vector(vectors[0].length, (index) => f(...vectors.map((x) => at(x, index))));

/** y += x */
export function accumulate(y: Vector, x: Numbers): void {
  for (let index = 0; index < y.length; ++index) y[index] = at(y, index) + at(x, index);
}

/** c [M, N] = a [M, K] b [K, N] */
export const matmul = (a: Numbers, b: Numbers, M: number, N: number, K: number): Vector =>
  matrix(M, N, (m, n) => sum(K, (k) => at(a, m * K + k) * at(b, k * N + n)));

/** [N, M] from a [M, N] */
export const transpose = (a: Numbers, M: number, N: number): Vector => matrix(N, M, (n, m) => at(a, m * N + n));

/** [rows, width] from columns `first` to `first + width` of x [rows, ld] */
export const columns = (x: Numbers, rows: number, ld: number, first: number, width: number): Vector =>
  matrix(rows, width, (row, column) => at(x, row * ld + first + column));
