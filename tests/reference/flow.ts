// What reaches a hidden state, by its definition: move h_t a little, let everything behind it follow, and see what the loss does. In float64.

import type { ReferenceCell, StateName, StepInput } from "./cell.js";
import { embeddingForward } from "./embedding.js";
import { linearForward } from "./linear.js";
import { crossEntropy } from "./loss.js";
import type { ReferenceNetwork, ReferenceSequence, Weights } from "./network.js";
import { at, map, matrix, type Numbers, type Vector, vector, zeros } from "./vector.js";

/** One hidden unit that is moved behind its step, at which all that read it see the new value. */
export interface Nudge {
  readonly layer: number;
  readonly direction: number;
  readonly t: number;
  readonly unit: number;
  readonly by: number;
}

/** The summed cross-entropy of one sequence. */
export function lossWith(net: ReferenceNetwork, weights: Weights, sequence: ReferenceSequence, nudge?: Nudge): number {
  const { tokens, labels = [], label = -1 } = sequence;
  const [T, H, D, K] = [tokens.length, net.hiddenSize, net.bidirectional ? 2 : 1, net.outFeatures];
  let x: Vector = embeddingForward(weights["embedding.weight"] ?? [], tokens, net.embeddingDim);
  for (let layer = 0; layer < net.numLayers; ++layer) {
    const sides = Array.from({ length: D }, (_, direction) => {
      const own = nudge?.layer === layer && nudge.direction === direction ? nudge : undefined;
      return walk(net, weights, { layer, direction, x, T }, own);
    });
    x = matrix(T, D * H, (t, unit) => at(sides[Math.floor(unit / H)]?.[t]?.after.h ?? [], unit % H));
  }
  const head = net.last ? vector(D * H, (unit) => at(x, (unit < H ? T - 1 : 0) * D * H + unit)) : x;
  const rows = net.last ? 1 : T;
  const logits = linearForward(head, weights["linear.weight"] ?? [], weights["linear.bias"] ?? [], rows, D * H, K);
  return crossEntropy(logits, net.last ? [label] : labels, K, {}).sum;
}

interface Place {
  readonly layer: number;
  readonly direction: number;
  readonly x: Numbers;
  readonly T: number;
}

type Step = StepInput & { readonly after: Readonly<Record<StateName, Vector>> };

/** The steps of one direction by time. */
export function walk(net: ReferenceNetwork, weights: Weights, place: Place, nudge?: Nudge): Step[] {
  const { cell, hiddenSize: H } = net;
  const { layer, direction, x, T } = place;
  const suffix = `_l${layer}${direction === 1 ? "_reverse" : ""}`;
  const own = (name: string) => weights[`${cell.layer}.${name}${suffix}`] ?? [];
  const weightHh = map((w) => w, own("weight_hh"));
  const used = { weightIh: own("weight_ih"), weightHh, biasIh: own("bias_ih"), biasHh: own("bias_hh") };
  const I = x.length / T;
  const steps: Step[] = [];
  const initial = { h: zeros(H), c: zeros(H) };
  let before = initial;
  for (let k = 0; k < T; ++k) {
    const t = direction === 1 ? T - 1 - k : k;
    const input = { weights: used, x: vector(I, (i) => at(x, t * I + i)), before, initial, t };
    const after = { ...before, ...cell.step(input) };
    if (nudge?.t === t) after.h = vector(H, (j) => at(after.h, j) + (j === nudge.unit ? nudge.by : 0));
    steps[t] = { ...input, after };
    before = after;
  }
  return steps;
}

/** The Jacobian [n, n] of the named states behind a step by those before it, by central differences. */
export function stepJacobian(cell: ReferenceCell, step: StepInput, states: readonly StateName[]): Vector {
  const H = step.before.h.length;
  const n = states.length * H;
  const e = 1e-6;
  const moved = (column: number, by: number): Vector => {
    const name = states[Math.floor(column / H)] ?? "h";
    const before = { ...step.before, [name]: vector(H, (j) => at(step.before[name], j) + (j === column % H ? by : 0)) };
    const after = { ...before, ...cell.step({ ...step, before }) };
    return vector(n, (row) => at(after[states[Math.floor(row / H)] ?? "h"], row % H));
  };
  const columns = Array.from({ length: n }, (_, column) =>
    map((a, b) => (a - b) / (2 * e), moved(column, e), moved(column, -e)),
  );
  return matrix(n, n, (row, column) => at(columns[column] ?? [], row));
}

/** The largest singular value, by many steps of power iteration. */
export function spectralNorm(a: Numbers, n: number): number {
  let v = vector(n, (j) => 1 + (j % 3) / 7);
  let norm = 0;
  for (let round = 0; round < 3000; ++round) {
    const u = linearForward(v, a, zeros(n), 1, n, n);
    const w = vector(n, (j) => u.reduce((sum, value, i) => sum + value * at(a, i * n + j), 0));
    const size = Math.sqrt(w.reduce((sum, value) => sum + value * value, 0));
    norm = Math.sqrt(size);
    if (size === 0) return 0;
    v = map((value) => value / size, w);
  }
  return norm;
}
