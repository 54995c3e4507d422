import { flag, fraction, knownOptions } from "../check.js";
import type { AlgorithmMaker, OptimizerDescription } from "./algorithm.js";
import { epsilon, type SharedOptions, shared, sharedNames } from "./describe.js";

export interface RmspropOptions extends SharedOptions {
  /** Learning rate. Default 0.01. */
  readonly lr?: number;
  /** Decay of the mean of squares, in [0, 1). Default 0.99. */
  readonly alpha?: number;
  /** 1e-12 or more. Default 1e-8. */
  readonly eps?: number;
  /** In [0, 1). Default 0. */
  readonly momentum?: number;
  /** Divides by the deviation of the gradient from its own mean (Graves 2013). Default false. */
  readonly centered?: boolean;
  /** L2 penalty, added to the gradient. Default 0. */
  readonly weightDecay?: number;
}

export interface RmspropDescription extends Required<RmspropOptions>, OptimizerDescription {
  readonly type: "rmsprop";
}

/**
 * RMSprop (Tieleman and Hinton 2012) as PyTorch computes it: eps is added to the root.
 *
 * @throws RangeError, TypeError BPTT_OPTION
 */
export function rmsprop(options: RmspropOptions = {}): RmspropDescription {
  knownOptions("rmsprop", options, [...sharedNames, "alpha", "eps", "momentum", "centered"]);
  const { lr = 0.01, alpha = 0.99, eps = 1e-8, momentum = 0, centered = false } = options;
  return {
    type: "rmsprop",
    ...shared("rmsprop", { ...options, lr }),
    alpha: fraction("rmsprop: alpha", alpha),
    eps: epsilon("rmsprop", eps),
    momentum: fraction("rmsprop: momentum", momentum),
    centered: flag("rmsprop: centered", centered),
  };
}

export const rmspropAlgorithm: AlgorithmMaker<RmspropDescription, "RMSPROP"> = (
  _,
  { alpha, eps, momentum, centered },
) => ({
  record: "RMSPROP",
  update: "rmspropStep",
  moments: { squares: 0, ...(centered && { means: 0 }), ...(momentum > 0 && { velocity: 0 }) },
  fixed: { keep: alpha, share: 1 - alpha, eps, momentum },
  lingers: true,
});
