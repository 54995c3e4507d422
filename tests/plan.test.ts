// The plan of memory says before training what will be used afterwards, and refuses what cannot be had.

import { describe, expect, test } from "vitest";
import {
  type AnyOptimizer,
  adam,
  type Batch,
  clockwork,
  dropout,
  embedding,
  gru,
  irnn,
  type LayerDescription,
  largestBatch,
  last,
  linear,
  lstm,
  type MemoryPlan,
  Network,
  type NetworkOptions,
  Optimizer,
  pack,
  planMemory,
  planTraining,
  reserveMemory,
  rnn,
  scrn,
  sgd,
} from "../src/index.js";
import { Random } from "../src/random.js";
import { Training } from "../src/train/loop.js";
import { resolveTrainOptions } from "../src/train/options.js";
import { sameBits } from "./support/cases.js";
import { randomSequences } from "./support/networks.js";

const [V, K] = [37, 5];

/** Bytes that the instance holds. */
const heldBy = (net: Network): number => net.parameters.arena.kernel.memory.buffer.byteLength;

const random = new Random(3);
const lengths = Array.from({ length: 40 }, () => 1 + random.below(31));
const tagged = randomSequences(new Random(4), lengths, V, K);
const table = embedding({ numEmbeddings: V, embeddingDim: 7 });
const head = linear({ outFeatures: K });

function step(net: Network, optimizer: Optimizer, batch: Batch): void {
  net.zeroGrad();
  net.forward(batch);
  net.backward();
  optimizer.step();
}

const sumOf = (plan: MemoryPlan): number =>
  plan.weights + plan.gradients + plan.optimizer + plan.activations + plan.packed + plan.kernel + plan.unused;

const networks: readonly (readonly [string, LayerDescription[], NetworkOptions, AnyOptimizer])[] = [
  ["lstm, adam", [table, lstm({ hiddenSize: 13 }), head], {}, adam()],
  [
    "two ways, two levels",
    [table, lstm({ hiddenSize: 7, numLayers: 2, bidirectional: true, dropout: 0.2 }), head],
    {},
    adam(),
  ],
  [
    "added directions, sgd",
    [table, gru({ hiddenSize: 5, bidirectional: true, merge: "sum" }), head],
    {},
    sgd({ lr: 0.1 }),
  ],
  ["momentum, dropout", [table, dropout(0.3), rnn({ hiddenSize: 17 }), head], {}, sgd({ lr: 0.1, momentum: 0.9 })],
  ["lazy rows", [table, gru({ hiddenSize: 5, reset: "before" }), head], {}, adam({ lazyRows: true })],
  [
    "frozen table",
    [embedding({ numEmbeddings: V, embeddingDim: 3, frozen: true }), scrn({ hiddenSize: 8 }), head],
    {},
    adam(),
  ],
  ["omega", [table, irnn({ hiddenSize: 5 }), head], { omega: 0.1 }, sgd({ lr: 0.01 })],
  [
    "clockwork, learned states",
    [table, clockwork({ hiddenSize: 8 }), lstm({ hiddenSize: 3, initialStates: "learned" }), head],
    {},
    adam(),
  ],
  [
    "weighted classes",
    [table, lstm({ hiddenSize: 3 }), head],
    { classWeights: [1, 2, 3, 4, 5], labelSmoothing: 0.1 },
    adam(),
  ],
];

describe.each(networks)("%s", (_name, layers, options, description) => {
  test.each([1, 7, 40, 100])(
    "batches of %i: training uses what the plan says, and nothing grows after reserve",
    async (batchSize) => {
      const net = await Network.create(layers, options);
      const before = net.bytes;
      const plan = planTraining(net, lengths, { batchSize, optimizer: description });
      expect(net.bytes).toBe(before);
      expect(sumOf(plan)).toBe(plan.total);
      reserveMemory(net, plan);
      expect(net.bytes).toBe(before);
      const held = heldBy(net);
      expect(held).toBeGreaterThanOrEqual(plan.total);
      const optimizer = new Optimizer(net.parameters, description);
      for (const seed of [1, 2, 3]) for (const batch of pack(tagged, { batchSize, seed })) step(net, optimizer, batch);
      expect(net.bytes).toBeLessThanOrEqual(plan.total);
      // whatever the shuffle left out
      const longest = tagged.toSorted((a, b) => b.tokens.length - a.tokens.length).slice(0, batchSize);
      for (const batch of pack(longest, { batchSize })) step(net, optimizer, batch);
      expect(net.bytes).toBe(plan.total);
      expect(heldBy(net)).toBe(held);
    },
  );
});

test("behind predictions, another batch and another optimiser the plan still is what is used", async () => {
  const net = await Network.create([table, lstm({ hiddenSize: 13 }), head]);
  net.softmax(net.predict([...pack(tagged.slice(0, 3))][0] as Batch));
  const first = planTraining(net, lengths, { batchSize: 5, optimizer: sgd({ lr: 0.1, momentum: 0.9 }) });
  const { made, giveBack } = net.parameters.arena.lend(
    () => new Optimizer(net.parameters, sgd({ lr: 0.1, momentum: 0.9 })),
  );
  const longest = tagged.toSorted((a, b) => b.tokens.length - a.tokens.length);
  step(net, made, [...pack(longest, { batchSize: 5 })][0] as Batch);
  expect(net.bytes).toBe(first.total);
  giveBack();
  const plan = planTraining(net, lengths, { batchSize: 40, optimizer: adam() });
  step(net, new Optimizer(net.parameters, adam()), [...pack(longest, { batchSize: 40 })][0] as Batch);
  expect(net.bytes).toBe(plan.total);
  expect(sumOf(plan)).toBe(plan.total);
  // with the optimiser that exists there is nothing more to make
  expect(planMemory(net, { size: 40, steps: 31, rows: 40 + 30 }).total).toBe(plan.total);
});

test.each([1, 3])("the training loop with %i shards uses what the plan says", async (shards) => {
  const net = await Network.create([table, lstm({ hiddenSize: 13, bidirectional: true }), head]);
  const options = { batchSize: 100, shards, optimizer: adam(), epochs: 2 };
  const plan = planTraining(net, lengths, { batchSize: 100, shards, optimizer: adam() });
  for await (const _ of new Training({ network: net, sequences: tagged }, resolveTrainOptions(options, 1)).run());
  expect(net.bytes).toBeLessThanOrEqual(plan.total);
  expect(net.bytes).toBeGreaterThan(0.97 * plan.total);
});

test("one row for each sequence, numbers, and an own loop's optimiser by `beside`", async () => {
  const net = await Network.create([lstm({ hiddenSize: 5 }), last(), linear({ outFeatures: 2 })], {
    inputSize: 3,
    loss: "mse",
  });
  const sequences = lengths.map((length) => ({ features: new Float32Array(3 * length), length, target: [1, 2] }));
  const [batch] = pack(sequences, { batchSize: 40 });
  const plan = planMemory(net, batch as Batch, { beside: (parameters) => new Optimizer(parameters, adam()) });
  step(net, new Optimizer(net.parameters, adam()), batch as Batch);
  expect(net.bytes).toBe(plan.total);
});

test("a plan between forward and backward changes neither", async () => {
  const create = () => Network.create([table, lstm({ hiddenSize: 13, initialStates: "learned" }), dropout(0.2), head]);
  const [net, twin] = [await create(), await create()];
  const [batch] = pack(tagged, { batchSize: 9 });
  for (const one of [net, twin]) {
    one.forward(batch as Batch);
    if (one === net) planTraining(net, lengths);
    one.backward();
  }
  for (const { name } of net.parameters)
    sameBits(net.parameters.readGradient(name), twin.parameters.readGradient(name), name);
});

test("copies in JavaScript: the last good weights, and the best", async () => {
  const net = await Network.create([table, lstm({ hiddenSize: 3 }), head]);
  const bytes = net.parameters.snapshot().byteLength;
  expect(planTraining(net, lengths).copies).toBe(bytes);
  expect(planTraining(net, lengths, { keepsBest: true }).copies).toBe(2 * bytes);
});

describe("what cannot be had", () => {
  test("is refused with the figures, and the network goes on", async () => {
    const net = await Network.create([table, lstm({ hiddenSize: 64 }), head]);
    const plan = planTraining(net, new Array(1000).fill(100_000), { batchSize: 512 });
    expect(plan.total).toBeGreaterThan(plan.limit);
    expect(plan.limit).toBe(4096 * 2 ** 20);
    const before = [net.bytes, heldBy(net)];
    expect(() => reserveMemory(net, plan)).toThrow(
      expect.objectContaining({
        code: "BPTT_MEMORY",
        message: expect.stringMatching(
          /^A batch of 512 sequences \(51200000 rows, the longest of 100000 steps\) needs \d{5,} MiB, but the kernel's memory cannot grow so far \(WebAssembly allows 4096 at most\): weights 1, gradients 1, optimizer 1, activations \d{5,}, packed 1, kernel 1\. Use a smaller batchSize \(accumulate/,
        ),
      }),
    );
    expect([net.bytes, heldBy(net)]).toEqual(before);
    const optimizer = new Optimizer(net.parameters, adam());
    for (const batch of pack(tagged)) step(net, optimizer, batch);
    expect(net.parameters.snapshot().every(Number.isFinite)).toBe(true);
  });

  test("truncated sequences and smaller batches need less", async () => {
    const net = await Network.create([table, lstm({ hiddenSize: 64 }), head]);
    const long = new Array(1000).fill(100_000);
    const plan = planTraining(net, long, { batchSize: 512, truncate: 100 });
    expect(plan.batch).toEqual({ size: 512, steps: 100, rows: 51_200 });
    expect(plan.total).toBeLessThan(plan.limit / 10);
    expect(planTraining(net, long, { batchSize: 1, truncate: 100 }).total).toBeLessThan(plan.total / 10);
  });

  test("a network whose products would leave the kernel's 32 bits", async () => {
    const layers = [linear({ outFeatures: 1 })];
    await expect(Network.create(layers, { inputSize: 2 ** 28 })).rejects.toThrow(
      expect.objectContaining({
        code: "BPTT_OPTION",
        message: "packed weights: 268435456 x 8 is more than 2147483647; make the sizes smaller",
      }),
    );
  });

  test.each([
    [
      { size: 2, steps: 3, rows: 3 },
      "plan: rows: expected the sum of 2 lengths of which 3 is the longest, 4 to 6, got 3",
    ],
    [
      { size: 2, steps: 3, rows: 7 },
      "plan: rows: expected the sum of 2 lengths of which 3 is the longest, 4 to 6, got 7",
    ],
    [{ size: 0, steps: 3, rows: 3 }, "plan: size: expected a positive integer, got 0"],
  ])("plan of %o", async (shape, message) => {
    const net = await Network.create([table, head]);
    expect(() => planMemory(net, shape)).toThrow(expect.objectContaining({ code: "BPTT_OPTION", message }));
  });
});

describe("the largest batch", () => {
  test("has no fewer sequences, steps and rows than any batch of any shuffle", () => {
    for (const batchSize of [1, 2, 3, 7, 13, 40, 50]) {
      const most = largestBatch(lengths, { batchSize });
      for (let seed = 1; seed < 20; ++seed)
        for (const { size, steps, rows } of pack(tagged, { batchSize, seed }))
          for (const [one, bound] of [
            [size, most.size],
            [steps, most.steps],
            [rows, most.rows],
          ] as const)
            expect(one).toBeLessThanOrEqual(bound);
    }
  });

  test.each([
    [{ batchSize: 2 }, { size: 2, steps: 7, rows: 12 }],
    [{ batchSize: 9 }, { size: 4, steps: 7, rows: 16 }],
    [
      { batchSize: 9, truncate: 3 },
      { size: 4, steps: 3, rows: 10 },
    ],
    [
      { batchSize: 3, shards: 2 },
      { size: 2, steps: 7, rows: 10 },
    ],
    [
      { batchSize: 3, shards: 5 },
      { size: 1, steps: 7, rows: 7 },
    ],
  ])("of 3, 7, 1, 5 with %o", (options, expected) => {
    expect(largestBatch([3, 7, 1, 5], options)).toEqual(expected);
  });

  test.each([
    [[], "largestBatch: expected one length or more, got none"],
    [[3, 0], "sequence 1: length: expected a positive integer, got 0"],
  ])("refuses %o", (list, message) => {
    expect(() => largestBatch(list)).toThrow(expect.objectContaining({ code: "BPTT_DATA", message }));
  });
});
