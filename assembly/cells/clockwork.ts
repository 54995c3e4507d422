// Clockwork RNN (Koutnik et al. 2014). The H units stand in groups of the same size, each with a period, shortest first. At position p of its
// sequence only the groups whose period divides p work; the others keep their state. A group sees itself and the slower ones:
//   h_g = tanh(x W_ih[g]^T + b_ih[g] + b_hh[g] + h'[g..] W_hh[g, g..]^T)
// States: h, and the clock, whose first value is the position of a sequence's first step (0 if none is given); afterwards that of the step
// behind its last. What of W_hh leads from a faster group to a slower one is not used. options: number of groups, their periods.
// Sequences may begin at different positions, so a group works on runs of neighbouring rows. A resting group costs a copy of its state to y;
// its gates and their gradients are zeros.

import { at, RecurrentArgs, stateOf, sumBiases, walkBackward, walkForward } from "../layers/recurrent";
import { tanhForward } from "../ops/activations";
import { gemmPacked, multiplyTN, packedSize, packNN, packNT } from "../ops/gemm";
import { store4 } from "../ops/lanes";
import { broadcastRow, columnSums } from "../ops/vector";
import { collect } from "./elman";

export function clockworkPack(args: usize): void {
  const a = changetype<RecurrentArgs>(args);
  const size = groupSize(a);
  for (let g = 0; g < groups(a); ++g) {
    packNT(packedIhOf(a, g), at(a.weightIh, g * size, a.I), a.I, size, a.I);
    packNT(packedHhOf(a, g), weightHhOf(a.weightHh, a, g), a.H - g * size, size, a.H);
  }
  sumBiases(a);
}

export function clockworkPackBack(args: usize): void {
  const a = changetype<RecurrentArgs>(args);
  const size = groupSize(a);
  for (let g = 0; g < groups(a); ++g) {
    packNN(packedIhBackOf(a, g), at(a.weightIh, g * size, a.I), size, a.I, a.I);
    packNN(packedHhBackOf(a, g), weightHhOf(a.weightHh, a, g), size, a.H - g * size, a.H);
  }
}

export function clockworkForward(args: usize): void {
  const a = changetype<RecurrentArgs>(args);
  memory.fill(a.gates, 0, (<usize>(a.N * a.H)) << 2);
  walkForward(a, forwardStep);
}

export function clockworkBackward(args: usize): void {
  const a = changetype<RecurrentArgs>(args);
  walkBackward(a, backwardStep);
  columnSums(a.dBiasIh, a.gates, a.N, a.H, a.H);
  columnSums(a.dBiasHh, a.gates, a.N, a.H, a.H);
}

function forwardStep(a: RecurrentArgs, row: i32, rows: i32, hasState: bool, t: i32): void {
  for (let g = 0; g < groups(a); ++g)
    for (let b = 0; b < rows; ) {
      const count = runLength(a, g, b, rows, t);
      if (works(a, g, b, t)) forwardRun(a, g, row, b, count, hasState);
      b += count;
    }
  const bytes = (<usize>a.H) << 2;
  for (let b = 0; b < rows; ++b) {
    memory.copy(at(a.y, row + b, a.ldy), at(a.state, b, a.H), bytes);
    const clock = at(stateOf(a.state, 1, a), b, a.H);
    store<f32>(clock, max<f32>(load<f32>(clock), start(a, b) + <f32>(t + 1)));
  }
}

/** The rows b to b + count of a step, of one group: side by side, for one pass of tanh. */
function forwardRun(a: RecurrentArgs, g: i32, row: i32, b: i32, count: i32, hasState: bool): void {
  const size = groupSize(a);
  const h = a.work;
  broadcastRow(h, a.bias + ((<usize>(g * size)) << 2), count, size, size);
  gemmPacked(h, at(a.x, row + b, a.I), packedIhOf(a, g), count, size, a.I, size, a.I, a.scratch);
  const before = block(a.hPrev, row + b, a, g);
  if (hasState) gemmPacked(h, before, packedHhOf(a, g), count, size, a.H - g * size, size, a.H, a.scratch);
  tanhForward(h, h, count * size);
  for (let k = 0; k < count; ++k) {
    const result = at(h, k, size);
    memory.copy(block(a.gates, row + b + k, a, g), result, (<usize>size) << 2);
    memory.copy(block(a.state, b + k, a, g), result, (<usize>size) << 2);
  }
}

function backwardStep(a: RecurrentArgs, row: i32, rows: i32, hasState: bool, t: i32): void {
  const size = groupSize(a);
  collect(a, row, rows);
  for (let g = 0; g < groups(a); ++g)
    for (let b = 0; b < rows; ) {
      const end = b + runLength(a, g, b, rows, t);
      const active = works(a, g, b, t);
      for (; b < end; ++b) if (active) slope(block(a.gates, row + b, a, g), block(a.dState, b, a, g), size);
    }
  for (let g = 0; g < groups(a); ++g)
    for (let b = 0; b < rows; ) {
      const count = runLength(a, g, b, rows, t);
      if (works(a, g, b, t)) backwardRun(a, g, row, b, count, hasState);
      b += count;
    }
}

/** dGate = dh (1 - h^2), in place of h; the gradient of the state is taken over from here on by what the products carry. */
function slope(h: usize, dh: usize, size: i32): void {
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  for (let left = size; left > 0; left -= 4) {
    const h4 = v128.load(h);
    store4(h, f32x4.mul(v128.load(dh), f32x4.sub(one, f32x4.mul(h4, h4))), left);
    store4(dh, zero, left);
    h += 16;
    dh += 16;
  }
}

/** All products of the rows b to b + count of a step, of one group. */
function backwardRun(a: RecurrentArgs, g: i32, row: i32, b: i32, count: i32, hasState: bool): void {
  const size = groupSize(a);
  const seen = a.H - g * size;
  const dGate = block(a.gates, row + b, a, g);
  const x = at(a.x, row + b, a.I);
  multiplyTN(at(a.dWeightIh, g * size, a.I), dGate, x, size, a.I, count, a.I, a.H, a.I, a.scratch);
  if (a.dx) gemmPacked(at(a.dx, row + b, a.I), dGate, packedIhBackOf(a, g), count, a.I, size, a.I, a.H, a.scratch);
  if (!hasState) return;
  const before = block(a.hPrev, row + b, a, g);
  multiplyTN(weightHhOf(a.dWeightHh, a, g), dGate, before, size, seen, count, a.H, a.H, a.H, a.scratch);
  gemmPacked(block(a.dState, b, a, g), dGate, packedHhBackOf(a, g), count, seen, size, a.H, a.H, a.scratch);
}

/** How many rows from b on do the same: work or rest. */
function runLength(a: RecurrentArgs, g: i32, b: i32, rows: i32, t: i32): i32 {
  if (!a.initial) return rows - b;
  const first = works(a, g, b, t);
  let end = b + 1;
  while (end < rows && works(a, g, end, t) == first) ++end;
  return end - b;
}

function works(a: RecurrentArgs, g: i32, b: i32, t: i32): bool {
  return position(a, b, t) % <i32>load<f64>(a.options + ((<usize>g) << 3), 8) == 0;
}

/** Of sequence b at step t. */
function position(a: RecurrentArgs, b: i32, t: i32): i32 {
  return <i32>start(a, b) + t;
}

function start(a: RecurrentArgs, b: i32): f32 {
  return a.initial ? load<f32>(at(stateOf(a.initial, 1, a), b, a.H)) : 0;
}

function groups(a: RecurrentArgs): i32 {
  return <i32>load<f64>(a.options);
}

function groupSize(a: RecurrentArgs): i32 {
  return a.H / groups(a);
}

/** Where the group begins in a row of [N, H]. */
function block(matrix: usize, row: i32, a: RecurrentArgs, g: i32): usize {
  return at(matrix, row, a.H) + ((<usize>(g * groupSize(a))) << 2);
}

/** W_hh [g, g..]. */
function weightHhOf(weightHh: usize, a: RecurrentArgs, g: i32): usize {
  return block(weightHh, g * groupSize(a), a, g);
}

function packedIhOf(a: RecurrentArgs, g: i32): usize {
  return a.packedIh + ((<usize>(g * packedSize(a.I, groupSize(a)))) << 2);
}

function packedHhOf(a: RecurrentArgs, g: i32): usize {
  return a.packedHh + ((<usize>(g * packedSize(a.H, groupSize(a)))) << 2);
}

function packedIhBackOf(a: RecurrentArgs, g: i32): usize {
  return a.packedIhBack + ((<usize>(g * packedSize(groupSize(a), a.I))) << 2);
}

function packedHhBackOf(a: RecurrentArgs, g: i32): usize {
  return a.packedHhBack + ((<usize>(g * packedSize(groupSize(a), a.H))) << 2);
}
