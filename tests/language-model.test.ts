// A language model from text to numbers and back to a file.

import { describe, expect, test } from "vitest";
import { adam, LanguageModel, type Report, readSafetensors, SequenceTagger, writeSafetensors } from "../src/index.js";
import { readLanguageModel } from "../src/tasks/language-model/file.js";
import { tokensOf } from "../src/tasks/language-model/text.js";
import { problem, sameBytes } from "./support/tagging.js";
import { requests, TINY, written } from "./support/texts.js";

const TEXT = requests(60);
const HELD = requests(10, "validation");

describe("text", () => {
  test("characters are code points, words keep the space before them, and both joined are the text", () => {
    const text = "I don't  pay 3.50 for naïve tea-time,\r\n\tx_1 我要飞台北 👩‍👩‍👧 \ud83d end ";
    for (const unit of ["characters", "words"] as const) expect(tokensOf(text, unit).join("")).toBe(text);
    expect(tokensOf("a👍b", "characters")).toEqual(["a", "👍", "b"]);
    expect(tokensOf("I don't pay,\ntea-time 台北!", "words")).toEqual([
      "I",
      " don't",
      " pay",
      ",",
      "\n",
      "tea-time",
      " 台",
      "北",
      "!",
    ]);
  });

  test("documents are joined by a line break where there is none", async () => {
    const [one, several] = await Promise.all(
      ["ab\ncd\nef", ["ab", "cd\n", "ef"]].map(async (text) => {
        const model = await LanguageModel.create(TINY);
        await model.fit(text, { epochs: 1 });
        return model.save();
      }),
    );
    expect(sameBytes(one as Uint8Array, several as Uint8Array)).toBe(true);
  });

  test("streams follow each other, each step's label is the next token, and none is left out", async () => {
    const { model } = await readLanguageModel(await (await written()).save());
    const numbers = model.numbers([...TEXT]);
    for (const [most, truncate, count] of [
      [7, 13, 7],
      [100_000, 13, Math.floor((TEXT.length - 1) / 13)],
      [5, 1e6, 1],
    ] as const) {
      const streams = model.streams([...TEXT], most, truncate);
      expect(streams.length).toBe(count);
      expect(streams.flatMap(({ tokens = [] }) => Array.from(tokens))).toEqual([...numbers.slice(0, -1)]);
      expect(streams.flatMap(({ labels = [] }) => Array.from(labels))).toEqual([...numbers.slice(1)]);
    }
  });
});

describe("training", () => {
  test("the loss falls below that of letter frequencies, and validation is what evaluate says", async () => {
    const model = await LanguageModel.create({ hiddenSize: 32, embeddingDim: 16 });
    const { epochs } = await model.fit(TEXT, {
      epochs: 20,
      batchSize: 8,
      truncate: 32,
      optimizer: adam({ lr: 0.02 }),
      validation: HELD,
    });
    const counts = new Map<string, number>();
    for (const letter of TEXT) counts.set(letter, (counts.get(letter) ?? 0) + 1);
    const entropy = [...counts.values()].reduce((sum, n) => sum - (n / TEXT.length) * Math.log(n / TEXT.length), 0);
    expect(epochs.at(-1)?.lossPerToken).toBeLessThan(0.8 * entropy);
    expect(epochs.at(-1)?.validation).toEqual(await model.evaluate(HELD));
  });

  test("an epoch has every token but the first once as a label, with accumulate and shards too", async () => {
    const model = await LanguageModel.create(TINY);
    const options = { epochs: 1, batchSize: 5, truncate: 23, accumulate: 2, shards: 3 };
    const { steps } = await model.fit(TEXT, options);
    expect(steps.reduce((sum, { count }) => sum + count, 0)).toBe(TEXT.length - 1);
    expect(steps.length).toBe(Math.ceil(Math.ceil((TEXT.length - 1) / 10) / 23));
  });

  test("720,834 numbers for 65 characters, 384 units and the unknown character (720,385 without it)", async () => {
    const model = await LanguageModel.create({ hiddenSize: 384 });
    await model.prepare(Array.from({ length: 65 }, (_, letter) => String.fromCharCode(64 + letter)).join(""));
    expect(model.tokens.length).toBe(65);
    expect(model.parameterCount).toBe(720_385 + 64 + 384 + 1);
  });

  test("generating at a report changes nothing of the training", async () => {
    const plain = await written();
    const model = await LanguageModel.create(TINY);
    for await (const { type } of model.train(TEXT, { epochs: 2, batchSize: 8, truncate: 17 }))
      if (type === "step") await model.generateText({ length: 3 });
    expect(sameBytes(await model.save(), await plain.save())).toBe(true);
  });

  test.each(["characters", "words"] as const)(
    "a run of %s that goes on from any checkpoint ends with the same bytes",
    async (unit) => {
      const options = {
        epochs: 2,
        batchSize: 4,
        truncate: 29,
        accumulate: 2,
        validation: HELD,
        evaluateEvery: { steps: 7 },
      };
      const whole = await LanguageModel.create({ ...TINY, unit, dropout: 0.2 });
      const checkpoints: Uint8Array[] = [];
      const reports: Report[] = [];
      for await (const report of whole.train(TEXT, options)) {
        reports.push(report);
        checkpoints.push(await whole.checkpoint());
      }
      for (const at of [0, 3, Math.floor(checkpoints.length / 2), checkpoints.length - 2]) {
        const again = await LanguageModel.load(checkpoints[at] as Uint8Array);
        const rest: Report[] = [];
        for await (const report of again.train(TEXT, { resume: true, validation: HELD })) rest.push(report);
        expect(rest.map(({ type, step }) => [type, step])).toEqual(
          reports.slice(at + 1).map(({ type, step }) => [type, step]),
        );
        expect(sameBytes(await again.save(), await whole.save())).toBe(true);
      }
      const other = await LanguageModel.load(checkpoints[3] as Uint8Array);
      await expect(other.fit(TEXT, { resume: true, validation: TEXT })).rejects.toThrow(problem("BPTT_DATA", /data/));
    },
  );
});

describe("evaluation", () => {
  test("equals the network's probabilities of each next token, states carried over the whole text", async () => {
    const model = await written({ unit: "words" }, {}, requests(200));
    const text = `${requests(80, "validation")}unheardof`;
    const scores = await model.evaluate(text);
    const { model: inner } = await readLanguageModel(await model.save());
    const tokens = tokensOf(text, "words");
    const numbers = inner.numbers(tokens);
    const stream = inner.network.stream();
    let loss = 0;
    for (let t = 0; t + 1 < numbers.length; ++t)
      loss -= Math.log(stream.push(numbers[t] ?? 0).probabilities[numbers[t + 1] ?? 0] ?? 0);
    const characters = [...text].length - [...(tokens[0] ?? "")].length;
    expect(numbers.length).toBeGreaterThan(600); // more than one portion
    expect(scores.loss / loss).toBeCloseTo(1, 5);
    expect(scores.lossPerToken).toBeCloseTo(loss / (numbers.length - 1), 4);
    expect(scores.nats).toBeCloseTo(loss / characters, 4);
    expect(scores.bits).toBeCloseTo(loss / characters / Math.log(2), 4);
    expect(scores.perplexity / Math.exp(loss / (numbers.length - 1))).toBeCloseTo(1, 4);
    expect(scores).toMatchObject({ count: numbers.length - 1, characters });
    expect(scores.unknown).toBe(numbers.slice(1).filter((number) => number === 0).length);
    expect(scores.unknown).toBeGreaterThan(0);
  });
});

describe("files", () => {
  test("a saved model is the same model, and saves the same bytes", async () => {
    const model = await written({ cell: "gru", numLayers: 2, dropout: 0.1, unit: "words", minCount: 2 });
    const bytes = await model.save();
    const again = await LanguageModel.load(bytes);
    expect(again.options).toEqual(model.options);
    expect(again.tokens).toEqual(model.tokens);
    expect(sameBytes(await again.save(), bytes)).toBe(true);
    expect(await again.generateText({ seed: 3 })).toEqual(await model.generateText({ seed: 3 }));
  });

  test("files of another task are refused on both sides", async () => {
    const bytes = await (await written()).save();
    await expect(SequenceTagger.load(bytes)).rejects.toThrow(
      problem("BPTT_FILE", /expected a sequence-tagger, got .*"language-model"/),
    );
    const tagger = await SequenceTagger.create({ hiddenSize: 3 });
    await tagger.prepare([{ tokens: ["a"], tags: ["O"] }]);
    await expect(LanguageModel.load(await tagger.save())).rejects.toThrow(
      problem("BPTT_FILE", /expected a language-model, got .*"sequence-tagger"/),
    );
  });

  test("damaged files are refused", async () => {
    const bytes = await (await written()).save();
    const { tensors, metadata } = readSafetensors(bytes);
    const refused = async (change: Record<string, string>, message: RegExp, kept = tensors) =>
      expect(LanguageModel.load(writeSafetensors(kept, { ...metadata, ...change }))).rejects.toThrow(
        problem("BPTT_FILE", message),
      );
    await refused({ format: "pt" }, /expected a model of bptt/);
    await refused({ formatVersion: "2" }, /format version 2.*later bptt/);
    await refused({ options: "{" }, /options in __metadata__ cannot be read/);
    await refused({ options: '{"unit":"bytes"}' }, /unit: expected one of/);
    await refused({ vocabulary: "[]" }, /vocabulary/);
    await refused({ vocabulary: '{"lowercase":false,"digits":false,"words":["a"]}' }, /expected the shape/);
    await refused(
      {},
      /linear\..* is missing/,
      tensors.filter(({ name }) => !name.startsWith("linear")),
    );
    await refused(
      {},
      /finite numbers, got NaN/,
      tensors.map((t) => ({ ...t, data: t.data.map(() => Number.NaN) })),
    );
    await expect(LanguageModel.load(bytes.subarray(0, 1000))).rejects.toThrow(problem("BPTT_FILE", /./));
  });
});

describe("bad input", () => {
  test("options", async () => {
    const refused = (options: object, code: string, message: RegExp) =>
      expect(LanguageModel.create(options)).rejects.toThrow(problem(code, message));
    await refused({ unit: "bytes" }, "BPTT_OPTION", /unit: expected one of "characters", "words", got "bytes"/);
    await refused({ bidirectional: true }, "BPTT_OPTION", /LanguageModel: unknown option "bidirectional"/);
    await refused({ hiddenSize: 0 }, "BPTT_OPTION", /hiddenSize/);
    await refused({ cell: "gru", forgetBias: 1 }, "BPTT_OPTION", /forgetBias: the cell "gru"/);
  });

  test("texts, and calls in the wrong order", async () => {
    const model = await LanguageModel.create(TINY);
    const refused = (work: Promise<unknown>, code: string, message: RegExp) =>
      expect(work).rejects.toThrow(problem(code, message));
    await refused(model.generateText(), "BPTT_ORDER", /generateText: the language model has no vocabulary yet/);
    await refused(model.evaluate("ab"), "BPTT_ORDER", /evaluate/);
    await refused(model.checkpoint(), "BPTT_ORDER", /no training under way/);
    await refused(model.fit(""), "BPTT_DATA", /text: expected a text of two characters or more, got 0/);
    await refused(model.fit("x"), "BPTT_DATA", /got 1/);
    await refused(model.fit(["ab", 3] as never), "BPTT_DATA", /text\[1\]: expected a string, got 3/);
    await refused(model.fit(7 as never), "BPTT_DATA", /expected a string or a list of strings, got 7/);
    await refused(model.fit("abc", { validation: "" }), "BPTT_DATA", /validation: expected a text of two/);
    await refused(model.fit("abc", { epoch: 1 } as never), "BPTT_OPTION", /unknown option "epoch"/);
    await refused(model.fit("abc", { resume: true }), "BPTT_ORDER", /does not come from a checkpoint/);
    const metric = { earlyStopping: { metric: "nats", patience: 1 }, validation: "abc" };
    await refused(model.fit("abc", metric), "BPTT_OPTION", /metric: expected one of loss, lossPerToken, got "nats"/);
    const rare = await LanguageModel.create({ ...TINY, minCount: 3 });
    await refused(rare.fit("abab"), "BPTT_DATA", /3 times \(minCount\), got none/);
  });

  test("a text of two characters can be learned", async () => {
    const model = await LanguageModel.create(TINY);
    await model.fit("ab", { epochs: 60, optimizer: adam({ lr: 0.05 }) });
    expect((await model.generateText({ prompt: "a", length: 1, temperature: 0 })).text).toBe("b");
  });
});
