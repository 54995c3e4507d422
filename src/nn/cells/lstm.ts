import { finiteNumber, positiveInteger, rangeError } from "../../check.js";
import { blocks, constant, uniform } from "../initializers.js";
import type { Initializer } from "../layer.js";
import type { Cell } from "./cell.js";
import { type RecurrentDescription, type RecurrentOptions, recurrentOptions } from "./options.js";

export interface LstmOptions extends RecurrentOptions {
  /**
   * First value of the forget gate's bias (bias_ih holds it, bias_hh 0); 1 keeps the memory in the beginning (Jozefowicz et al. 2015). Default: uniform
   * as the other biases, PyTorch's.
   */
  readonly forgetBias?: number;
  /**
   * The longest dependency to be learnt, in steps T: gates begin as if they kept what they hold for 1 to T steps, the forget gate's bias log(u) with u
   * uniform in [1, T - 1) for each unit, the input gate's the negative of it (Tallec and Ollivier 2018, "Can recurrent neural networks warp time?").
   * Not with forgetBias. Default: not used.
   */
  readonly chrono?: number;
}

export interface LstmDescription extends RecurrentDescription {
  readonly type: "lstm";
  readonly forgetBias?: number;
  readonly chrono?: number;
}

/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997; forget gate: Gers et al. 2000), PyTorch's nn.LSTM:
 * c = f c' + i g, h = o tanh(c) with gates i, f, g, o. Input [N, inputSize], output [N, hiddenSize], twice as wide if bidirectional.
 *
 * @throws RangeError, TypeError BPTT_OPTION
 */
export function lstm(options: LstmOptions): LstmDescription {
  const shared = recurrentOptions("lstm", options, ["forgetBias", "chrono"]);
  const { forgetBias, chrono } = options;
  if (forgetBias !== undefined && chrono !== undefined)
    throw rangeError("BPTT_OPTION", "lstm: forgetBias and chrono: both set the forget gate's bias; give one of them");
  if (chrono !== undefined && !(positiveInteger("lstm: chrono", chrono) >= 3))
    throw rangeError("BPTT_OPTION", `lstm: chrono: expected 3 steps or more, got ${chrono}`);
  return {
    type: "lstm",
    ...shared,
    ...(forgetBias !== undefined && { forgetBias: finiteNumber("lstm: forgetBias", forgetBias) }),
    ...(chrono !== undefined && { chrono }),
  };
}

export function lstmCell({ hiddenSize, forgetBias, chrono }: LstmDescription): Cell {
  const usual = uniform(1 / Math.sqrt(hiddenSize));
  const biases = (...gates: Initializer[]) => blocks(hiddenSize, [...gates, usual, usual]);
  const none = constant(0);
  if (chrono !== undefined)
    return { ...cell, initializers: { bias_ih: chronoBiases(hiddenSize, chrono, usual), bias_hh: biases(none, none) } };
  if (forgetBias === undefined) return cell;
  return { ...cell, initializers: { bias_ih: biases(usual, constant(forgetBias)), bias_hh: biases(usual, none) } };
}

function chronoBiases(H: number, steps: number, usual: Initializer): Initializer {
  const others = blocks(H, [usual, usual, usual, usual]);
  return (arena, parameter, shape, random) => {
    others(arena, parameter, shape, random);
    const values = arena.f32(parameter, 2 * H);
    for (let j = 0; j < H; ++j) {
      const kept = arena.kernel.log(random.uniform(1, steps - 1));
      values[j] = -kept;
      values[H + j] = kept;
    }
  };
}

const cell: Cell = {
  gates: ["i", "f", "g", "o"],
  acts: ["sigmoid", "sigmoid", "tanh", "sigmoid"],
  apart: 0,
  states: ["h", "c"],
  saved: 2,
  work: 0,
  forward: (kernel, record) => kernel.lstmForward(record),
  backward: (kernel, record) => kernel.lstmBackward(record),
};
