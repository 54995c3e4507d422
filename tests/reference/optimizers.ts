import { at, type Numbers, type Vector } from "./vector.js";

export interface SgdOptions {
  readonly lr: number;
  readonly momentum?: number;
  readonly nesterov?: boolean;
  readonly weightDecay?: number;
  /** Velocities nearer to zero than this become 0. */
  readonly flushBelow?: number;
}

export interface AdamOptions {
  readonly lr: number;
  readonly betas?: readonly [number, number];
  readonly eps?: number;
  readonly weightDecay?: number;
  /** Moments nearer to zero than this become 0. */
  readonly flushBelow?: number;
}

/** Stochastic gradient descent as PyTorch has it; the velocity [n] starts at zero. Changes w and velocity. */
export function sgdStep(w: Vector, gradient: Numbers, velocity: Vector, options: SgdOptions): void {
  const { lr, momentum = 0, nesterov = false, weightDecay = 0, flushBelow = FLUSH_BELOW } = options;
  for (let i = 0; i < w.length; ++i) {
    const g = at(gradient, i) + weightDecay * at(w, i);
    const v = flush(momentum * at(velocity, i) + g, flushBelow);
    velocity[i] = v;
    w[i] = at(w, i) - lr * (nesterov ? g + momentum * v : v);
  }
}

/** Adam (Kingma and Ba 2015) as PyTorch has it; m, v [n] start at zero, step counts from 1. Changes w, m and v. */
export function adamStep(w: Vector, gradient: Numbers, m: Vector, v: Vector, step: number, options: AdamOptions): void {
  const { lr, betas = [0.9, 0.999], eps = 1e-8, weightDecay = 0, flushBelow = FLUSH_BELOW } = options;
  const [beta1, beta2] = betas;
  for (let i = 0; i < w.length; ++i) {
    const g = at(gradient, i) + weightDecay * at(w, i);
    m[i] = flush(beta1 * at(m, i) + (1 - beta1) * g, flushBelow);
    v[i] = flush(beta2 * at(v, i) + (1 - beta2) * g * g, flushBelow);
    const mHat = at(m, i) / (1 - beta1 ** step);
    const vHat = at(v, i) / (1 - beta2 ** step);
    w[i] = at(w, i) - (lr * mHat) / (Math.sqrt(vHat) + eps);
  }
}

const FLUSH_BELOW = 2 ** -100;

const flush = (moment: number, below: number): number => (Math.abs(moment) < below ? 0 : moment);
