import { type CellWeights, type ReferenceCell, type States, type StepInput, zeroWeights } from "./cell.js";
import { clipGlobalNorm } from "./clip.js";
import { accumulate, at, type Numbers, type Vector, vector, zeros } from "./vector.js";

/** One direction of one recurrent layer. */
export interface ReferenceLayer {
  readonly cell: ReferenceCell;
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** Reads from the last step to the first. */
  readonly reverse?: boolean;
  readonly weights: CellWeights;
}

/** x [T, I] and the states before the first step that is read, zeros where they are not given. */
export interface LayerInput {
  readonly x: Numbers;
  readonly initial?: Partial<States<Numbers>>;
}

/** dy [T, H] and the gradients of the final states, zeros where they are not given. */
export interface LayerGradient {
  /** Largest norm of the gradient of the states that goes on to the step before (Graves 2013). */
  readonly stepNorm?: number;
  readonly dy: Numbers;
  readonly dFinal?: Partial<States<Numbers>>;
}

export interface WeightGradients {
  readonly dWeightIh: Vector;
  readonly dWeightHh: Vector;
  readonly dBiasIh: Vector;
  readonly dBiasHh: Vector;
}

/** y [T, H], in the order of x, and the states after the last step that is read. */
export function recurrentForward(layer: ReferenceLayer, input: LayerInput): { y: Vector; final: States } {
  const H = layer.hiddenSize;
  const { walk, final } = run(layer, input);
  const y = zeros(walk.length * H);
  for (const { t, after } of walk) y.set(after.h, t * H);
  return { y, final };
}

/** Backpropagation through time: the steps in the order opposite to the forward pass. */
export function recurrentBackward(
  layer: ReferenceLayer,
  input: LayerInput,
  { dy, dFinal = {}, stepNorm = Number.POSITIVE_INFINITY }: LayerGradient,
): { dx: Vector; dInitial: States } & WeightGradients {
  const { cell, hiddenSize: H, inputSize: I } = layer;
  const { walk } = run(layer, input);
  const dx = zeros(walk.length * I);
  const dWeights = zeroWeights(cell.gates.length, H, I);
  let dStates = complete(dFinal, H);
  for (const step of walk.reverse()) {
    accumulate(dStates.h, row(dy, step.t, H));
    const back = cell.stepBackward(step, dStates, dWeights);
    dx.set(back.dx, step.t * I);
    dStates = { ...dStates, ...back.dBefore };
    const clipped = dStates;
    clipGlobalNorm(
      cell.states.map((name) => clipped[name]),
      stepNorm,
    );
  }
  return { dx, dInitial: dStates, ...named({ ...dWeights, weightHh: used(layer, dWeights.weightHh) }) };
}

/** A list of sequences, each of its own length. */
export function recurrentForwardAll(layer: ReferenceLayer, inputs: readonly LayerInput[]) {
  const results = inputs.map((input) => recurrentForward(layer, input));
  return { y: results.map(({ y }) => y), final: results.map(({ final }) => final) };
}

/** The gradients of the weights are the sums over the sequences. */
export function recurrentBackwardAll(
  layer: ReferenceLayer,
  inputs: readonly LayerInput[],
  gradients: readonly LayerGradient[],
): { dx: Vector[]; dInitial: States[] } & WeightGradients {
  const results = inputs.map((input, b) => recurrentBackward(layer, input, gradients[b] ?? { dy: [] }));
  const total = named(zeroWeights(layer.cell.gates.length, layer.hiddenSize, layer.inputSize));
  for (const result of results) {
    accumulate(total.dWeightIh, result.dWeightIh);
    accumulate(total.dWeightHh, result.dWeightHh);
    accumulate(total.dBiasIh, result.dBiasIh);
    accumulate(total.dBiasHh, result.dBiasHh);
  }
  return { dx: results.map(({ dx }) => dx), dInitial: results.map(({ dInitial }) => dInitial), ...total };
}

/** The steps in the order in which they are read. */
function run(layer: ReferenceLayer, { x, initial = {} }: LayerInput) {
  const { cell, inputSize: I, hiddenSize: H } = layer;
  const weights = { ...layer.weights, weightHh: used(layer, layer.weights.weightHh) };
  const T = x.length / I;
  const walk: (StepInput & { readonly after: States })[] = [];
  const first = complete(initial, H);
  let before = first;
  for (let step = 0; step < T; ++step) {
    const t = layer.reverse ? T - 1 - step : step;
    const input = { weights, x: row(x, t, I), before, initial: first, t };
    const after = { ...before, ...cell.step(input) };
    walk.push({ ...input, after });
    before = after;
  }
  return { walk, final: before };
}

/** Of W_hh or its gradient what the cell uses, 0 elsewhere. */
function used({ cell, hiddenSize: H }: ReferenceLayer, weightHh: Numbers): Vector {
  return vector(weightHh.length, (i) =>
    (cell.usesRecurrent?.(Math.floor(i / H), i % H, H) ?? true) ? at(weightHh, i) : 0,
  );
}

const row = (x: Numbers, t: number, width: number): Vector => vector(width, (i) => at(x, t * width + i));

const complete = ({ h, c }: Partial<States<Numbers>>, H: number): States => ({
  h: h ? Float64Array.from(h) : zeros(H),
  c: c ? Float64Array.from(c) : zeros(H),
});

const named = ({ weightIh, weightHh, biasIh, biasHh }: CellWeights<Vector>): WeightGradients => ({
  dWeightIh: weightIh,
  dWeightHh: weightHh,
  dBiasIh: biasIh,
  dBiasHh: biasHh,
});
