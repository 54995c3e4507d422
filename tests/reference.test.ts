// The float64 textbook versions are right: their gradients agree with central differences, their answers with PyTorch's.

import { afterAll, describe, expect, test } from "vitest";
import { Random } from "../src/random.js";
import {
  type GoldenNetwork,
  type GoldenTraining,
  goldenNetworks,
  goldenOptimizers,
  networkOf,
} from "./reference/golden.js";
import * as reference from "./reference/index.js";
import { closeTo, relativeError } from "./support/cases.js";

const random = new Random(1);
const values = (count: number) => reference.vector(count, () => random.uniform(-1, 1));
const tokens = (count: number, V: number) => Array.from({ length: count }, () => random.below(V));
const dot = (a: reference.Numbers, b: reference.Numbers) =>
  reference.map((a, b) => a * b, a, b).reduce((s, x) => s + x, 0);

const largest: Record<string, number> = {};
afterAll(() => {
  const lines = Object.entries(largest).map(([kind, error]) => `  ${kind}: ${error.toExponential(1)}`);
  console.log(`largest errors, max|a-b| / max|b|\n${lines.join("\n")}`);
});

function compare(
  kind: string,
  actual: reference.Numbers,
  expected: reference.Numbers,
  tolerance: number,
  what: string,
) {
  largest[kind] = Math.max(largest[kind] ?? 0, relativeError(actual, expected));
  closeTo(actual, expected, tolerance, what);
}

/** The gradient of loss() for `values` agrees with central differences. */
function differences(loss: () => number, values: reference.Vector, gradient: reference.Numbers, what: string) {
  compare("central differences", gradient, reference.centralDifferences(loss, values), 1e-7, what);
}

describe("gradients agree with central differences", () => {
  test("linear: dx, dWeight, dBias at N=7 I=5 O=3", () => {
    const [N, I, O] = [7, 5, 3];
    const [x, weight, bias, dy] = [values(N * I), values(O * I), values(O), values(N * O)];
    const loss = () => dot(reference.linearForward(x, weight, bias, N, I, O), dy);
    const { dx, dWeight, dBias } = reference.linearBackward(dy, x, weight, N, I, O);
    differences(loss, x, dx, "dx");
    differences(loss, weight, dWeight, "dWeight");
    differences(loss, bias, dBias, "dBias");
  });

  test("embedding: dTable with repeated and absent tokens", () => {
    const [V, E] = [7, 3];
    const [table, picked] = [values(V * E), [2, 5, 2, 0, 2]];
    const dy = values(picked.length * E);
    const loss = () => dot(reference.embeddingForward(table, picked, E), dy);
    differences(loss, table, reference.embeddingBackward(dy, picked, V, E), "dTable");
  });

  for (const reduction of ["mean", "sum"] as const)
    for (const classWeights of [undefined, [0.5, 2, 0, 1, 1.5]])
      test(`cross-entropy: dLogits of the ${reduction}${classWeights ? " with class weights" : ""}, ignored labels`, () => {
        const [labels, K] = [[4, 0, -100, 2, 2, 1, -1], 5];
        const logits = values(labels.length * K);
        const options = classWeights ? { classWeights } : {};
        const loss = () => reference.crossEntropy(logits, labels, K, options)[reduction];
        const dLogits = reference.crossEntropyBackward(logits, labels, K, reduction, options);
        differences(loss, logits, dLogits, "dLogits");
      });

  for (const cell of reference.referenceCells)
    for (const reverse of [false, true])
      for (const [I, H, lengths] of [
        [5, 7, [5, 3, 3, 1]],
        [1, 1, [2]],
        [3, 2, [1, 7]],
        [2, 3, [13]],
      ] as const)
        test(`${cell.name}${reverse ? " in reverse" : ""}: all gradients at I=${I} H=${H} lengths ${lengths}`, () =>
          checkLayer(cell, I, H, lengths, reverse));

  for (const cell of reference.referenceCells)
    for (const bidirectional of [false, true])
      test(`network of 2 ${bidirectional ? "bidirectional " : ""}${cell.name} layers: all gradients`, () => {
        const net = {
          cell,
          numEmbeddings: 7,
          embeddingDim: 3,
          hiddenSize: 3,
          numLayers: 2,
          bidirectional,
          outFeatures: 3,
        };
        const weights = Object.fromEntries(
          reference.parameterShapes(net).map(({ name, shape }) => [name, values(shape.reduce((a, b) => a * b, 1))]),
        );
        const sequences = [5, 1, 3].map((T) => ({ tokens: tokens(T, 7), labels: tokens(T, 3) }));
        const { gradients } = reference.networkBackward(net, weights, sequences, { reduction: "mean" });
        for (const [name, weight] of Object.entries(weights))
          differences(() => lossOf(net, weights, sequences), weight, gradients[name] ?? [], name);
      });
});

test("reverse reads the sequence backwards", () => {
  // with a clock the same position is the same in both directions
  for (const cell of reference.referenceCells.filter(({ layer }) => layer !== "clockwork")) {
    const [T, I, H] = [5, 2, 3];
    const layer = { cell, inputSize: I, hiddenSize: H, weights: weightsOf(cell, I, H) };
    const x = values(T * I);
    const backwards = reference.matrix(T, I, (t, i) => x[(T - 1 - t) * I + i] ?? 0);
    const forward = reference.recurrentForward(layer, { x: backwards });
    const reverse = reference.recurrentForward({ ...layer, reverse: true }, { x });
    const turned = reference.matrix(T, H, (t, h) => forward.y[(T - 1 - t) * H + h] ?? 0);
    expect(reverse).toEqual({ y: turned, final: forward.final });
  }
});

describe("clipping", () => {
  test("by global norm is threshold / norm * g above the threshold, nothing below", () => {
    const gradients = [Float64Array.of(3, 0), Float64Array.of(-4)];
    expect(reference.clipGlobalNorm(gradients, 5)).toBe(5);
    expect(gradients).toEqual([Float64Array.of(3, 0), Float64Array.of(-4)]);
    expect(reference.clipGlobalNorm(gradients, 2.5)).toBe(5);
    expect(gradients).toEqual([Float64Array.of(1.5, 0), Float64Array.of(-2)]);
  });

  test("by value is symmetric", () => {
    const gradients = [Float64Array.of(3, 0.5), Float64Array.of(-4)];
    expect(reference.clipValue(gradients, 1)).toBe(Math.sqrt(25.25));
    expect(gradients).toEqual([Float64Array.of(1, 0.5), Float64Array.of(-1)]);
  });

  test("by the norm of each tensor leaves the small ones alone", () => {
    const gradients = [Float64Array.of(6, 8), Float64Array.of(-4)];
    expect(reference.clipTensorNorm(gradients, 5)).toBe(Math.sqrt(116));
    expect(gradients).toEqual([Float64Array.of(3, 4), Float64Array.of(-4)]);
  });
});

test("moments below 2^-100 become 0, larger ones stay", () => {
  const [w, velocity, m, v] = [
    values(2),
    Float64Array.of(1e-30, 1e-20),
    Float64Array.of(8e-31, 1e-20),
    Float64Array.of(8e-31, 1e-20),
  ];
  reference.sgdStep(w, [0, 0], velocity, { lr: 0.1, momentum: 0.5 });
  expect(velocity).toEqual(Float64Array.of(0, 0.5 * 1e-20));
  reference.adamStep(w, [0, 0], m, v, 1, { lr: 0.1, betas: [0.5, 0.5] });
  expect([m, v]).toEqual([Float64Array.of(0, 0.5 * 1e-20), Float64Array.of(0, 0.5 * 1e-20)]);
});

describe("PyTorch says the same", () => {
  for (const [name, golden] of Object.entries(goldenNetworks)) {
    test(`${name}: shapes, logits, final states, loss and gradients`, () => {
      const net = networkOf(golden);
      const shapes = reference.parameterShapes(net).map(({ name, shape }) => [name, shape]);
      expect(shapes).toEqual(Object.entries(golden.shapes));
      const { logits, final } = reference.networkForward(net, golden.weights, golden.sequences);
      for (const [b, rows] of golden.logits.entries())
        compare("PyTorch, float64", logits[b] ?? [], rows, 1e-9, `logits of sequence ${b}`);
      for (const state of net.cell.states)
        golden.final[state]?.forEach((rows, layer) => {
          const own = rows.flatMap((_, b) => [...(final[b]?.[layer]?.[state] ?? [])]);
          compare("PyTorch, float64", own, rows.flat(), 1e-9, `final ${state} of layer ${layer}`);
        });
      const { loss, gradients } = reference.networkBackward(net, golden.weights, golden.sequences, {
        reduction: "mean",
      });
      const { sum, mean, count } = golden.loss;
      compare("PyTorch, float64", [loss.sum, loss.mean, loss.sum / loss.mean], [sum, mean, count], 1e-9, "loss");
      expect(Object.keys(gradients)).toEqual(Object.keys(golden.gradients));
      for (const [name, gradient] of Object.entries(golden.gradients))
        compare("PyTorch, float64", gradients[name] ?? [], gradient, 1e-9, `gradient of ${name}`);
    });

    for (const run of golden.training)
      test(`${name}: ten losses and norms of ${run.optimizer.type}, ${run.reduction}`, () => {
        const { losses, norms } = train(golden, run);
        for (let step = 0; step < 10; ++step) {
          compare("PyTorch, float32 training", [losses[step] ?? 0], [run.losses[step] ?? 0], 1e-5, `loss ${step}`);
          compare("PyTorch, float32 training", [norms[step] ?? 0], [run.norms[step] ?? 0], 1e-5, `norm ${step}`);
        }
      });
  }

  for (const { optimizer, weights } of goldenOptimizers.runs)
    test(`20 steps of ${JSON.stringify(optimizer)}`, () => {
      const own = Float64Array.from(goldenOptimizers.initial);
      const update = reference.stepper(optimizer, own);
      expect(weights).toHaveLength(20);
      goldenOptimizers.gradients.forEach((gradient, step) => {
        update(gradient);
        compare("PyTorch, float64", own, weights[step] ?? [], 1e-9, `weights after step ${step + 1}`);
      });
    });
});

/** The gradients of the weighted sum of y and the final states, for initial states that are not zero. */
function checkLayer(cell: reference.ReferenceCell, I: number, H: number, lengths: readonly number[], reverse: boolean) {
  const layer = { cell, inputSize: I, hiddenSize: H, reverse, weights: weightsOf(cell, I, H) };
  const states = () => ({ h: values(H), c: values(H) });
  const inputs = lengths.map((T) => ({ x: values(T * I), initial: states() }));
  const gradients = lengths.map((T) => ({ dy: values(T * H), dFinal: states() }));
  const loss = () => {
    const { y, final } = reference.recurrentForwardAll(layer, inputs);
    const parts = gradients.flatMap(({ dy, dFinal }, b) => [
      dot(y[b] ?? [], dy),
      ...cell.states.map((state) => dot(final[b]?.[state] ?? [], dFinal[state])),
    ]);
    return parts.reduce((total, part) => total + part, 0);
  };
  const back = reference.recurrentBackwardAll(layer, inputs, gradients);
  inputs.forEach(({ x, initial }, b) => {
    differences(loss, x, back.dx[b] ?? [], `dx of sequence ${b}`);
    for (const state of cell.states)
      differences(loss, initial[state], back.dInitial[b]?.[state] ?? [], `d${state}0 of sequence ${b}`);
  });
  differences(loss, layer.weights.weightIh, back.dWeightIh, "dWeightIh");
  differences(loss, layer.weights.weightHh, back.dWeightHh, "dWeightHh");
  differences(loss, layer.weights.biasIh, back.dBiasIh, "dBiasIh");
  differences(loss, layer.weights.biasHh, back.dBiasHh, "dBiasHh");
}

const weightsOf = ({ gates: { length: G } }: reference.ReferenceCell, I: number, H: number) => ({
  weightIh: values(G * H * I),
  weightHh: reference.map((w) => w / Math.sqrt(H), values(G * H * H)),
  biasIh: values(G * H),
  biasHh: values(G * H),
});

function lossOf(
  net: reference.ReferenceNetwork,
  weights: reference.Weights,
  sequences: readonly reference.ReferenceSequence[],
) {
  const logits = reference.networkForward(net, weights, sequences).logits.flatMap((rows) => [...rows]);
  const labels = sequences.flatMap((sequence) => Array.from(sequence.labels ?? []));
  return reference.crossEntropy(logits, labels, net.outFeatures).mean;
}

function train(golden: GoldenNetwork, { optimizer, clip, reduction }: GoldenTraining) {
  const net = networkOf(golden);
  const weights = Object.fromEntries(Object.entries(golden.weights).map(([name, w]) => [name, Float64Array.from(w)]));
  const updates = Object.values(weights).map((w) => reference.stepper(optimizer, w));
  const [losses, norms]: [number[], number[]] = [[], []];
  for (let step = 0; step < 10; ++step) {
    const { loss, gradients } = reference.networkBackward(net, weights, golden.sequences, { reduction });
    const all = Object.values(gradients);
    losses.push(loss[reduction]);
    norms.push(clip ? reference.clipGlobalNorm(all, clip.norm) : reference.globalNorm(all));
    updates.forEach((update, i) => {
      update(all[i] ?? []);
    });
  }
  return { losses, norms };
}
