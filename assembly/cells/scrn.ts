// Structurally constrained recurrent network (Mikolov et al. 2015, "Learning longer memory in recurrent neural networks", equations 4 to 6).
// Of the H units the last C are slow context units s, the F = H - C before them fast ones:
//   s = (1 - alpha) a_s + alpha s'    h = sigmoid(a_h + R h' + P s)    a = x W_ih^T + b_ih + b_hh    W_ih = [A; B]
// One state [h, s]. W_hh holds [R, P] in its first F rows; the other rows are not used. options: C, alpha.
// Of hPrev each row becomes [h', s] so that R and P are one product.

import { at, inputBackward, RecurrentArgs, recurrentForward, sumBiases, walkBackward } from "../layers/recurrent";
import { sigmoidForward } from "../ops/activations";
import { gemmPacked, multiplyTN, packNN, packNT } from "../ops/gemm";
import { store4 } from "../ops/lanes";
import { collect, publish } from "./elman";

export function scrnPack(args: usize): void {
  const a = changetype<RecurrentArgs>(args);
  packNT(a.packedIh, a.weightIh, a.I, a.H, a.I);
  packNT(a.packedHh, a.weightHh, a.H, fast(a), a.H);
  sumBiases(a);
}

export function scrnPackBack(args: usize): void {
  const a = changetype<RecurrentArgs>(args);
  packNN(a.packedIhBack, a.weightIh, a.H, a.I, a.I);
  packNN(a.packedHhBack, a.weightHh, fast(a), a.H, a.H);
}

export function scrnForward(args: usize): void {
  recurrentForward(changetype<RecurrentArgs>(args), forwardStep);
}

export function scrnBackward(args: usize): void {
  const a = changetype<RecurrentArgs>(args);
  walkBackward(a, backwardStep);
  multiplyTN(a.dWeightHh, a.gates, a.hPrev, fast(a), a.H, a.N, a.H, a.H, a.H, a.scratch);
  inputBackward(a);
}

function forwardStep(a: RecurrentArgs, row: i32, rows: i32, _hasState: bool, _t: i32): void {
  const F = fast(a);
  const slow = (<usize>F) << 2;
  const kept = f32x4.splat(alpha(a));
  const taken = f32x4.splat(1 - alpha(a));
  for (let b = 0; b < rows; ++b) {
    let s = at(a.gates, row + b, a.H) + slow;
    let before = at(a.hPrev, row + b, a.H) + slow;
    for (let left = a.H - F; left > 0; left -= 4) {
      const s4 = f32x4.add(f32x4.mul(taken, v128.load(s)), f32x4.mul(kept, v128.load(before)));
      store4(s, s4, left);
      store4(before, s4, left);
      s += 16;
      before += 16;
    }
  }
  gemmPacked(at(a.gates, row, a.H), at(a.hPrev, row, a.H), a.packedHh, rows, F, a.H, a.H, a.H, a.scratch);
  for (let b = 0; b < rows; ++b) {
    const h = at(a.gates, row + b, a.H);
    sigmoidForward(h, h, F);
  }
  publish(a, row, rows);
}

function backwardStep(a: RecurrentArgs, row: i32, rows: i32, _hasState: bool, _t: i32): void {
  const F = fast(a);
  const one = f32x4.splat(1);
  collect(a, row, rows);
  for (let b = 0; b < rows; ++b) {
    let h = at(a.gates, row + b, a.H);
    let dh = at(a.dState, b, a.H);
    for (let left = F; left > 0; left -= 4) {
      const h4 = v128.load(h);
      store4(h, f32x4.mul(v128.load(dh), f32x4.mul(h4, f32x4.sub(one, h4))), left);
      h += 16;
      dh += 16;
    }
    memory.fill(at(a.dState, b, a.H), 0, (<usize>F) << 2);
  }
  // the gradient of h', and that of s through P beside the one that it has
  gemmPacked(a.dState, at(a.gates, row, a.H), a.packedHhBack, rows, a.H, F, a.H, a.H, a.scratch);
  const slow = (<usize>F) << 2;
  const kept = f32x4.splat(alpha(a));
  const taken = f32x4.splat(1 - alpha(a));
  for (let b = 0; b < rows; ++b) {
    let s = at(a.gates, row + b, a.H) + slow;
    let ds = at(a.dState, b, a.H) + slow;
    for (let left = a.H - F; left > 0; left -= 4) {
      const ds4 = v128.load(ds);
      store4(s, f32x4.mul(taken, ds4), left);
      store4(ds, f32x4.mul(kept, ds4), left);
      s += 16;
      ds += 16;
    }
  }
}

function fast(a: RecurrentArgs): i32 {
  return a.H - <i32>load<f64>(a.options);
}

function alpha(a: RecurrentArgs): f32 {
  return <f32>load<f64>(a.options, 8);
}
