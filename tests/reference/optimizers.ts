import { at, type Numbers, type Vector, zeros } from "./vector.js";

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

export interface RmspropOptions {
  readonly lr: number;
  readonly alpha?: number;
  readonly eps?: number;
  readonly momentum?: number;
  readonly centered?: boolean;
  readonly weightDecay?: number;
}

export interface AdagradOptions {
  readonly lr: number;
  readonly lrDecay?: number;
  readonly eps?: number;
  readonly weightDecay?: number;
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

/** AdamW (Loshchilov and Hutter 2019) as PyTorch has it: Adam, and weight decay that is no part of the gradient. */
export function adamwStep(
  w: Vector,
  gradient: Numbers,
  m: Vector,
  v: Vector,
  step: number,
  options: AdamOptions,
): void {
  const { lr, weightDecay = 0.01 } = options;
  for (let i = 0; i < w.length; ++i) w[i] = at(w, i) * (1 - lr * weightDecay);
  adamStep(w, gradient, m, v, step, { ...options, weightDecay: 0 });
}

/** RMSprop as PyTorch has it; the mean of squares, the mean and the velocity [n] start at zero. Changes all four. */
export function rmspropStep(
  w: Vector,
  gradient: Numbers,
  squares: Vector,
  mean: Vector,
  velocity: Vector,
  options: RmspropOptions,
): void {
  const { lr, alpha = 0.99, eps = 1e-8, momentum = 0, centered = false, weightDecay = 0 } = options;
  for (let i = 0; i < w.length; ++i) {
    const g = at(gradient, i) + weightDecay * at(w, i);
    squares[i] = alpha * at(squares, i) + (1 - alpha) * g * g;
    mean[i] = alpha * at(mean, i) + (1 - alpha) * g;
    const square = centered ? at(squares, i) - at(mean, i) ** 2 : at(squares, i);
    velocity[i] = momentum * at(velocity, i) + g / (Math.sqrt(square) + eps);
    w[i] = at(w, i) - lr * at(velocity, i);
  }
}

/** Adagrad as PyTorch has it; the sum of squares [n] starts at the initial accumulator, step counts from 1. Changes w and the sum. */
export function adagradStep(w: Vector, gradient: Numbers, sum: Vector, step: number, options: AdagradOptions): void {
  const { lr, lrDecay = 0, eps = 1e-10, weightDecay = 0 } = options;
  for (let i = 0; i < w.length; ++i) {
    const g = at(gradient, i) + weightDecay * at(w, i);
    sum[i] = at(sum, i) + g * g;
    w[i] = at(w, i) - ((lr / (1 + (step - 1) * lrDecay)) * g) / (Math.sqrt(at(sum, i)) + eps);
  }
}

/** One of the optimisers over weights [n], by the names and defaults of its description. Changes w at each call, from step 1 on. */
export function stepper({ type, ...options }: StepperOptions, w: Vector): (gradient: Numbers) => void {
  const [a, b, c] = [zeros(w.length), zeros(w.length), zeros(w.length)];
  const { lr = type === "adam" || type === "adamw" ? 0.001 : 0.01, initialAccumulator = 0 } = options;
  if (type === "adagrad") a.fill(initialAccumulator);
  let step = 0;
  return (gradient) => {
    step += 1;
    if (type === "sgd") sgdStep(w, gradient, a, { ...options, lr });
    else if (type === "rmsprop") rmspropStep(w, gradient, a, b, c, { ...options, lr });
    else if (type === "adagrad") adagradStep(w, gradient, a, step, { ...options, lr });
    else if (type === "adam") adamStep(w, gradient, a, b, step, { ...options, lr });
    else adamwStep(w, gradient, a, b, step, { ...options, lr });
  };
}

export interface StepperOptions
  extends Partial<SgdOptions>,
    Partial<AdamOptions>,
    Partial<RmspropOptions>,
    Partial<AdagradOptions> {
  readonly type: "sgd" | "rmsprop" | "adagrad" | "adam" | "adamw";
  readonly initialAccumulator?: number;
}

const FLUSH_BELOW = 2 ** -100;

const flush = (moment: number, below: number): number => (Math.abs(moment) < below ? 0 : moment);
