import { flag, knownOptions, rangeError } from "../check.js";
import type { AlgorithmMaker, OptimizerDescription } from "./algorithm.js";
import { decays, epsilon, type SharedOptions, shared, sharedNames } from "./describe.js";

export interface AdamOptions extends SharedOptions {
  /** Learning rate. Default 0.001. */
  readonly lr?: number;
  /** Decay of the two moments, each in [0, 1). Default [0.9, 0.999]. */
  readonly betas?: readonly [number, number];
  /** 1e-12 or more. Default 1e-8. */
  readonly eps?: number;
  /** L2 penalty, added to the gradient. Default 0. */
  readonly weightDecay?: number;
  /**
   * Rows of an embedding whose tokens a batch lacks keep their weights and moments (PyTorch's SparseAdam), instead of moving on by their old moments.
   * For large vocabularies; not with a weight decay of the embedding. Default false.
   */
  readonly lazyRows?: boolean;
}

export interface AdamDescription extends Required<AdamOptions>, OptimizerDescription {
  readonly type: "adam";
}

/**
 * Adam (Kingma and Ba 2015, algorithm 1) as PyTorch computes it.
 *
 * @throws RangeError, TypeError BPTT_OPTION
 */
export function adam(options: AdamOptions = {}): AdamDescription {
  knownOptions("adam", options, [...sharedNames, "betas", "eps", "lazyRows"]);
  const { betas = [0.9, 0.999], eps = 1e-8, lazyRows = false, lr = 1e-3 } = options;
  const description = {
    type: "adam",
    ...shared("adam", { ...options, lr }),
    betas: decays("adam", betas),
    eps: epsilon("adam", eps),
    lazyRows: flag("adam: lazyRows", lazyRows),
  } as const;
  if (lazyRows && description.weightDecay > 0)
    throw rangeError(
      "BPTT_OPTION",
      "adam: weightDecay moves every row at every step; leave out lazyRows or weightDecay",
    );
  return description;
}

/** Also AdamW's, whose weight decay is decoupled. */
export const adamAlgorithm: AlgorithmMaker<
  Pick<AdamDescription, "betas" | "eps"> & { readonly type: "adam" | "adamw"; readonly lazyRows?: boolean },
  "ADAM"
> = (kernel, { type, betas: [beta1, beta2], eps, lazyRows = false }) => ({
  record: "ADAM",
  update: "adamStep",
  moments: { m: 0, v: 0 },
  fixed: { beta1, beta2, eps, decoupled: type === "adamw" ? 1 : 0 },
  atStep: (step) => ({ correction1: 1 - kernel.pow(beta1, step), correction2: 1 - kernel.pow(beta2, step) }),
  lingers: !lazyRows,
  refusesDecay: lazyRows,
});
