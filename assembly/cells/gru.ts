// Gated recurrent unit (Cho et al. 2014), PyTorch's gate order r, z, n:
//   r = sigmoid(a_r)  z = sigmoid(a_z)    a = x W_ih^T + b_ih + h' W_hh^T + b_hh
//   reset after (PyTorch, cuDNN):    n = tanh(x W_in^T + b_in + r q)       q = h' W_hn^T + b_hn
//   reset before (Cho et al. 2014):  n = tanh(x W_in^T + b_in + q)         q = m W_hn^T + b_hn     m = r h'
//   h = (1 - z) n + z h'
// One state, h. r and z are joined, n is apart. Saved for each row: q (then its gradient) for reset after, m for reset before.

import {
  addGate,
  addRecurrent,
  addRecurrentWeights,
  at,
  carryGate,
  carryRecurrent,
  RecurrentArgs,
  recurrentBackward,
  recurrentForward,
} from "../layers/recurrent";
import { sigmoidForward, tanhForward } from "../ops/activations";
import { store4 } from "../ops/lanes";
import { add, broadcastRow, columnSums } from "../ops/vector";

/** The gate that is apart. */
const N: i32 = 2;

export function gruAfterForward(args: usize): void {
  const a = changetype<RecurrentArgs>(args);
  broadcastRow(a.saved, at(a.biasHh, N, a.H), a.N, a.H, a.H);
  recurrentForward(a, afterStep);
}

export function gruAfterBackward(args: usize): void {
  const a = changetype<RecurrentArgs>(args);
  recurrentBackward(a, afterStepBack);
  addRecurrentWeights(a, at(a.dWeightHh, N * a.H, a.H), a.saved, a.H, a.H, a.hPrev);
  columnSums(at(a.dBiasHh, N, a.H), a.saved, a.N, a.H, a.H);
}

export function gruBeforeForward(args: usize): void {
  recurrentForward(changetype<RecurrentArgs>(args), beforeStep);
}

export function gruBeforeBackward(args: usize): void {
  const a = changetype<RecurrentArgs>(args);
  recurrentBackward(a, beforeStepBack);
  const dn = at(a.gates, N, a.H);
  addRecurrentWeights(a, at(a.dWeightHh, N * a.H, a.H), dn, a.H, 3 * a.H, a.saved);
  columnSums(at(a.dBiasHh, N, a.H), dn, a.N, a.H, 3 * a.H);
}

function afterStep(a: RecurrentArgs, row: i32, rows: i32, hasState: bool, _t: i32): void {
  const H = a.H;
  if (hasState) {
    addRecurrent(a, row, rows);
    addGate(a, at(a.saved, row, H), H, at(a.hPrev, row, H), N, rows);
  }
  for (let b = 0; b < rows; ++b) {
    let r = at(a.gates, row + b, 3 * H);
    let n = at(r, N, H);
    let q = at(a.saved, row + b, H);
    sigmoidForward(r, r, 2 * H);
    for (let left = H; left > 0; left -= 4) {
      store4(n, f32x4.add(v128.load(n), f32x4.mul(v128.load(r), v128.load(q))), left);
      r += 16;
      n += 16;
      q += 16;
    }
  }
  blend(a, row, rows);
}

function afterStepBack(a: RecurrentArgs, row: i32, rows: i32, hasState: bool, _t: i32): void {
  const H = a.H;
  blendBack(a, row, rows);
  const one = f32x4.splat(1);
  for (let b = 0; b < rows; ++b) {
    let r = at(a.gates, row + b, 3 * H);
    let dn = at(r, N, H);
    let q = at(a.saved, row + b, H);
    for (let left = H; left > 0; left -= 4) {
      const r4 = v128.load(r);
      const dn4 = v128.load(dn);
      store4(r, f32x4.mul(f32x4.mul(dn4, v128.load(q)), f32x4.mul(r4, f32x4.sub(one, r4))), left);
      store4(q, f32x4.mul(dn4, r4), left);
      r += 16;
      dn += 16;
      q += 16;
    }
  }
  if (!hasState) return;
  carryRecurrent(a, row, rows);
  carryGate(a, a.dState, at(a.saved, row, H), H, N, rows);
}

function beforeStep(a: RecurrentArgs, row: i32, rows: i32, hasState: bool, _t: i32): void {
  const H = a.H;
  if (hasState) addRecurrent(a, row, rows);
  for (let b = 0; b < rows; ++b) {
    let r = at(a.gates, row + b, 3 * H);
    let hPrev = at(a.hPrev, row + b, H);
    let m = at(a.saved, row + b, H);
    add(at(r, N, H), at(a.biasHh, N, H), H);
    sigmoidForward(r, r, 2 * H);
    for (let left = H; left > 0; left -= 4) {
      store4(m, f32x4.mul(v128.load(r), v128.load(hPrev)), left);
      r += 16;
      hPrev += 16;
      m += 16;
    }
  }
  if (hasState) addGate(a, at(at(a.gates, row, 3 * H), N, H), 3 * H, at(a.saved, row, H), N, rows);
  blend(a, row, rows);
}

function beforeStepBack(a: RecurrentArgs, row: i32, rows: i32, hasState: bool, _t: i32): void {
  const H = a.H;
  blendBack(a, row, rows);
  memory.fill(a.work, 0, (<usize>(rows * H)) << 2);
  if (hasState) carryGate(a, a.work, at(at(a.gates, row, 3 * H), N, H), 3 * H, N, rows);
  const one = f32x4.splat(1);
  for (let b = 0; b < rows; ++b) {
    let r = at(a.gates, row + b, 3 * H);
    let hPrev = at(a.hPrev, row + b, H);
    let dm = at(a.work, b, H);
    let dState = at(a.dState, b, H);
    for (let left = H; left > 0; left -= 4) {
      const r4 = v128.load(r);
      const dm4 = v128.load(dm);
      store4(r, f32x4.mul(f32x4.mul(dm4, v128.load(hPrev)), f32x4.mul(r4, f32x4.sub(one, r4))), left);
      store4(dState, f32x4.add(v128.load(dState), f32x4.mul(dm4, r4)), left);
      r += 16;
      hPrev += 16;
      dm += 16;
      dState += 16;
    }
  }
  if (hasState) carryRecurrent(a, row, rows);
}

/** n, and h = (1 - z) n + z h' = n + z (h' - n), from a_n and z. */
function blend(a: RecurrentArgs, row: i32, rows: i32): void {
  const H = a.H;
  for (let b = 0; b < rows; ++b) {
    let z = at(at(a.gates, row + b, 3 * H), 1, H);
    let n = at(z, 1, H);
    let y = at(a.y, row + b, a.ldy);
    let state = at(a.state, b, H);
    tanhForward(n, n, H);
    for (let left = H; left > 0; left -= 4) {
      const n4 = v128.load(n);
      const h = f32x4.add(n4, f32x4.mul(v128.load(z), f32x4.sub(v128.load(state), n4)));
      store4(state, h, left);
      store4(y, h, left);
      z += 16;
      n += 16;
      y += 16;
      state += 16;
    }
  }
}

/** The gradients of a_z and a_n, and the part of the state's that passes by the gates, dh z. */
function blendBack(a: RecurrentArgs, row: i32, rows: i32): void {
  const H = a.H;
  const one = f32x4.splat(1);
  for (let b = 0; b < rows; ++b) {
    let z = at(at(a.gates, row + b, 3 * H), 1, H);
    let n = at(z, 1, H);
    let hPrev = at(a.hPrev, row + b, H);
    let dy = at(a.dy, row + b, a.ldy);
    let dState = at(a.dState, b, H);
    for (let left = H; left > 0; left -= 4) {
      const z4 = v128.load(z);
      const n4 = v128.load(n);
      const dh = f32x4.add(v128.load(dy), v128.load(dState));
      const rest = f32x4.sub(one, z4);
      store4(z, f32x4.mul(f32x4.mul(dh, f32x4.sub(v128.load(hPrev), n4)), f32x4.mul(z4, rest)), left);
      store4(n, f32x4.mul(f32x4.mul(dh, rest), f32x4.sub(one, f32x4.mul(n4, n4))), left);
      store4(dState, f32x4.mul(dh, z4), left);
      z += 16;
      n += 16;
      hPrev += 16;
      dy += 16;
      dState += 16;
    }
  }
}
