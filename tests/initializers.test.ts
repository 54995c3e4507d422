// First values of the weights: by name, seeded, with the claimed sizes.

import { expect, test } from "vitest";
import { embedding, type LayerDescription, linear, lstm, Network, rnn } from "../src/index.js";

const H = 37;
const I = 11;
const create = (layer: LayerDescription, seed = 1) => Network.create([layer], { inputSize: I, seed });
const largest = (values: Float32Array) => values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);

/** All values lie within the bound, some nearly reach it. */
function fills(values: Float32Array, bound: number): void {
  expect(largest(values)).toBeLessThanOrEqual(bound * (1 + 1e-6));
  expect(largest(values)).toBeGreaterThan(0.9 * bound);
}

test("uniform in 1 / sqrt(hiddenSize) for all parameters of a recurrent layer, in 1 / sqrt(inFeatures) for linear: PyTorch's", async () => {
  const net = await create(lstm({ hiddenSize: H }));
  for (const { name } of net.parameters) fills(net.parameters.read(name), 1 / Math.sqrt(H));
  const output = await create(linear({ outFeatures: 53 }));
  for (const { name } of output.parameters) fills(output.parameters.read(name), 1 / Math.sqrt(I));
});

test("glorot: sqrt(6 / (fan in + fan out)) of each gate's matrix", async () => {
  const { parameters } = await create(lstm({ hiddenSize: H, inputInit: "glorot", recurrentInit: "glorot" }));
  fills(parameters.read("lstm.weight_ih_l0"), Math.sqrt(6 / (I + H)));
  fills(parameters.read("lstm.weight_hh_l0"), Math.sqrt(6 / (H + H)));
});

test.each([1, 2, 3, 5, H, 64])("orthogonal: each gate's recurrent matrix at H=%i", async (hiddenSize) => {
  const { parameters } = await create(lstm({ hiddenSize, recurrentInit: "orthogonal" }));
  const weights = parameters.read("lstm.weight_hh_l0");
  let error = 0;
  for (let gate = 0; gate < 4; ++gate) {
    const block = weights.subarray(gate * hiddenSize * hiddenSize);
    for (let i = 0; i < hiddenSize; ++i)
      for (let j = 0; j < hiddenSize; ++j) {
        let dot = 0;
        for (let k = 0; k < hiddenSize; ++k) dot += (block[i * hiddenSize + k] ?? 0) * (block[j * hiddenSize + k] ?? 0);
        error = Math.max(error, Math.abs(dot - Number(i === j)));
      }
  }
  expect(error).toBeLessThan(1e-6);
  // mixed well: no entry keeps the size that it has in a permutation
  if (hiddenSize === 64) expect(largest(weights)).toBeLessThan(0.8);
});

test("identity: the recurrent matrix is the identity (Le, Jaitly, Hinton 2015)", async () => {
  const { parameters } = await create(rnn({ hiddenSize: 5, nonlinearity: "relu", recurrentInit: "identity" }));
  const expected = Float32Array.from({ length: 25 }, (_, i) => Number(i % 6 === 0));
  expect(parameters.read("rnn.weight_hh_l0")).toEqual(expected);
});

test("embeddings are normal with deviation 1: PyTorch's", async () => {
  const { parameters } = await Network.create([embedding({ numEmbeddings: 501, embeddingDim: 31 })]);
  const values = parameters.read("embedding.weight");
  const square = values.reduce((sum, value) => sum + value * value, 0) / values.length;
  expect(Math.abs(square - 1)).toBeLessThan(0.03);
});

test("one seed gives one set of values, another seed others; parameters of one network differ", async () => {
  const read = async (seed: number) => (await create(lstm({ hiddenSize: H, numLayers: 2 }), seed)).parameters;
  const [one, same, other] = [await read(1), await read(1), await read(2)];
  for (const { name } of one) {
    expect(same.read(name)).toEqual(one.read(name));
    expect(other.read(name)).not.toEqual(one.read(name));
  }
  expect(one.read("lstm.weight_hh_l1")).not.toEqual(one.read("lstm.weight_hh_l0"));
});
