// The simple recurrent network (Elman 1990), PyTorch's nn.RNN: h = act(x W_ih^T + b_ih + h' W_hh^T + b_hh) with act one of tanh, relu,
// linear (the lecture's neuron). One state, h. The gates buffer holds h, which is all that the backward pass needs.

import { omegaBegin, omegaEnd, omegaStep, Slope } from "../layers/omega";
import {
  addRecurrent,
  at,
  carryRecurrent,
  RecurrentArgs,
  recurrentBackward,
  recurrentForward,
  Step,
} from "../layers/recurrent";
import { reluForward, tanhForward } from "../ops/activations";
import { store4 } from "../ops/lanes";
import { add } from "../ops/vector";

export function rnnTanhForward(args: usize): void {
  recurrentForward(changetype<RecurrentArgs>(args), tanhStep);
}

export function rnnTanhBackward(args: usize): void {
  backward(changetype<RecurrentArgs>(args), tanhStepBack);
}

export function rnnReluForward(args: usize): void {
  recurrentForward(changetype<RecurrentArgs>(args), reluStep);
}

export function rnnReluBackward(args: usize): void {
  backward(changetype<RecurrentArgs>(args), reluStepBack);
}

export function rnnLinearForward(args: usize): void {
  recurrentForward(changetype<RecurrentArgs>(args), linearStep);
}

export function rnnLinearBackward(args: usize): void {
  backward(changetype<RecurrentArgs>(args), linearStepBack);
}

function tanhStep(a: RecurrentArgs, row: i32, rows: i32, hasState: bool, _t: i32): void {
  if (hasState) addRecurrent(a, row, rows);
  const h = at(a.gates, row, a.H);
  tanhForward(h, h, rows * a.H);
  publish(a, row, rows);
}

function tanhStepBack(a: RecurrentArgs, row: i32, rows: i32, hasState: bool, t: i32): void {
  collect(a, row, rows);
  const one = f32x4.splat(1);
  let gates = at(a.gates, row, a.H);
  let dh = a.dState;
  for (let left = rows * a.H; left > 0; left -= 4) {
    const h = v128.load(gates);
    store4(gates, f32x4.mul(v128.load(dh), f32x4.sub(one, f32x4.mul(h, h))), left);
    gates += 16;
    dh += 16;
  }
  carry(a, row, rows, hasState, t, tanhSlope);
}

function tanhSlope(h: v128): v128 {
  return f32x4.sub(f32x4.splat(1), f32x4.mul(h, h));
}

function reluStep(a: RecurrentArgs, row: i32, rows: i32, hasState: bool, _t: i32): void {
  if (hasState) addRecurrent(a, row, rows);
  const h = at(a.gates, row, a.H);
  reluForward(h, h, rows * a.H);
  publish(a, row, rows);
}

function reluStepBack(a: RecurrentArgs, row: i32, rows: i32, hasState: bool, t: i32): void {
  collect(a, row, rows);
  const zero = f32x4.splat(0);
  let gates = at(a.gates, row, a.H);
  let dh = a.dState;
  for (let left = rows * a.H; left > 0; left -= 4) {
    store4(gates, v128.and(v128.load(dh), f32x4.gt(v128.load(gates), zero)), left);
    gates += 16;
    dh += 16;
  }
  carry(a, row, rows, hasState, t, reluSlope);
}

function reluSlope(h: v128): v128 {
  return v128.and(f32x4.splat(1), f32x4.gt(h, f32x4.splat(0)));
}

function linearStep(a: RecurrentArgs, row: i32, rows: i32, hasState: bool, _t: i32): void {
  if (hasState) addRecurrent(a, row, rows);
  publish(a, row, rows);
}

function linearStepBack(a: RecurrentArgs, row: i32, rows: i32, hasState: bool, t: i32): void {
  collect(a, row, rows);
  memory.copy(at(a.gates, row, a.H), a.dState, (<usize>(rows * a.H)) << 2);
  carry(a, row, rows, hasState, t, linearSlope);
}

function linearSlope(_h: v128): v128 {
  return f32x4.splat(1);
}

/** The rows of h become the newest state and the output. */
export function publish(a: RecurrentArgs, row: i32, rows: i32): void {
  const bytes = (<usize>a.H) << 2;
  const h = at(a.gates, row, a.H);
  memory.copy(a.state, h, <usize>rows * bytes);
  for (let b = 0; b < rows; ++b) memory.copy(at(a.y, row + b, a.ldy), h + <usize>b * bytes, bytes);
}

/** dState += dy, the two ways in which h is felt. */
export function collect(a: RecurrentArgs, row: i32, rows: i32): void {
  for (let b = 0; b < rows; ++b) add(at(a.dState, b, a.H), at(a.dy, row + b, a.ldy), a.H);
}

function backward(a: RecurrentArgs, step: Step): void {
  omegaBegin(a);
  recurrentBackward(a, step);
  omegaEnd(a);
}

function carry(a: RecurrentArgs, row: i32, rows: i32, hasState: bool, t: i32, slope: Slope): void {
  if (!hasState) return;
  memory.fill(a.dState, 0, (<usize>(rows * a.H)) << 2);
  carryRecurrent(a, row, rows);
  omegaStep(a, row, rows, t, slope);
}
