// Matrix products, all of the form C += A B, row-major f32. Every element of C takes its terms strictly in the order of k, starting from
// what C holds: the result has the same bits for any M, N, K and blocking, so a row alone equals the row within a batch.
//
// After Goto and van de Geijn 2008: B in panels, A in strips, both packed for one block of k; see pack.ts for the layouts and tile.ts for
// the inner loops. What this leaves out: alpha, beta, and a split of k over accumulators, which would tie the bits to the shape.

import { load4, store4 } from "./lanes";
import { packedSize, packNN, packNT, packStrips, packStripsT } from "./pack";
import { row8, row24, tile4x8 } from "./tile";

export { packedSize, packNN, packNT };

const KC: i32 = 256;
const MC: i32 = 128;
const NC: i32 = 512;

/** Floats of scratch that every product needs at most. */
export function gemmScratch(): i32 {
  return MC * 8 + MC * KC + KC * NC;
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
  for (let m = 0; m < M; m += MC) {
    const rows = min(MC, M - m);
    for (let k = 0; k < K; k += KC)
      block(c, cRow, a + ((<usize>k) << 2), aRow, 4, p + ((<usize>k) << 5), (<usize>K) << 5, rows, N, min(KC, K - k), scratch);
    c += <usize>MC * cRow;
    a += <usize>MC * aRow;
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
  multiply(c, a, b, M, N, K, ldc, (<usize>lda) << 2, 4, ldb, true, scratch);
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
  multiply(c, a, b, M, N, K, ldc, (<usize>lda) << 2, 4, ldb, false, scratch);
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
  multiply(c, a, b, M, N, K, ldc, 4, (<usize>lda) << 2, ldb, false, scratch);
}

/** Element (m, k) of A lies at a + m * aRow + k * aStep bytes; B is b^T if `transposed`, else b. */
function multiply(
  c: usize,
  a: usize,
  b: usize,
  M: i32,
  N: i32,
  K: i32,
  ldc: i32,
  aRow: usize,
  aStep: usize,
  ldb: i32,
  transposed: bool,
  scratch: usize,
): void {
  const cRow = (<usize>ldc) << 2;
  const bRow = (<usize>ldb) << 2;
  const p = scratch + ((<usize>(MC * 8 + MC * KC)) << 2);
  for (let n = 0; n < N; n += NC) {
    const columns = min(NC, N - n);
    for (let k = 0; k < K; k += KC) {
      const kc = min(KC, K - k);
      if (transposed) packNT(p, b + <usize>n * bRow + ((<usize>k) << 2), kc, columns, ldb);
      else packNN(p, b + <usize>k * bRow + ((<usize>n) << 2), kc, columns, ldb);
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
    if (aStep == 4) packStrips(packed, a, aRow, kc, strips);
    else packStripsT(packed, a, aStep, kc, strips);
    let to = c;
    let from = p;
    let left = N;
    for (; left >= 8; left -= 8) {
      tile4x8(to, cRow, packed, from, kc, strips);
      to += 32;
      from += panel;
    }
    if (left > 0) {
      copyColumns(scratch, 32, to, cRow, strips << 2, left);
      tile4x8(scratch, 32, packed, from, kc, strips);
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
  for (; N >= 8; N -= 8) {
    row8(c, a, aStep, p, kc);
    c += 32;
    p += panel;
  }
  if (N > 0) {
    copyColumns(scratch, 32, c, 0, 1, N);
    row8(scratch, a, aStep, p, kc);
    copyColumns(c, 0, scratch, 32, 1, N);
  }
}

/** `width` < 8 columns of `rows` rows. */
function copyColumns(to: usize, toRow: usize, from: usize, fromRow: usize, rows: i32, width: i32): void {
  for (; rows > 0; --rows) {
    store4(to, load4(from, width), width);
    if (width > 4) store4(to + 16, load4(from + 16, width - 4), width - 4);
    to += toRow;
    from += fromRow;
  }
}
