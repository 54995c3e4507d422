// One direction of one recurrent layer over packed sequences, for every cell.
//
// Rows are packed time-major: the B_t sequences that still run at step t, longest first, then those of step t + 1. Both directions walk
// the same rows, the reverse one from the last step down. `state` holds the newest state of each sequence, so a sequence that ends keeps its
// last one there and a sequence that begins finds its initial one; `dState` does the same for the gradient on the way back.
// A cell is a pair of step functions; it may derive its own record from RecurrentArgs.

import { gemmPacked, multiplyTN, packNN, packNT } from "../ops/gemm";
import { add, broadcastRow, columnSums } from "../ops/vector";

@unmanaged
export class RecurrentArgs {
  /** number of steps, sequences, rows, inputs, hidden units, gate blocks, states, saved values of a row */
  T: i32;
  B: i32;
  N: i32;
  I: i32;
  H: i32;
  G: i32;
  S: i32;
  /** 1 for the reverse direction */
  reverse: i32;
  /** elements from one row of y (and dy) to the next */
  ldy: i32;
  /** [T] sequences that run at each step */
  batchSizes: usize;
  /** [N, I] */
  x: usize;
  /** [N, ldy] of which H are written */
  y: usize;
  /** [N, G * H] activations of the gates; the backward pass leaves dGates here */
  gates: usize;
  /** [N, H] hidden state before each row */
  hPrev: usize;
  /** [N, ...] what else the cell keeps for its backward pass */
  saved: usize;
  /** [S, B, H] newest states; the final ones after the forward pass */
  state: usize;
  /** [S, B, H] initial states, or 0 for zeros */
  initial: usize;

  /** [G * H, I], [G * H, H], [G * H], [G * H]: PyTorch's layout */
  weightIh: usize;
  weightHh: usize;
  biasIh: usize;
  biasHh: usize;
  /** packed W_ih^T and W_hh^T for the forward pass, with [G * H] the sum of both biases */
  packedIh: usize;
  packedHh: usize;
  bias: usize;
  /** packed W_ih and W_hh for the backward pass */
  packedIhBack: usize;
  packedHhBack: usize;

  /** [N, ldy] */
  dy: usize;
  /** [N, I] accumulated, or 0 if nobody asks for it */
  dx: usize;
  /** [S, B, H] gradient of the newest states; that of the initial ones after the backward pass */
  dState: usize;
  /** [S, B, H] gradient of the final states, or 0 for zeros */
  dFinal: usize;
  /** accumulated */
  dWeightIh: usize;
  dWeightHh: usize;
  dBiasIh: usize;
  dBiasHh: usize;
  /** gemmScratch() floats */
  scratch: usize;
}

/** Rows `row` to `row + rows` of one step. `hasState` is false where the state before the step is known to be zero. */
export type Step = (args: RecurrentArgs, row: i32, rows: i32, hasState: bool) => void;

/** Packs the weights for the forward pass. Once for each update of the weights. */
export function recurrentPack(args: usize): void {
  const a = changetype<RecurrentArgs>(args);
  const width = a.G * a.H;
  packNT(a.packedIh, a.weightIh, a.I, width, a.I);
  packNT(a.packedHh, a.weightHh, a.H, width, a.H);
  memory.copy(a.bias, a.biasIh, (<usize>width) << 2);
  add(a.bias, a.biasHh, width);
}

/** Packs the weights for the backward pass. Once for each update of the weights. */
export function recurrentPackBack(args: usize): void {
  const a = changetype<RecurrentArgs>(args);
  const width = a.G * a.H;
  packNN(a.packedIhBack, a.weightIh, width, a.I, a.I);
  packNN(a.packedHhBack, a.weightHh, width, a.H, a.H);
}

/** y, the final states, and what the backward pass needs. */
export function recurrentForward(a: RecurrentArgs, step: Step): void {
  const width = a.G * a.H;
  broadcastRow(a.gates, a.bias, a.N, width, width);
  gemmPacked(a.gates, a.x, a.packedIh, a.N, width, a.I, width, a.I, a.scratch);
  restart(a.state, a.initial, a);
  walk(a, step, a.reverse != 0, true);
}

/** Gradients of the input, the weights and the initial states from dy and the gradient of the final states. */
export function recurrentBackward(a: RecurrentArgs, step: Step): void {
  const width = a.G * a.H;
  restart(a.dState, a.dFinal, a);
  walk(a, step, a.reverse == 0, false);
  multiplyTN(a.dWeightHh, a.gates, a.hPrev, width, a.H, a.N, a.H, width, a.H, a.scratch);
  multiplyTN(a.dWeightIh, a.gates, a.x, width, a.I, a.N, a.I, width, a.I, a.scratch);
  columnSums(a.dBiasIh, a.gates, a.N, width, width);
  columnSums(a.dBiasHh, a.gates, a.N, width, width);
  if (a.dx) gemmPacked(a.dx, a.gates, a.packedIhBack, a.N, a.I, width, a.I, width, a.scratch);
}

/** gates of these rows += hPrev W_hh^T. For cells whose gates all see the plain recurrent product. */
export function addRecurrent(a: RecurrentArgs, row: i32, rows: i32): void {
  const width = a.G * a.H;
  const gates = at(a.gates, row, width);
  gemmPacked(gates, at(a.hPrev, row, a.H), a.packedHh, rows, width, a.H, width, a.H, a.scratch);
}

/** The gradient of the hidden state before these rows: dState = dGates W_hh. */
export function carryRecurrent(a: RecurrentArgs, row: i32, rows: i32): void {
  const width = a.G * a.H;
  memory.fill(a.dState, 0, (<usize>(rows * a.H)) << 2);
  gemmPacked(a.dState, at(a.gates, row, width), a.packedHhBack, rows, a.H, width, a.H, width, a.scratch);
}

/** The address of a row in a matrix of f32 with `ld` elements from row to row. */
export function at(matrix: usize, row: i32, ld: i32): usize {
  return matrix + ((<usize>row * <usize>ld) << 2);
}

/** The address of state s (0 is h). */
export function stateOf(states: usize, s: i32, a: RecurrentArgs): usize {
  return at(states, s * a.B, a.H);
}

function restart(state: usize, from: usize, a: RecurrentArgs): void {
  const bytes = (<usize>(a.S * a.B * a.H)) << 2;
  if (from) memory.copy(state, from, bytes);
  else memory.fill(state, 0, bytes);
}

function walk(a: RecurrentArgs, step: Step, downwards: bool, forward: bool): void {
  let row = downwards ? a.N : 0;
  for (let k = 0; k < a.T; ++k) {
    const rows = load<i32>(a.batchSizes + ((<usize>(downwards ? a.T - 1 - k : k)) << 2));
    if (downwards) row -= rows;
    const first = forward ? k == 0 : k == a.T - 1;
    if (forward) memory.copy(at(a.hPrev, row, a.H), a.state, (<usize>(rows * a.H)) << 2);
    step(a, row, rows, !first || a.initial != 0);
    if (!downwards) row += rows;
  }
}
