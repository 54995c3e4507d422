// The flow option of training: what the step reports say, and that no weight knows of it.

import { describe, expect, test } from "vitest";
import { embedding, linear, lstm, Network, pack, rnn, SequenceTagger, type StepReport } from "../src/index.js";
import { gradientFlow, gradientFlowReport } from "../src/lab/index.js";
import { Random } from "../src/random.js";
import { refused } from "./support/refused.js";
import { problem, SMALL, sameBytes, travel } from "./support/tagging.js";

const OPTIONS = { epochs: 2, batchSize: 8 } as const;

async function run(cell: "lstm" | "rnn", options: object = {}) {
  const tagger = await SequenceTagger.create({ ...SMALL, cell, bidirectional: true, dropout: 0.2 });
  const steps: StepReport[] = [];
  await tagger.fit(travel(30), { ...OPTIONS, ...options, onStep: (report) => steps.push(report) });
  return { bytes: await tagger.save(), steps };
}

describe.each([
  ["whole batches", {}],
  ["shards, two batches to an update", { shards: 2, accumulate: 2 }],
  ["clipping at every step", { clip: { stepNorm: 0.01 } }],
] as const)("%s", (_, options) => {
  test("the weights are the same bytes with and without flow", async () => {
    const plain = await run("lstm", options);
    const watched = await run("lstm", { ...options, flow: gradientFlowReport({ spectralRadius: true }) });
    expect(sameBytes(plain.bytes, watched.bytes)).toBe(true);
    expect(plain.steps.some(({ flow }) => flow)).toBe(false);
    for (const { flow } of watched.steps) {
      expect(flow?.layers.map(({ layer, direction }) => `${layer} ${direction}`)).toEqual([
        "lstm_l0 forward",
        "lstm_l0 reverse",
      ]);
      for (const { gradientNorms, saturation, spectralRadius, omega } of flow?.layers ?? []) {
        expect(gradientNorms.every((norm) => norm > 0 && norm < 1)).toBe(true);
        expect(Object.keys(saturation)).toEqual(["i", "f", "g", "o"]);
        expect(Object.values(spectralRadius ?? {}).every((radius) => radius > 0 && radius < 3)).toBe(true);
        expect(omega).toBeUndefined();
      }
    }
    expect(JSON.parse(JSON.stringify(watched.steps))).toEqual(watched.steps);
  });
});

test("every: only those steps are looked at, from the first on", async () => {
  const { steps } = await run("rnn", { flow: gradientFlowReport({ every: 3 }) });
  expect(steps.length).toBeGreaterThan(6);
  expect(steps.map(({ flow }) => flow !== undefined)).toEqual(steps.map((_, number) => number % 3 === 0));
  expect(steps[0]?.flow?.layers[0]?.omega).toBeGreaterThan(0);
});

test("the first report agrees with gradientFlow on the same batch, and shards add up to the whole", async () => {
  const random = new Random(5);
  const sequences = [9, 40, 3, 17].map((length) => ({
    tokens: Array.from({ length }, () => random.below(20)),
    labels: Array.from({ length }, () => random.below(3)),
  }));
  const layers = [
    embedding({ numEmbeddings: 20, embeddingDim: 5 }),
    rnn({ hiddenSize: 7, numLayers: 2 }),
    lstm({ hiddenSize: 6, bidirectional: true }),
    linear({ outFeatures: 3 }),
  ];
  const network = await Network.create(layers, { seed: 2 });
  const watch = gradientFlowReport({ spectralRadius: true }).watch(network);
  const [batch] = pack(sequences, { batchSize: 4 });
  if (batch === undefined) throw new Error("no batch");
  const whole = gradientFlow(network, batch, { jacobians: false });
  const seen = (parts: readonly (typeof sequences)[]) => {
    const count = sequences.reduce((sum, { labels }) => sum + labels.length, 0);
    for (const part of parts)
      for (const own of pack(part, { batchSize: 4 })) {
        network.forward(own);
        watch.backward(own, 1, () => network.backward({ divisor: count }));
      }
    return watch.take();
  };
  const shards = seen([sequences.slice(0, 2), sequences.slice(2)]);
  expect(watch.take()).toBeUndefined();
  const once = seen([sequences]);
  expect(once?.layers).toHaveLength(4);
  once?.layers.forEach((layer, number) => {
    const expected = whole.layers[number];
    const parts = shards?.layers[number];
    if (expected === undefined || parts === undefined) throw new Error("a layer is missing");
    // 40 steps in 32 bins: bin k has the steps t with floor(32 t / 40) = k
    const bins = Array.from({ length: 32 }, (_, bin) => {
      const steps = Array.from({ length: 40 }, (_, t) => t).filter((t) => Math.floor((32 * t) / 40) === bin);
      const rows = steps.map((t) => whole.batchSizes[t] ?? 0);
      const sum = steps.reduce((sum, t, k) => sum + (rows[k] ?? 0) * (expected.gradientNorms[t] ?? 0), 0);
      return sum / rows.reduce((sum, count) => sum + count, 0);
    });
    expect(layer.gradientNorms).toHaveLength(32);
    layer.gradientNorms.forEach((norm, bin) => {
      expect(norm / (bins[bin] ?? 0)).toBeCloseTo(1, 6);
      expect((parts.gradientNorms[bin] ?? 0) / norm).toBeCloseTo(1, 5);
    });
    expect(layer.saturation).toEqual(
      Object.fromEntries(expected.gates.map(({ name, saturation }) => [name, saturation])),
    );
    expect(parts.saturation).toEqual(layer.saturation);
    expect(layer.spectralRadius).toEqual(expected.spectralRadius);
    if (expected.omega === undefined) expect(layer.omega).toBeUndefined();
    else expect(layer.omega).toBeCloseTo(expected.omega, 10);
    expect(parts.omega === undefined).toBe(layer.omega === undefined);
    if (layer.omega !== undefined) expect(parts.omega).toBeCloseTo(layer.omega, 4);
  });
});

test("saturation of a large batch is that of rows spread evenly over it", async () => {
  const [T, B, H] = [25, 40, 4];
  const network = await Network.create([lstm({ hiddenSize: H }), linear({ outFeatures: 2 })], { inputSize: 1 });
  // i opens with the input, which is large in the second half of the sequences; f is shut
  network.parameters.write("lstm.weight_ih_l0", [...new Array(H).fill(20), ...new Array(3 * H).fill(0)]);
  network.parameters.write("lstm.weight_hh_l0", new Array(4 * H * H).fill(0));
  network.parameters.write(
    "lstm.bias_ih_l0",
    [0, -20, 0, 0].flatMap((bias) => new Array(H).fill(bias)),
  );
  const sequences = Array.from({ length: B }, (_, b) => ({
    features: new Array(T).fill(b < B / 2 ? 0 : 1),
    labels: new Array(T).fill(0),
    length: T,
  }));
  const watch = gradientFlowReport().watch(network);
  for (const batch of pack(sequences, { batchSize: B })) {
    network.forward(batch);
    watch.backward(batch, 1, () => network.backward());
  }
  const { i = Number.NaN, ...others } = watch.take()?.layers[0]?.saturation ?? {};
  expect(others).toEqual({ f: 1, g: 0, o: 0 });
  expect(Math.abs(i - 0.5)).toBeLessThan(0.02);
});

test("a run that goes on from a checkpoint is given flow anew, and ends with the same bytes", async () => {
  const flow = () => gradientFlowReport();
  const straight = await run("lstm", { flow: flow() });
  const tagger = await SequenceTagger.create({ ...SMALL, cell: "lstm", bidirectional: true, dropout: 0.2 });
  let checkpoint = new Uint8Array();
  for await (const report of tagger.train(travel(30), { ...OPTIONS, flow: flow() }))
    if (report.type === "step" && report.step === 3) {
      checkpoint = await tagger.checkpoint();
      break;
    }
  for (const options of [{}, { flow: flow() }]) {
    const again = await SequenceTagger.load(checkpoint);
    const { steps } = await again.fit(travel(30), { resume: true, ...options });
    expect(steps.every((step) => (step.flow !== undefined) === "flow" in options)).toBe(true);
    expect(sameBytes(await again.save(), straight.bytes)).toBe(true);
  }
});

describe("bad options are refused", () => {
  test.each([
    ["every 0", "RangeError", "gradientFlowReport: every: expected a positive integer, got 0", { every: 0 }],
    [
      "a misspelt one",
      "TypeError",
      'gradientFlowReport: unknown option "evry"; the options are every, spectralRadius',
      { evry: 1 },
    ],
  ] as const)("%s", (what, kind, message, options) =>
    refused("BPTT_OPTION", [what, kind, message, () => Reflect.apply(gradientFlowReport, undefined, [options])]),
  );

  test("true in place of a probe, and workers beside it", async () => {
    const tagger = await SequenceTagger.create(SMALL);
    const train = (options: object) => Reflect.apply(tagger.fit, tagger, [travel(8), options]);
    await expect(train({ flow: true })).rejects.toEqual(
      problem("BPTT_OPTION", "flow: expected what gradientFlowReport\\(\\) of bptt/lab gives, got true"),
    );
    await expect(train({ flow: gradientFlowReport(), workers: { join() {}, size: 2 } })).rejects.toEqual(
      problem("BPTT_OPTION", "flow: what other threads compute cannot be watched; leave out workers or flow"),
    );
  });

  test("a network without a recurrent layer", async () => {
    const network = await Network.create([linear({ outFeatures: 2 })], { inputSize: 3 });
    expect(() => gradientFlowReport().watch(network)).toThrow(
      "flow: expected a network with a recurrent layer, such as lstm, got linear",
    );
  });
});
