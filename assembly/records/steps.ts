// Where the fields of the argument records of SGD and Adam stand: see layers.ts.

import { AdamArgs } from "../optim/adam";
import { SgdArgs } from "../optim/sgd";

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
