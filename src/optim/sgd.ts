import { flag, fraction, knownOptions, rangeError } from "../check.js";
import type { AlgorithmMaker, OptimizerDescription } from "./algorithm.js";
import { type SharedOptions, shared, sharedNames } from "./describe.js";

export interface SgdOptions extends SharedOptions {
  /** Learning rate. */
  readonly lr: number;
  /** In [0, 1). Default 0. */
  readonly momentum?: number;
  /** Nesterov's form of momentum. Default false. */
  readonly nesterov?: boolean;
  /** L2 penalty. Default 0. */
  readonly weightDecay?: number;
}

export interface SgdDescription extends Required<SgdOptions>, OptimizerDescription {
  readonly type: "sgd";
}

/**
 * Stochastic gradient descent as PyTorch computes it, with momentum (Polyak 1964) or Nesterov's form (Sutskever et al. 2013).
 *
 * @throws RangeError, TypeError BPTT_OPTION
 */
export function sgd(options: SgdOptions): SgdDescription {
  knownOptions("sgd", options, [...sharedNames, "momentum", "nesterov"]);
  const momentum = fraction("sgd: momentum", options.momentum ?? 0);
  const nesterov = flag("sgd: nesterov", options.nesterov ?? false);
  if (nesterov && momentum === 0)
    throw rangeError("BPTT_OPTION", "sgd: nesterov needs a momentum above 0, got 0; give momentum: 0.9, for example");
  return { type: "sgd", ...shared("sgd", options), momentum, nesterov };
}

export const sgdAlgorithm: AlgorithmMaker<SgdDescription, "SGD"> = (_, { momentum, nesterov }) => ({
  record: "SGD",
  update: "sgdStep",
  moments: momentum > 0 ? { velocity: 0 } : {},
  fixed: { momentum, nesterov: nesterov ? 1 : 0 },
  lingers: momentum > 0,
});
