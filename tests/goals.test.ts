// What sequences teach: labels or numbers, for each step or for the whole, in packed order; and squared error over the steps of a network.

import { expect, test } from "vitest";
import { Network, pack, Random, type Sequence, unpack } from "../src/index.js";
import * as reference from "./reference/index.js";
import { near } from "./support/errors.js";
import { layersOf } from "./support/networks.js";

function batchOf(sequences: readonly Sequence[]) {
  const [batch] = pack(sequences, { batchSize: sequences.length });
  if (batch === undefined) throw new Error("no batch");
  return batch;
}

const tokens = [[1], [2, 3, 4], [5, 6]] as const;
const all = (goals: readonly Partial<Sequence>[]) =>
  batchOf(goals.map((own, b) => ({ tokens: tokens[b] ?? [], ...own })));

test("labels and targets stand at their rows, label and target at their sequences, longest first", () => {
  expect(all([{ labels: [10] }, { labels: [20, 21, 22] }, { labels: [30, 31] }]).labels).toEqual(
    Int32Array.of(20, 30, 10, 21, 31, 22),
  );
  const targets = all([
    { targets: [10, -10] },
    { targets: [20, -20, 21, -21, 22, -22] },
    { targets: [30, -30, 31, -31] },
  ]);
  expect(targets.targets).toEqual(Float32Array.of(20, -20, 30, -30, 10, -10, 21, -21, 31, -31, 22, -22));
  expect(all([{ label: 1 }, { label: 2 }, { label: -100 }]).label).toEqual(Int32Array.of(2, -100, 1));
  expect(all([{ target: 1 }, { target: [2] }, { target: 3.5 }]).target).toEqual(Float32Array.of(2, 3.5, 1));
  expect(all([{ target: [1, 10] }, { target: [2, 20] }, { target: [3, 30] }]).target).toEqual(
    Float32Array.of(2, 20, 3, 30, 1, 10),
  );
  expect(all([{}, {}, {}])).not.toHaveProperty("labels");
});

test("unpack brings rows of steps and rows of sequences into the caller's order", () => {
  const batch = all([{}, {}, {}]);
  const steps = unpack(batch, Float32Array.of(20, 30, 10, 21, 31, 22), 1).map((rows) => [...rows]);
  expect(steps).toEqual([[10], [20, 21, 22], [30, 31]]);
  const wholes = unpack(batch, Float32Array.of(2, 20, 3, 30, 1, 10), 2).map((rows) => [...rows]);
  expect(wholes).toEqual([
    [1, 10],
    [2, 20],
    [3, 30],
  ]);
});

test.each(reference.referenceCells.map((cell) => [cell.name, cell] as const))(
  "%s: squared error over ragged sequences and its gradients are the textbook's",
  async (name, cell) => {
    const sizes = { numEmbeddings: 7, embeddingDim: 3, hiddenSize: 8, numLayers: 1, outFeatures: 2 };
    const net = { cell, ...sizes, bidirectional: true };
    const random = new Random(5);
    const numbers = (length: number) => Array.from({ length }, () => random.uniform(-1, 1));
    const sequences = [3, 7, 1, 5].map((T) => ({
      tokens: Array.from({ length: T }, () => random.below(7)),
      targets: numbers(2 * T),
    }));
    const network = await Network.create(layersOf(net), { loss: "mse" });
    const weights = Object.fromEntries(
      [...network.parameters].map(({ name, size }) => [name, Float32Array.from(numbers(size))]),
    );
    for (const [parameter, values] of Object.entries(weights)) network.parameters.write(parameter, values);
    const { loss, lossPerToken, count } = network.forward(batchOf(sequences));
    network.backward();
    const exact = reference.networkBackward(net, weights, sequences, { reduction: "mean", loss: "mse" });
    expect(count).toBe(16);
    near(`${name} mse`, [loss, lossPerToken], [exact.loss.sum, exact.loss.mean], "sum, mean");
    for (const [parameter, gradient] of Object.entries(exact.gradients))
      near(`${name} mse gradients`, network.parameters.readGradient(parameter), gradient, parameter);
  },
);
