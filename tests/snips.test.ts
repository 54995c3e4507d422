// A real corpus: a small network beats, within seconds, what the most frequent tag of each word can reach.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { adam, cosine, type Example, entityReport, SequenceClassifier, SequenceTagger } from "../src/index.js";
import { readDataset } from "../src/node.js";

const DATA = process.env.BPTT_DATA ?? join(import.meta.dirname, "../../shared/data");
const missing = !existsSync(join(DATA, "snips"));
if (missing)
  console.log(`snips: skipped, since ${join(DATA, "snips")} is missing; BPTT_DATA names the folder of the data`);

const taggedOf = (examples: readonly Example[]) => examples.map((example) => ("tags" in example ? example : undefined));

/** Gives each word the tag that it has most often in training; unknown words get O. */
function mostFrequentTags(train: readonly Example[], test: readonly Example[]): string[][] {
  const counts = new Map<string, Map<string, number>>();
  for (const example of taggedOf(train))
    example?.tokens.forEach((token, t) => {
      const tags = counts.get(token) ?? new Map<string, number>();
      const tag = example.tags[t] ?? "O";
      counts.set(token, tags.set(tag, (tags.get(tag) ?? 0) + 1));
    });
  const best = (token: string) =>
    [...(counts.get(token) ?? [])].reduce((left, right) => (right[1] > left[1] ? right : left), ["O", 0])[0];
  return taggedOf(test).map((example) => example?.tokens.map(best) ?? []);
}

describe.skipIf(missing)("SNIPS", () => {
  test("an LSTM of 64 units after two epochs has an F1 that no tag for each word alone reaches", {
    timeout: 60_000,
  }, async () => {
    const [train, validation, unseen] = await Promise.all(
      ["train", "valid", "test"].map((part) => readDataset(join(DATA, "snips", part))),
    );
    if (!train || !validation || !unseen) throw new Error("a part of SNIPS is missing");
    const gold = taggedOf(unseen).map((example) => example?.tags ?? []);
    const baseline = entityReport(gold, mostFrequentTags(train, unseen), { scheme: "IOB2", matching: "lenient" });
    expect(baseline.f1).toBeCloseTo(0.498, 2);
    const tagger = await SequenceTagger.create({ hiddenSize: 64, embeddingDim: 32, bidirectional: true, dropout: 0.2 });
    const { steps, epochs } = await tagger.fit(train, {
      epochs: 2,
      validation,
      optimizer: adam({ lr: 0.008, schedule: cosine({ warmup: 50 }) }),
    });
    const { f1, accuracy, unknownTags } = await tagger.evaluate(unseen);
    console.log(
      `SNIPS: F1 ${(100 * f1).toFixed(2)}, accuracy ${(100 * accuracy).toFixed(2)} after ${epochs.at(-1)?.seconds.toFixed(1)} s; ` +
        `the most frequent tag of each word: F1 ${(100 * baseline.f1).toFixed(2)}`,
    );
    expect(steps.at(-1)?.lossPerToken).toBeLessThan(0.5 * (steps[0]?.lossPerToken ?? 0));
    expect(epochs.at(-1)?.validation?.f1).toBeGreaterThan(epochs[0]?.validation?.f1 ?? 1);
    expect(f1).toBeGreaterThan(0.7);
    expect(unknownTags).toEqual({});
    const again = await SequenceTagger.load(await tagger.save());
    expect((await again.evaluate(unseen)).f1).toBe(f1);
  });

  const parts = () =>
    Promise.all(["train", "test"].map((part) => readDataset(join(DATA, "snips", part), { sentenceLabels: true })));
  const small = { hiddenSize: 64, embeddingDim: 64, dropout: 0.3 };
  const twice = { epochs: 2, optimizer: adam({ lr: 0.008, schedule: cosine({ warmup: 50 }) }) };
  const share = (value: number) => (100 * value).toFixed(2);

  test("slots and intents from one network after two epochs", { timeout: 120_000 }, async () => {
    const [train = [], unseen = []] = await parts();
    const tagger = await SequenceTagger.create({ ...small, sentenceLabels: true });
    await tagger.fit(train, twice);
    expect(tagger.labels).toHaveLength(7);
    const { f1, labelAccuracy = 0, frameAccuracy = 0 } = await tagger.evaluate(unseen);
    console.log(
      `SNIPS, both: F1 ${share(f1)}, intents ${share(labelAccuracy)}, intent and all slots ${share(frameAccuracy)}`,
    );
    expect(f1).toBeGreaterThan(0.7);
    expect(labelAccuracy).toBeGreaterThan(0.95);
    expect(frameAccuracy).toBeGreaterThan(0.4);
    expect(frameAccuracy).toBeLessThan(labelAccuracy);
  });

  test("intents alone after two epochs", { timeout: 120_000 }, async () => {
    const [train = [], unseen = []] = (await parts()).map((examples) =>
      taggedOf(examples).flatMap((example) =>
        example?.label ? [{ tokens: example.tokens, label: example.label }] : [],
      ),
    );
    const classifier = await SequenceClassifier.create(small);
    await classifier.fit(train, twice);
    const { accuracy, sequences } = await classifier.evaluate(unseen);
    console.log(`SNIPS, intents alone: ${share(accuracy)}`);
    expect(sequences).toBe(700);
    expect(accuracy).toBeGreaterThan(0.95);
  });
});
