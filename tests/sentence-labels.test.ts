// A tagger that says the label of the whole sentence too: it learns both, answers alike in every way, is saved whole, and refuses what it cannot use.

import { describe, expect, test } from "vitest";
import { type Example, readConll, readParallel, SequenceTagger, type TaggerOptions } from "../src/index.js";
import { loadTagger } from "../src/tag.js";
import { problem, SMALL, sameBytes, travel } from "./support/tagging.js";

const JOINT = { ...SMALL, sentenceLabels: true, dropout: 0.1, wordDropout: 0.1 } as const;
const labelsOf = (examples: readonly Example[]) => examples.map(({ label }) => label);

async function learned(options: TaggerOptions = {}): Promise<SequenceTagger> {
  const tagger = await SequenceTagger.create({ ...JOINT, hiddenSize: 48, embeddingDim: 32, ...options });
  await tagger.fit(travel(1000), { epochs: 14 });
  return tagger;
}

describe("a label for the whole sentence", () => {
  test("is learned beside the tags, and scored with them", { timeout: 60_000 }, async () => {
    const tagger = await learned();
    expect(tagger.labels).toEqual(["one way", "return trip"]);
    const unseen = travel(200, "validation");
    const { labels, labelAccuracy = 0, frameAccuracy = 0, f1 } = await tagger.evaluate(unseen);
    const majority = labelsOf(unseen).filter((label) => label === "one way").length / unseen.length;
    expect(majority).toBeLessThan(0.95);
    expect(labelAccuracy).toBeGreaterThan(0.97);
    expect(f1).toBeGreaterThan(0.8);
    expect(labels?.accuracy).toBe(labelAccuracy);
    expect(labels?.sequences).toBe(200);
    const answers = await tagger.tagAll(unseen.map(({ tokens }) => tokens));
    const right = answers.filter(({ label }, number) => label === unseen[number]?.label);
    expect(right.length / 200).toBe(labelAccuracy);
    const whole = right.filter(({ tags, tokens }) => {
      const example = unseen.find((candidate) => candidate.tokens.join() === tokens.join());
      return example?.tags.join() === tags.join();
    });
    expect(whole.length / 200).toBeCloseTo(frameAccuracy, 10);
    for (const { labelProbability = 0, tags, tokens } of answers) {
      expect(labelProbability).toBeGreaterThan(0.5);
      expect(labelProbability).toBeLessThanOrEqual(1);
      expect(tags).toHaveLength(tokens.length);
    }
  });

  test("stands in the file, and loads with the same answers, also in bptt/tag", async () => {
    const tagger = await SequenceTagger.create(JOINT);
    await tagger.fit(travel(60), { epochs: 1 });
    const bytes = await tagger.save();
    const again = await SequenceTagger.load(bytes);
    expect(sameBytes(await again.save(), bytes)).toBe(true);
    const text = "from Taipei to Paris on Monday and back on Friday";
    const answer = await tagger.tag(text);
    expect(answer.label).toMatch(/^(one way|return trip)$/);
    expect(await again.tag(text)).toEqual(answer);
    expect(await (await loadTagger(bytes)).tag(text)).toEqual(answer);
    expect((await tagger.tagAll(["to Rome", text]))[1]).toEqual(answer);
  });

  test("is said at the end of a stream, with the numbers of a whole text", async () => {
    const tagger = await SequenceTagger.create({ ...JOINT, bidirectional: false });
    await tagger.fit(travel(60), { epochs: 1 });
    const stream = tagger.stream();
    for (const { tokens } of travel(5, "test")) {
      const { label, labelProbability } = await tagger.tag(tokens);
      for (const token of tokens) expect(tagger.tags).toContain(stream.push(token).tag);
      expect(stream.end()).toEqual({ label, labelProbability });
    }
    const plain = await SequenceTagger.create({ ...SMALL, bidirectional: false });
    await plain.fit(travel(20), { epochs: 1 });
    expect(plain.stream().end()).toEqual({});
  });

  test("changes nothing for a tagger without the option", async () => {
    const [named, bare] = [await SequenceTagger.create(SMALL), await SequenceTagger.create(SMALL)];
    await named.fit(travel(30), { epochs: 1 });
    await bare.fit(
      travel(30).map(({ tokens, tags }) => ({ tokens, tags })),
      { epochs: 1 },
    );
    expect(sameBytes(await named.save(), await bare.save())).toBe(true);
    const answer = await named.tag("to Paris");
    expect(Object.keys(answer)).toEqual(["tokens", "tags", "entities"]);
    expect(named.labels).toEqual([]);
  });

  test("may be what early stopping watches, and a checkpoint goes on with it", async () => {
    const examples = travel(60);
    const options = {
      epochs: 3,
      validation: travel(20, "validation"),
      earlyStopping: { metric: "labelAccuracy", patience: 9 },
    };
    const tagger = await SequenceTagger.create(JOINT);
    let checkpoint: Uint8Array | undefined;
    for await (const report of tagger.train(examples, options))
      if (report.type === "epoch" && report.epoch === 1) checkpoint = await tagger.checkpoint();
    const again = await SequenceTagger.load(checkpoint as Uint8Array);
    await again.fit(examples, { ...options, resume: true });
    expect(sameBytes(await again.save(), await tagger.save())).toBe(true);
    const plain = await SequenceTagger.create(SMALL);
    await expect(plain.fit(examples, options)).rejects.toThrow(problem("BPTT_OPTION", /labelAccuracy/));
  });
});

describe("refused", () => {
  test("a sentence without a label, one label only, and a label that training has not shown", async () => {
    const tagger = await SequenceTagger.create(JOINT);
    const bare = [{ tokens: ["to", "Paris"], tags: ["O", "B-dest"] }];
    await expect(tagger.fit(bare)).rejects.toThrow(
      problem("BPTT_DATA", /^examples\[0\]: expected a label of the sentence, .* got none; give "label"/),
    );
    await expect(tagger.fit(bare.map((example) => ({ ...example, label: "trip" })))).rejects.toThrow(
      problem("BPTT_DATA", /expected two labels of sentences or more to tell apart, got trip; /),
    );
    await tagger.fit(travel(20), { epochs: 1 });
    const strange = bare.map((example) => ({ ...example, label: "hotel" }));
    await expect(tagger.fit(strange)).rejects.toThrow(
      problem(
        "BPTT_DATA",
        /^example 0: the model has no label hotel; its labels were fixed by the first training: one way, return trip/,
      ),
    );
    expect(await tagger.evaluate(strange)).toMatchObject({ labelAccuracy: 0, unknownLabels: { hotel: 1 } });
  });
});

describe("labels of sentences in files", () => {
  test("stand in a text beside words and tags, and each sentence has one", () => {
    expect(readParallel("to Paris\n\nleave Rome\n", "O B-dest\n\nO B-from\n", { labels: "go to\n\nleave\n" })).toEqual([
      { tokens: ["to", "Paris"], tags: ["O", "B-dest"], label: "go to", source: "words:1" },
      { tokens: ["leave", "Rome"], tags: ["O", "B-from"], label: "leave", source: "words:3" },
    ]);
    expect(() => readParallel("a\nb", "O\nO", { labels: "x", labelsFile: "label" })).toThrow(
      problem("BPTT_DATA", "label:2: expected the label of words:2, got an empty line or none"),
    );
  });

  test("stand in a column", () => {
    const text = "1\tto\tgo\tO\n2\tParis\tgo\tB-dest\n\n1\thi\thello\tO\n";
    expect(readConll(text, { tokenColumn: 1, labelColumn: 2 }).map(({ label }) => label)).toEqual(["go", "hello"]);
    expect(() => readConll("to\tO\t\n", { tagColumn: 1, labelColumn: 2 })).toThrow(
      problem("BPTT_DATA", /labelColumn 2: expected the sentence's label, got an empty column/),
    );
  });
});
