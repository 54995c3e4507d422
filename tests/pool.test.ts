// pool() in a network: gradients, alone as in a batch, in shards, and what is refused; binary cross-entropy behind it.

import { describe, expect, test } from "vitest";
import {
  type Batch,
  checkGradients,
  embedding,
  gru,
  type LayerDescription,
  last,
  linear,
  lstm,
  Network,
  type NetworkOptions,
  pack,
  pool,
  type Sequence,
  unpack,
} from "../src/index.js";
import { Random } from "../src/random.js";
import { nonFiniteError } from "../src/train/non-finite.js";
import * as reference from "./reference/index.js";
import { sameBits } from "./support/cases.js";
import { near } from "./support/errors.js";
import { layersOf } from "./support/networks.js";
import { refused } from "./support/refused.js";

const [V, K] = [13, 5];
const LENGTHS = [3, 13, 1, 5, 5, 2, 7];

function batchOf(sequences: readonly Sequence[]): Batch {
  const [batch] = pack(sequences, { batchSize: sequences.length });
  if (batch === undefined) throw new Error("no batch");
  return batch;
}

function sequencesOf(loss: NetworkOptions["loss"]) {
  const random = new Random(3);
  return LENGTHS.map((length) => ({
    tokens: Array.from({ length }, () => random.below(V)),
    ...(loss === "crossEntropy"
      ? { label: random.below(K) }
      : { target: Array.from({ length: K }, () => random.below(2)) }),
  }));
}

const below = (cell: LayerDescription = lstm({ hiddenSize: 7, bidirectional: true })) => [
  embedding({ numEmbeddings: V, embeddingDim: 3 }),
  cell,
];

describe.each(["mean", "max"] as const)("%s", (mode) => {
  test.each(["crossEntropy", "mse"] as const)("%s: loss and all gradients are the textbook's", async (loss) => {
    for (const cell of reference.referenceCells.filter(({ name }) => name === "lstm" || name === "gru")) {
      const sizes = {
        numEmbeddings: V,
        embeddingDim: 3,
        hiddenSize: 7,
        numLayers: 2,
        bidirectional: true,
        outFeatures: K,
      };
      const net = { cell, ...sizes, pool: mode };
      const random = new Random(5);
      const network = await Network.create(layersOf(net), { loss });
      const weights = Object.fromEntries(
        reference.parameterShapes(net).map(({ name, shape }) => {
          const values = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () =>
            random.uniform(-0.6, 0.6),
          );
          network.parameters.write(name, values);
          return [name, values];
        }),
      );
      const sequences = sequencesOf(loss);
      const result = network.forward(batchOf(sequences));
      network.backward();
      const exact = reference.networkBackward(net, weights, sequences, {
        reduction: "mean",
        ...(loss === "mse" && { loss }),
      });
      near(`pool ${mode} loss`, [result.loss], [exact.loss.sum], loss);
      for (const [name, gradient] of Object.entries(exact.gradients))
        near(`pool ${mode} gradients`, network.parameters.readGradient(name), gradient, `${cell.name} ${name}`);
    }
  });

  test("the rows are the mean, or the largest, of those of the layer below; a sequence alone has the same bits", async () => {
    const [every, one] = [await Network.create(below()), await Network.create([...below(), pool(mode)])];
    const sequences = sequencesOf("mse").map(({ tokens }) => ({ tokens }));
    const batch = batchOf(sequences);
    const rows = unpack(batch, every.predict(batch), 14);
    unpack(batch, one.predict(batch), 14).forEach((row, b) => {
      const T = LENGTHS[b] ?? 0;
      const columns = Array.from(row, (_, h) => Array.from({ length: T }, (_, t) => rows[b]?.[14 * t + h] ?? 0));
      const expected = columns.map((column) =>
        mode === "max" ? Math.max(...column) : column.reduce((sum, value) => sum + value, 0) / T,
      );
      near(`pool ${mode}`, row, expected, `sequence ${b}`, 1e-6);
      sameBits(one.predict(batchOf(sequences.slice(b, b + 1))), row, `sequence ${b} alone`);
    });
  });

  test("a value that is not finite is found at the end of its sequence", async () => {
    const network = await Network.create([...below(), pool(mode), linear({ outFeatures: K })]);
    network.parameters.write("linear.bias", [0, 0, Number.NaN, 0, 0]);
    const batch = batchOf([2, 7, 3].map((length) => ({ tokens: new Array<number>(length).fill(1), label: 1 })));
    network.forward(batch);
    const { place } = nonFiniteError(network, batch, "loss", 1);
    expect(place).toMatchObject({ layer: "linear", tensor: "y", unit: 2, timeStep: 6, sequence: 1 });
  });
});

test("binary cross-entropy behind it: the gradients are those of differences", async () => {
  const layers = [...below(), pool("mean"), linear({ outFeatures: K })];
  const network = await Network.create(layers, { loss: "binaryCrossEntropy" });
  const { worst } = checkGradients(network, batchOf(sequencesOf("binaryCrossEntropy")), { samples: 40 });
  expect(worst.error).toBeLessThan(1e-3);
});

const rows: readonly [what: string, message: string, run: () => Promise<unknown>][] = [
  [
    "a recurrent layer behind it",
    "network: lstm2 stands behind pool, where one row for each sequence is left; put it before",
    () => Network.create([...below(), pool("max"), lstm({ hiddenSize: 2 })]),
  ],
  [
    "pool behind last",
    "network: pool stands behind last, where one row for each sequence is left; put it before",
    () => Network.create([...below(), last(), pool("max")]),
  ],
  [
    "a stream",
    "stream: the layer pool needs the whole sequence; use last(), which says at each step what it knows so far",
    async () => (await Network.create([...below(gru({ hiddenSize: 2 })), pool("mean")])).stream(),
  ],
];

test.each(rows)("refused: %s", (what, message, run) => refused("BPTT_OPTION", [what, "RangeError", message, run]));

test("refused: another mode", () =>
  refused("BPTT_OPTION", [
    "sum",
    "TypeError",
    'pool: mode: expected one of "mean", "max", got "sum"',
    () => pool("sum" as never),
  ]));

test("refused: targets of labels beyond 0 to 1", async () => {
  const network = await Network.create([...below(), pool("max"), linear({ outFeatures: 2 })], {
    loss: "binaryCrossEntropy",
  });
  await refused("BPTT_DATA", [
    "a target of 2",
    "RangeError",
    'network: expected targets from 0 to 1 (loss "binaryCrossEntropy"), got 2; give 1 for a label that holds, else 0',
    async () => network.forward(batchOf([{ tokens: [1], target: [1, 2] }])),
  ]);
});
