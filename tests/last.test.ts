// last(): one row for each sequence, of each direction the one where it has read all; alone, in batches, in streams, in shards, in training.

import { describe, expect, test } from "vitest";
import {
  type Batch,
  dropout,
  embedding,
  type LayerDescription,
  last,
  linear,
  lstm,
  Network,
  type NetworkOptions,
  pack,
  type Sequence,
  sgd,
  unpack,
} from "../src/index.js";
import { Random } from "../src/random.js";
import { Training } from "../src/train/loop.js";
import { nonFiniteError } from "../src/train/non-finite.js";
import { resolveTrainOptions } from "../src/train/options.js";
import * as reference from "./reference/index.js";
import { relativeError, sameBits } from "./support/cases.js";
import { describeCell } from "./support/cells.js";
import { near } from "./support/errors.js";
import { layersOf } from "./support/networks.js";
import { type Row, refused } from "./support/refused.js";

const [V, K] = [13, 5];
const LENGTHS = [3, 13, 1, 5, 5, 2, 7];

function batchOf(sequences: readonly Sequence[]): Batch {
  const [batch] = pack(sequences, { batchSize: sequences.length });
  if (batch === undefined) throw new Error("no batch");
  return batch;
}

function sequencesOf(lengths: readonly number[], seed = 1) {
  const random = new Random(seed);
  return lengths.map((length) => ({
    tokens: Array.from({ length }, () => random.below(V)),
    label: random.below(8) === 0 ? -100 : random.below(K),
  }));
}

const classifier = (
  cell: LayerDescription = lstm({ hiddenSize: 7, bidirectional: true }),
  options?: NetworkOptions,
): Promise<Network> =>
  Network.create([embedding({ numEmbeddings: V, embeddingDim: 3 }), cell, last(), linear({ outFeatures: K })], options);

describe.each(reference.referenceCells.map((cell) => [cell.name, cell] as const))("%s", (name, cell) => {
  for (const [numLayers, bidirectional, hiddenSize] of [
    [1, false, 8],
    [1, true, 5],
    [2, true, 7],
  ] as const) {
    const sizes = { numEmbeddings: V, embeddingDim: 3, hiddenSize, numLayers, bidirectional, outFeatures: K };
    const net = { cell, ...sizes, last: true };
    const what = `${numLayers} layers${bidirectional ? ", both directions" : ""}, H ${hiddenSize}`;
    if (cell.excludes?.(hiddenSize)) continue;

    test.each(["crossEntropy", "mse"] as const)(`${what}: %s and all gradients are the textbook's`, async (loss) => {
      const random = new Random(hiddenSize);
      const network = await Network.create(layersOf(net), { loss });
      const weights = Object.fromEntries(
        reference.parameterShapes(net).map(({ name: parameter, shape }) => {
          const values = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () =>
            random.uniform(-0.6, 0.6),
          );
          network.parameters.write(parameter, values);
          return [parameter, values];
        }),
      );
      const sequences = sequencesOf(LENGTHS).map(({ tokens, label }) =>
        loss === "mse" ? { tokens, target: Array.from({ length: K }, () => random.uniform(-1, 1)) } : { tokens, label },
      );
      const batch = batchOf(sequences);
      const result = network.forward(batch);
      network.backward();
      const exact = reference.networkBackward(net, weights, sequences, {
        reduction: "mean",
        ...(loss === "mse" && { loss }),
      });
      near(`${name} last loss`, [result.loss, result.lossPerToken], [exact.loss.sum, exact.loss.mean], what);
      const { logits } = reference.networkForward(net, weights, sequences);
      unpack(batch, network.logits(), K).forEach((row, b) => {
        near(`${name} last logits`, row, logits[b] ?? [], `${what}, sequence ${b}`);
      });
      for (const [parameter, gradient] of Object.entries(exact.gradients))
        near(`${name} last gradients`, network.parameters.readGradient(parameter), gradient, parameter);
    });
  }

  test("a sequence alone has the bits of the batch; a stream those of all that it has read", async () => {
    const net = await classifier(describeCell(cell, { hiddenSize: 8 }));
    const sequences = sequencesOf(LENGTHS);
    const batch = batchOf(sequences);
    const rows = net.predict(batch);
    expect(rows.length).toBe(LENGTHS.length * K);
    unpack(batch, rows, K).forEach((row, b) => {
      const { tokens } = sequences[b] ?? { tokens: [] };
      sameBits(net.predict(batchOf([{ tokens }])), row, `sequence ${b} alone`);
      const stream = net.stream();
      tokens.forEach((token, t) => {
        const { logits, probabilities } = stream.push(token);
        sameBits(logits, net.predict(batchOf([{ tokens: tokens.slice(0, t + 1) }])), `${t + 1} tokens`);
        expect(probabilities).toEqual(net.softmax(logits));
      });
    });
  });
});

test("the rows are those of the layer below: of the forward direction the last step, of the reverse one the first", async () => {
  const below = [embedding({ numEmbeddings: V, embeddingDim: 3 }), lstm({ hiddenSize: 3, bidirectional: true })];
  const [every, ends] = [await Network.create(below), await Network.create([...below, last()])];
  const batch = batchOf(sequencesOf(LENGTHS));
  const rows = unpack(batch, every.predict(batch), 6);
  unpack(batch, ends.predict(batch), 6).forEach((row, b) => {
    const all = rows[b] ?? new Float32Array();
    sameBits(row, [...all.slice(-6, -3), ...all.slice(3, 6)], `sequence ${b}`);
  });
});

test("a bidirectional network refuses to stream; one of numbers streams without probabilities", async () => {
  await refused("BPTT_OPTION", [
    "stream",
    "RangeError",
    "stream: the layer lstm_l0 reads from both ends, so it needs the whole sequence; use a network with bidirectional: false",
    async () => (await classifier()).stream(),
  ]);
  const net = await classifier(lstm({ hiddenSize: 2 }), { loss: "mse" });
  expect(net.stream().push(1)).toMatchObject({ logits: expect.any(Float32Array), probabilities: new Float32Array() });
});

test("dropout before and behind: masks depend on the sequence, not on the batch, and the pass back has the same", async () => {
  const net = await Network.create([
    embedding({ numEmbeddings: V, embeddingDim: 3 }),
    lstm({ hiddenSize: 7, numLayers: 2, dropout: 0.3 }),
    dropout(0.5),
    last(),
    dropout(0.5),
    linear({ outFeatures: K }),
  ]);
  const sequences = sequencesOf(LENGTHS);
  const gradientOf = (batches: readonly Batch[]) => {
    net.zeroGrad();
    for (const batch of batches) {
      net.forward(batch, { step: 3 });
      net.backward({ divisor: 1 });
    }
    return [...net.parameters].map(({ name }) => net.parameters.readGradient(name));
  };
  const whole = gradientOf([batchOf(sequences)]);
  const parts = gradientOf([...pack(sequences, { batchSize: 2 })]);
  whole.forEach((gradient, i) => {
    expect(relativeError(parts[i] ?? [], gradient)).toBeLessThan(2e-6);
  });
});

test("the training loop trains it, with shards, from features too", async () => {
  const random = new Random(3);
  const sequences = LENGTHS.map((length) => ({
    features: Array.from({ length: 2 * length }, () => random.uniform(-1, 1)),
    length,
    target: random.uniform(),
  }));
  const run = async (shards: number) => {
    const layers = [lstm({ hiddenSize: 5 }), last(), linear({ outFeatures: 1 })];
    const network = await Network.create(layers, { inputSize: 2, loss: "mse" });
    const losses: number[] = [];
    const options = resolveTrainOptions({ epochs: 3, batchSize: 7, shards, optimizer: sgd({ lr: 0.1 }) }, 1);
    for await (const report of new Training({ network, sequences }, options).run())
      if (report.type === "step") {
        expect(report.count).toBe(sequences.length);
        losses.push(report.lossPerToken);
      }
    return losses;
  };
  const [one, three] = [await run(1), await run(3)];
  expect(one[2]).toBeLessThan(one[0] ?? 0);
  near("shards", three, one, "losses", 1e-6);
});

test("batches below the largest one seen take no more memory", async () => {
  const net = await classifier();
  const step = (batch: Batch) => {
    net.forward(batch);
    net.backward();
    net.predict(batch);
  };
  step(batchOf(sequencesOf(new Array(17).fill(13))));
  const { bytes } = net;
  const random = new Random(2);
  for (let i = 0; i < 100; ++i)
    step(batchOf(sequencesOf(Array.from({ length: 1 + random.below(17) }, () => 1 + random.below(13)))));
  expect(net.bytes).toBe(bytes);
});

test("a value that is not finite is found at the end of its sequence", async () => {
  const net = await classifier(lstm({ hiddenSize: 3 }));
  net.parameters.write("linear.bias", [0, 0, Number.NaN, 0, 0]);
  const batch = batchOf(sequencesOf([2, 7, 3]));
  net.forward(batch);
  const { place } = nonFiniteError(net, batch, "loss", 1);
  expect(place).toMatchObject({ layer: "linear", tensor: "y", unit: 2, timeStep: 6, sequence: 1 });
});

const tokens = [1, 2, 3];
const goals: readonly (readonly [what: string, message: string, options: NetworkOptions, sequences: Sequence[]])[] = [
  [
    "labels behind last",
    'forward: expected sequences with label (loss "crossEntropy", one row for each sequence, by last()), got labels',
    {},
    [{ tokens, labels: [1, 1, 1] }],
  ],
  ["none", "forward: the batch has no label; give label, or call predict()", {}, [{ tokens }]],
  [
    "a label for numbers",
    'forward: expected sequences with target (loss "mse", one row for each sequence, by last()), got label',
    { loss: "mse" },
    [{ tokens, label: 1 }],
  ],
  [
    "a target of another width",
    "network: expected target of width 5, as many numbers as the output has, got width 2",
    { loss: "mse" },
    [{ tokens, target: [1, 2] }],
  ],
  ["a class too many", "network: label 5: expected 0 to 4, or a negative one to ignore", {}, [{ tokens, label: 5 }]],
];

test.each(goals)("refused: %s", async (what, message, options, sequences) => {
  const net = await classifier(undefined, options);
  const row: Row = [what, "RangeError", message, () => net.forward(batchOf(sequences))];
  return refused("BPTT_DATA", row);
});
