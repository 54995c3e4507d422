// y = x W^T + b over N rows, W [O, I] in PyTorch's layout.

import { gemmPacked, multiplyTN, packNN, packNT } from "../ops/gemm";
import { broadcastRow, columnSums } from "../ops/vector";

@unmanaged
export class LinearArgs {
  /** number of rows, inputs, outputs */
  N: i32;
  I: i32;
  O: i32;
  /** [N, I] */
  x: usize;
  /** [N, O] */
  y: usize;
  /** [O, I], [O] */
  weight: usize;
  bias: usize;
  /** packed W^T for the forward pass, packed W for the backward pass */
  packed: usize;
  packedBack: usize;
  /** [N, O] */
  dy: usize;
  /** [N, I] accumulated, or 0 if nobody asks for it */
  dx: usize;
  /** accumulated */
  dWeight: usize;
  dBias: usize;
  /** gemmScratch() floats */
  scratch: usize;
}

/** Packs the weights for the forward pass. Once for each update of the weights. */
export function linearPack(args: usize): void {
  const a = changetype<LinearArgs>(args);
  packNT(a.packed, a.weight, a.I, a.O, a.I);
}

/** Packs the weights for the backward pass. Once for each update of the weights. */
export function linearPackBack(args: usize): void {
  const a = changetype<LinearArgs>(args);
  packNN(a.packedBack, a.weight, a.O, a.I, a.I);
}

export function linearForward(args: usize): void {
  const a = changetype<LinearArgs>(args);
  broadcastRow(a.y, a.bias, a.N, a.O, a.O);
  gemmPacked(a.y, a.x, a.packed, a.N, a.O, a.I, a.O, a.I, a.scratch);
}

export function linearBackward(args: usize): void {
  const a = changetype<LinearArgs>(args);
  multiplyTN(a.dWeight, a.dy, a.x, a.O, a.I, a.N, a.I, a.O, a.I, a.scratch);
  columnSums(a.dBias, a.dy, a.N, a.O, a.O);
  if (a.dx) gemmPacked(a.dx, a.dy, a.packedBack, a.N, a.I, a.O, a.I, a.O, a.scratch);
}
