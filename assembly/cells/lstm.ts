// Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000), PyTorch's form and gate order:
//   i = sigmoid(a_i)  f = sigmoid(a_f)  g = tanh(a_g)  o = sigmoid(a_o)     a = x W_ih^T + b_ih + h W_hh^T + b_hh
//   c = f c' + i g    h = o tanh(c)
// States: h, c. Saved for each row: [c before the step, tanh(c)], 2 H values.

import {
  addRecurrent,
  at,
  carryRecurrent,
  RecurrentArgs,
  recurrentBackward,
  recurrentForward,
  stateOf,
} from "../layers/recurrent";
import { sigmoidForward, tanhForward } from "../ops/activations";
import { store4 } from "../ops/lanes";

export function lstmForward(args: usize): void {
  recurrentForward(changetype<RecurrentArgs>(args), forwardStep);
}

export function lstmBackward(args: usize): void {
  recurrentBackward(changetype<RecurrentArgs>(args), backwardStep);
}

function forwardStep(a: RecurrentArgs, row: i32, rows: i32, hasState: bool, _t: i32): void {
  if (hasState) addRecurrent(a, row, rows);
  for (let b = 0; b < rows; ++b) forwardRow(a, row + b, b);
}

function forwardRow(a: RecurrentArgs, row: i32, b: i32): void {
  const H = a.H;
  const block = (<usize>H) << 2;
  const i = at(a.gates, row, 4 * H);
  const f = i + block;
  const g = f + block;
  const o = g + block;
  const cPrev = at(a.saved, row, 2 * H);
  const tanhC = cPrev + block;
  const c = at(stateOf(a.state, 1, a), b, H);
  const h = at(a.state, b, H);
  const y = at(a.y, row, a.ldy);
  sigmoidForward(i, i, 2 * H);
  tanhForward(g, g, H);
  sigmoidForward(o, o, H);
  memory.copy(cPrev, c, block);
  for (let left = H, k: usize = 0; left > 0; left -= 4, k += 16) {
    const kept = f32x4.mul(v128.load(f + k), v128.load(c + k));
    store4(c + k, f32x4.add(kept, f32x4.mul(v128.load(i + k), v128.load(g + k))), left);
  }
  tanhForward(tanhC, c, H);
  for (let left = H, k: usize = 0; left > 0; left -= 4, k += 16)
    store4(h + k, f32x4.mul(v128.load(o + k), v128.load(tanhC + k)), left);
  memory.copy(y, h, block);
}

function backwardStep(a: RecurrentArgs, row: i32, rows: i32, hasState: bool, _t: i32): void {
  for (let b = 0; b < rows; ++b) backwardRow(a, row + b, b);
  if (!hasState) return;
  memory.fill(a.dState, 0, (<usize>(rows * a.H)) << 2);
  carryRecurrent(a, row, rows);
}

function backwardRow(a: RecurrentArgs, row: i32, b: i32): void {
  const H = a.H;
  const block = (<usize>H) << 2;
  let gates = at(a.gates, row, 4 * H);
  let saved = at(a.saved, row, 2 * H);
  let dy = at(a.dy, row, a.ldy);
  let dhState = at(a.dState, b, H);
  let dcState = at(stateOf(a.dState, 1, a), b, H);
  const one = f32x4.splat(1);
  for (let left = H; left > 0; left -= 4) {
    const i = v128.load(gates);
    const f = v128.load(gates + block);
    const g = v128.load(gates + 2 * block);
    const o = v128.load(gates + 3 * block);
    const cPrev = v128.load(saved);
    const tanhC = v128.load(saved + block);
    const dh = f32x4.add(v128.load(dy), v128.load(dhState));
    const dTanhC = f32x4.mul(dh, o);
    const dc = f32x4.add(v128.load(dcState), f32x4.mul(dTanhC, f32x4.sub(one, f32x4.mul(tanhC, tanhC))));
    const di = f32x4.mul(f32x4.mul(dc, g), f32x4.mul(i, f32x4.sub(one, i)));
    const df = f32x4.mul(f32x4.mul(dc, cPrev), f32x4.mul(f, f32x4.sub(one, f)));
    const dg = f32x4.mul(f32x4.mul(dc, i), f32x4.sub(one, f32x4.mul(g, g)));
    const dO = f32x4.mul(f32x4.mul(dh, tanhC), f32x4.mul(o, f32x4.sub(one, o)));
    store4(gates, di, left);
    store4(gates + block, df, left);
    store4(gates + 2 * block, dg, left);
    store4(gates + 3 * block, dO, left);
    store4(dcState, f32x4.mul(dc, f), left);
    gates += 16;
    saved += 16;
    dy += 16;
    dhState += 16;
    dcState += 16;
  }
}
