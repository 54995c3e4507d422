// The door: everything that the host may call. Field offsets of argument records are named RECORD_field; a field of type f64 ends in _f64.

import { LinearArgs } from "./layers/linear";
import { RecurrentArgs } from "./layers/recurrent";
import { AdamArgs } from "./optim/adam";
import { RmspropArgs } from "./optim/rmsprop";
import { RowsArgs } from "./optim/rows";
import { SgdArgs } from "./optim/sgd";

export { clockworkBackward, clockworkForward, clockworkPack, clockworkPackBack } from "./cells/clockwork";
export {
  rnnLinearBackward,
  rnnLinearForward,
  rnnReluBackward,
  rnnReluForward,
  rnnTanhBackward,
  rnnTanhForward,
} from "./cells/elman";
export { gruAfterBackward, gruAfterForward, gruBeforeBackward, gruBeforeForward } from "./cells/gru";
export { lstmBackward, lstmForward } from "./cells/lstm";
export { scrnBackward, scrnForward, scrnPack, scrnPackBack } from "./cells/scrn";
export { dropoutApply, dropoutKeys } from "./layers/dropout";
export { distinctTokens, embeddingBackward, embeddingForward } from "./layers/embedding";
export { linearBackward, linearForward, linearPack, linearPackBack } from "./layers/linear";
export { recurrentPack, recurrentPackBack } from "./layers/recurrent";
export {
  crossEntropyBackward,
  crossEntropyForward,
  softmaxForward,
  squaredErrorBackward,
  squaredErrorForward,
} from "./loss";
export { cos, exp, log, pow, sin } from "./math";
export { heapBase } from "./memory";
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
  gemmScratch,
  gemmTN,
  packedSize,
  packNN,
  packNT,
} from "./ops/door";
export { add, broadcastRow, columnSums, fill, firstNonFinite, scale } from "./ops/vector";
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
export { randomNormal, randomUniform } from "./random";

export const RECURRENT_T: usize = offsetof<RecurrentArgs>("T");
export const RECURRENT_B: usize = offsetof<RecurrentArgs>("B");
export const RECURRENT_N: usize = offsetof<RecurrentArgs>("N");
export const RECURRENT_I: usize = offsetof<RecurrentArgs>("I");
export const RECURRENT_H: usize = offsetof<RecurrentArgs>("H");
export const RECURRENT_G: usize = offsetof<RecurrentArgs>("G");
export const RECURRENT_S: usize = offsetof<RecurrentArgs>("S");
export const RECURRENT_joined: usize = offsetof<RecurrentArgs>("joined");
export const RECURRENT_reverse: usize = offsetof<RecurrentArgs>("reverse");
export const RECURRENT_ldy: usize = offsetof<RecurrentArgs>("ldy");
export const RECURRENT_batchSizes: usize = offsetof<RecurrentArgs>("batchSizes");
export const RECURRENT_x: usize = offsetof<RecurrentArgs>("x");
export const RECURRENT_index: usize = offsetof<RecurrentArgs>("index");
export const RECURRENT_distinct: usize = offsetof<RecurrentArgs>("distinct");
export const RECURRENT_projections: usize = offsetof<RecurrentArgs>("projections");
export const RECURRENT_y: usize = offsetof<RecurrentArgs>("y");
export const RECURRENT_gates: usize = offsetof<RecurrentArgs>("gates");
export const RECURRENT_hPrev: usize = offsetof<RecurrentArgs>("hPrev");
export const RECURRENT_saved: usize = offsetof<RecurrentArgs>("saved");
export const RECURRENT_work: usize = offsetof<RecurrentArgs>("work");
export const RECURRENT_options: usize = offsetof<RecurrentArgs>("options");
export const RECURRENT_state: usize = offsetof<RecurrentArgs>("state");
export const RECURRENT_initial: usize = offsetof<RecurrentArgs>("initial");
export const RECURRENT_weightIh: usize = offsetof<RecurrentArgs>("weightIh");
export const RECURRENT_weightHh: usize = offsetof<RecurrentArgs>("weightHh");
export const RECURRENT_biasIh: usize = offsetof<RecurrentArgs>("biasIh");
export const RECURRENT_biasHh: usize = offsetof<RecurrentArgs>("biasHh");
export const RECURRENT_packedIh: usize = offsetof<RecurrentArgs>("packedIh");
export const RECURRENT_packedHh: usize = offsetof<RecurrentArgs>("packedHh");
export const RECURRENT_bias: usize = offsetof<RecurrentArgs>("bias");
export const RECURRENT_packedIhBack: usize = offsetof<RecurrentArgs>("packedIhBack");
export const RECURRENT_packedHhBack: usize = offsetof<RecurrentArgs>("packedHhBack");
export const RECURRENT_dy: usize = offsetof<RecurrentArgs>("dy");
export const RECURRENT_dx: usize = offsetof<RecurrentArgs>("dx");
export const RECURRENT_dState: usize = offsetof<RecurrentArgs>("dState");
export const RECURRENT_dFinal: usize = offsetof<RecurrentArgs>("dFinal");
export const RECURRENT_dWeightIh: usize = offsetof<RecurrentArgs>("dWeightIh");
export const RECURRENT_dWeightHh: usize = offsetof<RecurrentArgs>("dWeightHh");
export const RECURRENT_dBiasIh: usize = offsetof<RecurrentArgs>("dBiasIh");
export const RECURRENT_dBiasHh: usize = offsetof<RecurrentArgs>("dBiasHh");
export const RECURRENT_stepNorm_f64: usize = offsetof<RecurrentArgs>("stepNorm");
export const RECURRENT_clippedSteps: usize = offsetof<RecurrentArgs>("clippedSteps");
export const RECURRENT_omega: usize = offsetof<RecurrentArgs>("omega");
export const RECURRENT_omegaFactor_f64: usize = offsetof<RecurrentArgs>("omegaFactor");
export const RECURRENT_omegaSum: usize = offsetof<RecurrentArgs>("omegaSum");
export const RECURRENT_scratch: usize = offsetof<RecurrentArgs>("scratch");
export const RECURRENT_SIZE: usize = offsetof<RecurrentArgs>();

export const LINEAR_N: usize = offsetof<LinearArgs>("N");
export const LINEAR_I: usize = offsetof<LinearArgs>("I");
export const LINEAR_O: usize = offsetof<LinearArgs>("O");
export const LINEAR_x: usize = offsetof<LinearArgs>("x");
export const LINEAR_y: usize = offsetof<LinearArgs>("y");
export const LINEAR_weight: usize = offsetof<LinearArgs>("weight");
export const LINEAR_bias: usize = offsetof<LinearArgs>("bias");
export const LINEAR_packed: usize = offsetof<LinearArgs>("packed");
export const LINEAR_packedBack: usize = offsetof<LinearArgs>("packedBack");
export const LINEAR_dy: usize = offsetof<LinearArgs>("dy");
export const LINEAR_dx: usize = offsetof<LinearArgs>("dx");
export const LINEAR_dWeight: usize = offsetof<LinearArgs>("dWeight");
export const LINEAR_dBias: usize = offsetof<LinearArgs>("dBias");
export const LINEAR_scratch: usize = offsetof<LinearArgs>("scratch");
export const LINEAR_SIZE: usize = offsetof<LinearArgs>();

export const SGD_nesterov: usize = offsetof<SgdArgs>("nesterov");
export const SGD_parameters: usize = offsetof<SgdArgs>("parameters");
export const SGD_gradients: usize = offsetof<SgdArgs>("gradients");
export const SGD_velocity: usize = offsetof<SgdArgs>("velocity");
export const SGD_rows: usize = offsetof<SgdArgs>("rows");
export const SGD_lr_f64: usize = offsetof<SgdArgs>("lr");
export const SGD_momentum_f64: usize = offsetof<SgdArgs>("momentum");
export const SGD_weightDecay_f64: usize = offsetof<SgdArgs>("weightDecay");
export const SGD_SIZE: usize = offsetof<SgdArgs>();

export const ADAM_decoupled: usize = offsetof<AdamArgs>("decoupled");
export const ADAM_parameters: usize = offsetof<AdamArgs>("parameters");
export const ADAM_gradients: usize = offsetof<AdamArgs>("gradients");
export const ADAM_m: usize = offsetof<AdamArgs>("m");
export const ADAM_v: usize = offsetof<AdamArgs>("v");
export const ADAM_rows: usize = offsetof<AdamArgs>("rows");
export const ADAM_lr_f64: usize = offsetof<AdamArgs>("lr");
export const ADAM_beta1_f64: usize = offsetof<AdamArgs>("beta1");
export const ADAM_beta2_f64: usize = offsetof<AdamArgs>("beta2");
export const ADAM_eps_f64: usize = offsetof<AdamArgs>("eps");
export const ADAM_weightDecay_f64: usize = offsetof<AdamArgs>("weightDecay");
export const ADAM_correction1_f64: usize = offsetof<AdamArgs>("correction1");
export const ADAM_correction2_f64: usize = offsetof<AdamArgs>("correction2");
export const ADAM_SIZE: usize = offsetof<AdamArgs>();

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

export const ROWS_n: usize = offsetof<RowsArgs>("n");
export const ROWS_table: usize = offsetof<RowsArgs>("table");
export const ROWS_width: usize = offsetof<RowsArgs>("width");
export const ROWS_listed: usize = offsetof<RowsArgs>("listed");
export const ROWS_list: usize = offsetof<RowsArgs>("list");
export const ROWS_marks: usize = offsetof<RowsArgs>("marks");
export const ROWS_SIZE: usize = offsetof<RowsArgs>();
