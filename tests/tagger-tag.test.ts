// What a tagger says: offsets in the caller's string, order, agreement with evaluate, schemes, constraints.

import { describe, expect, test } from "vitest";
import { packMembers } from "../src/data/batch.js";
import { adam, type Example, SequenceTagger, type TaggedText } from "../src/index.js";
import { readTagger } from "../src/tasks/tagger/file.js";
import { TaggerModel } from "../src/tasks/tagger/model.js";
import { resolveTaggerOptions } from "../src/tasks/tagger/options.js";
import { strictSpansOf, TAG_SCHEMES } from "../src/text/tags.js";
import { Pace } from "../src/train/pace.js";
import { problem, SMALL, trained, travel } from "./support/tagging.js";

const LEARN = { hiddenSize: 16, embeddingDim: 16, dropout: 0, wordDropout: 0 } as const;
const optimizer = adam({ lr: 0.02 });

async function learned(examples: readonly Example[], options = {}, epochs = 60): Promise<SequenceTagger> {
  const tagger = await SequenceTagger.create({ ...LEARN, ...options });
  await tagger.fit(examples, { epochs, optimizer });
  return tagger;
}

/** Every entity is the piece of the text that its offsets name, with a probability. */
function checkOffsets(text: string, { tokens, tags, entities }: TaggedText): void {
  expect(tags).toHaveLength(tokens.length);
  for (const { text: piece, start, end, probability } of entities) {
    expect(piece).toBe(text.slice(start, end));
    expect(piece).not.toBe("");
    expect(probability).toBeGreaterThanOrEqual(0);
    expect(probability).toBeLessThanOrEqual(1);
  }
}

describe("offsets", async () => {
  const cities = ["Taipei", "İzmir", "Ｔｏｋｙｏ", "Zu\u0308rich", "São Paulo", "𝔸thens 🏙️", "🇹🇼"];
  const example = (city: string): Example => {
    const text = `🚀👩‍👩‍👧 fly to  ${city} now`;
    const start = text.indexOf(city);
    return { text, entities: [{ start, end: start + city.length, label: "dest" }] };
  };
  const tagger = await learned(cities.map(example));

  test.each(cities)("%s: an entity is found where it stands in the caller's string", async (city) => {
    const { text, entities } = example(city) as Extract<Example, { text: string }>;
    const tagged = await tagger.tag(text);
    checkOffsets(text, tagged);
    expect(tagged.entities).toEqual([{ ...entities[0], text: city, probability: expect.any(Number) }]);
    expect(tagged.tokens.every((token) => text.includes(token))).toBe(true);
  });

  test("lower case that changes a word's length does not move what follows", async () => {
    const text = "İİİİ fly to Taipei now";
    const tagged = await tagger.tag(text);
    checkOffsets(text, tagged);
    expect(tagged.tokens).toEqual(["İİİİ", "fly", "to", "Taipei", "now"]);
    expect(tagged.entities.map((entity) => entity.text)).toContain("Taipei");
  });

  test("a list of tokens: offsets are those in the tokens joined by a space", async () => {
    const tokens = ["🚀", "fly", "to", "São Paulo", "now"];
    const tagged = await tagger.tag(tokens);
    expect(tagged.tokens).toEqual(tokens);
    checkOffsets(tokens.join(" "), tagged);
  });

  test("an entity's probability is the product of those of its tags", async () => {
    const words = ["fly", "to", "São", "Paulo", "now"];
    const [entity] = (await tagger.tag(words)).entities;
    const { model } = await readTagger(await tagger.save());
    const [tagging] = await model.tag([words], new Pace());
    const [, , first = 0, second = 0] = tagging?.probabilities ?? [];
    expect(entity).toMatchObject({ text: "São Paulo", probability: first * second });
    expect(first * second).toBeGreaterThan(0.25);
  });

  test("no words give no tags", async () => {
    const nothing = { tokens: [], tags: [], entities: [] };
    for (const text of ["", " \n\t", "\u200B", []]) expect(await tagger.tag(text)).toEqual(nothing);
    expect(await tagger.tagAll([])).toEqual([]);
  });
});

describe("many texts", async () => {
  const tagger = await trained(200, {}, { epochs: 3 });
  const unseen = travel(61, "test");

  test("the answers are in the order of the texts, bit for bit those of each text alone, with gaps for empty ones", async () => {
    const inputs = unseen.flatMap<string | readonly string[]>(({ tokens }, number) =>
      number % 3 === 0 ? [tokens.join(" "), ""] : [[...tokens], []],
    );
    const answers = await tagger.tagAll(new Set(inputs));
    const alone: TaggedText[] = [];
    for (const input of new Set(inputs)) alone.push(await tagger.tag(input));
    expect(answers).toEqual(alone);
  });

  test("the tags are those that evaluate counted", async () => {
    const answers = await tagger.tagAll(unseen.map(({ tokens }) => tokens));
    const right = unseen.flatMap(({ tags }, number) =>
      tags.filter((tag, t) => answers[number]?.tags[t] === tag),
    ).length;
    const { accuracy, tokens, predicted } = await tagger.evaluate(unseen);
    expect(accuracy).toBe(right / tokens);
    expect(answers.flatMap(({ entities }) => entities)).toHaveLength(predicted);
  });

  test("a sentence of 10,000 tokens is trained on, evaluated and tagged", async () => {
    const part = travel(1)[0] as { tokens: string[]; tags: string[] };
    const times = Math.ceil(10_000 / part.tokens.length);
    const tokens = Array.from({ length: times }, () => part.tokens)
      .flat()
      .slice(0, 10_000);
    const tags = Array.from({ length: times }, () => part.tags)
      .flat()
      .slice(0, 10_000);
    const long = await SequenceTagger.create(SMALL);
    const { steps } = await long.fit([{ tokens, tags }, part], { epochs: 1 });
    expect(steps).toMatchObject([{ count: 10_000 + part.tokens.length }]);
    expect((await long.tag(tokens)).tags).toHaveLength(10_000);
    expect((await long.tag(tokens.join(" "))).tokens).toEqual(tokens);
    expect((await long.evaluate([{ tokens, tags }])).tokens).toBe(10_000);
  });

  test("what is no text and no list of tokens is refused with its place", async () => {
    const wrong = [
      ["tag", () => tagger.tag(5 as never), "^tag: text 0: expected a string or a list of tokens, got 5$"],
      ["token", () => tagger.tagAll(["a", ["b", 5 as never]]), "^tag: text 1: token 1: expected a string .* got 5$"],
      ["empty token", () => tagger.tag(["a", ""]), '^tag: text 0: token 1: expected a string of one .* got ""$'],
      ["a string", () => tagger.tagAll("leave"), '^tagAll: expected a list of texts, got "leave"; .* call tag'],
      ["nothing", () => tagger.tagAll(undefined as never), "^tagAll: expected a list of texts, got undefined"],
    ] as const;
    for (const [, call, message] of wrong) await expect(call()).rejects.toThrow(problem("BPTT_DATA", message));
  });
});

describe("schemes", () => {
  const examples: Example[] = [
    { tokens: ["via", "New", "York", "Osaka", "to", "Taipei"], tags: ["O", "B-via", "I-via", "B-via", "O", "B-dest"] },
    { tokens: ["to", "New", "York"], tags: ["O", "B-dest", "I-dest"] },
    { text: "via Osaka", entities: [{ start: 4, end: 9, label: "via" }] },
  ];
  const expected = {
    IOB2: ["O", "B-via", "I-via", "B-via", "O", "B-dest"],
    IOB1: ["O", "I-via", "I-via", "B-via", "O", "I-dest"],
    IOBES: ["O", "B-via", "E-via", "S-via", "O", "S-dest"],
    IO: ["O", "I-via", "I-via", "I-via", "O", "I-dest"],
  };

  test.each(TAG_SCHEMES)(
    "%s: training on IOB2 gives tags of this scheme and, but for IO, the same entities",
    async (scheme) => {
      const tagger = await learned(examples, { scheme });
      const { tags, entities } = await tagger.tag("via New York Osaka to Taipei");
      expect(tags).toEqual(expected[scheme]);
      expect(tagger.tags[0]).toBe("O");
      const spans = scheme === "IO" ? ["New York Osaka", "Taipei"] : ["New York", "Osaka", "Taipei"];
      expect(entities.map(({ text }) => text)).toEqual(spans);
      expect(await tagger.evaluate(examples)).toMatchObject({ f1: 1, accuracy: 1, strict: { f1: 1 } });
      const again = await SequenceTagger.load(await tagger.save());
      expect(await again.tag("via New York Osaka to Taipei")).toEqual({ tokens: expect.anything(), tags, entities });
    },
  );

  test.each(TAG_SCHEMES)("%s in the data is read by its scheme", async (scheme) => {
    const tokens = ["via", "New", "York", "Osaka", "to", "Taipei"];
    const tagger = await learned([{ tokens, tags: expected[scheme] }]);
    const iob2 = scheme === "IO" ? ["O", "B-via", "I-via", "I-via", "O", "B-dest"] : expected.IOB2;
    expect((await tagger.tag(tokens)).tags).toEqual(iob2);
  });

  test("constrained decoding never writes impossible sequences; without it they appear", async () => {
    const broken = async (constrained: boolean) => {
      const tagger = await SequenceTagger.create({ ...SMALL, constrained, scheme: "IOBES" });
      await tagger.fit(travel(80), { epochs: 1, optimizer });
      const answers = await tagger.tagAll(travel(200, "test").map(({ tokens }) => tokens));
      return answers.filter(({ tags, entities }) => strictSpansOf(tags, "IOBES").length !== entities.length).length;
    };
    expect(await broken(true)).toBe(0);
    expect(await broken(false)).toBeGreaterThan(0);
  });
});

describe("languages and tokenisers", () => {
  test("Chinese text is tagged by characters", async () => {
    const tagger = await SequenceTagger.create({ hiddenSize: 32, embeddingDim: 16 });
    await tagger.fit(travel(1000, "train", "zh"), { epochs: 10, optimizer: adam({ lr: 0.01 }) });
    const { tokens, entities } = await tagger.tag("11月2日到达台北");
    expect(tokens).toEqual([..."11月2日到达台北"]);
    expect(entities).toMatchObject([
      { label: "time", text: "11月2日", start: 0, end: 5 },
      { label: "dest", text: "台北", start: 7, end: 9 },
    ]);
    expect((await tagger.tag("11月2日离开台北")).entities[1]).toMatchObject({ label: "departure", text: "台北" });
  });

  test("the tokeniser is the one that gives the examples' tokens back, and may be chosen", async () => {
    const tokensFor = async (tokenizer: "whitespace" | "characters" | undefined) =>
      (await (await trained(5, { ...(tokenizer && { tokenizer }) })).tag("go, now!")).tokens;
    expect(await tokensFor(undefined)).toEqual(["go", ",", "now", "!"]);
    expect(await tokensFor("whitespace")).toEqual(["go,", "now!"]);
    expect(await tokensFor("characters")).toEqual([..."go,now!"]);
  });
});

describe("what training changes on purpose", () => {
  const N = 5_000;
  const once = Array.from({ length: N }, (_, number) => `w${number}`);
  const often = Array.from({ length: N }, (_, number) => `v${number % (N / 4)}`);
  const words = [...once, ...often];
  const sentences = [{ words, tags: words.map(() => "O") }];

  test("word dropout hides its share of the words seen once, fewer of commoner ones, others at each step, and the same for the same seed", async () => {
    const options = resolveTaggerOptions({ ...SMALL, wordDropout: 0.2, digits: false });
    const model = await TaggerModel.fromSentences(options, "words", sentences, new Pace());
    const sequences = await model.trainingSequences(sentences, new Pace());
    const dropWords = model.wordDropper(sequences);
    const hidden = (seed: number): number[] => {
      const batch = packMembers(sequences, [0]);
      dropWords(batch, seed);
      return [...(batch.tokens ?? [])].flatMap((token, row) => (token === 0 ? [row] : []));
    };
    const ofOnce = hidden(1).filter((row) => row < N).length;
    expect(ofOnce / N).toBeCloseTo(0.2, 1);
    // a = 0.2 / 0.8, so a / (a + 4) = 1 / 17
    expect((hidden(1).length - ofOnce) / N).toBeCloseTo(1 / 17, 2);
    expect(hidden(1)).toEqual(hidden(1));
    expect(hidden(1)).not.toEqual(hidden(2));
  });

  test("weights of tags enter loss and gradient; a mean is divided by the weights", async () => {
    const examples = travel(40);
    const first = async (tagWeights: Record<string, number>) => {
      const tagger = await SequenceTagger.create({ ...SMALL, tagWeights });
      const { steps, epochs } = await tagger.fit(examples, { epochs: 1, batchSize: 40 });
      return {
        ...steps[0],
        epoch: epochs[0]?.lossPerToken,
        evaluation: (await tagger.evaluate(examples)).lossPerToken,
      };
    };
    const outside = examples.flatMap(({ tags }) => tags).filter((tag) => tag === "O").length;
    const [plain, heavy, none] = [await first({}), await first({ O: 3 }), await first({ O: 0 })];
    expect(heavy.count).toBe(plain.count);
    expect(heavy.lossPerToken).toBeCloseTo((heavy.loss ?? 0) / ((plain.count ?? 0) + 2 * outside), 9);
    expect(none.lossPerToken).toBeCloseTo((none.loss ?? 0) / ((plain.count ?? 0) - outside), 9);
    expect(heavy.epoch).toBe(heavy.lossPerToken);
    expect(heavy.gradNorm).not.toBe(plain.gradNorm);
    // loss = outside part + rest, so three runs over the same first weights fix both
    expect((heavy.loss ?? 0) - (none.loss ?? 0)).toBeCloseTo(3 * ((plain.loss ?? 0) - (none.loss ?? 0)), 6);
  });
});
