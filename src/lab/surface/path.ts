import { knownOptions, rangeError, show, typeError } from "../../check.js";
import type { Network } from "../../nn/network.js";
import { Work, type WorkOptions, workNames } from "../work.js";
import { checkPlane, type Plane, type PlaneAxis } from "./directions.js";

/** Where training went: add the network after each step or epoch. Every snapshot is a copy of all weights, 4 bytes for each. */
export class WeightPath {
  readonly #snapshots: Float32Array[] = [];

  /** Throws RangeError BPTT_OPTION for a network of another size than the one before. */
  add(network: Network): void {
    const snapshot = network.parameters.snapshot();
    const expected = this.#snapshots[0]?.length ?? snapshot.length;
    if (snapshot.length !== expected)
      throw rangeError(
        "BPTT_OPTION",
        `WeightPath: expected the network of before, with ${expected} values, got one with ${snapshot.length}; begin another path`,
      );
    this.#snapshots.push(snapshot);
  }

  get snapshots(): readonly Float32Array[] {
    return this.#snapshots;
  }
}

/** A plane through the end of a path, along its two main directions; one unit of an axis is a step of length 1 in the space of the weights. */
export interface PathPlane extends Plane {
  /** [N] each: the feet of the snapshots on the plane; the last one's is (0, 0). */
  readonly path: { readonly x: Float64Array; readonly y: Float64Array };
  /** What each axis shows of the path: the share of the sum over all snapshots of the squared distance from the last. */
  readonly explained: readonly [x: number, y: number];
}

/**
 * The plane through the last of N snapshots on which most of the path lies (Li et al. 2018, section 7.2): the principal components of the differences
 * from the last, without centring, since the plane goes through the last. The far end of the path lies towards positive x, and so for y. Ranges: the
 * path with a quarter of its extent on either side. Costs N^2 / 2 products of all weights, in f64.
 *
 * @param snapshots as Parameters.snapshot() gives them, or a WeightPath; 3 or more
 * @throws TypeError, RangeError BPTT_OPTION; also for a path that does not move, or only along a line; the signal's reason
 */
export async function pathPlane(
  network: Network,
  snapshots: readonly Float32Array[] | WeightPath,
  options: WorkOptions = {},
): Promise<PathPlane> {
  knownOptions("pathPlane", options, workNames);
  const work = new Work(options);
  const list = checkSnapshots(snapshots instanceof WeightPath ? snapshots.snapshots : snapshots, network);
  const origin = (list.at(-1) ?? new Float32Array(0)).slice();
  const others = list.slice(0, -1);
  const gram = await gramOf(others, origin, work);
  const total = gram.reduce((sum, row, i) => sum + (row[i] ?? 0), 0);
  if (total === 0)
    throw rangeError(
      "BPTT_OPTION",
      "pathPlane: all snapshots are alike, so the path has no direction; take them while training",
    );
  const [first, second] = await mainTwo(gram, work);
  // what is less comes from rounding: of the snapshots, and of the sums of squares
  if (second.value < 1e-12 * total)
    throw rangeError(
      "BPTT_OPTION",
      "pathPlane: the path lies on a line, so it has no second main direction; add snapshots, or take randomPlane",
    );
  const u = combine(others, origin, first.vector);
  normalize(u);
  const v = combine(others, origin, second.vector);
  const along = dot(v, u);
  for (let i = 0; i < v.length; ++i) v[i] = (v[i] ?? 0) - along * (u[i] ?? 0);
  normalize(v);
  const [x, y] = [axisOf("main direction 1", list, origin, u), axisOf("main direction 2", list, origin, v)];
  const share = ({ feet }: { feet: Float64Array }) => feet.reduce((sum, foot) => sum + foot * foot, 0) / total;
  const plane = {
    ...{ origin, x: x.axis, y: y.axis },
    path: { x: x.feet, y: y.feet },
    explained: [share(x), share(y)] as const,
  };
  checkPlane("pathPlane", network.parameters, plane);
  return plane;
}

function checkSnapshots(list: readonly Float32Array[], { parameters }: Network): readonly Float32Array[] {
  if (!Array.isArray(list))
    throw typeError("BPTT_OPTION", `pathPlane: snapshots: expected an array or a WeightPath, got ${show(list)}`);
  if (list.length < 3)
    throw rangeError(
      "BPTT_OPTION",
      `pathPlane: snapshots: expected 3 or more, got ${list.length}; a plane needs three points`,
    );
  list.forEach((snapshot: unknown, i) => {
    if (!(snapshot instanceof Float32Array))
      throw typeError("BPTT_OPTION", `pathPlane: snapshots[${i}]: expected a Float32Array, got ${show(snapshot)}`);
    if (snapshot.length !== parameters.count)
      throw rangeError(
        "BPTT_OPTION",
        `pathPlane: snapshots[${i}]: expected ${parameters.count} numbers, as Parameters.snapshot() of this network has, got ${snapshot.length}`,
      );
    if (!snapshot.every(Number.isFinite))
      throw rangeError(
        "BPTT_OPTION",
        `pathPlane: snapshots[${i}] has weights that are not finite; end the path before it`,
      );
  });
  return list;
}

/** [n, n]: products of the differences from the origin. */
async function gramOf(points: readonly Float32Array[], origin: Float32Array, work: Work): Promise<Float64Array[]> {
  const gram = points.map(() => new Float64Array(points.length));
  let done = 0;
  for (const [i, row] of gram.entries())
    for (let j = 0; j <= i; ++j) {
      const value = product(points[i], points[j], origin);
      row[j] = value;
      (gram[j] as Float64Array)[i] = value;
      done += 2;
      await work.rest(done / (points.length * (points.length + 1)));
    }
  return gram;
}

function product(one: Float32Array | undefined, other: Float32Array | undefined, origin: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < origin.length; ++i) {
    const at = origin[i] ?? 0;
    sum += ((one?.[i] ?? 0) - at) * ((other?.[i] ?? 0) - at);
  }
  return sum;
}

interface Main {
  /** The eigenvalue. */
  readonly value: number;
  readonly vector: Float64Array;
}

/** More than ever needed: the angles shrink quadratically. */
const SWEEPS = 50;

/** The two largest eigenvalues of a symmetric matrix, by Jacobi's rotations (Golub and Van Loan, section 8.5); the matrix is used up. */
async function mainTwo(matrix: readonly Float64Array[], work: Work): Promise<[Main, Main]> {
  const n = matrix.length;
  const vectors = matrix.map((_, i) => {
    const vector = new Float64Array(n);
    vector[i] = 1;
    return vector;
  });
  const trace = matrix.reduce((sum, row, i) => sum + (row[i] ?? 0), 0);
  const small = trace * 1e-17;
  for (let sweep = 0, turns = 1; sweep < SWEEPS && turns > 0; ++sweep) {
    turns = 0;
    for (let p = 0; p < n; ++p) {
      for (let q = p + 1; q < n; ++q) {
        const [a, b] = [matrix[p] as Float64Array, matrix[q] as Float64Array];
        const [app, apq, aqq] = [a[p] ?? 0, a[q] ?? 0, b[q] ?? 0];
        if (Math.abs(apq) <= small) continue;
        const theta = (aqq - app) / (2 * apq);
        const tan = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const cos = 1 / Math.sqrt(tan * tan + 1);
        const rotate = rotation(cos, tan * cos);
        for (const row of matrix) rotate(row, p, row, q);
        for (let k = 0; k < n; ++k) rotate(a, k, b, k);
        for (let k = 0; k < n; ++k) rotate(vectors[p] as Float64Array, k, vectors[q] as Float64Array, k);
        turns += 1;
      }
      await work.rest(1);
    }
  }
  const sorted = vectors
    .map((vector, i) => ({ value: matrix[i]?.[i] ?? 0, vector }))
    .sort((one, other) => other.value - one.value);
  return sorted.slice(0, 2) as [Main, Main];
}

/** Turns two numbers, each at a place of its array, by an angle. */
const rotation = (cos: number, sin: number) => (one: Float64Array, i: number, other: Float64Array, j: number) => {
  const [a, b] = [one[i] ?? 0, other[j] ?? 0];
  one[i] = cos * a - sin * b;
  other[j] = sin * a + cos * b;
};

/** The sum of the differences from the origin, each times its factor. */
function combine(points: readonly Float32Array[], origin: Float32Array, factors: Float64Array): Float64Array {
  const sum = new Float64Array(origin.length);
  points.forEach((point, k) => {
    const factor = factors[k] ?? 0;
    for (let i = 0; i < sum.length; ++i) sum[i] = (sum[i] ?? 0) + factor * ((point[i] ?? 0) - (origin[i] ?? 0));
  });
  return sum;
}

function dot(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < one.length; ++i) sum += (one[i] ?? 0) * (other[i] ?? 0);
  return sum;
}

function scale(values: Float64Array, factor: number): void {
  for (let i = 0; i < values.length; ++i) values[i] = (values[i] ?? 0) * factor;
}

const normalize = (values: Float64Array): void => scale(values, 1 / Math.sqrt(dot(values, values)));

/** Where the points lie along a direction, which is turned round if the farthest lies before the origin. */
function axisOf(name: string, points: readonly Float32Array[], origin: Float32Array, direction: Float64Array) {
  const feet = Float64Array.from(points, (point) => {
    let foot = 0;
    for (let i = 0; i < origin.length; ++i) foot += ((point[i] ?? 0) - (origin[i] ?? 0)) * (direction[i] ?? 0);
    return foot;
  });
  const farthest = feet.reduce((far, foot) => (Math.abs(foot) > Math.abs(far) ? foot : far), 0);
  if (farthest < 0) for (const values of [feet, direction]) scale(values, -1);
  // no -0 where the path ends
  feet[feet.length - 1] = 0;
  const [low, high] = [Math.min(...feet), Math.max(...feet)];
  const more = (high - low) / 4;
  const axis: PlaneAxis = { name, direction, range: [low - more, high + more] };
  return { axis, feet };
}
