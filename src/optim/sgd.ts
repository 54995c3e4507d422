import { flag, fraction, knownOptions, nonNegativeNumber, positiveNumber, rangeError } from "../check.js";
import { ArgumentRecord } from "../kernel/record.js";
import type { AlgorithmMaker, OptimizerDescription } from "./algorithm.js";
import { visitedRows } from "./rows.js";
import { checkSchedule, constant, type Schedule } from "./schedule.js";

export interface SgdOptions {
  /** Learning rate. */
  readonly lr: number;
  /** In [0, 1). Default 0. */
  readonly momentum?: number;
  /** Nesterov's form of momentum. Default false. */
  readonly nesterov?: boolean;
  /** L2 penalty. Default 0. */
  readonly weightDecay?: number;
  /** Default constant. */
  readonly schedule?: Schedule;
}

export interface SgdDescription extends Required<SgdOptions>, OptimizerDescription {
  readonly type: "sgd";
}

/**
 * Stochastic gradient descent as PyTorch computes it, with momentum (Polyak 1964) or Nesterov's form (Sutskever et al. 2013).
 *
 * @throws RangeError BPTT_OPTION
 */
export function sgd(options: SgdOptions): SgdDescription {
  knownOptions("sgd", options, ["type", "lr", "momentum", "nesterov", "weightDecay", "schedule"]);
  const momentum = fraction("sgd: momentum", options.momentum ?? 0);
  const nesterov = flag("sgd: nesterov", options.nesterov ?? false);
  if (nesterov && momentum === 0)
    throw rangeError("BPTT_OPTION", "sgd: nesterov needs a momentum above 0, got 0; give momentum: 0.9, for example");
  return {
    type: "sgd",
    lr: positiveNumber("sgd: lr", options.lr),
    momentum,
    nesterov,
    weightDecay: nonNegativeNumber("sgd: weightDecay", options.weightDecay ?? 0),
    schedule: checkSchedule(options.schedule ?? constant()),
  };
}

export const sgdAlgorithm: AlgorithmMaker<SgdDescription> = (parameters, { momentum, nesterov, weightDecay }) => {
  const { arena, count, values, gradients } = parameters;
  const record = new ArgumentRecord(arena, "SGD");
  const velocity = momentum > 0 ? arena.allocate(4 * count) : 0;
  const rows = visitedRows(parameters, { moments: velocity > 0, weightDecay });
  const fixed = { parameters: values, gradients, velocity, momentum, nesterov: nesterov ? 1 : 0, weightDecay };
  record.write({ ...fixed, rows: rows.pointer });
  return {
    moments: velocity === 0 ? [] : [velocity],
    rows,
    update(lr) {
      rows.prepare();
      record.write({ lr });
      arena.kernel.sgdStep(record.pointer);
    },
  };
};
