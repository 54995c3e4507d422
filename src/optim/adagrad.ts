import { knownOptions, nonNegativeNumber } from "../check.js";
import type { AlgorithmMaker, OptimizerDescription } from "./algorithm.js";
import { epsilon, type SharedOptions, shared, sharedNames } from "./describe.js";

export interface AdagradOptions extends SharedOptions {
  /** Learning rate. Default 0.01. */
  readonly lr?: number;
  /** The rate of a step, counted from 0, is divided by 1 + step * lrDecay, beside what the schedule does. Default 0. */
  readonly lrDecay?: number;
  /** What every sum of squares begins with. Default 0. */
  readonly initialAccumulator?: number;
  /** 1e-12 or more. Default 1e-10. */
  readonly eps?: number;
  /** L2 penalty, added to the gradient. Default 0. */
  readonly weightDecay?: number;
}

export interface AdagradDescription extends Required<AdagradOptions>, OptimizerDescription {
  readonly type: "adagrad";
}

/**
 * Adagrad (Duchi, Hazan and Singer 2011) as PyTorch computes it: eps is added to the root.
 *
 * @throws RangeError, TypeError BPTT_OPTION
 */
export function adagrad(options: AdagradOptions = {}): AdagradDescription {
  knownOptions("adagrad", options, [...sharedNames, "lrDecay", "initialAccumulator", "eps"]);
  const { lr = 0.01, lrDecay = 0, initialAccumulator = 0, eps = 1e-10 } = options;
  return {
    type: "adagrad",
    ...shared("adagrad", { ...options, lr }),
    lrDecay: nonNegativeNumber("adagrad: lrDecay", lrDecay),
    initialAccumulator: nonNegativeNumber("adagrad: initialAccumulator", initialAccumulator),
    eps: epsilon("adagrad", eps),
  };
}

/** RMSprop's update with a sum in place of the mean. */
export const adagradAlgorithm: AlgorithmMaker<AdagradDescription, "RMSPROP"> = (
  _,
  { lrDecay, initialAccumulator, eps },
) => ({
  record: "RMSPROP",
  update: "rmspropStep",
  moments: { squares: initialAccumulator },
  fixed: { keep: 1, share: 1, eps },
  rate: (lr, step) => lr / (1 + (step - 1) * lrDecay),
  lingers: false,
});
