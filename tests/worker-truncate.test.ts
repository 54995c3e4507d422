// Truncated BPTT over several threads: the states go on from update to update, whoever computes them.

import { describe, expect, test } from "vitest";
import {
  linear,
  Network,
  type Report,
  readSafetensors,
  rnn,
  type Sequence,
  SequenceTagger,
  sgd,
  type TaggerOptions,
  type TaggerTrainOptions,
} from "../src/index.js";
import type { TrainingWorkers } from "../src/train/crew.js";
import { Training } from "../src/train/loop.js";
import { resolveTrainOptions } from "../src/train/options.js";
import { openWorkers, SequenceTagger as Remote, type WorkerReport } from "../src/worker.js";
import { EXAMPLES, outcome, same, VALIDATION } from "./support/parallel.js";
import { SMALL, sameBytes } from "./support/tagging.js";
import { thrown, timeless, watched } from "./support/workers.js";

const ONE_WAY = { bidirectional: false } as const;

const cases: readonly (readonly [string, TaggerOptions, TaggerTrainOptions])[] = [
  ["LSTM, dropout, words hidden", { dropout: 0.3, wordDropout: 0.3 }, { shards: 3, truncate: 3 }],
  ["two layers of GRU, accumulation", { cell: "gru", numLayers: 2 }, { shards: 2, accumulate: 2, truncate: 2 }],
  [
    "clockwork with its clocks, clipping at each step",
    { cell: "clockwork" },
    { shards: 5, truncate: 3, clip: { stepNorm: 1e-4 } },
  ],
  ["SCRN, sum", { cell: "scrn" }, { shards: 3, truncate: 1, reduction: "sum", optimizer: sgd({ lr: 0.01 }) }],
  ["more shards than sentences", {}, { shards: 11, batchSize: 3, truncate: 4 }],
];

describe.each(cases)("%s: 1, 2 and 3 threads give the bytes and reports of none", (_, tagger, train) => {
  test.each([true, false])("shared memory: %s", async (sharedMemory) => {
    const alone = await outcome({ ...ONE_WAY, ...tagger }, train);
    for (const size of [1, 2, 3]) {
      const workers = await openWorkers(size, { sharedMemory });
      same(await outcome({ ...ONE_WAY, ...tagger }, { ...train, workers }), alone);
      await workers.close();
    }
  });
});

test("the tagger in a worker, with 2 and 3 threads", async () => {
  const train = { shards: 3, truncate: 3 };
  const alone = await outcome(ONE_WAY, train);
  for (const workers of [0, 2, 3]) {
    const tagger = await Remote.create({ ...SMALL, ...ONE_WAY });
    const reports: Report[] = [];
    const options = { epochs: 2, batchSize: 7, validation: VALIDATION, ...train, workers };
    for await (const report of tagger.train(EXAMPLES, options)) reports.push(timeless<Report>(report));
    same({ bytes: await tagger.save(), reports }, alone);
    await tagger.close();
  }
});

test("parts that are lost begin again where they began", async () => {
  const train = { shards: 5, accumulate: 2, truncate: 3 };
  const alone = await outcome(ONE_WAY, train);
  let lost = 0;
  const crew = {
    has: (part: number) => part % 3 !== 0,
    begin: () => {},
    take: async () => {
      lost += 1;
      return undefined;
    },
    leave: () => {},
  };
  same(await outcome(ONE_WAY, { ...train, workers: { size: 3, join: async () => crew } }), alone);
  expect(lost).toBeGreaterThan(10);
});

test.each([true, false])(
  "a thread that dies in the middle changes no byte; shared memory: %s",
  async (sharedMemory) => {
    const train = { shards: 5, truncate: 3, epochs: 10 };
    const alone = await outcome(ONE_WAY, train);
    const { workers: threads, worker } = watched();
    const heard: WorkerReport[] = [];
    const workers = await openWorkers(3, { sharedMemory, worker, onWorker: (report) => heard.push(report) });
    const tagger = await SequenceTagger.create({ ...SMALL, ...ONE_WAY });
    const reports: Report[] = [];
    const replaced = () => heard.filter(({ type }) => type === "replaced").length;
    for await (const report of tagger.train(EXAMPLES, { batchSize: 7, validation: VALIDATION, ...train, workers })) {
      reports.push(timeless<Report>(report));
      if (reports.length === 3) await threads[0]?.terminate();
      if (reports.length === 9) setTimeout(() => void threads[1]?.terminate());
      while (reports.length === 30 && replaced() < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    same({ bytes: await tagger.save(), reports }, alone);
    expect(heard.filter(({ type }) => type === "lost").map(({ worker }) => worker)).toEqual([1, 2]);
    await workers.close();
  },
);

test("checkpoints between two chunks are those of one thread, and go on with other numbers of threads", async () => {
  const train = { epochs: 2, batchSize: 7, shards: 3, truncate: 2 };
  const checkpoints = async (workers?: Awaited<ReturnType<typeof openWorkers>>) => {
    const tagger = await SequenceTagger.create({ ...SMALL, ...ONE_WAY });
    const found: Uint8Array<ArrayBuffer>[] = [];
    for await (const _ of tagger.train(EXAMPLES, { ...train, ...(workers && { workers }) }))
      found.push(await tagger.checkpoint());
    return { found, bytes: await tagger.save() };
  };
  const carried = (file: Uint8Array<ArrayBuffer> | undefined) => readSafetensors(file ?? new Uint8Array()).tensors;
  const workers = await openWorkers(2);
  const [two, one] = [await checkpoints(workers), await checkpoints()];
  expect(sameBytes(two.bytes, one.bytes)).toBe(true);
  expect(two.found.map(carried)).toEqual(one.found.map(carried));
  expect(carried(two.found[4]).map(({ name }) => name)).toContain("training.carried.2.lstm.h_l0");
  for (const place of [1, 4, 13])
    for (const resumed of [undefined, workers, await openWorkers(3, { sharedMemory: false })]) {
      const again = await SequenceTagger.load(two.found[place] as Uint8Array<ArrayBuffer>);
      await again.fit(EXAMPLES, { resume: true, ...(resumed && { workers: resumed }) });
      expect(sameBytes(await again.save(), one.bytes)).toBe(true);
      if (resumed !== workers) await resumed?.close();
    }
  await workers.close();
});

test("what is not finite has the place that it has in one thread", async () => {
  const bad: TaggerTrainOptions = { optimizer: sgd({ lr: 1e38 }), clip: false, shards: 3, truncate: 3 };
  const here = await thrown(() => outcome(ONE_WAY, bad));
  expect(here).toHaveProperty("place");
  const workers = await openWorkers(3);
  expect(await thrown(() => outcome(ONE_WAY, { ...bad, workers }))).toEqual(here);
  await workers.close();
});

test("behind a step that is skipped the chunks begin with zeros, whoever computes them", async () => {
  const sequences: Sequence[] = [7, 13, 5, 11, 17, 3].map((length, number) => ({
    // the fourth chunk of one sequence
    features: new Float32Array(length).map((_, step) => (number === 1 && step === 7 ? Number.POSITIVE_INFINITY : 0.5)),
    targets: new Float32Array(length).fill(0.25),
    length,
  }));
  const train = { epochs: 3, batchSize: 6, shards: 3, truncate: 2, optimizer: sgd({ lr: 0.05 }) } as const;
  const run = async (workers?: TrainingWorkers) => {
    const layers = [rnn({ hiddenSize: 3, nonlinearity: "relu" }), linear({ outFeatures: 1 })];
    const network = await Network.create(layers, { inputSize: 1, loss: "mse", seed: 5 });
    const options = resolveTrainOptions({ ...train, onNonFinite: "skip", ...(workers && { workers }) }, 1);
    const reports: Report[] = [];
    for await (const report of new Training({ network, sequences }, options).run()) reports.push(timeless(report));
    return { reports, weights: network.parameters.snapshot() };
  };
  const alone = await run();
  const skipped = alone.reports.flatMap((report) => (report.type === "step" && report.nonFinite ? [report.step] : []));
  expect(skipped).toEqual([4, 13, 22]);
  for (const sharedMemory of [true, false]) {
    const workers = await openWorkers(2, { sharedMemory });
    expect(await run(workers)).toEqual(alone);
    await workers.close();
  }
});
