// Training over several threads: they change nothing but the time.

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { adam, type Report, SequenceTagger, sgd, type TaggerOptions, type TaggerTrainOptions } from "../src/index.js";
import { openWorkers, SequenceTagger as Remote, type WorkerReport } from "../src/worker.js";
import { command } from "./support/command.js";
import { EXAMPLES, outcome, same, VALIDATION } from "./support/parallel.js";
import { problem, SMALL, sameBytes } from "./support/tagging.js";
import { thrown, timeless, watched } from "./support/workers.js";

const cases: readonly (readonly [string, TaggerOptions, TaggerTrainOptions])[] = [
  ["LSTM, dropout, words hidden", { dropout: 0.3, wordDropout: 0.3 }, { shards: 3 }],
  ["GRU, clipping by value", { cell: "gru", dropout: 0 }, { shards: 2, clip: { value: 0.001 } }],
  ["RNN, clipping of each tensor", { cell: "rnn" }, { shards: 3, clip: { tensorNorm: 0.01 } }],
  ["clockwork, clipping at each step", { cell: "clockwork" }, { shards: 4, clip: { stepNorm: 1e-4 } }],
  [
    "SCRN, no clipping, sum",
    { cell: "scrn" },
    { shards: 2, clip: false, reduction: "sum", optimizer: sgd({ lr: 0.01 }) },
  ],
  ["two layers, accumulation", { numLayers: 2, dropout: 0.2 }, { shards: 2, accumulate: 3 }],
  [
    "accumulation alone, weight decay",
    {},
    { accumulate: 5, shards: 1, optimizer: adam({ lr: 0.01, weightDecay: 0.1 }) },
  ],
  ["more shards than sentences", { bidirectional: false }, { shards: 11, batchSize: 3 }],
];

describe.each(cases)("%s: 1, 2 and 3 threads give the bytes and reports of none", (_, tagger, train) => {
  test.each([true, false])("shared memory: %s", async (sharedMemory) => {
    const alone = await outcome(tagger, train);
    for (const size of [1, 2, 3]) {
      const workers = await openWorkers(size, { sharedMemory });
      same(await outcome(tagger, { ...train, workers }), alone);
      await workers.close();
    }
  });
});

test("frozen vectors", async () => {
  const vectors = "arrive 1 2 3\nTaipei 4 5 6\nleave 7 8 9\n";
  const frozen = { embeddingDim: 3, freezeVectors: true };
  const alone = await outcome(frozen, { vectors, shards: 2 });
  for (const sharedMemory of [true, false]) {
    const workers = await openWorkers(2, { sharedMemory });
    same(await outcome(frozen, { vectors, workers }), alone);
    await workers.close();
  }
});

test("the tagger in a worker: 2 and 3 threads, shards by default as many as threads", async () => {
  for (const workers of [2, 3]) {
    const alone = await outcome({ dropout: 0.3 }, { shards: workers });
    const tagger = await Remote.create({ ...SMALL, dropout: 0.3 });
    const reports: Report[] = [];
    const options = { epochs: 2, batchSize: 7, validation: VALIDATION, workers };
    for await (const report of tagger.train(EXAMPLES, options)) reports.push(timeless<Report>(report));
    same({ bytes: await tagger.save(), reports }, alone);
    await tagger.close();
  }
});

describe("a thread that dies in the middle of a run", () => {
  test.each([true, false])("changes no byte, is reported and replaced; shared memory: %s", async (sharedMemory) => {
    const train = { shards: 5, accumulate: 2, epochs: 30 };
    const alone = await outcome({}, train);
    const { workers: threads, worker } = watched();
    const heard: WorkerReport[] = [];
    const workers = await openWorkers(3, { sharedMemory, worker, onWorker: (report) => heard.push(report) });
    const tagger = await SequenceTagger.create(SMALL);
    const reports: Report[] = [];
    const replaced = () => heard.filter(({ type }) => type === "replaced").length;
    for await (const report of tagger.train(EXAMPLES, { batchSize: 7, validation: VALIDATION, ...train, workers })) {
      reports.push(timeless<Report>(report));
      // between two steps
      if (reports.length === 3) await threads[0]?.terminate();
      // and perhaps while one is computed
      if (reports.length === 9) setTimeout(() => void threads[1]?.terminate());
      while (reports.length === 30 && replaced() < 2) await new Promise((resolve) => setTimeout(resolve, 5));
      if (reports.length === 40) void threads.at(-1)?.terminate();
    }
    same({ bytes: await tagger.save(), reports }, alone);
    const lost = heard.filter(({ type }) => type === "lost");
    expect(lost.map(({ worker }) => worker).slice(0, 2)).toEqual([1, 2]);
    expect(lost).toHaveLength(3);
    expect(lost[0]?.message).toContain("exit code 1");
    await workers.close();
  });

  test("in a tagger's worker too", async () => {
    const train = { shards: 4, epochs: 10 };
    const alone = await outcome({}, train);
    const { workers: threads, worker } = watched();
    const tagger = await Remote.create(SMALL, { worker });
    const heard: WorkerReport[] = [];
    const options = { batchSize: 7, validation: VALIDATION, ...train, workers: 2, ahead: 0 };
    const reports: Report[] = [];
    for await (const report of tagger.train(EXAMPLES, { ...options, onWorker: (lost) => heard.push(lost) })) {
      reports.push(timeless<Report>(report));
      if (reports.length === 9) await threads[1]?.terminate();
    }
    same({ bytes: await tagger.save(), reports }, alone);
    expect(heard[0]).toMatchObject({ type: "lost", worker: 1 });
    await tagger.close();
  });
});

test("what is not finite has the place that it has in one thread, and may be skipped", async () => {
  const bad: TaggerTrainOptions = { optimizer: sgd({ lr: 1e38 }), clip: false, shards: 3 };
  const [here, skipped] = [await thrown(() => outcome({}, bad)), { ...bad, onNonFinite: "skip" } as const];
  expect(here).toHaveProperty("place");
  for (const sharedMemory of [true, false]) {
    const workers = await openWorkers(3, { sharedMemory });
    expect(await thrown(() => outcome({}, { ...bad, workers }))).toEqual(here);
    expect(await thrown(() => outcome({}, { ...skipped, workers }))).toEqual(await thrown(() => outcome({}, skipped)));
    // what was given up does not disturb the next training
    same(await outcome({}, { shards: 3, workers }), await outcome({}, { shards: 3 }));
    await workers.close();
  }
});

test("refused: two trainings at once, closed ones, wrong numbers, threads that cannot start", async () => {
  const workers = await openWorkers(2);
  const run = (await SequenceTagger.create(SMALL)).train(EXAMPLES, { workers });
  await run.next();
  await expect(outcome({}, { workers })).rejects.toThrow(problem("BPTT_ORDER", "in a training already"));
  await run.return("aborted");
  await outcome({}, { workers });
  await workers.close();
  await expect(outcome({}, { workers })).rejects.toThrow(problem("BPTT_ORDER", "they are closed"));
  await expect(openWorkers(0)).rejects.toThrow(problem("BPTT_OPTION", "workers: expected a positive integer"));
  await expect(outcome({}, { workers: 2 as never })).rejects.toThrow(problem("BPTT_OPTION", "what openWorkers of"));
  const { Worker } = await import("node:worker_threads");
  const broken = await openWorkers(2, { worker: () => new Worker("process.exit(7)", { eval: true }) });
  await expect(outcome({}, { workers: broken })).rejects.toThrow(problem("BPTT_WORKER", "exit code 7"));
});

test("a checkpoint inside a step is refused: its counts would be those of half a step", async () => {
  const waiting: (() => void)[] = [];
  const crew = {
    has: (part: number) => part === 1,
    begin: () => {},
    take: () => new Promise<undefined>((resolve) => waiting.push(() => resolve(undefined))),
    leave: () => {},
  };
  const tagger = await SequenceTagger.create(SMALL);
  const run = tagger.train(EXAMPLES, { epochs: 1, batchSize: 7, workers: { size: 2, join: async () => crew } });
  const next = run.next();
  while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await expect(tagger.checkpoint()).rejects.toThrow(problem("BPTT_ORDER", "a step is under way"));
  waiting[0]?.();
  expect((await next).value).toMatchObject({ step: 1 });
  expect((await tagger.checkpoint()).length).toBeGreaterThan(0);
  await run.return("aborted");
});

test("a checkpoint goes on with other numbers of threads", async () => {
  const workers = await openWorkers(2);
  const tagger = await SequenceTagger.create(SMALL);
  const run = tagger.train(EXAMPLES, { epochs: 2, batchSize: 7, workers });
  for (let count = 0; count < 3; ++count) await run.next();
  const checkpoint = await tagger.checkpoint();
  for (let end = await run.next(); !end.done; end = await run.next());
  for (const resumed of [undefined, workers, await openWorkers(3)]) {
    const again = await SequenceTagger.load(checkpoint);
    await again.fit(EXAMPLES, { resume: true, ...(resumed && { workers: resumed }) });
    expect(sameBytes(await again.save(), await tagger.save())).toBe(true);
    await resumed?.close();
  }
});

describe("a program ends by itself", () => {
  const folder = mkdtempSync(join(tmpdir(), "bptt-worker-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const from = (name: string) => JSON.stringify(pathToFileURL(resolve("dist", name)));
  const BEGIN = `
    import { SequenceTagger as Direct, travelRequests } from ${from("index.js")};
    import { openWorkers, SequenceTagger } from ${from("worker.js")};
    const examples = travelRequests({ language: "en", part: "train", count: 40 });
    const small = { hiddenSize: 8, embeddingDim: 8 };
    const tagger = await SequenceTagger.create(small);
  `;
  test.each([
    ["after close", "await tagger.fit(examples, { epochs: 1, workers: 2 }); await tagger.close();"],
    ["without close", "await tagger.fit(examples, { epochs: 1, workers: 3 });"],
    ["after a loop that was left", "for await (const _ of tagger.train(examples, { workers: 2 })) break;"],
    [
      "after an abort",
      "const c = new AbortController(); const run = tagger.fit(examples, { workers: 2, signal: c.signal, onStep: () => c.abort() }); console.log((await run).stopped);",
    ],
    [
      "after an error",
      "await tagger.fit(examples, { workers: 2, clip: { norm: -1 } }).catch(({ code }) => console.log(code));",
    ],
    [
      "with threads that nobody closed",
      "await (await Direct.create(small)).fit(examples, { epochs: 1, workers: await openWorkers(3) });",
    ],
    [
      "while paused",
      "const run = tagger.fit(examples); await tagger.pause(); run.catch(() => {}); await tagger.close();",
    ],
  ])("%s", async (_, code) => {
    const file = join(folder, "program.mjs");
    writeFileSync(file, `${BEGIN}\n${code}\nconsole.log("end");`);
    const { stdout } = await promisify(execFile)(process.execPath, [file], { timeout: 60_000 });
    expect(stdout).toMatch(/end\n$/);
  });
});

test("bptt train --workers 2: the file that one thread writes, with as many shards", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bptt-worker-"));
  const train = (file: string, ...flags: string[]) =>
    command(
      [
        "train",
        "tagger",
        "travel:en",
        "--hidden-size",
        "8",
        "--embedding-dim",
        "8",
        "--epochs",
        "1",
        "-o",
        file,
        ...flags,
      ],
      { cwd: folder },
    );
  try {
    expect(await train("two", "--workers", "2")).toMatchObject({ code: 0 });
    expect(await train("one", "--shards", "2")).toMatchObject({ code: 0 });
    const tagger = await Promise.all(
      ["one", "two"].map(async (file) => (await import("node:fs")).readFileSync(join(folder, file))),
    );
    expect(sameBytes(tagger[0] as Uint8Array, tagger[1] as Uint8Array)).toBe(true);
    expect((await train("x", "--workers", "0.5")).stderr).toContain("--workers");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
