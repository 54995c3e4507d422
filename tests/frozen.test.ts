// A frozen embedding: training passes its table by, and everything else is trained as over the same numbers given as features.

import { describe, expect, test } from "vitest";
import {
  type AnyOptimizer,
  adagrad,
  adam,
  adamw,
  clipGradNorm,
  clipGradTensorNorm,
  clipGradValue,
  dropout,
  embedding,
  type LayerDescription,
  linear,
  lstm,
  Network,
  Optimizer,
  pack,
  Random,
  rmsprop,
  sgd,
} from "../src/index.js";
import { Training } from "../src/train/loop.js";
import { resolveTrainOptions } from "../src/train/options.js";
import { relativeError } from "./support/cases.js";
import { randomSequences } from "./support/networks.js";

const [V, I, H, K] = [13, 5, 7, 3];
const TABLE = "embedding.weight";
const SEQUENCES = randomSequences(new Random(2), [3, 5, 1, 7, 2, 13], V, K);
const REST: readonly LayerDescription[] = [lstm({ hiddenSize: H, bidirectional: true }), linear({ outFeatures: K })];

const create = (options: { frozen?: boolean } = { frozen: true }, rest = REST) =>
  Network.create([embedding({ numEmbeddings: V, embeddingDim: I, ...options }), ...rest], { seed: 1 });

/** The same network over the rows of the table as features, with the same batch. */
async function overFeatures(net: Network) {
  const plain = await Network.create(REST, { inputSize: I, seed: 4 });
  for (const { name } of plain.parameters) plain.parameters.write(name, net.parameters.read(name));
  const table = net.parameters.read(TABLE);
  const features = SEQUENCES.map(({ tokens, labels }) => ({
    features: tokens.flatMap((token) => [...table.subarray(token * I, token * I + I)]),
    length: tokens.length,
    labels,
  }));
  return { plain, features: only(features), tokens: only(SEQUENCES) };
}

function only(sequences: Parameters<typeof pack>[0]) {
  const [batch] = pack(sequences);
  if (batch === undefined) throw new Error("no batch");
  return batch;
}

const runs: readonly AnyOptimizer[] = [
  sgd({ lr: 0.1 }),
  sgd({ lr: 0.1, weightDecay: 0.01 }),
  sgd({ lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01 }),
  adam({ lr: 0.01 }),
  adam({ lr: 0.01, lazyRows: true }),
  adam({ lr: 0.01, weightDecay: 0.01 }),
  adamw({ lr: 0.01 }),
  rmsprop({ momentum: 0.5, centered: true }),
  adagrad({ lr: 0.1, weightDecay: 0.01 }),
  adagrad({ lr: 0.1 }),
];

describe.each(runs.map((run) => [JSON.stringify(run), run] as const))("%s", (_, description) => {
  test("twelve clipped steps leave the table's bits alone, and move the rest as over features", async () => {
    const net = await create();
    const { plain, features, tokens } = await overFeatures(net);
    const table = net.parameters.read(TABLE);
    const [own, other] = [net, plain].map(({ parameters }) => new Optimizer(parameters, description));
    for (let step = 0; step < 12; ++step) {
      for (const [network, batch] of [
        [net, tokens],
        [plain, features],
      ] as const) {
        network.zeroGrad();
        network.forward(batch);
        network.backward();
        clipGradNorm(network.parameters, 0.5);
      }
      own?.step();
      other?.step();
    }
    expect(net.parameters.read(TABLE)).toEqual(table);
    expect(net.parameters.readGradient(TABLE).every((value) => value === 0)).toBe(true);
    for (const moment of own?.save().moments ?? []) expect(moment.subarray(0, V * I).every((x) => x === 0)).toBe(true);
    for (const { name } of plain.parameters)
      expect(relativeError(net.parameters.read(name), plain.parameters.read(name)), name).toBeLessThan(1e-4);
  });

  test("a state of moments that comes from a table in training does not move it", async () => {
    const [moving, net] = [await create({}), await create()];
    const trained = new Optimizer(moving.parameters, description);
    const optimizer = new Optimizer(net.parameters, description);
    const tokens = only(SEQUENCES);
    for (const network of [moving, net]) {
      network.forward(tokens);
      network.backward();
    }
    trained.step();
    const table = net.parameters.read(TABLE);
    optimizer.restore(trained.save());
    optimizer.step();
    expect(net.parameters.read(TABLE)).toEqual(table);
    expect(moving.parameters.read(TABLE)).not.toEqual(table);
  });
});

test.each([
  ["norm", clipGradNorm],
  ["value", clipGradValue],
  ["tensor norm", clipGradTensorNorm],
] as const)("clipping by %s sees the norm of the others' gradients", async (_, clip) => {
  const [net, moving] = [await create(), await create({})];
  for (const network of [net, moving]) {
    network.forward(only(SEQUENCES));
    network.backward();
  }
  const squares = [...net.parameters]
    .filter(({ frozen }) => !frozen)
    .flatMap(({ name }) => [...moving.parameters.readGradient(name)])
    .reduce((sum, value) => sum + value * value, 0);
  expect(clip(net.parameters, 1e-3).norm / Math.sqrt(squares)).toBeCloseTo(1, 6);
  expect(clip(moving.parameters, 1e-3).norm).toBeGreaterThan(1.0001 * Math.sqrt(squares));
});

test.each([
  ["directly above", REST],
  ["with dropout between", [dropout(0.3), ...REST]],
  ["below a linear layer", [linear({ outFeatures: 3 }), ...REST]],
  ["alone", []],
] as const)("the training loop with shards, early stopping and weight decay: %s", async (_, rest) => {
  const net = await create({ frozen: true }, [...rest]);
  const before = net.parameters.snapshot();
  const options = { epochs: 2, batchSize: 3, shards: 2, optimizer: adam({ lr: 0.1, weightDecay: 0.1 }) };
  const run = new Training({ network: net, sequences: SEQUENCES }, resolveTrainOptions(options, 1)).run();
  for await (const report of run) if (report.type === "step") expect(report.lossPerToken).toBeGreaterThan(0);
  const after = net.parameters.snapshot();
  expect(after.subarray(0, V * I)).toEqual(before.subarray(0, V * I));
  if (rest.length > 0) expect(after).not.toEqual(before);
});

test("a frozen network takes less memory for a batch: the table's rows have no gradient", async () => {
  const bytes = async (frozen: boolean) => {
    const net = await create({ frozen });
    const before = net.bytes;
    net.forward(only(SEQUENCES));
    return net.bytes - before;
  };
  expect(await bytes(true)).toBeLessThan(await bytes(false));
});

test("its numbers are not counted as learned, it can be written, and its gradient cannot", async () => {
  const { parameters } = await create();
  expect(parameters.size).toBe((await create({})).parameters.size - V * I);
  expect([...parameters].map(({ frozen }) => frozen ?? false)).toEqual([true, ...Array(10).fill(false)]);
  const values = new Float32Array(V * I).fill(2);
  parameters.write(TABLE, values);
  expect(parameters.read(TABLE)).toEqual(values);
  expect(() => parameters.writeGradient(TABLE, values)).toThrow(
    expect.objectContaining({ code: "BPTT_OPTION", message: expect.stringMatching(`^parameters: ${TABLE} is frozen`) }),
  );
  parameters.writeGradient(
    "linear.bias",
    [1, 1, 1].map((value) => value * 2),
  );
  expect(clipGradNorm(parameters, 1e9).norm).toBeCloseTo(Math.sqrt(12), 6);
  parameters.zeroGrad();
  expect(clipGradNorm(parameters, 1e9).norm).toBe(0);
});

test("frozen is true or false, and a description is plain JSON", () => {
  const options = { numEmbeddings: 2, embeddingDim: 3 };
  expect(embedding(options)).toEqual({ type: "embedding", ...options, frozen: false });
  expect(() => embedding({ ...options, frozen: 1 as never })).toThrow("embedding: frozen: expected true or false");
});
