import { preActivations, preActivationsBackward, type ReferenceCell, type StepInput } from "./cell.js";
import { at, map, type Vector, vector } from "./vector.js";

const ALPHA = 0.95;
const slowUnits = (H: number): number => Math.max(1, Math.floor(H / 3));
const sigmoid = (a: number): number => 1 / (1 + Math.exp(-a));

/** The state whose product with W_hh = [R, P] is taken: the fast units as they were, the slow ones as they are now. */
function mixed(input: StepInput): Vector {
  const before = input.before.h;
  const F = before.length - slowUnits(before.length);
  const { weights, x } = input;
  const B = { ...weights, weightHh: vector(before.length ** 2, () => 0) };
  const a = preActivations({ ...input, weights: B, x }, ["h"]).h;
  return vector(before.length, (j) => (j < F ? at(before, j) : (1 - ALPHA) * at(a, j) + ALPHA * at(before, j)));
}

/**
 * Mikolov et al. 2015, equations 4 to 6: s = (1 - alpha) B x + alpha s', h = sigmoid(A x + R h' + P s), the state [h, s].
 */
export const scrn: ReferenceCell = {
  name: "scrn",
  layer: "scrn",
  options: (H) => ({ contextSize: slowUnits(H), alpha: ALPHA }),
  excludes: (H) => H === 1,
  usesRecurrent: (row, _column, H) => row < H - slowUnits(H),
  gates: ["h"],
  states: ["h"],
  step(input) {
    const state = mixed(input);
    const F = state.length - slowUnits(state.length);
    const a = preActivations({ ...input, before: { ...input.before, h: state } }, ["h"]).h;
    return { h: vector(state.length, (j) => (j < F ? sigmoid(at(a, j)) : at(state, j))) };
  },
  stepBackward(input, { h: dAfter }, dWeights) {
    const state = mixed(input);
    const H = state.length;
    const F = H - slowUnits(H);
    const seen = { ...input, before: { ...input.before, h: state } };
    const h = map(sigmoid, preActivations(seen, ["h"]).h);
    const dFast = vector(H, (j) => (j < F ? at(dAfter, j) * at(h, j) * (1 - at(h, j)) : 0));
    const fast = preActivationsBackward(seen, [dFast], dWeights);
    const ds = vector(H, (j) => (j < F ? 0 : at(dAfter, j) + at(fast.dh, j)));
    // of the slow units x and the biases alone are felt through a
    const unseen = { ...input, before: { ...input.before, h: vector(H, () => 0) } };
    const slow = preActivationsBackward(unseen, [map((ds) => (1 - ALPHA) * ds, ds)], dWeights);
    return {
      dx: map((fast, slow) => fast + slow, fast.dx, slow.dx),
      dBefore: { h: vector(H, (j) => (j < F ? at(fast.dh, j) : ALPHA * at(ds, j))) },
    };
  },
};
