import { finiteNumber, knownOptions, positiveInteger, rangeError, show, typeError } from "../../check.js";
import { type Interval, interval, limited, places } from "../surface/grid.js";
import { Work, type WorkOptions, workNames } from "../work.js";
import { blockOf, STEP_SECONDS, systemOf, UnitBatch } from "./unit-batch.js";

export interface BifurcationOptions extends WorkOptions {
  /** The recurrent weight. Default 6. */
  readonly w?: number;
  /** From where to where the bias goes. Default [-6, 0]. */
  readonly b?: Interval;
  /** How many biases, both ends among them. Default 401. */
  readonly count?: number;
  /** States to start from, S of them, finite. Default -10 to 10 in 9 places. */
  readonly starts?: ArrayLike<number>;
  /** Steps until the end of each run. Default 1000. */
  readonly seqLen?: number;
}

/** Where the state of the one-unit system rests, and where it ends, as the bias moves. */
export interface Bifurcation {
  readonly w: number;
  /** [count] */
  readonly b: Float64Array;
  /** [S] */
  readonly starts: Float64Array;
  /** [count, S]: the state after all steps, from each start. */
  readonly ends: Float64Array;
  /** All fixed points x = w sigmoid(x) + b, one or three to a bias, in the order of the biases and rising. */
  readonly fixedPoints: {
    readonly b: Float64Array;
    readonly x: Float64Array;
    /** w sigmoid'(x), by which a small distance grows in one step: the point attracts where this lies between -1 and 1. */
    readonly slope: Float64Array;
  };
}

/**
 * The bifurcation diagram of the one-unit system x_t = w sigmoid(x_{t-1}) + b over its bias. Above w = 4 there is a range of biases with two attracting
 * fixed points and a repelling one between them. A run ends on the side of the repelling one on which it starts: where that point passes the start, a small
 * change of b changes where the state ends, which is the cliff.
 *
 * @throws TypeError, RangeError BPTT_OPTION; Error BPTT_MEMORY for more steps than fit into memory; the signal's reason
 */
export async function bifurcation(options: BifurcationOptions): Promise<Bifurcation> {
  knownOptions("bifurcation", options, ["w", "b", "count", "starts", "seqLen", ...workNames]);
  const w = finiteNumber("bifurcation: w", options.w ?? 6);
  const range = interval("bifurcation: b", options.b ?? [-6, 0]);
  const count = positiveInteger("bifurcation: count", options.count ?? 401);
  const starts = startsOf(options.starts ?? places([-10, 10], 9));
  const system = systemOf("bifurcation", { seqLen: options.seqLen ?? 1000 });
  limited("bifurcation: count", `${count} x ${starts.length}`, count * starts.length, STEP_SECONDS * system.seqLen);
  const work = new Work(options);
  const size = blockOf(system);
  const batch = await UnitBatch.open(system, size);
  const b = places(range, count);
  const ends = new Float64Array(count * starts.length);
  for (let at = 0; at < ends.length; at += size) {
    const part = ends.subarray(at, at + size);
    const biases = part.map((_, k) => b[Math.floor((at + k) / starts.length)] ?? 0);
    const from = part.map((_, k) => starts[(at + k) % starts.length] ?? 0);
    part.set(batch.evaluate(new Float64Array(part.length).fill(w), biases, from).x);
    await work.rest((0.5 * (at + part.length)) / ends.length);
  }
  const found = { b: [] as number[], x: [] as number[], slope: [] as number[] };
  const turns = turningPoints(batch, w);
  for (const [i, bias] of b.entries()) {
    for (const x of fixedPoints(batch, w, bias, turns)) {
      const s = batch.sigmoid(x);
      found.b.push(bias);
      found.x.push(x);
      found.slope.push(w * s * (1 - s));
    }
    if (i % 64 === 0) await work.rest(0.5 + (0.5 * i) / count);
  }
  await work.rest(1);
  const [fixedB, x, slope] = [found.b, found.x, found.slope].map((values) => Float64Array.from(values));
  const none = new Float64Array(0);
  return { w, b, starts, ends, fixedPoints: { b: fixedB ?? none, x: x ?? none, slope: slope ?? none } };
}

function startsOf(starts: ArrayLike<number>): Float64Array {
  if (typeof starts !== "object" || starts === null || !(starts.length > 0))
    throw typeError("BPTT_OPTION", `bifurcation: starts: expected one number or more, got ${show(starts)}`);
  return Float64Array.from(Array.from(starts, (value, k) => finiteNumber(`bifurcation: starts[${k}]`, value)));
}

/** Where x - w sigmoid(x) turns: nowhere up to w = 4, then where w s (1 - s) = 1. */
function turningPoints(batch: UnitBatch, w: number): readonly number[] {
  if (w <= 4) return [];
  // of the two solutions the smaller, in the form that does not cancel
  const s = 2 / (w * (1 + Math.sqrt(1 - 4 / w)));
  const x = crossing((x) => batch.sigmoid(x) - s, -708, 0);
  return [x, -x];
}

/** Between two turns there is one at most. */
function fixedPoints(batch: UnitBatch, w: number, b: number, turns: readonly number[]): number[] {
  const above = (x: number) => x - w * batch.sigmoid(x) - b;
  // a fixed point lies between b and b + w
  const [low, high] = [b + Math.min(0, w) - 1, b + Math.max(0, w) + 1];
  if (above(low) >= 0 || above(high) < 0)
    throw rangeError("BPTT_OPTION", `bifurcation: w and b: expected a size that f64 can add 1 to, got ${w} and ${b}`);
  const bounds = [low, ...turns.filter((x) => x > low && x < high), high];
  return bounds.slice(1).flatMap((right, k) => {
    const left = bounds[k] ?? low;
    const isRising = above(left) < 0;
    if (isRising === above(right) < 0) return [];
    return [crossing(isRising ? above : (x) => -above(x), left, right)];
  });
}

/** Where a function goes from below 0 to 0 or more, to the last bit. */
function crossing(f: (x: number) => number, left: number, right: number): number {
  let [low, high] = [left, right];
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return high;
    if (f(middle) < 0) low = middle;
    else high = middle;
  }
}
