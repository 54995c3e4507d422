import type { Cell } from "./cell.js";
import { type RecurrentDescription, type RecurrentOptions, recurrentOptions } from "./options.js";

export interface LstmDescription extends RecurrentDescription {
  readonly type: "lstm";
}

/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997; forget gate: Gers et al. 2000), PyTorch's nn.LSTM:
 * c = f c' + i g, h = o tanh(c) with gates i, f, g, o. Input [N, inputSize], output [N, hiddenSize], twice as wide if bidirectional.
 *
 * @throws RangeError, TypeError BPTT_OPTION
 */
export function lstm(options: RecurrentOptions): LstmDescription {
  return { type: "lstm", ...recurrentOptions("lstm", options) };
}

export const lstmCell: Cell = {
  gates: ["i", "f", "g", "o"],
  apart: 0,
  states: ["h", "c"],
  saved: 2,
  work: 0,
  forward: (kernel, record) => kernel.lstmForward(record),
  backward: (kernel, record) => kernel.lstmBackward(record),
};
