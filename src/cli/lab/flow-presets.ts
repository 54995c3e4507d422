import { type CellDescription, irnn, lstm, rnn } from "../../index.js";
import { describeCells } from "../../lab/experiments/cells.js";

/** A cell that is looked at. */
export interface Variant {
  readonly name: string;
  readonly cell: CellDescription;
  /** What the recurrent weights are scaled to before anything else. */
  readonly spectralRadius?: number;
}

/** Sizes that cells are made for. */
export interface Sizes {
  readonly hiddenSize: number;
  readonly seqLen: number;
}

interface FlowPreset {
  readonly about: string;
  /** What stands first in the caption. */
  readonly told: (sizes: Sizes) => string;
  /** Updates of the weights. */
  readonly trainSteps: number;
  readonly variants: (sizes: Sizes) => readonly Variant[];
}

/** Figures of the lecture on gradients over time, by name. */
export const flowPresets = {
  cells: {
    about: "six cells side by side, before and after they learn which of two signals came first",
    told: ({ hiddenSize, seqLen }) =>
      `${networks(hiddenSize, seqLen)} The LSTM begins with its forget gates open, as suits ${seqLen} steps (chrono).`,
    trainSteps: 600,
    variants: (sizes) => cellsOf(["rnn", "irnn", "lstm", "gru", "clockwork", "scrn"], sizes),
  },
  vanishing: {
    about: "a simple network whose recurrent weights have a spectral radius below 1: the gradient vanishes",
    told: told("The recurrent weights are orthogonal and scaled to the spectral radius beside the curve."),
    trainSteps: 0,
    variants: ({ hiddenSize }) => radii([0.5, 0.7, 0.9, 1], hiddenSize),
  },
  exploding: {
    about: "the same with larger recurrent weights: the gradient explodes",
    told: told("The recurrent weights are orthogonal and scaled to the spectral radius beside the curve."),
    trainSteps: 0,
    variants: ({ hiddenSize }) => radii([1, 1.2, 1.5, 2, 3], hiddenSize),
  },
  lstm: {
    about: "what an LSTM keeps, and what its forget gate's first bias has to do with it, before and after training",
    told: ({ hiddenSize, seqLen }) =>
      `${networks(hiddenSize, seqLen)} LSTMs differ in the first bias of their forget gates: near 0 as is usual, 1, or chosen for ${seqLen} steps (chrono).`,
    trainSteps: 600,
    variants: ({ hiddenSize, seqLen }) => [
      { name: "rnn", cell: rnn({ hiddenSize }) },
      { name: "lstm, usual", cell: lstm({ hiddenSize }) },
      { name: "lstm, bias 1", cell: lstm({ hiddenSize, forgetBias: 1 }) },
      { name: "lstm, chrono", cell: lstm({ hiddenSize, chrono: Math.max(3, seqLen) }) },
      { name: "irnn", cell: irnn({ hiddenSize }) },
    ],
  },
} as const satisfies Readonly<Record<string, FlowPreset>>;

export const networks = (hiddenSize: number, seqLen: number): string =>
  `Networks of ${hiddenSize} units are to say, after ${seqLen} steps, which of two signals came first and which second (temporal order, Hochreiter and Schmidhuber 1997).`;

function told(weights: string) {
  return ({ hiddenSize, seqLen }: Sizes): string =>
    `${networks(hiddenSize, seqLen).replace("Networks", "Untrained simple networks")} ${weights}`;
}

/** Cells by name, as they begin in the experiments. */
export const cellsOf = (types: readonly CellDescription["type"][], { hiddenSize, seqLen }: Sizes): Variant[] =>
  describeCells(types, hiddenSize, seqLen);

/** Simple networks with orthogonal recurrent weights of some spectral radii. */
export const radii = (list: readonly number[], hiddenSize: number): Variant[] =>
  list.map((spectralRadius) => ({
    name: `radius ${spectralRadius}`,
    cell: rnn({ hiddenSize, recurrentInit: "orthogonal" }),
    spectralRadius,
  }));
