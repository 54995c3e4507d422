// Stochastic gradient descent with momentum (Polyak 1964) and Nesterov's form (Sutskever et al. 2013), as PyTorch computes them:
//   g = gradient + weightDecay w    v = momentum v + g    w = w - lr (g + momentum v if nesterov, else v)

import { store4 } from "../ops/lanes";
import { flush4 } from "./flush";
import { RowsArgs, segmentSize, segmentStart, segments } from "./rows";

@unmanaged
export class SgdArgs {
  nesterov: i32;
  /** [n] */
  parameters: usize;
  gradients: usize;
  /** [n], or 0 without momentum */
  velocity: usize;
  /** a record of the rows of an embedding's table to update, see rows.ts */
  rows: usize;
  lr: f64;
  momentum: f64;
  weightDecay: f64;
}

export function sgdStep(args: usize): void {
  const a = changetype<SgdArgs>(args);
  const r = changetype<RowsArgs>(a.rows);
  for (let k = 0, end = segments(r); k < end; ++k) update(a, segmentStart(r, k), segmentSize(r, k));
}

function update(a: SgdArgs, from: i32, n: i32): void {
  const offset = (<usize>from) << 2;
  const lr = f32x4.splat(<f32>a.lr);
  const momentum = f32x4.splat(<f32>a.momentum);
  const decay = f32x4.splat(<f32>a.weightDecay);
  let w = a.parameters + offset;
  let gradient = a.gradients + offset;
  let velocity = a.velocity ? a.velocity + offset : 0;
  for (let left = n; left > 0; left -= 4) {
    const before = v128.load(w);
    const g = f32x4.add(v128.load(gradient), f32x4.mul(decay, before));
    let d = g;
    if (velocity) {
      const v = flush4(f32x4.add(f32x4.mul(momentum, v128.load(velocity)), g));
      store4(velocity, v, left);
      d = a.nesterov ? f32x4.add(g, f32x4.mul(momentum, v)) : v;
      velocity += 16;
    }
    store4(w, f32x4.sub(before, f32x4.mul(lr, d)), left);
    w += 16;
    gradient += 16;
  }
}
