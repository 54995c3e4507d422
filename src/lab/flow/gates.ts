import type { Arena } from "../../kernel/memory.js";
import type { Act } from "../../nn/cells/cell.js";
import { blockOf, type Side } from "./sides.js";

/** Below and above which values a gate counts as saturated: it hardly moves there. A relu is saturated at 0; a linear gate never is. */
const limits: Readonly<Record<Act, readonly [low: number, high: number] | undefined>> = {
  sigmoid: [0.05, 0.95],
  tanh: [-0.95, 0.95],
  relu: [Number.MIN_VALUE, Number.POSITIVE_INFINITY],
  linear: undefined,
};

/** How many values of a gate were looked at, and how many of them are saturated at its lower and its upper end. */
export interface Counts {
  values: number;
  low: number;
  high: number;
}

/** A gate of a side that can be saturated. */
export interface WatchedGate {
  readonly name: string;
  readonly act: Act;
}

export const watchedGates = ({ cell }: Side): WatchedGate[] =>
  cell.gates.flatMap((name, number) => {
    const act = cell.acts[number] ?? "linear";
    return limits[act] ? [{ name, act }] : [];
  });

/**
 * Counts saturated values behind a forward pass, when the gates hold activations.
 *
 * @param countsOf where the values of a row's gate are counted
 * @param stride looks at every so many rows. Default 1
 */
export function countSaturated(
  arena: Arena,
  side: Side,
  rows: number,
  countsOf: (gate: string, row: number) => Counts,
  stride = 1,
): void {
  const { cell, hiddenSize: H } = side;
  const { gates, acts, actUnits = H, rests = false } = cell;
  const width = gates.length * H;
  const values = blockOf(arena, side, "gates", rows * width);
  gates.forEach((gate, number) => {
    const ends = limits[acts[number] ?? "linear"];
    if (ends === undefined) return;
    for (let row = 0; row < rows; row += stride) {
      const first = row * width + number * H;
      const counts = countsOf(gate, row);
      counts.values += rests ? countWorking(values, first, actUnits) : actUnits;
      count(counts, values, first, actUnits, ends[0], ends[1]);
    }
  });
}

/** By itself and without branches: training waits for it. */
function count(counts: Counts, values: Float32Array, first: number, n: number, from: number, to: number): void {
  let low = 0;
  let high = 0;
  for (let i = first; i < first + n; ++i) {
    const value = values[i] as number;
    low += value < from ? 1 : 0;
    high += value > to ? 1 : 0;
  }
  counts.low += low;
  counts.high += high;
}

function countWorking(values: Float32Array, first: number, n: number): number {
  let working = 0;
  for (let i = first; i < first + n; ++i) working += values[i] === 0 ? 0 : 1;
  return working;
}
