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
import { sigmoid4, tanh4 } from "../ops/activations";
import { store4 } from "../ops/lanes";

export function lstmForward(args: usize): void {
  recurrentForward(changetype<RecurrentArgs>(args), forwardStep);
}

export function lstmBackward(args: usize): void {
  recurrentBackward(changetype<RecurrentArgs>(args), backwardStep);
}

function forwardStep(a: RecurrentArgs, row: i32, rows: i32, hasState: bool): void {
  if (hasState) addRecurrent(a, row, rows);
  for (let b = 0; b < rows; ++b) forwardRow(a, row + b, b);
}

function forwardRow(a: RecurrentArgs, row: i32, b: i32): void {
  const H = a.H;
  const block = (<usize>H) << 2;
  let gates = at(a.gates, row, 4 * H);
  let saved = at(a.saved, row, 2 * H);
  let y = at(a.y, row, a.ldy);
  let hState = at(a.state, b, H);
  let cState = at(stateOf(a.state, 1, a), b, H);
  for (let left = H; left > 0; left -= 4) {
    const i = sigmoid4(v128.load(gates));
    const f = sigmoid4(v128.load(gates + block));
    const g = tanh4(v128.load(gates + 2 * block));
    const o = sigmoid4(v128.load(gates + 3 * block));
    const cPrev = v128.load(cState);
    const c = f32x4.add(f32x4.mul(f, cPrev), f32x4.mul(i, g));
    const tanhC = tanh4(c);
    const h = f32x4.mul(o, tanhC);
    store4(gates, i, left);
    store4(gates + block, f, left);
    store4(gates + 2 * block, g, left);
    store4(gates + 3 * block, o, left);
    store4(saved, cPrev, left);
    store4(saved + block, tanhC, left);
    store4(cState, c, left);
    store4(hState, h, left);
    store4(y, h, left);
    gates += 16;
    saved += 16;
    y += 16;
    hState += 16;
    cState += 16;
  }
}

function backwardStep(a: RecurrentArgs, row: i32, rows: i32, hasState: bool): void {
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
