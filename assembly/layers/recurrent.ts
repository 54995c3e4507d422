// One direction of one recurrent layer over packed sequences, for every cell.
//
// Rows are packed time-major: the B_t sequences that still run at step t, longest first, then those of step t + 1. Both directions walk
// the same rows, the reverse one from the last step down. `state` holds the newest state of each sequence, so a sequence that ends keeps its
// last one there and a sequence that begins finds its initial one; `dState` does the same for the gradient on the way back.
// A cell is a pair of step functions. Gates that see the plain product h W_hh^T are joined: they come first and are multiplied at once. The
// others are apart: the cell multiplies them itself, since something stands between the state and the gate (GRU's reset).
//
// Directly behind an embedding x holds each distinct token of the batch once, and `index` says which row of x each row has: the input
// projection and both of its gradients are products over U rows instead of N. Same sums, other order.

import { gemmPacked, multiplyTN, packedSize, packNN, packNT } from "../ops/gemm";
import { add, broadcastRow, columnSums, gatherRows, scale, scatterRows, sumSquares } from "../ops/vector";

@unmanaged
export class RecurrentArgs {
  /** number of steps, sequences, rows, inputs, hidden units, gate blocks, states */
  T: i32;
  B: i32;
  N: i32;
  I: i32;
  H: i32;
  G: i32;
  S: i32;
  /** how many of the gate blocks are joined */
  joined: i32;
  /** 1 for the reverse direction */
  reverse: i32;
  /** elements from one row of y (and dy) to the next */
  ldy: i32;
  /** [T] sequences that run at each step */
  batchSizes: usize;
  /** [N, I], or [U, I] with an index */
  x: usize;
  /** [N] the row of x of each row, and [1] U; or 0 */
  index: usize;
  distinct: usize;
  /** [U, G * H] the projections of the rows of x; with an index only */
  projections: usize;
  /** [N, ldy] of which H are written */
  y: usize;
  /** [N, G * H] activations of the gates; the backward pass leaves dGates here */
  gates: usize;
  /** [N, H] hidden state before each row */
  hPrev: usize;
  /** [N, ...] what else the cell keeps for its backward pass */
  saved: usize;
  /** [B, H] for the cell's use within one step */
  work: usize;
  /** f64 numbers that the cell's file explains, or 0 */
  options: usize;
  /** [S, B, H] newest states; the final ones after the forward pass */
  state: usize;
  /** [S, B, H] initial states, or 0 for zeros */
  initial: usize;

  /** [G * H, I], [G * H, H], [G * H], [G * H]: PyTorch's layout */
  weightIh: usize;
  weightHh: usize;
  biasIh: usize;
  biasHh: usize;
  /**
   * packed W_ih^T and W_hh^T for the forward pass (the joined gates as one matrix, each other gate behind them as its own), with [G * H] the
   * sum of both biases (of the gates apart: the input's alone)
   */
  packedIh: usize;
  packedHh: usize;
  bias: usize;
  /** packed W_ih and W_hh for the backward pass, W_hh in the same parts */
  packedIhBack: usize;
  packedHhBack: usize;

  /** [N, ldy] */
  dy: usize;
  /** as x, accumulated, or 0 if nobody asks for it */
  dx: usize;
  /** [S, B, H] gradient of the newest states; after the backward pass that of the initial ones, if there were any */
  dState: usize;
  /** [S, B, H] gradient of the final states, or 0 for zeros */
  dFinal: usize;
  /** [N, H] takes the gradient that reaches the hidden state of each row from the steps read after it, or 0 if nobody asks for it */
  flow: usize;
  /** accumulated */
  dWeightIh: usize;
  dWeightHh: usize;
  dBiasIh: usize;
  dBiasHh: usize;
  /**
   * largest norm of the gradient of one sequence's states that goes on to the step before (Graves 2013), or 0; and [1] where the steps at
   * which it was more are counted
   */
  stepNorm: f64;
  clippedSteps: usize;
  /** Pascanu's regulariser, see omega.ts: [N, H] for its use, or 0; what it is multiplied with; [1] f64 where it is added up */
  omega: usize;
  omegaFactor: f64;
  omegaSum: usize;
  /** gemmScratch() floats */
  scratch: usize;
}

/** Rows `row` to `row + rows` of step t. `hasState` is false where the state before the step is known to be zero. */
export type Step = (args: RecurrentArgs, row: i32, rows: i32, hasState: bool, t: i32) => void;

/** Packs the weights for the forward pass. Once for each update of the weights. */
export function recurrentPack(args: usize): void {
  const a = changetype<RecurrentArgs>(args);
  packNT(a.packedIh, a.weightIh, a.I, a.G * a.H, a.I);
  packNT(a.packedHh, a.weightHh, a.H, a.joined * a.H, a.H);
  for (let gate = a.joined; gate < a.G; ++gate)
    packNT(packedGate(a.packedHh, gate, a), at(a.weightHh, gate * a.H, a.H), a.H, a.H, a.H);
  sumBiases(a);
}

/** bias = biasIh, and biasHh of the joined gates. */
export function sumBiases(a: RecurrentArgs): void {
  memory.copy(a.bias, a.biasIh, (<usize>(a.G * a.H)) << 2);
  add(a.bias, a.biasHh, a.joined * a.H);
}

/** Packs the weights for the backward pass. Once for each update of the weights. */
export function recurrentPackBack(args: usize): void {
  const a = changetype<RecurrentArgs>(args);
  packNN(a.packedIhBack, a.weightIh, a.G * a.H, a.I, a.I);
  packNN(a.packedHhBack, a.weightHh, a.joined * a.H, a.H, a.H);
  for (let gate = a.joined; gate < a.G; ++gate)
    packNN(packedGateBack(a.packedHhBack, gate, a), at(a.weightHh, gate * a.H, a.H), a.H, a.H, a.H);
}

/** y, the final states, and what the backward pass needs. */
export function recurrentForward(a: RecurrentArgs, step: Step): void {
  projectInput(a);
  walkForward(a, step);
}

/** Gates of all rows = x W_ih^T and the biases. */
function projectInput(a: RecurrentArgs): void {
  const width = a.G * a.H;
  const rows = a.index ? load<i32>(a.distinct) : a.N;
  const projections = a.index ? a.projections : a.gates;
  broadcastRow(projections, a.bias, rows, width, width);
  gemmPacked(projections, a.x, a.packedIh, rows, width, a.I, width, a.I, a.scratch);
  if (a.index) gatherRows(a.gates, projections, a.index, a.N, width);
}

/** The steps of a direction, with the states that they begin with. */
export function walkForward(a: RecurrentArgs, step: Step): void {
  restart(a.state, a.initial, a);
  walk(a, step, a.reverse != 0, true);
}

/** The steps of a direction on the way back. */
export function walkBackward(a: RecurrentArgs, step: Step): void {
  restart(a.dState, a.dFinal, a);
  walk(a, step, a.reverse == 0, false);
}

/** Gradients of the input, the weights (of W_hh and b_hh the joined gates) and the initial states from dy and that of the final states. */
export function recurrentBackward(a: RecurrentArgs, step: Step): void {
  walkBackward(a, step);
  addRecurrentWeights(a, a.dWeightHh, a.gates, a.joined * a.H, a.G * a.H, a.hPrev);
  inputBackward(a);
}

/** Gradients of the input, W_ih and the biases (of b_hh the joined gates) from those of the gates. */
export function inputBackward(a: RecurrentArgs): void {
  const width = a.G * a.H;
  const joined = a.joined * a.H;
  let rows = a.N;
  let dGates = a.gates;
  if (a.index) {
    rows = load<i32>(a.distinct);
    dGates = a.projections;
    memory.fill(dGates, 0, <usize>rows * ((<usize>width) << 2));
    scatterRows(dGates, a.gates, a.index, a.N, width);
  }
  multiplyTN(a.dWeightIh, dGates, a.x, width, a.I, rows, a.I, width, a.I, a.scratch);
  columnSums(a.dBiasIh, dGates, rows, width, width);
  columnSums(a.dBiasHh, dGates, rows, joined, width);
  if (a.dx) gemmPacked(a.dx, dGates, a.packedIhBack, rows, a.I, width, a.I, width, a.scratch);
}

/** Joined gates of these rows += hPrev W_hh^T. */
export function addRecurrent(a: RecurrentArgs, row: i32, rows: i32): void {
  const width = a.G * a.H;
  gemmPacked(
    at(a.gates, row, width),
    at(a.hPrev, row, a.H),
    a.packedHh,
    rows,
    a.joined * a.H,
    a.H,
    width,
    a.H,
    a.scratch,
  );
}

/** c [rows, ldc] += x [rows, H] W_hh^T of one gate that is apart. */
export function addGate(a: RecurrentArgs, c: usize, ldc: i32, x: usize, gate: i32, rows: i32): void {
  gemmPacked(c, x, packedGate(a.packedHh, gate, a), rows, a.H, a.H, ldc, a.H, a.scratch);
}

/** The gradient of the hidden state before these rows += that through the joined gates, dGates W_hh. */
export function carryRecurrent(a: RecurrentArgs, row: i32, rows: i32): void {
  const width = a.G * a.H;
  gemmPacked(a.dState, at(a.gates, row, width), a.packedHhBack, rows, a.H, a.joined * a.H, a.H, width, a.scratch);
}

/** c [rows, H] += dGate [rows, ld] W_hh of one gate that is apart. */
export function carryGate(a: RecurrentArgs, c: usize, dGate: usize, ld: i32, gate: i32, rows: i32): void {
  gemmPacked(c, dGate, packedGateBack(a.packedHhBack, gate, a), rows, a.H, a.H, a.H, ld, a.scratch);
}

/** dWeight [width, H] += dGates^T h, over all rows but those whose state is known to be zero. */
export function addRecurrentWeights(
  a: RecurrentArgs,
  dWeight: usize,
  dGates: usize,
  width: i32,
  ld: i32,
  h: usize,
): void {
  let rows = a.N;
  let first = 0;
  if (!a.initial) {
    const last = a.reverse != 0 ? a.T - 1 : 0;
    const known = load<i32>(a.batchSizes + ((<usize>last) << 2));
    rows -= known;
    if (!a.reverse) first = known;
  }
  multiplyTN(dWeight, at(dGates, first, ld), at(h, first, a.H), width, a.H, rows, a.H, ld, a.H, a.scratch);
}

/** The address of a row in a matrix of f32 with `ld` elements from row to row. */
export function at(matrix: usize, row: i32, ld: i32): usize {
  return matrix + ((<usize>row * <usize>ld) << 2);
}

/** The address of state s (0 is h). */
export function stateOf(states: usize, s: i32, a: RecurrentArgs): usize {
  return at(states, s * a.B, a.H);
}

function packedGate(packed: usize, gate: i32, a: RecurrentArgs): usize {
  return packed + ((<usize>(packedSize(a.H, a.joined * a.H) + (gate - a.joined) * packedSize(a.H, a.H))) << 2);
}

function packedGateBack(packed: usize, gate: i32, a: RecurrentArgs): usize {
  return packed + ((<usize>(packedSize(a.joined * a.H, a.H) + (gate - a.joined) * packedSize(a.H, a.H))) << 2);
}

function restart(state: usize, from: usize, a: RecurrentArgs): void {
  const bytes = (<usize>(a.S * a.B * a.H)) << 2;
  if (from) memory.copy(state, from, bytes);
  else memory.fill(state, 0, bytes);
}

function walk(a: RecurrentArgs, step: Step, downwards: bool, forward: bool): void {
  let row = downwards ? a.N : 0;
  for (let k = 0; k < a.T; ++k) {
    const t = downwards ? a.T - 1 - k : k;
    const rows = load<i32>(a.batchSizes + ((<usize>t) << 2));
    if (downwards) row -= rows;
    const first = forward ? k == 0 : k == a.T - 1;
    const kept = forward ? a.hPrev : a.flow;
    if (kept) memory.copy(at(kept, row, a.H), forward ? a.state : a.dState, (<usize>(rows * a.H)) << 2);
    step(a, row, rows, !first || a.initial != 0, t);
    if (!forward && a.stepNorm > 0) clipStates(a, rows);
    if (!downwards) row += rows;
  }
}

/** Scales the gradients of all states of a sequence together, each sequence by itself. */
function clipStates(a: RecurrentArgs, rows: i32): void {
  for (let b = 0; b < rows; ++b) {
    let squares: f64 = 0;
    for (let s = 0; s < a.S; ++s) squares += sumSquares(at(stateOf(a.dState, s, a), b, a.H), a.H);
    const norm = sqrt<f64>(squares);
    if (!(norm > a.stepNorm)) continue;
    for (let s = 0; s < a.S; ++s) scale(at(stateOf(a.dState, s, a), b, a.H), <f32>(a.stepNorm / norm), a.H);
    store<i32>(a.clippedSteps, load<i32>(a.clippedSteps) + 1);
  }
}
