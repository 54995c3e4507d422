// How strongly inputs move outputs: against differences of float64 networks, and what must be zero.

import { describe, expect, test } from "vitest";
import { dropout, embedding, linear, lstm, Network, rnn } from "../src/index.js";
import { type Connectivity, compareConnectivity, connectivity } from "../src/lab/index.js";
import { networkForward, type ReferenceNetwork, referenceCells, softmax } from "./reference/index.js";
import { near } from "./support/errors.js";
import { layersOf } from "./support/networks.js";
import { trained } from "./support/tagging.js";

const [V, E, H, K] = [9, 3, 5, 4];
// no token twice: then the row of a token in the embedding is the input of one step
const TOKENS = [4, 1, 8, 2, 0, 6];
const T = TOKENS.length;

/** The same by central differences in float64. */
async function textbook(net: ReferenceNetwork, network: Network, result: Connectivity, of: "logit" | "probability") {
  const weights = Object.fromEntries(
    [...network.parameters].map(({ name }) => [name, Float64Array.from(network.parameters.read(name))]),
  );
  const table = weights["embedding.weight"] ?? new Float64Array(0);
  const said = () => {
    const logits = networkForward(net, weights, [{ tokens: TOKENS }]).logits[0] ?? new Float64Array(0);
    return result.classes.map((k, t) => {
      const row = logits.subarray(t * K, (t + 1) * K);
      return (of === "logit" ? row : softmax(row))[k] ?? Number.NaN;
    });
  };
  const squares = result.classes.map(() => new Float64Array(T));
  TOKENS.forEach((token, s) => {
    for (let i = 0; i < E; ++i) {
      const at = token * E + i;
      const value = table[at] ?? 0;
      table[at] = value + 1e-5;
      const right = said();
      table[at] = value - 1e-5;
      const left = said();
      table[at] = value;
      right.forEach((y, t) => {
        const row = squares[t] ?? new Float64Array(T);
        row[s] = (row[s] ?? 0) + ((y - (left[t] ?? 0)) / 2e-5) ** 2;
      });
    }
  });
  return { values: said(), matrix: squares.map((row) => [...row].map(Math.sqrt)) };
}

const flat = (rows: readonly (readonly number[])[]): number[] => rows.flatMap((row) => [...row]);

describe.each(referenceCells)("$name", (cell) => {
  test.each([
    ["two layers, one direction", { numLayers: 2, bidirectional: false }],
    ["two directions", { numLayers: 1, bidirectional: true }],
    ["last()", { numLayers: 1, bidirectional: true, last: true }],
  ] as const)("%s: agrees with finite differences", async (what, shape) => {
    const net: ReferenceNetwork = {
      ...{ cell, numEmbeddings: V, embeddingDim: E, hiddenSize: H, outFeatures: K },
      ...shape,
    };
    const network = await Network.create(layersOf(net), { seed: 2 });
    for (const { name } of network.parameters)
      if (/^irnn.weight_ih/.test(name))
        network.parameters.write(
          name,
          network.parameters.read(name).map((w) => 300 * w),
        );
    for (const of of ["logit", "probability"] as const) {
      const result = await connectivity(network, { tokens: TOKENS }, { of });
      expect(result.matrix).toHaveLength("last" in shape ? 1 : T);
      const expected = await textbook(net, network, result, of);
      near(of, result.values, expected.values, what);
      near(of, flat(result.matrix), flat(expected.matrix), what);
    }
  });

  test("nothing comes from later steps in one direction, and something from the step itself", async () => {
    const shape = { numLayers: 1, bidirectional: false };
    const sizes = { numEmbeddings: V, embeddingDim: E, hiddenSize: H, outFeatures: K };
    const network = await Network.create(layersOf({ cell, ...sizes, ...shape }), { seed: 2 });
    const { matrix } = await connectivity(network, { tokens: TOKENS });
    matrix.forEach((row, t) => {
      row.forEach((norm, s) => {
        if (s > t) expect(norm).toBe(0);
      });
      expect(row[t]).toBeGreaterThan(0);
    });
  });
});

test("the classes are the most probable ones unless they are given, and the network stays as it is", async () => {
  const layers = [
    embedding({ numEmbeddings: V, embeddingDim: E }),
    dropout(0.5),
    lstm({ hiddenSize: H }),
    linear({ outFeatures: K }),
  ];
  const network = await Network.create(layers, { seed: 5 });
  const before = network.parameters.snapshot();
  const own = await connectivity(network, { tokens: TOKENS, labels: new Array(T).fill(0) });
  const batchless = await connectivity(network, { tokens: TOKENS }, { classes: own.classes });
  expect(batchless).toEqual(own);
  const zeros = await connectivity(network, { tokens: TOKENS }, { classes: 0 });
  expect(zeros.classes).toEqual(new Array(T).fill(0));
  own.values.forEach((value, t) => {
    expect(value).toBeGreaterThanOrEqual(zeros.values[t] ?? Number.NaN);
  });
  expect(network.parameters.snapshot()).toEqual(before);
});

test("the same token twice: each place by itself", async () => {
  const network = await Network.create(
    [
      embedding({ numEmbeddings: V, embeddingDim: E }),
      rnn({ hiddenSize: 1, nonlinearity: "linear" }),
      linear({ outFeatures: 1 }),
    ],
    { seed: 5, loss: "mse" },
  );
  network.parameters.write("rnn.weight_ih_l0", [3, 0, 4]);
  network.parameters.write("rnn.weight_hh_l0", [0.5]);
  network.parameters.write("linear.weight", [2]);
  const { matrix, classes } = await connectivity(network, { tokens: [7, 7, 7] });
  expect(classes).toEqual([0, 0, 0]);
  const expected = [
    [10, 0, 0],
    [5, 10, 0],
    [2.5, 5, 10],
  ];
  near("linear neuron", flat(matrix), flat(expected), "by hand", 1e-6);
});

test("features, mse, huge outputs and more rows than one batch holds", async () => {
  const network = await Network.create([rnn({ hiddenSize: 1, nonlinearity: "linear" }), linear({ outFeatures: 2 })], {
    inputSize: 1,
    loss: "mse",
  });
  network.parameters.write("rnn.weight_ih_l0", [1]);
  network.parameters.write("rnn.weight_hh_l0", [0.9]);
  network.parameters.write("linear.weight", [1e-3, 1]);
  network.parameters.write("linear.bias", [1e6, 0]);
  const length = 100;
  const features = Array.from({ length }, (_, t) => t % 7);
  const { matrix, classes } = await connectivity(network, { features, length });
  expect(classes).toEqual(new Array(length).fill(0));
  const expected = matrix.map((row, t) => row.map((_, s) => (s > t ? 0 : 1e-3 * 0.9 ** (t - s))));
  near("linear neuron", flat(matrix), flat(expected), "features", 1e-5);
});

describe("texts", () => {
  const text = "leave Taipei on November 2nd";

  test("a tagger: its tokens and tags, and the numbers of its network", async () => {
    const tagger = await trained(40, { bidirectional: false });
    const result = await connectivity(tagger, text);
    const { tokens, tags } = await tagger.tag(text);
    expect(result.tokens).toEqual(tokens);
    expect(result.tags).toEqual(tags);
    expect(result.classes.map((k) => tagger.tags[k])).toEqual(tags);
    result.matrix.forEach((row, t) => {
      expect(row.map((norm) => norm > 0)).toEqual(row.map((_, s) => s <= t));
    });
    expect(await connectivity(tagger, tokens, { tags })).toEqual(result);
    const outside = await connectivity(tagger, text, { tags: "O", of: "probability" });
    expect(outside.tags).toEqual(tokens.map(() => "O"));
    outside.values.forEach((probability) => {
      expect(probability).toBeGreaterThan(0);
      expect(probability).toBeLessThan(1);
    });
  });

  test("compareConnectivity: one sentence through three models, in their order", async () => {
    const models = {
      rnn: await trained(20, { cell: "rnn" }),
      lstm: await trained(20, { cell: "lstm" }),
      gru: await trained(20, { cell: "gru" }),
    };
    const all = await compareConnectivity(models, text);
    expect(all.map(({ name }) => name)).toEqual(["rnn", "lstm", "gru"]);
    for (const { name, ...result } of all)
      expect(result).toEqual(await connectivity(models[name as keyof typeof models], text));
  });
});
