import { oneOf } from "../../check.js";
import type { Cell } from "./cell.js";
import { type RecurrentDescription, type RecurrentOptions, recurrentOptions } from "./options.js";

export const NONLINEARITIES = ["tanh", "relu", "linear"] as const;

export type Nonlinearity = (typeof NONLINEARITIES)[number];

export interface RnnOptions extends RecurrentOptions {
  /** act of h = act(W_ih x + b_ih + W_hh h' + b_hh). Default "tanh". */
  readonly nonlinearity?: Nonlinearity;
}

export interface RnnDescription extends RecurrentDescription {
  readonly type: "rnn";
  readonly nonlinearity: Nonlinearity;
}

/**
 * The simple recurrent network (Elman 1990), PyTorch's nn.RNN; with "linear" the lecture's linear neuron. Input [N, inputSize], output
 * [N, hiddenSize], twice as wide if bidirectional.
 *
 * @throws RangeError, TypeError BPTT_OPTION
 */
export function rnn(options: RnnOptions): RnnDescription {
  const shared = recurrentOptions("rnn", options, ["nonlinearity"]);
  const nonlinearity = oneOf("rnn: nonlinearity", options.nonlinearity ?? "tanh", NONLINEARITIES);
  return { type: "rnn", ...shared, nonlinearity };
}

const shared = { gates: ["h"], apart: 0, states: ["h"], saved: 0, work: 0, omega: true };

const cells: Readonly<Record<Nonlinearity, Cell>> = {
  tanh: {
    ...shared,
    acts: ["tanh"],
    forward: (kernel, record) => kernel.rnnTanhForward(record),
    backward: (kernel, record) => kernel.rnnTanhBackward(record),
  },
  relu: {
    ...shared,
    acts: ["relu"],
    forward: (kernel, record) => kernel.rnnReluForward(record),
    backward: (kernel, record) => kernel.rnnReluBackward(record),
  },
  linear: {
    ...shared,
    acts: ["linear"],
    forward: (kernel, record) => kernel.rnnLinearForward(record),
    backward: (kernel, record) => kernel.rnnLinearBackward(record),
  },
};

export const reluCell = cells.relu;

export const rnnCell = ({ nonlinearity }: RnnDescription): Cell => cells[nonlinearity];
