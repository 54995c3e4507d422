// Stochastic gradient descent with momentum (Polyak 1964) and Nesterov's form (Sutskever et al. 2013), as PyTorch computes them:
//   g = gradient + weightDecay w    v = momentum v + g    w = w - lr (g + momentum v if nesterov, else v)

import { store4 } from "../ops/lanes";
import { flush4 } from "./flush";

@unmanaged
export class SgdArgs {
  n: i32;
  nesterov: i32;
  /** [n] */
  parameters: usize;
  gradients: usize;
  /** [n], or 0 without momentum */
  velocity: usize;
  lr: f64;
  momentum: f64;
  weightDecay: f64;
}

export function sgdStep(args: usize): void {
  const a = changetype<SgdArgs>(args);
  const lr = f32x4.splat(<f32>a.lr);
  const momentum = f32x4.splat(<f32>a.momentum);
  const decay = f32x4.splat(<f32>a.weightDecay);
  let w = a.parameters;
  let gradient = a.gradients;
  let velocity = a.velocity;
  for (let left = a.n; left > 0; left -= 4) {
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
