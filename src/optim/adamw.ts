import { knownOptions } from "../check.js";
import type { OptimizerDescription } from "./algorithm.js";
import { decays, epsilon, type SharedOptions, shared, sharedNames } from "./describe.js";

export interface AdamwOptions extends SharedOptions {
  /** Learning rate. Default 0.001. */
  readonly lr?: number;
  /** Decay of the two moments, each in [0, 1). Default [0.9, 0.999]. */
  readonly betas?: readonly [number, number];
  /** 1e-12 or more. Default 1e-8. */
  readonly eps?: number;
  /** The share lr * weightDecay of every weight goes at each step, whatever its gradient. Default 0.01. */
  readonly weightDecay?: number;
}

export interface AdamwDescription extends Required<AdamwOptions>, OptimizerDescription {
  readonly type: "adamw";
}

/**
 * Adam with weight decay decoupled from the gradient (Loshchilov and Hutter 2019, algorithm 2) as PyTorch computes it.
 *
 * @throws RangeError, TypeError BPTT_OPTION
 */
export function adamw(options: AdamwOptions = {}): AdamwDescription {
  knownOptions("adamw", options, [...sharedNames, "betas", "eps"]);
  const { betas = [0.9, 0.999], eps = 1e-8, lr = 1e-3, weightDecay = 0.01 } = options;
  return {
    type: "adamw",
    ...shared("adamw", { ...options, lr, weightDecay }),
    betas: decays("adamw", betas),
    eps: epsilon("adamw", eps),
  };
}
