// Directly behind an embedding the first layer works on the distinct tokens of a batch: the same answers to the last bit, the same gradients.

import { describe, expect, test } from "vitest";
import { dropout, embedding, type LayerDescription, linear, Network, pack, Random } from "../src/index.js";
import { referenceCells } from "./reference/index.js";
import { relativeError } from "./support/cases.js";
import { describeCell } from "./support/cells.js";
import { randomSequences } from "./support/networks.js";

const [V, I, H, K] = [11, 5, 7, 3];

/** The same network over tokens and, without an embedding, over the rows of its table. */
async function both(layers: readonly LayerDescription[], head: readonly LayerDescription[] = []) {
  const net = await Network.create([embedding({ numEmbeddings: V, embeddingDim: I }), ...head, ...layers], { seed: 3 });
  const plain = await Network.create(layers, { inputSize: I, seed: 4 });
  for (const { name } of plain.parameters) plain.parameters.write(name, net.parameters.read(name));
  const table = net.parameters.read("embedding.weight");
  const row = (token: number) => [...table.subarray(token * I, (token + 1) * I)];
  const sequences = randomSequences(new Random(5), [13, 1, 7, 7, 2], V, K);
  const [tokens] = pack(sequences);
  const [features] = pack(
    sequences.map(({ tokens, labels }) => ({ features: tokens.flatMap(row), length: tokens.length, labels })),
  );
  if (!tokens || !features) throw new Error("no batch");
  return { net, plain, tokens, features };
}

describe.each(referenceCells.map((cell) => [cell.name, cell] as const))("%s", (_, cell) => {
  const layers = [describeCell(cell, { hiddenSize: H, bidirectional: true, numLayers: 2 }), linear({ outFeatures: K })];

  test("logits have the same bits, gradients agree", async () => {
    const { net, plain, tokens, features } = await both(layers);
    expect(net.predict(tokens)).toEqual(plain.predict(features));
    for (let pass = 0; pass < 2; ++pass) {
      expect(net.forward(tokens).loss).toBe(plain.forward(features).loss);
      net.backward();
      plain.backward();
    }
    for (const { name } of plain.parameters)
      expect(relativeError(net.parameters.readGradient(name), plain.parameters.readGradient(name))).toBeLessThan(1e-5);
  });
});

test("dropout between embedding and layer takes the plain path in training alone", async () => {
  const layers = [
    describeCell(referenceCells[0] as (typeof referenceCells)[number], { hiddenSize: H }),
    linear({ outFeatures: K }),
  ];
  const { net, plain, tokens, features } = await both(layers, [dropout(0.5)]);
  expect(net.predict(tokens)).toEqual(plain.predict(features));
  expect(net.forward(tokens).loss).not.toBe(plain.forward(features).loss);
  expect(net.forward(tokens, { training: false }).loss).toBe(plain.forward(features, { training: false }).loss);
});

test("a value that is not finite is located in the row where its token comes first", async () => {
  const { net, tokens } = await both([
    describeCell(referenceCells[0] as (typeof referenceCells)[number], { hiddenSize: H }),
    linear({ outFeatures: K }),
  ]);
  const table = net.parameters.read("embedding.weight");
  const token = tokens.tokens?.[4] ?? 0;
  table[token * I + 2] = Number.NaN;
  net.parameters.write("embedding.weight", table);
  net.forward(tokens);
  expect(net.findNonFinite("forward")).toEqual({
    layer: "embedding",
    tensor: "y",
    row: tokens.tokens?.indexOf(token),
    unit: 2,
  });
});
