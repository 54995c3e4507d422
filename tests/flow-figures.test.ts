// Saturation against the values of the gates, omega against the kernel's, and what gradientFlow refuses.

import { describe, expect, test } from "vitest";
import { type Batch, clockwork, embedding, gru, irnn, linear, lstm, Network, pack, rnn, scrn } from "../src/index.js";
import { gradientFlow } from "../src/lab/index.js";
import { Random } from "../src/random.js";
import { batchOf, H, I, K, LENGTHS } from "./support/flow.js";
import { refused } from "./support/refused.js";

test("saturation: an LSTM whose biases hold its gates open, shut and in the middle", async () => {
  const network = await Network.create([lstm({ hiddenSize: H }), linear({ outFeatures: K })], { inputSize: I });
  // i open, f shut, g at its lower end, o in the middle; two units of o shut
  const bias = [10, -10, -10, 0].flatMap((value, gate) =>
    Array.from({ length: H }, (_, unit) => (gate === 3 && unit < 2 ? -10 : value)),
  );
  network.parameters.write("lstm.bias_ih_l0", bias);
  const [side] = gradientFlow(network, batchOf(new Random(1)), { jacobians: false }).layers;
  const shares = side?.gates.map(({ name, act, low, high, saturation }) => [name, act, low[3], high[3], saturation]);
  expect(shares).toEqual([
    ["i", "sigmoid", 0, 1, 1],
    ["f", "sigmoid", 1, 0, 1],
    ["g", "tanh", 1, 0, 1],
    ["o", "sigmoid", 2 / H, 0, 2 / H],
  ]);
});

test("saturation: dead relus, no linear gate, no context units, no units at rest", async () => {
  const gatesOf = async (description: Parameters<typeof Network.create>[0][number]) => {
    const network = await Network.create([description, linear({ outFeatures: K })], { inputSize: I });
    const name = [...network.parameters].find(({ name }) => name.includes("bias_ih"))?.name ?? "";
    const bias = Array.from({ length: H }, (_, unit) => (unit % 2 === 0 ? -20 : 20));
    network.parameters.write(name, bias);
    const [side] = gradientFlow(network, batchOf(new Random(1)), { jacobians: false }).layers;
    return side?.gates.map(({ low, high }) => [low, high]);
  };
  const steps = (value: number) => new Array(6).fill(value);
  expect(await gatesOf(irnn({ hiddenSize: H, scale: 0.01 }))).toEqual([[steps(1 / 2), steps(0)]]);
  expect(await gatesOf(rnn({ hiddenSize: H, nonlinearity: "linear" }))).toEqual([]);
  // five fast units, three of them shut; the values of the sixth are no gate's
  expect(await gatesOf(scrn({ hiddenSize: H, contextSize: 1 }))).toEqual([[steps(3 / 5), steps(2 / 5)]]);
  expect(await gatesOf(clockwork({ hiddenSize: H, groups: 3 }))).toEqual([[steps(1 / 2), steps(1 / 2)]]);
});

describe.each([
  rnn({ hiddenSize: H }),
  irnn({ hiddenSize: H, scale: 0.8 }),
  rnn({ hiddenSize: H, nonlinearity: "linear" }),
])("$type $nonlinearity", (description) => {
  test.each([
    ["one direction, three lengths", false, LENGTHS],
    ["both directions together, one length", true, [5, 5, 5]],
  ] as const)("omega is the kernel's: %s", async (_, bidirectional, lengths) => {
    const layers = [{ ...description, bidirectional }, linear({ outFeatures: K })];
    const network = await Network.create(layers, { inputSize: I, omega: 1, seed: 2 });
    const batch = batchOf(new Random(4), I, lengths);
    network.forward(batch);
    const { omega } = network.backward();
    const flow = gradientFlow(network, batch, { jacobians: false });
    const sum = flow.layers.reduce((total, side) => total + (side.omega ?? 0), 0);
    expect((lengths.length * sum) / omega).toBeCloseTo(1, 5);
  });
});

test("an irnn with relus that are open keeps the gradient: every Jacobian and their product have norm 1", async () => {
  const network = await Network.create([irnn({ hiddenSize: H }), linear({ outFeatures: K })], { inputSize: I });
  network.parameters.write("irnn.bias_ih_l0", new Array(H).fill(1));
  const [side] = gradientFlow(network, batchOf(new Random(1))).layers;
  expect(side?.jacobianNorms[0]).toBeNaN();
  for (const norm of side?.jacobianNorms.slice(1) ?? []) expect(norm).toBeCloseTo(1, 6);
  for (const log of side?.logProducts ?? []) expect(log).toBeCloseTo(0, 6);
});

test("products far below what f32 holds: 300 steps that shrink a thousandfold each", async () => {
  const T = 300;
  const network = await Network.create([rnn({ hiddenSize: 2, nonlinearity: "linear" }), linear({ outFeatures: K })], {
    inputSize: 1,
  });
  network.parameters.write("rnn.weight_hh_l0", [0.0006, -0.0008, 0.0008, 0.0006]);
  const labels = new Array(T).fill(0);
  const [batch] = pack([{ features: new Array(T).fill(1), labels, length: T }]);
  const [side] = gradientFlow(network, batch as Batch).layers;
  expect(side?.logProduct).toBeCloseTo(-3 * (T - 1), 3);
  expect(side?.logProducts[T - 11]).toBeCloseTo(-30, 4);
});

test("weights and gradients are afterwards as they were, and the network goes on", async () => {
  const network = await Network.create([lstm({ hiddenSize: H }), linear({ outFeatures: K })], { inputSize: I });
  const batch = batchOf(new Random(1));
  network.forward(batch);
  network.backward();
  const read = () => [...network.parameters].map(({ name }) => network.parameters.readGradient(name));
  const [weights, gradients, bytes] = [network.parameters.snapshot(), read(), network.predict(batch)];
  gradientFlow(network, batch);
  const size = network.bytes;
  for (let round = 0; round < 3; ++round) gradientFlow(network, batch);
  expect(network.bytes).toBe(size);
  expect(network.parameters.snapshot()).toEqual(weights);
  expect(read()).toEqual(gradients);
  expect(network.predict(batch)).toEqual(bytes);
  expect(() => network.backward()).toThrow("call forward(batch) first");
});

test("options: layers by name, and Jacobians of some sequences alone", async () => {
  const layers = [lstm({ hiddenSize: H, numLayers: 2 }), gru({ hiddenSize: 5 }), linear({ outFeatures: K })];
  const network = await Network.create(layers, { inputSize: I });
  const batch = batchOf(new Random(1));
  const flow = gradientFlow(network, batch, { layers: ["lstm_l1"], sequences: 1 });
  expect(flow.layers.map(({ layer }) => layer)).toEqual(["lstm_l1"]);
  const all = gradientFlow(network, batch);
  expect(all.layers.map(({ layer }) => layer)).toEqual(["lstm_l0", "lstm_l1", "gru_l0"]);
  expect(flow.layers[0]?.gradientNorms).toEqual(all.layers[1]?.gradientNorms);
  // at the last two steps only the longest sequence runs
  expect(flow.layers[0]?.jacobianNorms.slice(4)).toEqual(all.layers[1]?.jacobianNorms.slice(4));
  expect(flow.layers[0]?.jacobianNorms[1]).not.toBe(all.layers[1]?.jacobianNorms[1]);
});

describe("bad input is refused", () => {
  const net = () => Network.create([lstm({ hiddenSize: H }), linear({ outFeatures: K })], { inputSize: I });
  const call = async (options: unknown, batch: unknown = batchOf(new Random(1)), network?: unknown) =>
    Reflect.apply(gradientFlow, undefined, [network ?? (await net()), batch, options]);
  test.each([
    [
      "an unknown option",
      "TypeError",
      'gradientFlow: unknown option "jacobian"; the options are layers, jacobians, sequences, step',
      () => call({ jacobian: true }),
    ],
    [
      "an unknown layer",
      "RangeError",
      'gradientFlow: layers: unknown layer "lstm_l1"; the recurrent layers are lstm_l0',
      () => call({ layers: ["lstm_l1"] }),
    ],
    [
      "layers as text",
      "TypeError",
      'gradientFlow: layers: expected a list of names such as ["lstm_l0"], got "lstm_l0"',
      () => call({ layers: "lstm_l0" }),
    ],
    [
      "no network",
      "TypeError",
      "gradientFlow: network: expected a Network, got an object (Object)",
      () => call({}, undefined, {}),
    ],
    [
      "no layer that recurs",
      "RangeError",
      "gradientFlow: expected a network with a recurrent layer, such as lstm, got linear",
      async () => call({}, undefined, await Network.create([linear({ outFeatures: K })], { inputSize: I })),
    ],
  ] as const)("%s", (what, kind, message, run) => refused("BPTT_OPTION", [what, kind, message, run]));

  test.each([
    [
      "no batch",
      "TypeError",
      "gradientFlow: batch: expected a batch that pack() made, got an array of 0",
      () => call({}, []),
    ],
    [
      "a batch without steps",
      "RangeError",
      "gradientFlow: batch: expected one step or more, got 0; leave empty sequences out",
      () => call({}, { ...batchOf(new Random(1)), rows: 0 }),
    ],
    [
      "a batch of another network",
      "RangeError",
      "network: expected features of width 3 in each step, got 5",
      () => call({}, batchOf(new Random(1), 5)),
    ],
    [
      "tokens for features",
      "RangeError",
      "network: it begins with an embedding, so sequences need tokens",
      async () =>
        call(
          {},
          undefined,
          await Network.create([
            embedding({ numEmbeddings: 3, embeddingDim: 2 }),
            lstm({ hiddenSize: 2 }),
            linear({ outFeatures: K }),
          ]),
        ),
    ],
    [
      "a sequence of length 0",
      "RangeError",
      "sequence 0: expected one step or more, got none",
      () => call({}, [...pack([{ tokens: [], labels: [] }])][0]),
    ],
  ] as const)("%s", (what, kind, message, run) => refused("BPTT_DATA", [what, kind, message, run]));
});
