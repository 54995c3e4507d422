// Matrix products, all of the form C += A B, row-major f32. Every element of C takes its terms strictly in the order of
// k, starting from what C holds: the result has the same bits for any M, N, K and blocking, so a row alone equals the
// row within a batch.
//
// After Goto and van de Geijn 2008: blocks of columns, terms and rows around one tile. B is packed in panels; A is read as it lies, and only a
// transposed A is packed, into rows. See pack.ts for the layouts and tile.ts for the inner loops. What this leaves out: alpha, beta, and a split
// of k over accumulators, which would tie the bits to the shape.

import { packedSize, packNN, packNT, packTurned } from "./pack";
import { row8, row24, tile4x8 } from "./tile";

export { packedSize, packNN, packNT };

const KC: i32 = 512;
const MC: i32 = 64;
const NC: i32 = 256;

/** Bytes from one packed row of A to the next: not a power of two, which would put all rows into the same sets of a cache. */
const PACKED_ROW: usize = (<usize>KC + 16) << 2;
/** Floats of scratch before the packed panels of B: a column of C, and rows of A. */
const SCRATCH_A: i32 = MC * 8 + MC * (KC + 16);

/** Floats of scratch that every product needs at most. */
export function gemmScratch(): i32 {
  return SCRATCH_A + KC * NC;
}

/** c [M, N] += a [M, K] B, with B [K, N] packed by packNT or packNN. */
export function gemmPacked(
  c: usize,
  a: usize,
  p: usize,
  M: i32,
  N: i32,
  K: i32,
  ldc: i32,
  lda: i32,
  scratch: usize,
): void {
  const cRow = (<usize>ldc) << 2;
  const aRow = (<usize>lda) << 2;
  const panel = (<usize>K) << 5;
  for (let n = 0; n < N; n += NC) {
    const columns = min(NC, N - n);
    for (let k = 0; k < K; k += KC) {
      const kc = min(KC, K - k);
      const panels = p + (<usize>n >> 3) * panel + ((<usize>k) << 5);
      for (let m = 0; m < M; m += MC) {
        const to = c + <usize>m * cRow + ((<usize>n) << 2);
        const from = a + <usize>m * aRow + ((<usize>k) << 2);
        block(to, cRow, from, aRow, 4, panels, panel, min(MC, M - m), columns, kc, scratch);
      }
    }
  }
}

/** c [M, N] += a b^T, a [M, K], b [N, K]. */
export function multiplyNT(
  c: usize,
  a: usize,
  b: usize,
  M: i32,
  N: i32,
  K: i32,
  ldc: i32,
  lda: i32,
  ldb: i32,
  scratch: usize,
): void {
  multiply(c, a, b, M, N, K, ldc, lda, 1, 1, ldb, scratch);
}

/** c [M, N] += a b, a [M, K], b [K, N]. */
export function multiplyNN(
  c: usize,
  a: usize,
  b: usize,
  M: i32,
  N: i32,
  K: i32,
  ldc: i32,
  lda: i32,
  ldb: i32,
  scratch: usize,
): void {
  multiply(c, a, b, M, N, K, ldc, lda, 1, ldb, 1, scratch);
}

/** c [M, N] += a^T b, a [K, M], b [K, N]. */
export function multiplyTN(
  c: usize,
  a: usize,
  b: usize,
  M: i32,
  N: i32,
  K: i32,
  ldc: i32,
  lda: i32,
  ldb: i32,
  scratch: usize,
): void {
  multiply(c, a, b, M, N, K, ldc, 1, lda, ldb, 1, scratch);
}

/** Element (m, k) of A is a[m * aM + k * aK], element (k, n) of B is b[k * bK + n * bN]; of either pair one is 1. */
function multiply(
  c: usize,
  a: usize,
  b: usize,
  M: i32,
  N: i32,
  K: i32,
  ldc: i32,
  aM: i32,
  aK: i32,
  bK: i32,
  bN: i32,
  scratch: usize,
): void {
  const cRow = (<usize>ldc) << 2;
  const aRow = (<usize>aM) << 2;
  const aStep = (<usize>aK) << 2;
  const p = scratch + ((<usize>SCRATCH_A) << 2);
  for (let n = 0; n < N; n += NC) {
    const columns = min(NC, N - n);
    for (let k = 0; k < K; k += KC) {
      const kc = min(KC, K - k);
      const corner = b + ((<usize>k * <usize>bK + <usize>n * <usize>bN) << 2);
      if (bN == 1) packNN(p, corner, kc, columns, bK);
      else packNT(p, corner, kc, columns, bN);
      for (let m = 0; m < M; m += MC) {
        const to = c + <usize>m * cRow + ((<usize>n) << 2);
        const from = a + <usize>m * aRow + <usize>k * aStep;
        block(to, cRow, from, aRow, aStep, p, (<usize>kc) << 5, min(MC, M - m), columns, kc, scratch);
      }
    }
  }
}

/** One block: M <= MC rows, kc <= KC terms, any number of panels, which lie `panel` bytes apart. */
function block(
  c: usize,
  cRow: usize,
  a: usize,
  aRow: usize,
  aStep: usize,
  p: usize,
  panel: usize,
  M: i32,
  N: i32,
  kc: i32,
  scratch: usize,
): void {
  const strips = M >> 2;
  if (strips > 0) {
    const packed = scratch + ((<usize>(MC * 8)) << 2);
    let rows = a;
    let row = aRow;
    if (aStep != 4) {
      rows = packed;
      row = PACKED_ROW;
      packTurned(packed, row, a, aStep, kc, strips << 2);
    }
    let to = c;
    let from = p;
    let left = N;
    for (; left >= 8; left -= 8) {
      tile4x8(to, cRow, rows, row, from, kc, strips);
      to += 32;
      from += panel;
    }
    if (left > 0) {
      copyColumns(scratch, 32, to, cRow, strips << 2, left);
      tile4x8(scratch, 32, rows, row, from, kc, strips);
      copyColumns(to, cRow, scratch, 32, strips << 2, left);
    }
    c += <usize>(strips << 2) * cRow;
    a += <usize>(strips << 2) * aRow;
  }
  for (M &= 3; M > 0; --M) {
    oneRow(c, a, aStep, p, panel, N, kc, scratch);
    c += cRow;
    a += aRow;
  }
}

function oneRow(c: usize, a: usize, aStep: usize, p: usize, panel: usize, N: i32, kc: i32, scratch: usize): void {
  for (; N >= 24; N -= 24) {
    row24(c, a, aStep, p, panel, kc);
    c += 96;
    p += 3 * panel;
  }
  for (; N > 0; N -= 8) {
    const to = N >= 8 ? c : scratch;
    if (N < 8) copyColumns(scratch, 32, c, 0, 1, N);
    row8(to, a, aStep, p, kc);
    if (N < 8) copyColumns(c, 0, scratch, 32, 1, N);
    c += 32;
    p += panel;
  }
}

/** `width` < 8 columns of `rows` rows. */
function copyColumns(to: usize, toRow: usize, from: usize, fromRow: usize, rows: i32, width: i32): void {
  const bytes = (<usize>width) << 2;
  for (; rows > 0; --rows) {
    for (let i: usize = 0; i < bytes; i += 4) store<f32>(to + i, load<f32>(from + i));
    to += toRow;
    from += fromRow;
  }
}
