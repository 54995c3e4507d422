import type { Parameters } from "../../parameters.js";
import { Random } from "../../random.js";
import type { Side } from "./sides.js";

/** Squarings at most: what is left of a condition number c is its 2^40th root. */
const SQUARINGS = 40;

/**
 * The largest absolute value of an eigenvalue of a square matrix [n, n], by ||A^m||^(1/m) for m = 1, 2, 4, ... (Gelfand's formula) with a scale taken out of every
 * power. It works for complex pairs, for which power iteration does not.
 *
 * @returns NaN for a matrix that is not finite
 */
export function spectralRadius(matrix: ArrayLike<number>, n: number): number {
  let power = Float64Array.from(matrix);
  let [product, estimate, still] = [1, Number.NaN, 0];
  for (let k = 0; k <= SQUARINGS; ++k) {
    const size = Math.sqrt(power.reduce((sum, a) => sum + a * a, 0));
    if (!(size > 0)) return size;
    power.forEach((a, i) => {
      power[i] = a / size;
    });
    let root = size;
    for (let i = 0; i < k; ++i) root = Math.sqrt(root);
    product *= root;
    // as if every later power had the scale of this one
    const next = product * root;
    still = Math.abs(next - estimate) <= 1e-13 * next ? still + 1 : 0;
    estimate = next;
    if (still === 3) break;
    power = squared(power, n);
  }
  return estimate;
}

function squared(a: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const c = new Float64Array(n * n);
  for (let i = 0; i < n; ++i)
    for (let k = 0; k < n; ++k) {
      const factor = a[i * n + k] as number;
      if (factor === 0) continue;
      for (let j = 0; j < n; ++j) c[i * n + j] = (c[i * n + j] as number) + factor * (a[k * n + j] as number);
    }
  return c;
}

/** The spectral radius of each gate's block of weight_hh, by the gate's name; elements that the cell does not use count as 0. */
export function spectralRadii(parameters: Parameters, { cell, hiddenSize: H, weightHh }: Side): Record<string, number> {
  const values = parameters.read(weightHh);
  const used = cell.usesRecurrent ?? (() => true);
  return Object.fromEntries(
    cell.gates.map((gate, number) => {
      const block = values
        .subarray(number * H * H, (number + 1) * H * H)
        .map((weight, i) => (used(number * H + Math.floor(i / H), i % H) ? weight : 0));
      return [gate, spectralRadius(block, H)];
    }),
  );
}

/** Steps of Lanczos' method at most; the largest value is found long before. */
const LANCZOS = 80;

/**
 * The largest singular value of a square matrix [n, n]: its norm as a linear map. Lanczos' method for A^T A, every vector made orthogonal to all before it.
 *
 * @returns NaN for a matrix that is not finite
 */
export function largestSingularValue(matrix: ArrayLike<number>, n: number): number {
  const random = new Random(1, "singular values");
  const basis: Float64Array[] = [];
  const [diagonal, beside]: [number[], number[]] = [[], []];
  let next = normalized(Float64Array.from({ length: n }, () => random.uniform(-1, 1))).vector;
  let [value, still] = [0, 0];
  for (let k = 0; k < Math.min(n, LANCZOS); ++k) {
    basis.push(next);
    const image = timesTransposed(matrix, times(matrix, next, n), n);
    diagonal.push(dot(image, next));
    // twice is enough (Parlett 1980)
    for (let round = 0; round < 2; ++round) for (const vector of basis) addScaled(image, vector, -dot(image, vector));
    const largest = largestEigenvalue(diagonal, beside);
    if (Number.isNaN(largest)) return Number.NaN;
    still = Math.abs(largest - value) <= 1e-12 * largest ? still + 1 : 0;
    value = largest;
    const { vector, norm } = normalized(image);
    if (still === 2 || !(norm > 1e-14 * value)) break;
    beside.push(norm);
    next = vector;
  }
  return Math.sqrt(value);
}

/** Of a symmetric tridiagonal matrix, by bisection: the count of negative pivots is that of the eigenvalues below (Sturm). */
function largestEigenvalue(diagonal: readonly number[], beside: readonly number[]): number {
  let [low, high] = [Math.max(...diagonal), 0];
  diagonal.forEach((d, i) => {
    high = Math.max(high, d + Math.abs(beside[i] ?? 0) + Math.abs(beside[i - 1] ?? 0));
  });
  if (!(Number.isFinite(low) && Number.isFinite(high))) return Number.NaN;
  const isAbove = (x: number): boolean => {
    let pivot = 1;
    return diagonal.every((d, i) => {
      const e = i === 0 ? 0 : (beside[i - 1] ?? 0);
      pivot = d - x - (e * e) / pivot;
      return pivot < 0;
    });
  };
  for (let round = 0; round < 60 && high - low > 1e-15 * high; ++round) {
    const middle = (low + high) / 2;
    if (isAbove(middle)) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

function times(a: ArrayLike<number>, x: Float64Array, n: number): Float64Array {
  const y = new Float64Array(n);
  for (let i = 0, at = 0; i < n; ++i) {
    let sum = 0;
    for (let j = 0; j < n; ++j, ++at) sum += (a[at] as number) * (x[j] as number);
    y[i] = sum;
  }
  return y;
}

function timesTransposed(a: ArrayLike<number>, x: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const y = new Float64Array(n);
  for (let i = 0, at = 0; i < n; ++i) {
    const factor = x[i] as number;
    for (let j = 0; j < n; ++j, ++at) y[j] = (y[j] as number) + factor * (a[at] as number);
  }
  return y;
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; ++i) sum += (x[i] as number) * (y[i] as number);
  return sum;
}

function addScaled(y: Float64Array, x: Float64Array, factor: number): void {
  for (let i = 0; i < y.length; ++i) y[i] = (y[i] as number) + factor * (x[i] as number);
}

function normalized(x: Float64Array): { vector: Float64Array; norm: number } {
  const norm = Math.sqrt(dot(x, x));
  return { vector: x.map((value) => value / norm), norm };
}
