import { fraction, positiveInteger, rangeError } from "../../check.js";
import type { Cell } from "./cell.js";
import { type RecurrentDescription, type RecurrentOptions, recurrentOptions } from "./options.js";

export interface ScrnOptions extends RecurrentOptions {
  /** How many of the hidden units are slow context units; at least one must be fast. Default a quarter of them, rounded down. */
  readonly contextSize?: number;
  /** Share of its value that a context unit keeps from step to step, in [0, 1). Default 0.95, the paper's. */
  readonly alpha?: number;
}

export interface ScrnDescription extends RecurrentDescription {
  readonly type: "scrn";
  readonly contextSize: number;
  readonly alpha: number;
}

/**
 * Structurally constrained recurrent network (Mikolov et al., "Learning longer memory in recurrent neural networks", 2015, equations 4 to 6):
 * s = (1 - alpha) B x + alpha s', h = sigmoid(A x + R h' + P s). The first hiddenSize - contextSize units are h, the others s; weight_ih is [A; B], and
 * weight_hh holds [R, P] in the rows of h. Biases are added as in PyTorch's cells. Input [N, inputSize], output [N, hiddenSize] = [h, s], twice as
 * wide if bidirectional: a linear layer behind it is the paper's U h + V s.
 *
 * @throws RangeError, TypeError BPTT_OPTION
 */
export function scrn(options: ScrnOptions): ScrnDescription {
  const shared = recurrentOptions("scrn", options, ["contextSize", "alpha"]);
  const { hiddenSize } = shared;
  const contextSize = positiveInteger(
    "scrn: contextSize",
    options.contextSize ?? Math.max(1, Math.floor(hiddenSize / 4)),
  );
  if (contextSize >= hiddenSize)
    throw rangeError(
      "BPTT_OPTION",
      `scrn: contextSize: expected less than hiddenSize (${hiddenSize}), which counts the context units too, got ${contextSize}`,
    );
  return { type: "scrn", ...shared, contextSize, alpha: fraction("scrn: alpha", options.alpha ?? 0.95) };
}

export const scrnCell = ({ hiddenSize, contextSize, alpha }: ScrnDescription): Cell => ({
  gates: ["h"],
  acts: ["sigmoid"],
  actUnits: hiddenSize - contextSize,
  apart: 0,
  states: ["h"],
  saved: 0,
  work: 0,
  options: [contextSize, alpha],
  usesRecurrent: (row) => row < hiddenSize - contextSize,
  forward: (kernel, record) => kernel.scrnForward(record),
  backward: (kernel, record) => kernel.scrnBackward(record),
  pack: (kernel, record) => kernel.scrnPack(record),
  packBack: (kernel, record) => kernel.scrnPackBack(record),
});
