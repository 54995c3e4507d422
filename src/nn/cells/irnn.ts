import { positiveNumber, rangeError } from "../../check.js";
import { constant, identity, normal, scaled } from "../initializers.js";
import type { Cell } from "./cell.js";
import { type RecurrentDescription, type RecurrentOptions, recurrentOptions } from "./options.js";
import { reluCell } from "./rnn.js";

export interface IrnnOptions extends Omit<RecurrentOptions, "recurrentInit" | "inputInit"> {
  /** What the identity is multiplied with: below 1 it forgets. Default 1. */
  readonly scale?: number;
}

export interface IrnnDescription extends RecurrentDescription {
  readonly type: "irnn";
  readonly scale: number;
}

/**
 * The recurrent network of Le, Jaitly and Hinton ("A simple way to initialize recurrent networks of rectified linear units", 2015): relu, and in the
 * beginning weight_hh = scale * identity, biases 0, weight_ih normal with deviation 0.001. It is fragile: clip, and use a small learning rate.
 * Input [N, inputSize], output [N, hiddenSize], twice as wide if bidirectional.
 *
 * @throws RangeError, TypeError BPTT_OPTION
 */
export function irnn(options: IrnnOptions): IrnnDescription {
  const shared = recurrentOptions("irnn", { recurrentInit: "identity", ...options }, ["scale"]);
  if (shared.recurrentInit !== "identity")
    throw rangeError(
      "BPTT_OPTION",
      `irnn: recurrentInit: expected "identity", which makes it an IRNN, got "${shared.recurrentInit}"; use rnn({ nonlinearity: "relu" }) for others`,
    );
  return { type: "irnn", ...shared, scale: positiveNumber("irnn: scale", options.scale ?? 1) };
}

export const irnnCell = ({ scale }: IrnnDescription): Cell => ({
  ...reluCell,
  initializers: {
    weight_ih: normal(0.001),
    weight_hh: scaled(scale, identity),
    bias_ih: constant(0),
    bias_hh: constant(0),
  },
});
