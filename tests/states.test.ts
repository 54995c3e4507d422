// States that are given, learned and read; directions that are added; masks that are locked.

import { describe, expect, test } from "vitest";
import { dropout, embedding, linear, lstm, Network, pack, type Sequence, unpack } from "../src/index.js";
import { Random } from "../src/random.js";
import golden from "./golden/lstm_states.json" with { type: "json" };
import { referenceCells } from "./reference/index.js";
import { sameBits } from "./support/cases.js";
import { describeCell } from "./support/cells.js";
import { near } from "./support/errors.js";
import { randomSequences } from "./support/networks.js";

const [V, H, K] = [11, 12, 5];

const wholeBatch = (sequences: readonly Sequence[]) => {
  const [batch] = pack(sequences, { batchSize: sequences.length });
  if (batch === undefined) throw new Error("no batch");
  return batch;
};

const cut = ({ tokens = [], labels = [] }: Sequence, from: number, to?: number): Sequence => ({
  tokens: Array.from(tokens).slice(from, to),
  labels: Array.from(labels).slice(from, to),
});

describe.each(referenceCells.map((cell) => [cell.name, cell] as const))("%s", (_name, cell) => {
  const create = () =>
    Network.create(
      [
        embedding({ numEmbeddings: V, embeddingDim: 3 }),
        describeCell(cell, { hiddenSize: H, numLayers: 2 }),
        linear({ outFeatures: K }),
      ],
      { seed: 2 },
    );

  test("sequences that go on from their final states get the bits of whole ones", async () => {
    const net = await create();
    const sequences = randomSequences(new Random(5), [7, 3, 12, 5], V, K);
    const whole = wholeBatch(sequences);
    const expected = unpack(whole, net.predict(whole), K);
    const end = net.finalStates();
    // parts of different lengths, so that the sequences stand at different positions and in another order
    const cuts = [4, 1, 3, 2];
    const first = wholeBatch(sequences.map((sequence, b) => cut(sequence, 0, cuts[b])));
    const head = unpack(first, net.predict(first), K);
    const rest = wholeBatch(sequences.map((sequence, b) => cut(sequence, cuts[b] ?? 0)));
    const tail = unpack(rest, net.predict(rest, { initialStates: net.finalStates() }), K);
    expected.forEach((logits, b) => {
      sameBits([...(head[b] ?? []), ...(tail[b] ?? [])], logits, `sequence ${b}`);
    });
    for (const [name, values] of Object.entries(net.finalStates())) sameBits(values, end[name] ?? [], name);
  });
});

describe("initial states", () => {
  const create = (options = {}) =>
    Network.create([lstm({ hiddenSize: 2, ...options }), linear({ outFeatures: 2 })], { inputSize: 1 });
  const batch = wholeBatch([
    { features: [1, 2], labels: [0, 1], length: 2 },
    { features: [3], labels: [1], length: 1 },
  ]);

  test.each([
    [{ "lstm.h_l1": new Float32Array(4) }, 'unknown state "lstm.h_l1"; the states are lstm.h_l0, lstm.c_l0'],
    [{ "lstm.h_l0": new Float32Array(5) }, "lstm.h_l0: expected 4 numbers, 2 for each of 2 sequences, got 5"],
  ])("refused: %o", async (initialStates, message) => {
    const net = await create();
    expect(() => net.predict(batch, { initialStates })).toThrow(message);
  });

  test("given to a layer that learns its own: refused", async () => {
    const net = await create({ initialStates: "learned" });
    expect(() => net.predict(batch, { initialStates: {} })).toThrow("lstm.h_l0 is learned by its layer");
  });

  test("learned ones have the gradient that differences of the loss have", async () => {
    const net = await create({ initialStates: "learned" });
    net.parameters.write("lstm.h0_l0", [0.3, -0.2]);
    net.parameters.write("lstm.c0_l0", [-0.4, 0.5]);
    net.forward(batch);
    net.backward();
    for (const name of ["lstm.h0_l0", "lstm.c0_l0"]) {
      const values = [...net.parameters.read(name)];
      const gradient = net.parameters.readGradient(name);
      const differences = values.map((_, j) => {
        const loss = (step: number) => {
          net.parameters.write(
            name,
            values.map((value, k) => (k === j ? value + step : value)),
          );
          return net.forward(batch).lossPerToken;
        };
        const slope = (loss(0.01) - loss(-0.01)) / 0.02;
        net.parameters.write(name, values);
        return slope;
      });
      near("learned states", gradient, differences, name, 1e-3);
    }
  });
});

test("PyTorch has the same loss and gradients behind learned initial states", async () => {
  const { numEmbeddings, embeddingDim, hiddenSize, numLayers, bidirectional, outFeatures } = golden.config;
  const net = await Network.create([
    embedding({ numEmbeddings, embeddingDim }),
    lstm({ hiddenSize, numLayers, bidirectional, initialStates: "learned" }),
    linear({ outFeatures }),
  ]);
  for (const [name, values] of Object.entries(golden.weights)) net.parameters.write(name, values);
  for (const [name, values] of Object.entries(golden.states)) net.parameters.write(`lstm.${name}`, values);
  const { lossPerToken } = net.forward(wholeBatch(golden.sequences));
  net.backward();
  near("PyTorch states", [lossPerToken], [golden.loss], "loss", 1e-6);
  for (const [name, gradient] of Object.entries(golden.gradients))
    near("PyTorch states", net.parameters.readGradient(name), gradient, name, 1e-6);
  for (const [name, gradient] of Object.entries(golden.stateGradients))
    near("PyTorch states", net.parameters.readGradient(`lstm.${name}`), gradient, name, 1e-6);
});

test("directions that are added give what those side by side give to the same output weights twice", async () => {
  const create = (merge: "sum" | "concat") =>
    Network.create(
      [
        embedding({ numEmbeddings: V, embeddingDim: 3 }),
        lstm({ hiddenSize: H, bidirectional: true, merge }),
        linear({ outFeatures: K }),
      ],
      { seed: 8 },
    );
  const [sum, concat] = [await create("sum"), await create("concat")];
  const weight = sum.parameters.read("linear.weight");
  concat.parameters.write(
    "linear.weight",
    Array.from({ length: K * 2 * H }, (_, i) => weight[Math.floor(i / (2 * H)) * H + (i % H)] ?? 0),
  );
  concat.parameters.write("linear.bias", sum.parameters.read("linear.bias"));
  const batch = wholeBatch(randomSequences(new Random(5), [7, 3, 5], V, K));
  for (const net of [sum, concat]) {
    net.forward(batch);
    net.backward();
  }
  near("sum of directions", sum.logits(), concat.logits(), "logits", 1e-6);
  for (const { name } of sum.parameters)
    if (!name.startsWith("linear"))
      near("sum of directions", sum.parameters.readGradient(name), concat.parameters.readGradient(name), name, 1e-5);
});

test('merge: "sum" without a second direction is refused', () => {
  expect(() => lstm({ hiddenSize: 2, merge: "sum" })).toThrow('lstm: merge: "sum" needs two directions');
});

test("a locked mask is the same at all steps of a sequence, and another for each sequence and step of training", async () => {
  const F = 40;
  const net = await Network.create([dropout(0.5, { locked: true }), linear({ outFeatures: F })], { inputSize: F });
  net.parameters.write(
    "linear.weight",
    Array.from({ length: F * F }, (_, i) => (i % (F + 1) === 0 ? 1 : 0)),
  );
  net.parameters.write("linear.bias", new Array(F).fill(0));
  const [T, B] = [6, 2];
  const batch = wholeBatch(
    Array.from({ length: B }, () => ({ features: new Array(T * F).fill(1), labels: new Array(T).fill(0), length: T })),
  );
  const masks = () => {
    net.forward(batch);
    return unpack(batch, net.logits(), F).map((rows) =>
      Array.from({ length: T }, (_, t) => rows.subarray(t * F, (t + 1) * F).join(",")),
    );
  };
  const [first, second] = [masks(), masks()];
  for (const steps of first) expect(new Set(steps).size).toBe(1);
  expect(new Set([...first, ...second].map(([mask]) => mask)).size).toBe(2 * B);
  expect(new Set(first[0]?.[0]?.split(","))).toEqual(new Set(["0", "2"]));
});
