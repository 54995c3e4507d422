// The tagger in a worker, in Node's threads: the answers, reports, errors and bytes of the tagger in this thread.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  SequenceTagger as Direct,
  type Example,
  type History,
  type Report,
  readSafetensors,
  sgd,
  type TaggerFitOptions,
  type TaggerOptions,
} from "../src/index.js";
import { SequenceTagger as Remote, type RemoteTrainOptions } from "../src/worker.js";
import { problem, SMALL, sameBytes, travel } from "./support/tagging.js";
import { thrown, timeless, watched } from "./support/workers.js";

const EXAMPLES = travel(41);
const VALIDATION = travel(13, "validation");
const FIT = { epochs: 2, batchSize: 7, validation: VALIDATION, evaluateEvery: { steps: 4 } } as const;

const withoutClock = ({ steps, evaluations, epochs, stopped }: History) => ({
  reports: [...steps, ...evaluations, ...epochs].map((report) => timeless<Report>(report)),
  stopped,
});

/** Both taggers, made alike; the remote one is closed at the end. */
async function both<T>(options: TaggerOptions, use: (direct: Direct, remote: Remote) => Promise<T>): Promise<T> {
  const remote = await Remote.create({ ...SMALL, ...options });
  try {
    return await use(await Direct.create({ ...SMALL, ...options }), remote);
  } finally {
    await remote.close();
  }
}

test("reports, tags, scores, getters and the file are those of the tagger in this thread", () =>
  both({ dropout: 0.3 }, async (direct, remote) => {
    expect(remote.options).toEqual(direct.options);
    expect(withoutClock(await remote.fit(EXAMPLES, FIT))).toEqual(withoutClock(await direct.fit(EXAMPLES, FIT)));
    expect(sameBytes(await remote.save(), await direct.save())).toBe(true);
    expect(remote.options).toEqual(direct.options);
    expect(remote.tags).toEqual(direct.tags);
    expect(remote.parameterCount).toBe(direct.parameterCount);
    expect(await remote.evaluate(VALIDATION)).toEqual(await direct.evaluate(VALIDATION));
    expect(await remote.tag("arrive Taipei")).toEqual(await direct.tag("arrive Taipei"));
    const texts = ["leave Taipei", ["arrive", "London"], ""];
    expect(await remote.tagAll(new Set(texts))).toEqual(await direct.tagAll(texts));
    const again = await Remote.load(new Blob([await remote.save()]));
    expect(sameBytes(await again.save(), await direct.save())).toBe(true);
    await again.close();
  }));

test("fit tells its callbacks, and examples may be any iterable", () =>
  both({}, async (direct, remote) => {
    const hear = async (tagger: Direct | Remote) => {
      const heard: string[] = [];
      const hearing: TaggerFitOptions & RemoteTrainOptions = {
        onStep: ({ step }) => heard.push(`step ${step}`),
        onEpoch: ({ epoch }) => heard.push(`epoch ${epoch}`),
      };
      await tagger.fit(new Set<Example>(travel(700)).values(), { epochs: 1, ...hearing });
      return heard;
    };
    expect(await hear(remote)).toEqual(await hear(direct));
  }));

test("ahead: 0 waits at every report: checkpoints, leaving and cancelling meet the weights of that report", () =>
  both({}, async (direct, remote) => {
    const checkpoints = async (tagger: Direct | Remote, options: RemoteTrainOptions) => {
      const { workers: _, ...rest } = options;
      const found: unknown[] = [];
      for await (const report of tagger.train(EXAMPLES, { ...FIT, ...rest })) {
        const { tensors, metadata } = readSafetensors(await tagger.checkpoint());
        const { stepper, position } = JSON.parse(metadata.training ?? "");
        found.push([timeless<Report>(report), tensors, stepper.step, position.updates]);
        if (found.length === 9) break;
      }
      return [found, await tagger.save()];
    };
    expect(await checkpoints(remote, { ahead: 0 })).toEqual(await checkpoints(direct, {}));
    const cancel = async (tagger: Direct | Remote, ahead: { ahead?: number }) => {
      const controller = new AbortController();
      const run = tagger.train(EXAMPLES, { ...FIT, ...ahead, signal: controller.signal });
      for (let count = 0; count < 3; ++count) await run.next();
      controller.abort();
      return [await run.next(), await tagger.save()];
    };
    expect(await cancel(remote, { ahead: 0 })).toEqual(await cancel(direct, {}));
  }));

const stepOf = async (tagger: Remote): Promise<number> =>
  JSON.parse(readSafetensors(await tagger.checkpoint()).metadata.training ?? "").stepper.step;

test("the training goes on while its loop is busy, and waits when it is `ahead` reports further", () =>
  both({}, async (_, remote) => {
    const ahead = 3;
    for await (const report of remote.train(EXAMPLES, { epochs: 4, batchSize: 7, ahead })) {
      if (report.type !== "step") continue;
      // the epoch's report counts as one of those that it is ahead
      for (let step = 0; step < Math.min(report.step + ahead - 1, report.steps - 1); step = await stepOf(remote))
        expect(step).toBeLessThanOrEqual(report.step + ahead);
      if (report.step > 8) break;
    }
    expect((await remote.evaluate(EXAMPLES)).accuracy).toBeGreaterThan(0);
  }));

test("pause stops between two steps, others are answered then, and resume ends with the same bytes", () =>
  both({}, async (direct, remote) => {
    await direct.fit(EXAMPLES, FIT);
    const run = remote.fit(EXAMPLES, FIT);
    await new Promise<void>((resolve) => setTimeout(resolve));
    await remote.pause();
    const [first] = [await remote.save(), await remote.tag("arrive Taipei")];
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(sameBytes(await remote.save(), first)).toBe(true);
    await remote.resume();
    await run;
    expect(sameBytes(await remote.save(), await direct.save())).toBe(true);
    expect(await thrown(() => remote.pause())).toMatchObject({ code: "BPTT_ORDER" });
  }));

test("a checkpoint goes on in a worker and here, with the same bytes", async () => {
  const direct = await Direct.create(SMALL);
  let checkpoint = new Uint8Array();
  for await (const _ of direct.train(EXAMPLES, FIT)) checkpoint = await direct.checkpoint();
  for await (const report of direct.train(EXAMPLES, FIT)) {
    checkpoint = await direct.checkpoint();
    if (report.step === 5) break;
  }
  const [here, there] = [await Direct.load(checkpoint), await Remote.load(checkpoint)];
  const resumed = { resume: true, validation: VALIDATION };
  const history = await here.fit(EXAMPLES, resumed);
  expect(withoutClock(await there.fit(EXAMPLES, { ...resumed, workers: 2 }))).toEqual(withoutClock(history));
  expect(sameBytes(await there.save(), await here.save())).toBe(true);
  await there.close();
});

describe("word vectors", () => {
  const text = "arrive 1 2 3\nTaipei 4 5 6\nleave 7 8 9\n";
  const bytes = new TextEncoder().encode(text);
  async function* pieces() {
    yield bytes.slice(0, 9);
    yield bytes.slice(9);
  }
  test.each([
    ["a text", () => text],
    ["bytes", () => bytes],
    ["a Blob", () => new Blob([text])],
    ["a stream", () => new Blob([text]).stream()],
    ["an async iterable", () => pieces()],
  ])("%s", (_, source) =>
    both({ embeddingDim: 3 }, async (direct, remote) => {
      const seen: object[] = [];
      const options = () => ({ vectors: source(), onVectors: (coverage: object) => seen.push(coverage) });
      await remote.prepare(EXAMPLES, options());
      await direct.prepare(EXAMPLES, options());
      expect(seen[0]).toEqual(seen[1]);
      expect(sameBytes(await remote.save(), await direct.save())).toBe(true);
    }),
  );

  test("what a source or a callback throws comes back", () =>
    both({ embeddingDim: 3 }, async (_, remote) => {
      async function* broken() {
        yield bytes;
        throw new RangeError("the line is dead");
      }
      await expect(remote.fit(EXAMPLES, { vectors: broken() })).rejects.toThrow("the line is dead");
      const onVectors = () => {
        throw new Error("no, thanks");
      };
      await expect(remote.fit(EXAMPLES, { vectors: text, onVectors })).rejects.toThrow("no, thanks");
    }));
});

describe("errors have the class, message, code and place that they have in this thread", () => {
  const calls: readonly [string, (tagger: Direct | Remote) => unknown][] = [
    ["tags before there are any", (tagger) => tagger.tags],
    ["scores before there is a model", (tagger) => tagger.evaluate(EXAMPLES)],
    ["no examples", (tagger) => tagger.fit([])],
    ["no list", (tagger) => tagger.fit("arrive" as never)],
    ["nothing", (tagger) => tagger.fit(undefined as never)],
    ["too few tags", (tagger) => tagger.fit([{ tokens: ["a", "b"], tags: ["O"] }])],
    ["a wrong size", (tagger) => tagger.fit(EXAMPLES, { batchSize: 0 })],
    ["no signal", (tagger) => tagger.fit(EXAMPLES, { signal: {} as never })],
    ["a checkpoint outside of a training", (tagger) => tagger.checkpoint()],
    ["resume without a checkpoint", (tagger) => tagger.fit(EXAMPLES, { resume: true })],
    ["texts that are none", (tagger) => tagger.prepare(EXAMPLES).then(() => tagger.tagAll(7 as never))],
    ["a token that is none", (tagger) => tagger.prepare(EXAMPLES).then(() => tagger.tag([7 as never]))],
    ["a loss that is not finite", (tagger) => tagger.fit(EXAMPLES, { optimizer: sgd({ lr: 1e38 }), clip: false })],
  ];
  test.each(calls)("%s", (_, call) =>
    both({}, async (direct, remote) => {
      const expected = await thrown(() => call(direct));
      expect(expected).toHaveProperty("code");
      expect(await thrown(() => call(remote))).toEqual(expected);
    }),
  );

  test("wrong options of create, a damaged file", async () => {
    for (const tagger of [Direct, Remote]) {
      await expect(tagger.create({ hiddenSize: 0 })).rejects.toThrow(problem("BPTT_OPTION", "hiddenSize: expected"));
      await expect(tagger.load(new Uint8Array(3))).rejects.toThrow(problem("BPTT_FILE", "."));
    }
  });

  test("what cannot be sent is refused, and the tagger still works", () =>
    both({}, async (_, remote) => {
      const strange = [{ tokens: ["a"], tags: ["O"], source: (() => {}) as never }];
      await expect(remote.fit(strange)).rejects.toThrow(problem("BPTT_DATA", "cannot be sent to a worker"));
      expect((await remote.fit(EXAMPLES, { epochs: 1 })).stopped).toBe("finished");
    }));
});

describe("the end of a worker", () => {
  let [bytes] = [new Uint8Array()];
  beforeAll(async () => {
    const tagger = await Direct.create(SMALL);
    await tagger.prepare(EXAMPLES);
    bytes = await tagger.save();
  });
  const made = watched();
  afterAll(() => Promise.all(made.workers.map((worker) => worker.terminate())));

  test("close: open calls and later ones are refused", async () => {
    const tagger = await Remote.load(bytes);
    const run = tagger.fit(EXAMPLES);
    const refused = expect(run).rejects.toThrow(problem("BPTT_ORDER", "this tagger is closed"));
    await new Promise((resolve) => setTimeout(resolve, 20));
    await tagger.close();
    await refused;
    await tagger.close();
    const later = [() => tagger.tag("a"), () => tagger.save(), () => tagger.options, () => tagger.fit(EXAMPLES)];
    for (const call of later) expect(await thrown(call)).toMatchObject({ code: "BPTT_ORDER" });
  });

  test("a worker that dies rejects every open call", async () => {
    const tagger = await Remote.load(bytes, { worker: made.worker });
    const calls = [tagger.fit(EXAMPLES), tagger.tag("a"), tagger.save()];
    const ends = calls.map((call) => expect(call).rejects.toThrow(problem("BPTT_WORKER", "has ended .exit code 1.")));
    await made.workers.at(-1)?.terminate();
    await Promise.all(ends);
    await expect(tagger.tag("a")).rejects.toThrow(problem("BPTT_WORKER", "make a new one"));
  });

  test("one that ends at once, and makers that make none", async () => {
    const { Worker } = await import("node:worker_threads");
    const worker = () => new Worker("process.exit(3)", { eval: true });
    await expect(Remote.create({}, { worker })).rejects.toThrow(problem("BPTT_WORKER", "exit code 3"));
    const wrong = { worker: () => 7 as never };
    await expect(Remote.create({}, wrong)).rejects.toThrow(problem("BPTT_OPTION", "one that makes 7"));
    await expect(Remote.create({}, { workre: 1 } as never)).rejects.toThrow(problem("BPTT_OPTION", "unknown option"));
  });

  test("one that has no memory left says so", async () => {
    const { Worker } = await import("node:worker_threads");
    const { THREAD } = await import("./support/workers.js");
    const worker = () =>
      new Worker(THREAD, { resourceLimits: { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 4 } });
    const tagger = await Remote.load(bytes, { worker });
    const long = Array.from({ length: 200_000 }, (_, n) => ({
      tokens: [`word ${n}`, "b", "c"],
      tags: ["O", "O", "O"],
    }));
    await expect(tagger.evaluate(long)).rejects.toThrow(problem("BPTT_MEMORY", "ran out of memory"));
  });
});
