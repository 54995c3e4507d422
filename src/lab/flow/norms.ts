import type { Batch } from "../../data/batch.js";
import type { Arena } from "../../kernel/memory.js";
import type { Act } from "../../nn/cells/cell.js";
import { blockOf, rowBefore, type Side, startsOf } from "./sides.js";

/**
 * The norm of the gradient of each row's hidden state: what comes from the steps read after it and what comes from above.
 *
 * @param later [N, H] the first of the two
 * @param take gets the norm of each row
 */
export function hiddenNorms(
  arena: Arena,
  side: Side,
  rows: number,
  later: Float32Array,
  take: (norm: number, row: number) => void,
): void {
  const H = side.hiddenSize;
  const ldy = side.record.read("ldy");
  const above = blockOf(arena, side, "dy", (rows - 1) * ldy + H);
  for (let row = 0; row < rows; ++row) {
    let squares = 0;
    for (let j = 0, l = row * H, a = row * ldy; j < H; ++j, ++l, ++a) {
      const g = (later[l] as number) + (above[a] as number);
      squares += g * g;
    }
    take(Math.sqrt(squares), row);
  }
}

/** act' as a function of act. */
const slopes: Readonly<Record<Act, (h: number) => number>> = {
  sigmoid: (h) => h * (1 - h),
  tanh: (h) => 1 - h * h,
  relu: (h) => (h > 0 ? 1 : 0),
  linear: () => 1,
};

/**
 * Pascanu's regulariser of one direction behind a backward pass: see assembly/layers/omega.ts. There v is what the gates hold, the gradient of the
 * pre-activations, and what reaches the state before is W_hh^T v.
 *
 * @returns the sum over all pairs of steps; undefined for a cell that has none
 */
export function omegaOf(arena: Arena, side: Side, batch: Batch, later: Float32Array): number | undefined {
  const { cell, hiddenSize: H } = side;
  const slope = slopes[cell.acts[0] ?? "linear"];
  if (!cell.omega) return undefined;
  const dGates = blockOf(arena, side, "gates", batch.rows * H);
  const hPrev = blockOf(arena, side, "hPrev", batch.rows * H);
  const starts = startsOf(batch);
  let sum = 0;
  batch.batchSizes.forEach((running, t) => {
    for (let b = 0; b < running; ++b) {
      const before = rowBefore(side, batch, starts, t, b);
      if (before < 0) continue;
      const row = (starts[t] ?? 0) + b;
      let [v, u] = [0, 0];
      for (let j = 0; j < H; ++j) {
        const dGate = dGates[row * H + j] as number;
        const back = (later[before * H + j] as number) * slope(hPrev[row * H + j] as number);
        v += dGate * dGate;
        u += back * back;
      }
      const off = Math.sqrt(u) / Math.sqrt(v) - 1;
      if (v > 0) sum += off * off;
    }
  });
  return sum;
}
