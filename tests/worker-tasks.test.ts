// The classifier and the language model in a worker, in Node's threads: the answers, reports, errors and bytes of the same tasks in this thread.

import { describe, expect, test } from "vitest";
import {
  SequenceClassifier as DirectClassifier,
  LanguageModel as DirectModel,
  type LabelledSeries,
  type Report,
  type Stopped,
  sgd,
  type TrainingPlan,
} from "../src/index.js";
import { SequenceClassifier as RemoteClassifier, LanguageModel as RemoteModel } from "../src/worker.js";
import { classifiers, everyReport, HELD_TEXT, LEARN, models, TEXT } from "./support/remote.js";
import { problem, sameBytes, trained } from "./support/tagging.js";
import { labelled } from "./support/tasks.js";
import { thrown } from "./support/workers.js";

const EXAMPLES = labelled(41);
const HELD_OUT = labelled(13, "validation");
const CLASSIFY = { epochs: 2, batchSize: 7, validation: HELD_OUT, evaluateEvery: { steps: 4 } } as const;

describe("a classifier", () => {
  test("reports, scores, answers, getters and the file are those of this thread", () =>
    classifiers(async (direct, remote) => {
      expect(remote.options).toEqual(direct.options);
      const reports = await everyReport(direct.train(EXAMPLES, CLASSIFY));
      expect(reports.length).toBeGreaterThan(14);
      expect(await everyReport(remote.train(new Set(EXAMPLES), CLASSIFY))).toEqual(reports);
      expect(sameBytes(await remote.save(), await direct.save())).toBe(true);
      expect(remote.options).toEqual(direct.options);
      expect(remote.labels).toEqual(direct.labels);
      expect(remote.parameterCount).toBe(direct.parameterCount);
      expect(await remote.evaluate(HELD_OUT)).toEqual(await direct.evaluate(HELD_OUT));
      const inputs = ["to Taipei please", ["London"], "on May 2nd"];
      expect(await remote.classify("to Taipei please")).toEqual(await direct.classify("to Taipei please"));
      expect(await remote.classifyAll(new Set(inputs))).toEqual(await direct.classifyAll(inputs));
      const again = await RemoteClassifier.load(new Blob([await remote.save()]));
      expect(sameBytes(await again.save({ dtype: "f16" }), await direct.save({ dtype: "f16" }))).toBe(true);
      await again.close();
    }));

  test("series of numbers in any kind of array, several labels", async () => {
    const rows = Array.from({ length: 11 }, (_, t) => Float32Array.of(t, (t * 7) % 5));
    const series: LabelledSeries[] = [1, 2, 3, 5].map((from) => ({ series: rows.slice(from), labels: ["a", "b"] }));
    await classifiers(
      async (direct, remote) => {
        await direct.fit(series, { epochs: 1 });
        await remote.fit(series, { epochs: 1 });
        expect(sameBytes(await remote.save(), await direct.save())).toBe(true);
        expect(await remote.classify(rows)).toEqual(await direct.classify(rows));
      },
      { multiLabel: true },
    );
  });

  test("word vectors, and what the caller's functions hear and throw", () =>
    classifiers(
      async (direct, remote) => {
        const heard: object[] = [];
        const options = () => ({
          vectors: new Blob(["Taipei 1 2 3\nLondon 4 5 6\n"]).stream(),
          onVectors: (coverage: object) => heard.push(coverage),
          onPlan: (plan: TrainingPlan) => heard.push(plan),
          epochs: 1,
        });
        await remote.fit(EXAMPLES, options());
        await direct.fit(EXAMPLES, options());
        expect(heard).toHaveLength(4);
        expect(heard.slice(0, 2)).toEqual(heard.slice(2));
        expect(sameBytes(await remote.save(), await direct.save())).toBe(true);
        const onPlan = () => {
          throw new Error("too much");
        };
        await expect(remote.fit(EXAMPLES, { onPlan })).rejects.toThrow("too much");
        await remote.fit(EXAMPLES, { epochs: 1 });
      },
      { embeddingDim: 3 },
    ));

  test.each([
    [2, true],
    [2, false],
    [3, true],
    [3, false],
  ])("over %i threads: the bytes and reports of one; shared memory: %s", (workers, sharedMemory) =>
    classifiers(async (direct, remote) => {
      const alone = await everyReport(direct.train(EXAMPLES, { ...CLASSIFY, shards: workers }));
      expect(await everyReport(remote.train(EXAMPLES, { ...CLASSIFY, workers, sharedMemory }))).toEqual(alone);
      expect(sameBytes(await remote.save(), await direct.save())).toBe(true);
    }),
  );
});

describe("a language model", () => {
  test.each(["characters", "words"] as const)("of %s: reports, scores, texts, getters and the file", (unit) =>
    models(
      async (direct, remote) => {
        expect(remote.options).toEqual(direct.options);
        const reports = await everyReport(direct.train(TEXT, LEARN));
        expect(reports.length).toBeGreaterThan(14);
        expect(await everyReport(remote.train(TEXT, LEARN))).toEqual(reports);
        expect(sameBytes(await remote.save(), await direct.save())).toBe(true);
        expect(remote.tokens).toEqual(direct.tokens);
        expect(remote.parameterCount).toBe(direct.parameterCount);
        const documents = HELD_TEXT.split("\n").filter((line) => line !== "");
        for (const text of [HELD_TEXT, documents])
          expect(await remote.evaluate(text)).toEqual(await direct.evaluate(text));
        const options = { prompt: "arrive \u{1F600} ", stop: ["\n"], temperature: 0.8, topK: 9, topP: 0.95, seed: 3 };
        expect(await remote.generateText(options)).toEqual(await direct.generateText(options));
      },
      { unit },
    ),
  );

  test.each([true, false])("over 2 threads: the bytes and reports of one; shared memory: %s", (sharedMemory) =>
    models(async (direct, remote) => {
      const alone = await everyReport(direct.train(TEXT, { ...LEARN, shards: 2 }));
      expect(await everyReport(remote.train(TEXT, { ...LEARN, workers: 2, sharedMemory }))).toEqual(alone);
      expect(sameBytes(await remote.save(), await direct.save())).toBe(true);
    }),
  );

  test("a checkpoint of the worker goes on here, and one of here in a worker", () =>
    models(async (direct, remote) => {
      const checkpoints: Uint8Array<ArrayBuffer>[] = [];
      for (const model of [direct, remote]) {
        const ahead = model === remote && { ahead: 0 };
        for await (const report of model.train(TEXT, { ...LEARN, ...ahead }))
          if (report.type === "step" && report.step === 5) checkpoints.push(await model.checkpoint());
      }
      const [here, there] = checkpoints as [Uint8Array, Uint8Array];
      const [again, remoteAgain] = [await DirectModel.load(there), await RemoteModel.load(here)];
      const resumed = { resume: true, validation: HELD_TEXT };
      await again.fit(TEXT, resumed);
      await remoteAgain.fit(TEXT, resumed);
      expect(sameBytes(await again.save(), await direct.save())).toBe(true);
      expect(sameBytes(await remoteAgain.save(), await direct.save())).toBe(true);
      await remoteAgain.close();
    }));

  test("a signal ends the training, also one that comes while the text is on its way", () =>
    models(async (direct, remote) => {
      const cancel = async (run: (signal: AbortSignal) => AsyncGenerator<Report, Stopped>) => {
        const controller = new AbortController();
        const reports = run(controller.signal);
        for (let count = 0; count < 3; ++count) await reports.next();
        controller.abort();
        return reports.next();
      };
      const expected = await cancel((signal) => direct.train(TEXT, { ...LEARN, signal }));
      expect(await cancel((signal) => remote.train(TEXT, { ...LEARN, signal, ahead: 0 }))).toEqual(expected);
      expect(expected).toEqual({ done: true, value: "aborted" });
      expect(sameBytes(await remote.save(), await direct.save())).toBe(true);
      const controller = new AbortController();
      const run = remote.fit(Array(2000).fill("leave London"), { epochs: 1000, signal: controller.signal });
      controller.abort();
      expect((await run).stopped).toBe("aborted");
    }));
});

describe("errors have the class, message, code and place that they have in this thread", () => {
  const bad = { optimizer: sgd({ lr: 1e38 }), clip: false, epochs: 9 } as const;

  test.each<readonly [string, string, (classifier: DirectClassifier | RemoteClassifier) => unknown]>([
    ["labels before there are any", "BPTT_ORDER", (one) => one.labels],
    ["an answer before there is a model", "BPTT_ORDER", (one) => one.classify("a")],
    ["a checkpoint outside of a training", "BPTT_ORDER", (one) => one.checkpoint()],
    ["no list", "BPTT_DATA", (one) => one.fit("arrive" as never)],
    ["one label for all", "BPTT_DATA", (one) => one.fit([{ text: "a", label: "b" }])],
    ["a wrong size", "BPTT_OPTION", (one) => one.fit(EXAMPLES, { batchSize: 0 })],
    ["no options", "BPTT_OPTION", (one) => one.fit(EXAMPLES, null as never)],
    [
      "a label that training has not shown",
      "BPTT_DATA",
      async (one) => {
        await one.prepare(EXAMPLES);
        await one.evaluate([{ text: "a", label: "fly" }]);
      },
    ],
    ["an empty text", "BPTT_DATA", (one) => one.prepare(EXAMPLES).then(() => one.classify(" "))],
    ["texts that are none", "BPTT_DATA", (one) => one.prepare(EXAMPLES).then(() => one.classifyAll("a"))],
    ["a loss that is not finite", "BPTT_NON_FINITE", (one) => one.fit(EXAMPLES, bad)],
  ])("classifier: %s", (_, code, call) =>
    classifiers(async (direct, remote) => {
      const expected = await thrown(() => call(direct));
      expect(expected).toMatchObject({ code });
      expect(await thrown(() => call(remote))).toEqual(expected);
    }),
  );

  test.each<readonly [string, string, (model: DirectModel | RemoteModel) => unknown]>([
    ["tokens before there are any", "BPTT_ORDER", (one) => one.tokens],
    ["a text before there is a model", "BPTT_ORDER", (one) => one.generate().next()],
    ["resume without a checkpoint", "BPTT_ORDER", (one) => one.fit(TEXT, { resume: true })],
    ["no text", "BPTT_DATA", (one) => one.fit(7 as never)],
    ["a set of texts", "BPTT_DATA", (one) => one.prepare(new Set(["a", "b"]) as never)],
    ["a document that is none", "BPTT_DATA", (one) => one.fit(["a", 7 as never])],
    ["a text that is too short", "BPTT_DATA", (one) => one.fit("a")],
    [
      "a prompt that is none",
      "BPTT_DATA",
      async (one) => {
        await one.prepare(TEXT);
        await one.generateText({ prompt: 7 as never });
      },
    ],
    [
      "a temperature below 0",
      "BPTT_OPTION",
      async (one) => {
        await one.prepare(TEXT);
        await one.generate({ temperature: -1 }).next();
      },
    ],
    [
      "an option that does not exist",
      "BPTT_OPTION",
      async (one) => {
        await one.prepare(TEXT);
        await one.generate({ onPiece: () => {} } as never).next();
      },
    ],
    [
      "a stop string that is none",
      "BPTT_OPTION",
      (one) => one.prepare(TEXT).then(() => one.generateText({ stop: "" })),
    ],
    ["a loss that is not finite", "BPTT_NON_FINITE", (one) => one.fit(TEXT, { ...bad, truncate: 17 })],
  ])("language model: %s", (_, code, call) =>
    models(async (direct, remote) => {
      const expected = await thrown(() => call(direct));
      expect(expected).toMatchObject({ code });
      expect(await thrown(() => call(remote))).toEqual(expected);
    }),
  );

  test("wrong options, a file of another task, a damaged one", async () => {
    const tagger = await (await trained(13)).save();
    for (const [Direct, Remote] of [
      [DirectClassifier, RemoteClassifier],
      [DirectModel, RemoteModel],
    ] as const) {
      for (const call of [
        (one: typeof Direct | typeof Remote) => one.create({ hiddenSize: 0 }),
        (one: typeof Direct | typeof Remote) => one.create({ colour: "red" } as never),
        (one: typeof Direct | typeof Remote) => one.load(tagger),
        (one: typeof Direct | typeof Remote) => one.load(tagger.slice(0, 9)),
      ]) {
        const expected = await thrown(() => call(Direct));
        expect(expected).toHaveProperty("code");
        expect(await thrown(() => call(Remote))).toEqual(expected);
      }
    }
    await models(async (_, remote) => {
      const vectors = { vectors: "a 1 2" } as never;
      await expect(remote.fit(TEXT, vectors)).rejects.toThrow(problem("BPTT_OPTION", "unknown option .vectors"));
    });
  });

  test("two trainings at once", () =>
    models(async (_, remote) => {
      const run = remote.train(TEXT, LEARN);
      await run.next();
      const again = problem("BPTT_ORDER", "this language model is in training already");
      await expect(remote.fit(TEXT)).rejects.toThrow(again);
      await run.return("aborted");
      await remote.fit(TEXT, { ...LEARN, epochs: 1 });
    }));
});
