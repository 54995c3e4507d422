// Adam (Kingma and Ba 2015, algorithm 1) as PyTorch computes it, weight decay in its L2 form:
//   g = gradient + weightDecay w    m = beta1 m + (1 - beta1) g    v = beta2 v + (1 - beta2) g^2
//   w = w - lr / correction1 * m / (sqrt(v) / sqrt(correction2) + eps)       correction = 1 - beta^t
// or decoupled from the gradient (AdamW, Loshchilov and Hutter 2019): w = (1 - lr weightDecay) w before the update, and g = gradient.

import { store4 } from "../ops/lanes";
import { flush4 } from "./flush";
import { RowsArgs, segmentSize, segmentStart, segments } from "./rows";

@unmanaged
export class AdamArgs {
  /** 1 for AdamW's weight decay */
  decoupled: i32;
  /** [n] */
  parameters: usize;
  gradients: usize;
  m: usize;
  v: usize;
  /** a record of the rows of an embedding's table to update, see rows.ts */
  rows: usize;
  lr: f64;
  beta1: f64;
  beta2: f64;
  eps: f64;
  weightDecay: f64;
  correction1: f64;
  correction2: f64;
}

export function adamStep(args: usize): void {
  const a = changetype<AdamArgs>(args);
  const r = changetype<RowsArgs>(a.rows);
  for (let k = 0, end = segments(r); k < end; ++k) update(a, segmentStart(r, k), segmentSize(r, k));
}

function update(a: AdamArgs, from: i32, n: i32): void {
  const offset = (<usize>from) << 2;
  const beta1 = f32x4.splat(<f32>a.beta1);
  const beta2 = f32x4.splat(<f32>a.beta2);
  const rest1 = f32x4.splat(<f32>(1 - a.beta1));
  const rest2 = f32x4.splat(<f32>(1 - a.beta2));
  const decay = f32x4.splat(<f32>(a.decoupled ? 0 : a.weightDecay));
  // a factor of 1 changes no bit
  const keep = f32x4.splat(<f32>(a.decoupled ? 1 - a.lr * a.weightDecay : 1));
  const eps = f32x4.splat(<f32>a.eps);
  const size = f32x4.splat(<f32>(a.lr / a.correction1));
  const root = f32x4.splat(<f32>(1 / sqrt<f64>(a.correction2)));
  let w = a.parameters + offset;
  let gradient = a.gradients + offset;
  let mAt = a.m + offset;
  let vAt = a.v + offset;
  for (let left = n; left > 0; left -= 4) {
    const before = v128.load(w);
    const g = f32x4.add(v128.load(gradient), f32x4.mul(decay, before));
    const m = flush4(f32x4.add(f32x4.mul(beta1, v128.load(mAt)), f32x4.mul(rest1, g)));
    const v = flush4(f32x4.add(f32x4.mul(beta2, v128.load(vAt)), f32x4.mul(f32x4.mul(rest2, g), g)));
    store4(mAt, m, left);
    store4(vAt, v, left);
    const denominator = f32x4.add(f32x4.mul(f32x4.sqrt(v), root), eps);
    store4(w, f32x4.sub(f32x4.mul(keep, before), f32x4.mul(size, f32x4.div(m, denominator))), left);
    w += 16;
    gradient += 16;
    mAt += 16;
    vAt += 16;
  }
}
