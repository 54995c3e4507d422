// RMSprop (Tieleman and Hinton 2012; centred: Graves 2013) as PyTorch computes it:
//   g = gradient + weightDecay w    s = keep s + share g^2    m = keep m + share g       keep = alpha, share = 1 - alpha
//   d = g / (sqrt(s, or s - m^2 if centred) + eps)    v = momentum v + d    w = w - lr (v, or d without momentum)
// With keep = share = 1 it is Adagrad (Duchi, Hazan and Singer 2011), whose s is the sum of all squares.

import { store4 } from "../ops/lanes";
import { flush4 } from "./flush";
import { RowsArgs, segmentSize, segmentStart, segments } from "./rows";

@unmanaged
export class RmspropArgs {
  /** [n] */
  parameters: usize;
  gradients: usize;
  squares: usize;
  /** [n], or 0 unless centred */
  means: usize;
  /** [n], or 0 without momentum */
  velocity: usize;
  /** a record of the rows of an embedding's table to update, see rows.ts */
  rows: usize;
  lr: f64;
  keep: f64;
  share: f64;
  eps: f64;
  momentum: f64;
  weightDecay: f64;
}

export function rmspropStep(args: usize): void {
  const a = changetype<RmspropArgs>(args);
  const r = changetype<RowsArgs>(a.rows);
  for (let k = 0, end = segments(r); k < end; ++k) update(a, segmentStart(r, k), segmentSize(r, k));
}

function update(a: RmspropArgs, from: i32, n: i32): void {
  const offset = (<usize>from) << 2;
  const lr = f32x4.splat(<f32>a.lr);
  const keep = f32x4.splat(<f32>a.keep);
  const share = f32x4.splat(<f32>a.share);
  const eps = f32x4.splat(<f32>a.eps);
  const momentum = f32x4.splat(<f32>a.momentum);
  const decay = f32x4.splat(<f32>a.weightDecay);
  let w = a.parameters + offset;
  let gradient = a.gradients + offset;
  let squares = a.squares + offset;
  let means = a.means ? a.means + offset : 0;
  let velocity = a.velocity ? a.velocity + offset : 0;
  for (let left = n; left > 0; left -= 4) {
    const before = v128.load(w);
    const g = f32x4.add(v128.load(gradient), f32x4.mul(decay, before));
    const s = flush4(f32x4.add(f32x4.mul(keep, v128.load(squares)), f32x4.mul(f32x4.mul(share, g), g)));
    store4(squares, s, left);
    let size = s;
    if (means) {
      const m = flush4(f32x4.add(f32x4.mul(keep, v128.load(means)), f32x4.mul(share, g)));
      store4(means, m, left);
      // rounding may leave less than nothing of a variance; its root would be NaN
      size = f32x4.max(f32x4.sub(s, f32x4.mul(m, m)), f32x4.splat(0));
      means += 16;
    }
    let d = f32x4.div(g, f32x4.add(f32x4.sqrt(size), eps));
    if (velocity) {
      d = flush4(f32x4.add(f32x4.mul(momentum, v128.load(velocity)), d));
      store4(velocity, d, left);
      velocity += 16;
    }
    store4(w, f32x4.sub(before, f32x4.mul(lr, d)), left);
    w += 16;
    gradient += 16;
    squares += 16;
  }
}
