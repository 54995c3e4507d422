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
import { sigmoid4, tanh4 } from "../ops/activations";
import { store4 } from "../ops/lanes";
import { broadcastRow, columnSums } from "../ops/vector";

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

function afterStep(a: RecurrentArgs, row: i32, rows: i32, hasState: bool): void {
  const H = a.H;
  if (hasState) {
    addRecurrent(a, row, rows);
    addGate(a, at(a.saved, row, H), H, at(a.hPrev, row, H), N, rows);
  }
  for (let b = 0; b < rows; ++b) {
    const block = (<usize>H) << 2;
    let gates = at(a.gates, row + b, 3 * H);
    let saved = at(a.saved, row + b, H);
    for (let left = H; left > 0; left -= 4) {
      const r = sigmoid4(v128.load(gates));
      const n = tanh4(f32x4.add(v128.load(gates + 2 * block), f32x4.mul(r, v128.load(saved))));
      store4(gates, r, left);
      store4(gates + 2 * block, n, left);
      gates += 16;
      saved += 16;
    }
    blend(a, row + b, b);
  }
}

function afterStepBack(a: RecurrentArgs, row: i32, rows: i32, hasState: bool): void {
  const H = a.H;
  for (let b = 0; b < rows; ++b) {
    blendBack(a, row + b, b);
    const block = (<usize>H) << 2;
    const one = f32x4.splat(1);
    let gates = at(a.gates, row + b, 3 * H);
    let saved = at(a.saved, row + b, H);
    for (let left = H; left > 0; left -= 4) {
      const r = v128.load(gates);
      const q = v128.load(saved);
      const dn = v128.load(gates + 2 * block);
      store4(gates, f32x4.mul(f32x4.mul(dn, q), f32x4.mul(r, f32x4.sub(one, r))), left);
      store4(saved, f32x4.mul(dn, r), left);
      gates += 16;
      saved += 16;
    }
  }
  if (!hasState) return;
  carryRecurrent(a, row, rows);
  carryGate(a, a.dState, at(a.saved, row, H), H, N, rows);
}

function beforeStep(a: RecurrentArgs, row: i32, rows: i32, hasState: bool): void {
  const H = a.H;
  if (hasState) addRecurrent(a, row, rows);
  for (let b = 0; b < rows; ++b) {
    const block = (<usize>H) << 2;
    let gates = at(a.gates, row + b, 3 * H);
    let hPrev = at(a.hPrev, row + b, H);
    let saved = at(a.saved, row + b, H);
    let bias = at(a.biasHh, N, H);
    for (let left = H; left > 0; left -= 4) {
      const r = sigmoid4(v128.load(gates));
      const n = f32x4.add(v128.load(gates + 2 * block), v128.load(bias));
      store4(gates, r, left);
      store4(gates + 2 * block, n, left);
      store4(saved, f32x4.mul(r, v128.load(hPrev)), left);
      gates += 16;
      hPrev += 16;
      saved += 16;
      bias += 16;
    }
  }
  if (hasState) addGate(a, at(a.gates, row, 3 * H) + 2 * ((<usize>H) << 2), 3 * H, at(a.saved, row, H), N, rows);
  for (let b = 0; b < rows; ++b) {
    let n = at(a.gates, row + b, 3 * H) + 2 * ((<usize>H) << 2);
    for (let left = H; left > 0; left -= 4) {
      store4(n, tanh4(v128.load(n)), left);
      n += 16;
    }
    blend(a, row + b, b);
  }
}

function beforeStepBack(a: RecurrentArgs, row: i32, rows: i32, hasState: bool): void {
  const H = a.H;
  const block = (<usize>H) << 2;
  for (let b = 0; b < rows; ++b) blendBack(a, row + b, b);
  memory.fill(a.work, 0, <usize>rows * block);
  if (hasState) carryGate(a, a.work, at(a.gates, row, 3 * H) + 2 * block, 3 * H, N, rows);
  const one = f32x4.splat(1);
  for (let b = 0; b < rows; ++b) {
    let gates = at(a.gates, row + b, 3 * H);
    let hPrev = at(a.hPrev, row + b, H);
    let work = at(a.work, b, H);
    let dState = at(a.dState, b, H);
    for (let left = H; left > 0; left -= 4) {
      const r = v128.load(gates);
      const dm = v128.load(work);
      store4(gates, f32x4.mul(f32x4.mul(dm, v128.load(hPrev)), f32x4.mul(r, f32x4.sub(one, r))), left);
      store4(dState, f32x4.add(v128.load(dState), f32x4.mul(dm, r)), left);
      gates += 16;
      hPrev += 16;
      work += 16;
      dState += 16;
    }
  }
  if (hasState) carryRecurrent(a, row, rows);
}

/** z, and h = (1 - z) n + z h' = n + z (h' - n), from a_z and n. */
function blend(a: RecurrentArgs, row: i32, b: i32): void {
  const H = a.H;
  let z = at(a.gates, row, 3 * H) + ((<usize>H) << 2);
  let n = z + ((<usize>H) << 2);
  let y = at(a.y, row, a.ldy);
  let state = at(a.state, b, H);
  for (let left = H; left > 0; left -= 4) {
    const z4 = sigmoid4(v128.load(z));
    const n4 = v128.load(n);
    const h = f32x4.add(n4, f32x4.mul(z4, f32x4.sub(v128.load(state), n4)));
    store4(z, z4, left);
    store4(state, h, left);
    store4(y, h, left);
    z += 16;
    n += 16;
    y += 16;
    state += 16;
  }
}

/** The gradients of a_z and a_n, and the part of the state's that passes by the gates, dh z. */
function blendBack(a: RecurrentArgs, row: i32, b: i32): void {
  const H = a.H;
  const one = f32x4.splat(1);
  let z = at(a.gates, row, 3 * H) + ((<usize>H) << 2);
  let n = z + ((<usize>H) << 2);
  let hPrev = at(a.hPrev, row, H);
  let dy = at(a.dy, row, a.ldy);
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
