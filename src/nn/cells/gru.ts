import { oneOf } from "../../check.js";
import type { Cell } from "./cell.js";
import { type RecurrentDescription, type RecurrentOptions, recurrentOptions } from "./options.js";

export const RESETS = ["after", "before"] as const;

export type Reset = (typeof RESETS)[number];

export interface GruOptions extends RecurrentOptions {
  /**
   * Where the reset gate stands: "after" the recurrent product, n = tanh(W_in x + b_in + r (W_hn h' + b_hn)), as in PyTorch and cuDNN, or
   * "before" it, n = tanh(W_in x + b_in + W_hn (r h') + b_hn), as in Cho et al. 2014. Default "after".
   */
  readonly reset?: Reset;
}

export interface GruDescription extends RecurrentDescription {
  readonly type: "gru";
  readonly reset: Reset;
}

/**
 * Gated recurrent unit (Cho et al. 2014), PyTorch's nn.GRU: h = (1 - z) n + z h' with gates r, z, n. Input [N, inputSize], output
 * [N, hiddenSize], twice as wide if bidirectional.
 *
 * @throws RangeError, TypeError BPTT_OPTION
 */
export function gru(options: GruOptions): GruDescription {
  const checked = recurrentOptions("gru", options, ["reset"]);
  return { type: "gru", ...checked, reset: oneOf("gru: reset", options.reset ?? "after", RESETS) };
}

const shared = {
  gates: ["r", "z", "n"],
  acts: ["sigmoid", "sigmoid", "tanh"],
  apart: 1,
  states: ["h"],
  saved: 1,
} as const;

const cells: Readonly<Record<Reset, Cell>> = {
  after: {
    ...shared,
    work: 0,
    forward: (kernel, record) => kernel.gruAfterForward(record),
    backward: (kernel, record) => kernel.gruAfterBackward(record),
  },
  before: {
    ...shared,
    work: 1,
    forward: (kernel, record) => kernel.gruBeforeForward(record),
    backward: (kernel, record) => kernel.gruBeforeBackward(record),
  },
};

export const gruCell = ({ reset }: GruDescription): Cell => cells[reset];
