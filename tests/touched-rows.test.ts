// Passes over parameters visit only those rows of the embedding that matter; nothing that a dense pass would do is lost.

import { describe, expect, test } from "vitest";
import {
  type AnyOptimizer,
  adagrad,
  adam,
  adamw,
  clipGradNorm,
  clipGradTensorNorm,
  clipGradValue,
  embedding,
  linear,
  Network,
  Optimizer,
  type Parameters,
  pack,
  Random,
  rmsprop,
  rnn,
  sgd,
} from "../src/index.js";
import { type Numbers, stepper } from "./reference/index.js";
import { relativeError } from "./support/cases.js";
import { randomSequences } from "./support/networks.js";

const [V, I, K] = [101, 5, 3];

async function create() {
  const layers = [embedding({ numEmbeddings: V, embeddingDim: I }), rnn({ hiddenSize: 7 }), linear({ outFeatures: K })];
  const net = await Network.create(layers, { seed: 1 });
  const batches = [...pack(randomSequences(new Random(2), [3, 5, 1, 4, 7, 2, 5, 5], V, K), { batchSize: 2 })];
  return { net, batches };
}

const all = (parameters: Parameters, read: (name: string) => Float32Array) =>
  [...parameters].flatMap(({ name }) => [...read(name)]);

const runs: readonly AnyOptimizer[] = [
  sgd({ lr: 0.1 }),
  sgd({ lr: 0.1, weightDecay: 0.01 }),
  sgd({ lr: 0.1, momentum: 0.9, nesterov: true }),
  adam({ lr: 0.01 }),
  adam({ lr: 0.01, weightDecay: 0.01 }),
  adamw({ lr: 0.01 }),
  adamw({ lr: 0.01, weightDecay: 0 }),
  rmsprop(),
  rmsprop({ alpha: 0.9, momentum: 0.5, centered: true, weightDecay: 0.01 }),
  adagrad({ lr: 0.1 }),
  adagrad({ lr: 0.1, lrDecay: 0.1, initialAccumulator: 0.1, weightDecay: 0.01 }),
];

describe.each(runs.map((run) => [`${run.type} ${JSON.stringify(run)}`, run] as const))("%s", (_, description) => {
  test("twelve steps over changing rows equal the dense textbook version", async () => {
    const { net, batches } = await create();
    const { parameters } = net;
    const optimizer = new Optimizer(parameters, description);
    const w = Float64Array.from(all(parameters, (name) => parameters.read(name)));
    const update = stepper(description, w);
    for (let step = 1; step <= 12; ++step) {
      net.zeroGrad();
      const batch = batches[step % batches.length];
      if (batch === undefined) throw new Error("no batch");
      net.forward(batch);
      net.backward();
      const gradients: Numbers = all(parameters, (name) => parameters.readGradient(name));
      update(gradients);
      optimizer.step();
    }
    expect(
      relativeError(
        all(parameters, (name) => parameters.read(name)),
        w,
      ),
    ).toBeLessThan(1e-5);
  });
});

const TABLE = "embedding.weight";
const groupedRuns: readonly AnyOptimizer[] = [
  sgd({ lr: 0.1, weightDecay: 0.01, groups: [{ parameters: ["embedding"], weightDecay: 0 }] }),
  sgd({ lr: 0.1, groups: [{ parameters: ["rnn"], lr: 0.05 }] }),
  adamw({ lr: 0.01, groups: [{ parameters: ["embedding", "rnn.bias_ih_l0"], weightDecay: 0 }] }),
  adam({ lr: 0.01, groups: [{ parameters: ["embedding"], lr: 0.02, weightDecay: 0.1 }] }),
  rmsprop({ momentum: 0.5, groups: [{ parameters: ["linear"], weightDecay: 0.1 }] }),
  adagrad({ lr: 0.1, groups: [{ parameters: ["rnn"], weightDecay: 0.1 }] }),
];

test.each(groupedRuns.map((run) => [JSON.stringify(run), run] as const))(
  "twelve steps with groups equal the textbook version of each parameter by itself: %s",
  async (_, description) => {
    const { net, batches } = await create();
    const { parameters } = net;
    const optimizer = new Optimizer(parameters, description);
    const exact = [...parameters].map(({ name }) => {
      const w = Float64Array.from(parameters.read(name));
      const group = description.groups.find((one) =>
        one.parameters.some((prefix) => `${name}.`.startsWith(`${prefix}.`)),
      );
      const { lr = description.lr, weightDecay = description.weightDecay } = group ?? {};
      return { name, w, update: stepper({ ...description, lr, weightDecay }, w) };
    });
    for (let step = 0; step < 12; ++step) {
      net.zeroGrad();
      const batch = batches[step % batches.length];
      if (batch === undefined) throw new Error("no batch");
      net.forward(batch);
      net.backward();
      const rest = parameters.read(TABLE);
      for (const { name, update } of exact) update(parameters.readGradient(name));
      optimizer.step();
      expect(parameters.read(TABLE)).not.toEqual(rest);
    }
    for (const { name, w } of exact) expect(relativeError(parameters.read(name), w), name).toBeLessThan(1e-5);
  },
);

test("zeroGrad clears what several backward passes left, and what a program wrote", async () => {
  const { net, batches } = await create();
  const { parameters } = net;
  for (const batch of batches) {
    net.forward(batch);
    net.backward();
  }
  const gradient = parameters.readGradient("embedding.weight");
  const touched = new Set(batches.flatMap(({ tokens }) => [...(tokens ?? [])]));
  for (let row = 0; row < V; ++row)
    expect(gradient.subarray(row * I, row * I + I).some((value) => value !== 0)).toBe(touched.has(row));
  net.zeroGrad();
  expect(all(parameters, (name) => parameters.readGradient(name)).every((value) => value === 0)).toBe(true);
  parameters.writeGradient(
    "embedding.weight",
    gradient.map(() => 1),
  );
  expect(clipGradNorm(parameters, 1e9).norm).toBeCloseTo(Math.sqrt(V * I), 9);
  net.zeroGrad();
  expect(clipGradNorm(parameters, 1e9).norm).toBe(0);
  const [batch] = batches;
  if (batch === undefined) throw new Error("no batch");
  net.forward(batch);
  net.backward();
  expect(parameters.readGradient("embedding.weight").some((value) => value !== 0)).toBe(true);
});

test("norms and clipping see all touched rows", async () => {
  const clips = [
    (parameters: Parameters) => clipGradNorm(parameters, 0.01),
    (parameters: Parameters) => clipGradValue(parameters, 1e-3),
    (parameters: Parameters) => clipGradTensorNorm(parameters, 0.01),
  ];
  for (const [kind, clip] of clips.entries()) {
    const { net, batches } = await create();
    const { parameters } = net;
    net.zeroGrad();
    for (const batch of batches.slice(0, 2)) {
      net.forward(batch);
      net.backward();
    }
    const before = all(parameters, (name) => parameters.readGradient(name));
    const norm = Math.sqrt(before.reduce((sum, value) => sum + value * value, 0));
    const seen = clip(parameters);
    expect(seen.clipped).toBe(true);
    expect(seen.norm / norm).toBeCloseTo(1, 12);
    const after = all(parameters, (name) => parameters.readGradient(name));
    const expected = [
      before.map((value) => (0.01 / norm) * value),
      before.map((value) => Math.max(-1e-3, Math.min(1e-3, value))),
    ][kind];
    if (expected) expect(relativeError(after, expected)).toBeLessThan(1e-6);
    else expect(after.every((value, i) => Math.abs(value) <= Math.abs(before[i] ?? 0))).toBe(true);
  }
});

test("lazyRows: rows whose tokens a batch lacks keep weights and moments; refused with weight decay", async () => {
  const { net, batches } = await create();
  const { parameters } = net;
  const optimizer = new Optimizer(parameters, adam({ lr: 0.01, lazyRows: true }));
  for (const batch of batches) {
    const before = parameters.read("embedding.weight");
    const moments = optimizer.save().moments.map((moment) => moment.slice(0, V * I));
    net.zeroGrad();
    net.forward(batch);
    net.backward();
    optimizer.step();
    const after = parameters.read("embedding.weight");
    const tokens = new Set(batch.tokens);
    for (let row = 0; row < V; ++row) {
      const part = [row * I, row * I + I] as const;
      const moved = parameters
        .readGradient("embedding.weight")
        .subarray(...part)
        .some((value) => value !== 0);
      if (moved) expect(after.subarray(...part)).not.toEqual(before.subarray(...part));
      if (!tokens.has(row)) {
        expect(after.subarray(...part)).toEqual(before.subarray(...part));
        for (const [k, moment] of optimizer.save().moments.entries())
          expect(moment.subarray(...part)).toEqual(moments[k]?.subarray(...part));
      }
    }
  }
  expect(() => adam({ lazyRows: true, weightDecay: 0.1 })).toThrow(expect.objectContaining({ code: "BPTT_OPTION" }));
});

test("a restored optimiser goes on with the same bits", async () => {
  const [one, two] = [await create(), await create()];
  const [first, second] = [one, two].map(({ net }) => new Optimizer(net.parameters, adam({ lr: 0.01 })));
  const step = ({ net, batches }: typeof one, optimizer: Optimizer | undefined, k: number) => {
    const batch = batches[k % batches.length];
    if (batch === undefined || optimizer === undefined) throw new Error("no batch");
    net.zeroGrad();
    net.forward(batch);
    net.backward();
    optimizer.step();
  };
  for (let k = 0; k < 3; ++k) step(one, first, k);
  two.net.parameters.restore(one.net.parameters.snapshot());
  if (first) second?.restore(first.save());
  for (let k = 3; k < 7; ++k) {
    step(one, first, k);
    step(two, second, k);
  }
  expect(two.net.parameters.snapshot()).toEqual(one.net.parameters.snapshot());
});
