import type { Arena } from "../kernel/memory.js";
import type { Act } from "../nn/cells/cell.js";
import { blockOf, type Side } from "./flow-sides.js";

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
 */
export function countSaturated(
  arena: Arena,
  side: Side,
  rows: number,
  countsOf: (gate: string, row: number) => Counts,
): void {
  const { cell, hiddenSize: H } = side;
  const { gates, acts, actUnits = H, rests = false } = cell;
  const width = gates.length * H;
  const values = blockOf(arena, side, "gates", rows * width);
  gates.forEach((gate, number) => {
    const ends = limits[acts[number] ?? "linear"];
    if (ends === undefined) return;
    const [from, to] = ends;
    for (let row = 0; row < rows; ++row) {
      const first = row * width + number * H;
      let [low, high, resting] = [0, 0, 0];
      for (let i = first; i < first + actUnits; ++i) {
        const value = values[i] as number;
        if (value < from) low += 1;
        else if (value > to) high += 1;
        else if (value === 0) resting += 1;
      }
      const counts = countsOf(gate, row);
      counts.values += rests ? actUnits - resting : actUnits;
      counts.low += low;
      counts.high += high;
    }
  });
}
