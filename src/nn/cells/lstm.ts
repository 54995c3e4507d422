import { finiteNumber } from "../../check.js";
import { blocks, constant, uniform } from "../initializers.js";
import type { Cell } from "./cell.js";
import { type RecurrentDescription, type RecurrentOptions, recurrentOptions } from "./options.js";

export interface LstmOptions extends RecurrentOptions {
  /**
   * First value of the forget gate's bias (bias_ih holds it, bias_hh 0); 1 keeps the memory in the beginning (Jozefowicz et al. 2015). Default: uniform
   * as the other biases, PyTorch's.
   */
  readonly forgetBias?: number;
}

export interface LstmDescription extends RecurrentDescription {
  readonly type: "lstm";
  readonly forgetBias?: number;
}

/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997; forget gate: Gers et al. 2000), PyTorch's nn.LSTM:
 * c = f c' + i g, h = o tanh(c) with gates i, f, g, o. Input [N, inputSize], output [N, hiddenSize], twice as wide if bidirectional.
 *
 * @throws RangeError, TypeError BPTT_OPTION
 */
export function lstm(options: LstmOptions): LstmDescription {
  const shared = recurrentOptions("lstm", options, ["forgetBias"]);
  if (options.forgetBias === undefined) return { type: "lstm", ...shared };
  return { type: "lstm", ...shared, forgetBias: finiteNumber("lstm: forgetBias", options.forgetBias) };
}

export function lstmCell({ hiddenSize, forgetBias }: LstmDescription): Cell {
  if (forgetBias === undefined) return cell;
  const usual = uniform(1 / Math.sqrt(hiddenSize));
  const biases = (forget: number) => blocks(hiddenSize, [usual, constant(forget), usual, usual]);
  return { ...cell, initializers: { bias_ih: biases(forgetBias), bias_hh: biases(0) } };
}

const cell: Cell = {
  gates: ["i", "f", "g", "o"],
  apart: 0,
  states: ["h", "c"],
  saved: 2,
  work: 0,
  forward: (kernel, record) => kernel.lstmForward(record),
  backward: (kernel, record) => kernel.lstmBackward(record),
};
