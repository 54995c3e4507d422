// The regulariser of Pascanu, Mikolov and Bengio (2013), equations 9 and 10: it asks that the gradient keeps its norm on the way from the
// state of one step, a = W_hh h' + ..., to the one before it, a':
//   Omega = sum of (|u| / |v| - 1)^2    v = dE/da    u = (W_hh^T v) act'(a') = dE/da' as it comes through v
// for each sequence and step. As in the paper the derivative is the immediate one, of W_hh with v and act' held:
//   dOmega/dW_hh = sum of v q^T         q = 2 (|u| / |v| - 1) / (|u| |v|) u act'(a')
// q is kept for all rows, so that one product adds the derivative.

import { multiplyTN } from "../ops/gemm";
import { store4 } from "../ops/lanes";
import { scale, sumSquares } from "../ops/vector";
import { at, RecurrentArgs } from "./recurrent";

/** act' as a function of act, four values. */
export type Slope = (h: v128) => v128;

/** Before the way back. */
export function omegaBegin(a: RecurrentArgs): void {
  if (a.omega) memory.fill(a.omega, 0, (<usize>(a.N * a.H)) << 2);
}

/** After the product of step t: dState holds W_hh^T v. Of the rows those count that have a state before. */
export function omegaStep(a: RecurrentArgs, row: i32, rows: i32, t: i32, slope: Slope): void {
  if (!a.omega) return;
  // the reverse direction begins each sequence at its own last step
  if (a.reverse && !a.initial) rows = load<i32>(a.batchSizes + ((<usize>(t + 1)) << 2));
  for (let b = 0; b < rows; ++b) {
    const vNorm = sqrt<f64>(sumSquares(at(a.gates, row + b, a.H), a.H));
    if (!(vNorm > 0)) continue;
    const q = at(a.omega, row + b, a.H);
    const hPrev = at(a.hPrev, row + b, a.H);
    multiplySlope(q, at(a.dState, b, a.H), hPrev, a.H, slope);
    const uNorm = sqrt<f64>(sumSquares(q, a.H));
    const off = uNorm / vNorm - 1;
    store<f64>(a.omegaSum, load<f64>(a.omegaSum) + off * off);
    multiplySlope(q, q, hPrev, a.H, slope);
    scale(q, uNorm > 0 ? <f32>((2 * off * a.omegaFactor) / (uNorm * vNorm)) : 0, a.H);
  }
}

/** After the way back: dW_hh += what the rows ask for. */
export function omegaEnd(a: RecurrentArgs): void {
  if (a.omega) multiplyTN(a.dWeightHh, a.gates, a.omega, a.H, a.H, a.N, a.H, a.H, a.H, a.scratch);
}

/** y = x slope(h); y may be x. */
function multiplySlope(y: usize, x: usize, h: usize, n: i32, slope: Slope): void {
  for (let left = n; left > 0; left -= 4) {
    store4(y, f32x4.mul(v128.load(x), slope(v128.load(h))), left);
    y += 16;
    x += 16;
    h += 16;
  }
}
