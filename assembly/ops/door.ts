// The matrix products as the host calls them: more than six arguments travel in a record.

import { multiplyNN, multiplyNT, gemmPacked as multiplyPacked, multiplyTN } from "./gemm";

export { gemmScratch, packedSize, packNN, packNT } from "./gemm";

@unmanaged
export class GemmArgs {
  /** [M, N], accumulated */
  c: usize;
  a: usize;
  /** plain for gemmNT, gemmNN and gemmTN; packed for gemmPacked */
  b: usize;
  /** gemmScratch() floats */
  scratch: usize;
  M: i32;
  N: i32;
  K: i32;
  /** elements from one row to the next */
  ldc: i32;
  lda: i32;
  ldb: i32;
}

export const GEMM_c: usize = offsetof<GemmArgs>("c");
export const GEMM_a: usize = offsetof<GemmArgs>("a");
export const GEMM_b: usize = offsetof<GemmArgs>("b");
export const GEMM_scratch: usize = offsetof<GemmArgs>("scratch");
export const GEMM_M: usize = offsetof<GemmArgs>("M");
export const GEMM_N: usize = offsetof<GemmArgs>("N");
export const GEMM_K: usize = offsetof<GemmArgs>("K");
export const GEMM_ldc: usize = offsetof<GemmArgs>("ldc");
export const GEMM_lda: usize = offsetof<GemmArgs>("lda");
export const GEMM_ldb: usize = offsetof<GemmArgs>("ldb");
export const GEMM_SIZE: usize = offsetof<GemmArgs>();

/** c [M, N] += a b^T, a [M, K], b [N, K]. */
export function gemmNT(args: usize): void {
  const g = changetype<GemmArgs>(args);
  multiplyNT(g.c, g.a, g.b, g.M, g.N, g.K, g.ldc, g.lda, g.ldb, g.scratch);
}

/** c [M, N] += a b, a [M, K], b [K, N]. */
export function gemmNN(args: usize): void {
  const g = changetype<GemmArgs>(args);
  multiplyNN(g.c, g.a, g.b, g.M, g.N, g.K, g.ldc, g.lda, g.ldb, g.scratch);
}

/** c [M, N] += a^T b, a [K, M], b [K, N]. */
export function gemmTN(args: usize): void {
  const g = changetype<GemmArgs>(args);
  multiplyTN(g.c, g.a, g.b, g.M, g.N, g.K, g.ldc, g.lda, g.ldb, g.scratch);
}

/** c [M, N] += a B, a [M, K], B [K, N] packed. */
export function gemmPacked(args: usize): void {
  const g = changetype<GemmArgs>(args);
  multiplyPacked(g.c, g.a, g.b, g.M, g.N, g.K, g.ldc, g.lda, g.scratch);
}
