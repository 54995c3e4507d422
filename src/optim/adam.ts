import {
  flag,
  fraction,
  knownOptions,
  nonNegativeNumber,
  positiveNumber,
  rangeError,
  show,
  typeError,
} from "../check.js";
import { ArgumentRecord } from "../kernel/record.js";
import type { AlgorithmMaker, OptimizerDescription } from "./algorithm.js";
import { visitedRows } from "./rows.js";
import { checkSchedule, constant, type Schedule } from "./schedule.js";

export interface AdamOptions {
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
   * For large vocabularies; not with weightDecay. Default false.
   */
  readonly lazyRows?: boolean;
  /** Default constant. */
  readonly schedule?: Schedule;
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
  knownOptions("adam", options, ["type", "lr", "betas", "eps", "weightDecay", "lazyRows", "schedule"]);
  const betas = options.betas ?? [0.9, 0.999];
  if (!Array.isArray(betas) || betas.length !== 2)
    throw typeError("BPTT_OPTION", `adam: betas: expected two numbers such as [0.9, 0.999], got ${show(betas)}`);
  const lazyRows = flag("adam: lazyRows", options.lazyRows ?? false);
  if (lazyRows && (options.weightDecay ?? 0) > 0)
    throw rangeError(
      "BPTT_OPTION",
      "adam: weightDecay moves every row at every step; leave out lazyRows or weightDecay",
    );
  return {
    type: "adam",
    lr: positiveNumber("adam: lr", options.lr ?? 1e-3),
    betas: [fraction("adam: betas[0]", betas[0]), fraction("adam: betas[1]", betas[1])],
    eps: epsilon(options.eps ?? 1e-8),
    weightDecay: nonNegativeNumber("adam: weightDecay", options.weightDecay ?? 0),
    lazyRows,
    schedule: checkSchedule(options.schedule ?? constant()),
  };
}

/** Moments below 2^-100 become 0 in the kernel: v is blind to gradients below 3e-14, and a smaller eps would let these make large steps. */
const SMALLEST_EPS = 1e-12;

function epsilon(eps: unknown): number {
  const value = positiveNumber("adam: eps", eps);
  if (value < SMALLEST_EPS)
    throw rangeError("BPTT_OPTION", `adam: eps: expected a number of ${SMALLEST_EPS} or more, got ${value}`);
  return value;
}

export const adamAlgorithm: AlgorithmMaker<AdamDescription> = (
  parameters,
  { betas: [beta1, beta2], eps, weightDecay, lazyRows },
) => {
  const { arena, count, values, gradients } = parameters;
  const record = new ArgumentRecord(arena, "ADAM");
  const [m, v] = [arena.allocate(4 * count), arena.allocate(4 * count)];
  const rows = visitedRows(parameters, { moments: !lazyRows, weightDecay });
  record.write({ parameters: values, gradients, m, v, beta1, beta2, eps, weightDecay, rows: rows.pointer });
  return {
    moments: [m, v],
    rows,
    update(lr, step) {
      rows.prepare();
      record.write({
        lr,
        correction1: 1 - arena.kernel.pow(beta1, step),
        correction2: 1 - arena.kernel.pow(beta2, step),
      });
      arena.kernel.adamStep(record.pointer);
    },
  };
};
