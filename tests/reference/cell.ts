import { linearBackward, linearForward } from "./linear.js";
import { accumulate, at, map, type Numbers, type Vector, vector, zeros } from "./vector.js";

/** Weights of G gates in PyTorch's layout: [G * H, I], [G * H, H], [G * H], [G * H]. */
export interface CellWeights<Values = Numbers> {
  readonly weightIh: Values;
  readonly weightHh: Values;
  readonly biasIh: Values;
  readonly biasHh: Values;
}

export type StateName = "h" | "c";

/** States of one sequence, [H] each; a state that a cell does not have is never read. */
export type States<Values = Vector> = Readonly<Record<StateName, Values>>;

/** What one step sees. */
export interface StepInput {
  readonly weights: CellWeights;
  /** [I] */
  readonly x: Vector;
  readonly before: States;
  /** Those before the first step that is read. */
  readonly initial: States;
  /** Number of the step in the order of the text. */
  readonly t: number;
}

/** A recurrent cell as a textbook has it: one step of one sequence, and the way back. */
export interface ReferenceCell {
  readonly name: string;
  /** The name of PyTorch's module in the names of the parameters: lstm.weight_ih_l0. */
  readonly layer: string;
  /** Options beside the sizes that make the library's layer of H units this cell. */
  readonly options?: (H: number) => Readonly<Record<string, unknown>>;
  /** Hidden sizes that it cannot have. */
  readonly excludes?: (H: number) => boolean;
  /** Which elements [row, column] of weight_hh are used; the others are 0. Default all. */
  readonly usesRecurrent?: (row: number, column: number, H: number) => boolean;
  /** Names of the gate blocks of the weights, in PyTorch's order. */
  readonly gates: readonly string[];
  /** h comes first. */
  readonly states: readonly StateName[];
  /** The states after the step. */
  step(input: StepInput): Partial<States>;
  /** Adds to dWeights; gives the gradients of x and of the states before the step from those of the states after it. */
  stepBackward(
    input: StepInput,
    dAfter: States,
    dWeights: CellWeights<Vector>,
  ): { readonly dx: Vector; readonly dBefore: Partial<States> };
}

/** a = x W_ih^T + b_ih + h W_hh^T + b_hh, by the names of the gates. */
export function preActivations<Gate extends string>(input: StepInput, gates: readonly Gate[]): Record<Gate, Vector> {
  const { weights, x, before } = input;
  const H = before.h.length;
  const ih = linearForward(x, weights.weightIh, weights.biasIh, 1, x.length, gates.length * H);
  const hh = linearForward(before.h, weights.weightHh, weights.biasHh, 1, H, gates.length * H);
  const a = map((ih, hh) => ih + hh, ih, hh);
  const blocks = gates.map((gate, k) => [gate, a.subarray(k * H, (k + 1) * H)] as const);
  return Object.fromEntries(blocks) as Record<Gate, Vector>;
}

/** dGates: the gradients of the pre-activations, in the order of the gates. */
export function preActivationsBackward(
  { weights, x, before }: StepInput,
  dGates: readonly Vector[],
  dWeights: CellWeights<Vector>,
): { readonly dx: Vector; readonly dh: Vector } {
  const H = before.h.length;
  const da = vector(dGates.length * H, (row) => at(dGates[Math.floor(row / H)] ?? [], row % H));
  const ih = linearBackward(da, x, weights.weightIh, 1, x.length, da.length);
  const hh = linearBackward(da, before.h, weights.weightHh, 1, H, da.length);
  accumulate(dWeights.weightIh, ih.dWeight);
  accumulate(dWeights.weightHh, hh.dWeight);
  accumulate(dWeights.biasIh, ih.dBias);
  accumulate(dWeights.biasHh, hh.dBias);
  return { dx: ih.dx, dh: hh.dx };
}

export const zeroWeights = (G: number, H: number, I: number): CellWeights<Vector> => ({
  weightIh: zeros(G * H * I),
  weightHh: zeros(G * H * H),
  biasIh: zeros(G * H),
  biasHh: zeros(G * H),
});
