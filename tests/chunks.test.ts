// Long sequences in chunks: the states go on, the gradient does not.

import { describe, expect, test } from "vitest";
import {
  type Chunk,
  carryStates,
  dropout,
  embedding,
  linear,
  lstm,
  Network,
  pack,
  packChunks,
  packStreams,
  type Sequence,
  type States,
  sliceSequence,
  unpack,
} from "../src/index.js";
import { checkCarries } from "../src/nn/states.js";
import { Random } from "../src/random.js";
import { referenceCells } from "./reference/index.js";
import { linearBackward, linearForward } from "./reference/linear.js";
import { crossEntropy, crossEntropyBackward } from "./reference/loss.js";
import { recurrentBackward, recurrentForward } from "./reference/recurrent.js";
import { sameBits } from "./support/cases.js";
import { describeCell } from "./support/cells.js";
import { near } from "./support/errors.js";
import { randomSequences } from "./support/networks.js";

const [V, E, H, K] = [11, 3, 12, 5];
const LENGTHS = [7, 16, 1, 24, 8, 3, 16];

const oneBatch = (sequences: readonly Sequence[]) => {
  const [batch] = pack(sequences, { batchSize: sequences.length });
  if (batch === undefined) throw new Error("no batch");
  return batch;
};

/** Visits chunks with the states that each begins with. */
function walk(net: Network, chunks: Iterable<Chunk>, visit: (chunk: Chunk, initialStates: States | undefined) => void) {
  let before = 0;
  for (const chunk of chunks) {
    const { continues } = chunk;
    visit(chunk, continues && carryStates(net.finalStates(), continues, before));
    before = chunk.size;
  }
}

describe.each(referenceCells.map((cell) => [cell.name, cell] as const))("%s", (_name, cell) => {
  test.each([1, 5, 8, 100])(
    "chunks of %i steps with carried states give the bits of whole sequences",
    async (seqLen) => {
      const layers = [
        embedding({ numEmbeddings: V, embeddingDim: E }),
        describeCell(cell, { hiddenSize: H, numLayers: 2 }),
        linear({ outFeatures: K }),
      ];
      const net = await Network.create(layers, { seed: 2 });
      const sequences = randomSequences(new Random(5), LENGTHS, V, K);
      const whole = oneBatch(sequences);
      const expected = unpack(whole, net.predict(whole), K);
      for (const batchSize of [7, 3]) {
        const parts: number[][] = LENGTHS.map(() => []);
        walk(net, packChunks(sequences, { batchSize, seqLen, seed: 1 }), (chunk, initialStates) => {
          const logits = net.predict(chunk, initialStates && { initialStates });
          chunk.sequences.forEach((number, row) => {
            parts[number]?.splice((chunk.times[row] ?? 0) * K, 0, ...logits.subarray(row * K, (row + 1) * K));
          });
        });
        parts.forEach((logits, b) => {
          sameBits(logits, expected[b] ?? [], `sequence ${b}`);
        });
      }
    },
  );

  test("the gradient of a chunk is the reference's, the initial states held still", async () => {
    const net = await Network.create([describeCell(cell, { hiddenSize: H }), linear({ outFeatures: K })], {
      inputSize: E,
      reduction: "sum",
      seed: 4,
    });
    const random = new Random(6);
    const sequences = LENGTHS.map((length) => ({
      features: Float32Array.from({ length: E * length }, () => random.uniform() - 0.5),
      labels: Array.from({ length }, () => random.below(K)),
      length,
    }));
    const read = (name: string) => net.parameters.read(name);
    const layer = {
      ...{ cell, inputSize: E, hiddenSize: H },
      weights: {
        weightIh: read(`${cell.layer}.weight_ih_l0`),
        weightHh: read(`${cell.layer}.weight_hh_l0`),
        biasIh: read(`${cell.layer}.bias_ih_l0`),
        biasHh: read(`${cell.layer}.bias_hh_l0`),
      },
    };
    const [weight, bias] = [read("linear.weight"), read("linear.bias")];
    walk(net, packChunks(sequences, { batchSize: 7, seqLen: 5 }), (chunk, initialStates) => {
      net.zeroGrad();
      const { loss } = net.forward(chunk, initialStates && { initialStates });
      net.backward();
      let expectedLoss = 0;
      const sums = { weight_ih: [] as number[], weight_hh: [] as number[] };
      const add = (name: keyof typeof sums, values: ArrayLike<number>) => {
        sums[name] = Array.from(values, (value, i) => value + (sums[name][i] ?? 0));
      };
      chunk.order.forEach((place, b) => {
        const number = chunk.sequences[b] ?? 0;
        const from = chunk.times[b] ?? 0;
        const { features = [], labels = [] } = sliceSequence(sequences[number] ?? {}, from, from + 5);
        const state = (name: string) => {
          const values = initialStates?.[`${cell.layer}.${name}_l0`];
          return values && { [name]: values.subarray(place * H, (place + 1) * H) };
        };
        // the reference keeps the clock in c
        const clock = initialStates?.[`${cell.layer}.clock_l0`];
        const initial = { ...state("h"), ...state("c"), ...(clock && { c: new Array(H).fill(clock[place]) }) };
        const input = { x: features, initial };
        const [{ y }, T] = [recurrentForward(layer, input), labels.length];
        const logits = linearForward(y, weight, bias, T, H, K);
        expectedLoss += crossEntropy(logits, labels, K).sum;
        const dLogits = crossEntropyBackward(logits, labels, K, "sum");
        const { dx } = linearBackward(dLogits, y, weight, T, H, K);
        const back = recurrentBackward(layer, input, { dy: dx });
        add("weight_ih", back.dWeightIh);
        add("weight_hh", back.dWeightHh);
      });
      near("chunks", [loss], [expectedLoss], "loss");
      for (const [name, sum] of Object.entries(sums))
        near("chunks", net.parameters.readGradient(`${cell.layer}.${name}_l0`), sum, name);
    });
  });
});

test("dropout masks of chunks are those of whole sequences", async () => {
  const layers = [
    embedding({ numEmbeddings: V, embeddingDim: E }),
    dropout(0.5),
    lstm({ hiddenSize: H }),
    linear({ outFeatures: K }),
  ];
  const net = await Network.create(layers);
  const sequences = randomSequences(new Random(5), LENGTHS, V, K);
  const whole = net.forward(oneBatch(sequences), { step: 3 });
  const [expected, counts] = [[...net.logits()].sort(), whole.count];
  const [got, count] = [[] as number[], [] as number[]];
  walk(net, packChunks(sequences, { batchSize: 7, seqLen: 5 }), (chunk, initialStates) => {
    count.push(net.forward(chunk, { step: 3, ...(initialStates && { initialStates }) }).count);
    got.push(...net.logits());
  });
  expect(count.reduce((a, b) => a + b)).toBe(counts);
  sameBits(got.sort(), expected, "logits");
});

describe("what a chunk holds", () => {
  const sequences = [2, 5, 4].map((length, b) => ({
    tokens: Array.from({ length }, (_, t) => 10 * b + t),
    features: Float32Array.from({ length: 2 * length }, (_, i) => 100 * b + i),
    targets: Array.from({ length: 3 * length }, (_, i) => i),
  }));

  test("slices, numbers and times of the whole, and places in the chunk before", () => {
    const chunks = [...packChunks(sequences, { seqLen: 2 })];
    expect(chunks.map(({ continues }) => continues && [...continues])).toEqual([undefined, [1, 2], [0]]);
    expect(chunks.map(({ tokens }) => [...(tokens ?? [])])).toEqual([[0, 10, 20, 1, 11, 21], [12, 22, 13, 23], [14]]);
    expect(chunks.map((chunk) => [...chunk.sequences])).toEqual([[0, 1, 2, 0, 1, 2], [1, 2, 1, 2], [1]]);
    expect(chunks.map(({ times }) => [...times])).toEqual([[0, 0, 0, 1, 1, 1], [2, 2, 3, 3], [4]]);
    expect(chunks.map(({ order }) => [...order])).toEqual([[0, 1, 2], [0, 1], [0]]);
    expect([...(chunks[2]?.features ?? [])]).toEqual([108, 109]);
    expect([...(chunks[2]?.targets ?? [])]).toEqual([12, 13, 14]);
  });

  test("every step once, in batches that pack makes with the same seed", () => {
    const many = randomSequences(new Random(1), LENGTHS, V, K);
    const first = [...packChunks(many, { batchSize: 2, seqLen: 100, seed: 7 })];
    expect(first.map((chunk) => ({ ...chunk }))).toEqual(
      [...pack(many, { batchSize: 2, seed: 7 })].map((batch) => ({ ...batch, continues: undefined })),
    );
    const seen = [...packChunks(many, { batchSize: 2, seqLen: 3, seed: 7 })].flatMap(({ sequences, times }) =>
      Array.from(sequences, (number, row) => 100 * number + (times[row] ?? 0)),
    );
    const expected = LENGTHS.flatMap((length, number) => Array.from({ length }, (_, t) => 100 * number + t));
    expect(seen.sort((a, b) => a - b)).toEqual(expected);
  });

  test("one long sequence as streams side by side, the first ones a step longer", () => {
    const tokens = Int32Array.from({ length: 11 }, (_, i) => i);
    const chunks = [...packStreams({ tokens, labels: tokens }, { batchSize: 3, seqLen: 3 })];
    expect(chunks.map((chunk) => [...(chunk.tokens ?? [])])).toEqual([
      [0, 4, 8, 1, 5, 9, 2, 6, 10],
      [3, 7],
    ]);
    expect(chunks.map(({ labels }) => [...(labels ?? [])])).toEqual(chunks.map((chunk) => [...(chunk.tokens ?? [])]));
    expect(chunks.map(({ continues }) => continues && [...continues])).toEqual([undefined, [0, 1]]);
  });
});

describe("refused", () => {
  const tokens = [1, 2, 3];
  const first = (sequence: Sequence, options = { seqLen: 2 }) => [...packChunks([sequence], options)];
  const states = { "lstm.h_l0": new Float32Array(6) };

  test.each<[string, () => unknown, string, string]>([
    ["seqLen 0", () => first({ tokens }, { seqLen: 0 }), "BPTT_OPTION", "seqLen: expected a positive integer, got 0"],
    [
      "a label",
      () => first({ tokens, label: 1 }),
      "BPTT_DATA",
      "sequence 0: its label is one for all 3 steps, so they cannot be cut",
    ],
    [
      "a target",
      () => first({ tokens, target: 1 }),
      "BPTT_DATA",
      "sequence 0: its target is one for all 3 steps, so they cannot be cut",
    ],
    ["features", () => first({ features: [1, 2, 3, 4], length: 3 }), "BPTT_DATA", "sequence 0: 3 steps but 4 features"],
    [
      "a token, by its own step",
      () => first({ tokens: [1, 2, 0.5] }),
      "BPTT_DATA",
      "sequence 0: token at step 2: expected an integer, got 0.5",
    ],
    [
      "a label, by its own step",
      () => first({ tokens, labels: [1, 2, 0.5] }),
      "BPTT_DATA",
      "sequence 0: label at step 2: expected an integer",
    ],
    [
      "no step",
      () => sliceSequence({ tokens }, 3, 5),
      "BPTT_OPTION",
      "sequence 0: expected some of its 3 steps, got those from 3 to 5",
    ],
    [
      "streams",
      () => [...packStreams({ tokens }, { batchSize: 4, seqLen: 1 })],
      "BPTT_DATA",
      "packStreams: expected a step or more for each of 4",
    ],
    [
      "a place",
      () => carryStates(states, [2], 2),
      "BPTT_OPTION",
      "carryStates: continues: expected places from 0 to 1, got 2",
    ],
    [
      "states",
      () => carryStates(states, [0], 4),
      "BPTT_OPTION",
      "carryStates: lstm.h_l0: expected the states of 4 sequences, got 6",
    ],
    [
      "reverse",
      () => carryStates({ "lstm.h_l0_reverse": new Float32Array(6) }, [0], 2),
      "BPTT_OPTION",
      "carryStates: lstm.h_l0_reverse: a layer that",
    ],
    [
      "both ends",
      () => checkCarries([lstm({ hiddenSize: 2, bidirectional: true })], "truncate"),
      "BPTT_OPTION",
      "truncate: lstm: a layer that reads",
    ],
    [
      "learned",
      () => checkCarries([lstm({ hiddenSize: 2, initialStates: "learned" })], "truncate"),
      "BPTT_OPTION",
      "truncate: lstm learns where it",
    ],
    [
      "last",
      () => checkCarries([lstm({ hiddenSize: 2 }), { type: "last" }], "truncate"),
      "BPTT_OPTION",
      "truncate: last() says one thing",
    ],
  ])("%s", (_what, call, code, message) => {
    expect(call).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
  });
});
