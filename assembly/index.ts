// The door: everything that the host may call, which is what answering needs (answers.ts) and what only training needs.

import { RmspropArgs } from "./optim/rmsprop";

export * from "./answers";
export { clockworkBackward, clockworkPackBack } from "./cells/clockwork";
export { rnnLinearBackward, rnnReluBackward, rnnTanhBackward } from "./cells/elman";
export { gruAfterBackward, gruBeforeBackward } from "./cells/gru";
export { lstmBackward } from "./cells/lstm";
export { scrnBackward, scrnPackBack } from "./cells/scrn";
export { dropoutApply, dropoutKeys } from "./layers/dropout";
export { embeddingBackward } from "./layers/embedding";
export { linearBackward, linearPackBack } from "./layers/linear";
export { maxPoolBackward, maxPoolForward, meanPoolBackward, meanPoolForward } from "./layers/pool";
export { recurrentPackBack } from "./layers/recurrent";
export {
  binaryCrossEntropyForward,
  crossEntropyBackward,
  crossEntropyForward,
  squaredErrorBackward,
  squaredErrorForward,
} from "./loss";
export { cos, exp, pow, sin } from "./math";
export { expForward, reluForward, sigmoidForward, tanhForward } from "./ops/activations";
export {
  GEMM_a,
  GEMM_b,
  GEMM_c,
  GEMM_K,
  GEMM_lda,
  GEMM_ldb,
  GEMM_ldc,
  GEMM_M,
  GEMM_N,
  GEMM_SIZE,
  GEMM_scratch,
  gemmNN,
  gemmNT,
  gemmPacked,
  gemmTN,
  packNN,
  packNT,
} from "./ops/door";
export { columnSums, firstNonFinite, scale } from "./ops/vector";
export { adamStep } from "./optim/adam";
export { clipNorm } from "./optim/clip";
export { rmspropStep } from "./optim/rmsprop";
export {
  rowsAccumulate,
  rowsAdd,
  rowsBeyond,
  rowsClear,
  rowsClipNorm,
  rowsClipValue,
  rowsMerge,
  rowsNorm,
} from "./optim/rows";
export { sgdStep } from "./optim/sgd";
export * from "./records/layers";
export * from "./records/steps";

export const RMSPROP_parameters: usize = offsetof<RmspropArgs>("parameters");
export const RMSPROP_gradients: usize = offsetof<RmspropArgs>("gradients");
export const RMSPROP_squares: usize = offsetof<RmspropArgs>("squares");
export const RMSPROP_means: usize = offsetof<RmspropArgs>("means");
export const RMSPROP_velocity: usize = offsetof<RmspropArgs>("velocity");
export const RMSPROP_rows: usize = offsetof<RmspropArgs>("rows");
export const RMSPROP_lr_f64: usize = offsetof<RmspropArgs>("lr");
export const RMSPROP_keep_f64: usize = offsetof<RmspropArgs>("keep");
export const RMSPROP_share_f64: usize = offsetof<RmspropArgs>("share");
export const RMSPROP_eps_f64: usize = offsetof<RmspropArgs>("eps");
export const RMSPROP_momentum_f64: usize = offsetof<RmspropArgs>("momentum");
export const RMSPROP_weightDecay_f64: usize = offsetof<RmspropArgs>("weightDecay");
export const RMSPROP_SIZE: usize = offsetof<RmspropArgs>();
