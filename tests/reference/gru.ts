import type { CellWeights, ReferenceCell, StepInput } from "./cell.js";
import { linearBackward, linearForward } from "./linear.js";
import { accumulate, map, type Vector, vector } from "./vector.js";

const gates = ["r", "z", "n"] as const;
const sigmoid = (a: number): number => 1 / (1 + Math.exp(-a));

/** Block k of H rows of something with 3 H rows. */
const block = (x: ArrayLike<number>, k: number): Vector => {
  const size = x.length / 3;
  return vector(size, (i) => x[k * size + i] ?? Number.NaN);
};

/** w [H, K] v + b, for block k of the recurrent weights. */
function recurrent({ weights, before: { h } }: StepInput, k: number, v: Vector): Vector {
  return linearForward(v, block(weights.weightHh, k), block(weights.biasHh, k), 1, h.length, h.length);
}

function activations(input: StepInput, reset: "after" | "before") {
  const { weights, x, before } = input;
  const { h } = before;
  const a = linearForward(x, weights.weightIh, weights.biasIh, 1, x.length, 3 * h.length);
  const r = map((a, b) => sigmoid(a + b), block(a, 0), recurrent(input, 0, h));
  const z = map((a, b) => sigmoid(a + b), block(a, 1), recurrent(input, 1, h));
  /** What W_hn is multiplied with. */
  const m = reset === "after" ? h : map((r, h) => r * h, r, h);
  const q = recurrent(input, 2, m);
  const n = map((a, q, r) => Math.tanh(a + (reset === "after" ? r * q : q)), block(a, 2), q, r);
  return { r, z, m, q, n, h };
}

const cell = (reset: "after" | "before"): ReferenceCell => ({
  name: `gru_${reset}`,
  layer: "gru",
  options: () => ({ reset }),
  gates,
  states: ["h"],
  step(input) {
    const { z, n, h } = activations(input, reset);
    return { h: map((z, n, h) => (1 - z) * n + z * h, z, n, h) };
  },
  stepBackward(input, dAfter, dWeights) {
    const { r, z, m, q, n, h } = activations(input, reset);
    const { weights, x } = input;
    const H = h.length;
    const dn = map((dh, z, n) => dh * (1 - z) * (1 - n * n), dAfter.h, z, n);
    const dz = map((dh, h, n, z) => dh * (h - n) * z * (1 - z), dAfter.h, h, n, z);
    const dq = reset === "after" ? map((dn, r) => dn * r, dn, r) : dn;
    const n2 = linearBackward(dq, m, block(weights.weightHh, 2), 1, H, H);
    const dr = map(
      (dn, q, dm, h, r) => (reset === "after" ? dn * q : dm * h) * r * (1 - r),
      ...([dn, q, n2.dx, h, r] as const),
    );
    const parts = [
      linearBackward(dr, h, block(weights.weightHh, 0), 1, H, H),
      linearBackward(dz, h, block(weights.weightHh, 1), 1, H, H),
      n2,
    ];
    const da = Float64Array.from([...dr, ...dz, ...dn]);
    const ih = linearBackward(da, x, weights.weightIh, 1, x.length, 3 * H);
    accumulateAll(dWeights, {
      weightIh: ih.dWeight,
      biasIh: ih.dBias,
      weightHh: Float64Array.from(parts.flatMap(({ dWeight }) => [...dWeight])),
      biasHh: Float64Array.from(parts.flatMap(({ dBias }) => [...dBias])),
    });
    const [dhR, dhZ] = [parts[0]?.dx ?? [], parts[1]?.dx ?? []];
    const through = map((dm, r) => (reset === "after" ? dm : dm * r), n2.dx, r);
    return { dx: ih.dx, dBefore: { h: map((dh, z, a, b, c) => dh * z + a + b + c, dAfter.h, z, dhR, dhZ, through) } };
  },
});

/** Gated recurrent unit as PyTorch has it: the reset gate scales the recurrent product. */
export const gruAfter = cell("after");

/** Gated recurrent unit of Cho et al. 2014: the reset gate scales the state. */
export const gruBefore = cell("before");

function accumulateAll(into: CellWeights<Vector>, from: CellWeights<Vector>): void {
  accumulate(into.weightIh, from.weightIh);
  accumulate(into.weightHh, from.weightHh);
  accumulate(into.biasIh, from.biasIh);
  accumulate(into.biasHh, from.biasHh);
}
