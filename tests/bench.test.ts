// What the benchmark counts: figures of speed are worth as much as the operations that they divide.

import { expect, test } from "vitest";
import { workOf } from "../bench/operations.js";
import { createWorkload, randomBatch, shapeOf, WORKLOADS } from "../bench/workloads.js";
import { embedding, lstm, pack } from "../src/index.js";

test.each([
  ["W1", 0.352],
  ["W1g", 0.277],
  ["W1r", 0.126],
  ["W2", 11.17],
  ["W3", 16.03],
  ["W4", 0.246e-3],
])("%s: the nominal work of a step is %f GFLOP, 3 products for each weight and row", (name, gflop) => {
  const shape = shapeOf(name);
  const { nominal, executed } = workOf(shape, randomBatch(shape));
  expect(nominal / gflop).toBeCloseTo(1, 2);
  expect(executed).toBeLessThan(nominal);
});

test("executed work: projections over distinct tokens, nothing for the state before the first step", () => {
  const [I, H] = [3, 5];
  const layers = [embedding({ numEmbeddings: 9, embeddingDim: I }), lstm({ hiddenSize: H })];
  const [batch] = pack([{ tokens: [1, 2, 1, 2] }, { tokens: [2, 1] }], { batchSize: 2 });
  if (batch === undefined) throw new Error("no batch");
  const [rows, distinct, first] = [6, 2, 2];
  const { nominal, executed } = workOf({ layers }, batch);
  expect(nominal * 1e9).toBeCloseTo(6 * rows * 4 * H * (I + H), 6);
  expect(executed * 1e9).toBeCloseTo(6 * 4 * H * (distinct * I + (rows - first) * H), 6);
});

test.each(WORKLOADS.map(({ name }) => name))("%s: a whole step gives a finite loss", async (name) => {
  const { step } = await createWorkload(shapeOf(name));
  expect(Number.isFinite(step())).toBe(true);
});
