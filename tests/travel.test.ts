// The built-in travel requests ask for a memory: a word alone does not tell its slot, the words before it do.

import { describe, expect, test } from "vitest";
import type { TaggedTokens } from "../src/data/example.js";
import { travelCities, travelRequests, travelTemplates } from "../src/data/travel/generator.js";
import {
  adam,
  cosine,
  type EntityReport,
  embedding,
  entityReport,
  linear,
  Network,
  Optimizer,
  pack,
  Random,
  SequenceTagger,
  unpack,
} from "../src/index.js";
import { Vocabulary } from "../src/text/vocabulary.js";

const languages = ["en", "zh"] as const;
const parts = ["train", "validation", "test"] as const;
const SLOTS = ["dest", "departure"];
/** Deterministic, so a figure that is reached here is reached everywhere. */
const LONG = 120_000;

describe.each(languages)("travel requests (%s)", (language) => {
  const request = (part: (typeof parts)[number], count?: number) =>
    travelRequests({ language, part, ...(count !== undefined && { count }) });
  const separator = language === "zh" ? "" : " ";

  test("the same seed gives the same sentences, a smaller count the first of them", () => {
    for (const part of parts) {
      const all = request(part, 50);
      expect(request(part, 50)).toEqual(all);
      expect(request(part, 20)).toEqual(all.slice(0, 20));
      expect(travelRequests({ language, part, count: 50, seed: 2 })).not.toEqual(all);
    }
  });

  test("every slot is in every part", () => {
    const slots = [
      "airline",
      "budget",
      "class",
      "departure",
      "dest",
      "meal",
      "passengers",
      "return_time",
      "time",
      "via",
    ];
    for (const part of parts) {
      const labels = new Set(
        request(part).flatMap(({ tags }) => tags.filter((tag) => tag !== "O").map((tag) => tag.slice(2))),
      );
      expect([...labels].sort()).toEqual(slots);
    }
  });

  test("the test part has templates of its own, and about 30 % of its cities are new", () => {
    const { shown, heldOut } = travelTemplates(language);
    expect(heldOut.filter((template) => shown.includes(template))).toEqual([]);
    const cities = travelCities(language);
    expect(cities.heldOut.filter((city) => cities.shown.includes(city))).toEqual([]);
    const isNew = (city: string) => cities.heldOut.includes(city);
    const share = (part: (typeof parts)[number]) => {
      const named = request(part).flatMap((sentence) => citiesOf(sentence, separator));
      expect(named.filter((city) => !isNew(city) && !cities.shown.includes(city))).toEqual([]);
      return named.filter(isNew).length / named.length;
    };
    expect(share("train")).toBe(0);
    expect(share("validation")).toBe(0);
    expect(share("test")).toBeGreaterThan(0.26);
    expect(share("test")).toBeLessThan(0.34);
  });

  test("the five tokens before a city often stand before the other slot too: what tells lies further back", () => {
    const contexts = new Map<string, Set<string>>();
    const places = request("train").flatMap(({ tokens, tags }) =>
      tags.flatMap((tag, t) =>
        /^B-(dest|departure)$/.test(tag) ? [{ tag, before: tokens.slice(Math.max(0, t - 5), t).join(" ") }] : [],
      ),
    );
    for (const { tag, before } of places) contexts.set(before, (contexts.get(before) ?? new Set()).add(tag));
    const undecided = places.filter(({ before }) => contexts.get(before)?.size === 2).length;
    expect(undecided / places.length).toBeGreaterThan(0.2);
  });

  test("a linear tagger of the current word stays below F1 70 on dest and departure", { timeout: LONG }, async () => {
    const scores = await linearTagger(request("train"), request("test"));
    for (const slot of SLOTS) expect(scores.byLabel[slot]?.f1).toBeLessThan(0.7);
  });

  test("a recurrent tagger reaches F1 97, and loses it when the words are shuffled", { timeout: LONG }, async () => {
    const tagger = await SequenceTagger.create({ hiddenSize: 64, embeddingDim: 64, dropout: 0.3 });
    await tagger.fit(request("train"), {
      epochs: 8,
      batchSize: 16,
      optimizer: adam({ lr: 6e-3, schedule: cosine({ warmup: 100 }) }),
    });
    const { f1, byLabel } = await tagger.evaluate(request("test"));
    expect(f1).toBeGreaterThanOrEqual(0.97);
    for (const slot of SLOTS) expect(byLabel[slot]?.f1).toBeGreaterThan(0.9);
    const random = new Random(1);
    const shuffled = await tagger.evaluate(request("test").map((sentence) => shuffle(sentence, random)));
    expect(shuffled.f1).toBeLessThan(f1 - 0.3);
  });
});

test("options that do not exist are refused", () => {
  // @ts-expect-error unknown
  expect(() => travelRequests({ language: "fr", part: "train" })).toThrow(
    /^language: expected one of "en", "zh", got "fr"$/,
  );
  expect(() => travelRequests({ language: "en", part: "test", count: 0 })).toThrow(
    /^count: expected a positive integer, got 0$/,
  );
});

/** The cities that a sentence names, in any slot. */
function citiesOf({ tokens, tags }: TaggedTokens, separator: string): string[] {
  const names: string[][] = [];
  tags.forEach((tag, t) => {
    if (/^B-(dest|departure|via)$/.test(tag)) names.push([tokens[t] ?? ""]);
    else if (/^I-(dest|departure|via)$/.test(tag)) names.at(-1)?.push(tokens[t] ?? "");
  });
  return names.map((words) => words.join(separator));
}

/** Whole slots and single words in another order: the spans stay, only what stands before them changes. */
function shuffle({ tokens, tags }: TaggedTokens, random: Random): TaggedTokens {
  const pieces: { token: string; tag: string }[][] = [];
  tokens.forEach((token, t) => {
    const tag = tags[t] ?? "O";
    if (tag.startsWith("I-")) pieces.at(-1)?.push({ token, tag });
    else pieces.push([{ token, tag }]);
  });
  const words = random.shuffle(pieces).flat();
  return { tokens: words.map(({ token }) => token), tags: words.map(({ tag }) => tag) };
}

/** Embedding and linear layer: what can be known without a memory. */
async function linearTagger(train: readonly TaggedTokens[], held: readonly TaggedTokens[]): Promise<EntityReport> {
  const vocabulary = Vocabulary.build(
    train.map(({ tokens }) => tokens),
    { minCount: 1, lowercase: true, digits: true },
  );
  const tagSet = [...new Set(train.flatMap(({ tags }) => tags))].sort();
  const numbers = ({ tokens, tags }: TaggedTokens) => ({
    tokens: tokens.map((token) => vocabulary.lookup(token)),
    labels: tags.map((tag) => tagSet.indexOf(tag)),
  });
  const net = await Network.create([
    embedding({ numEmbeddings: vocabulary.size, embeddingDim: 64 }),
    linear({ outFeatures: tagSet.length }),
  ]);
  const optimizer = new Optimizer(net.parameters, adam({ lr: 0.01 }));
  for (let epoch = 1; epoch <= 5; ++epoch)
    for (const batch of pack(train.map(numbers), { seed: epoch })) {
      net.zeroGrad();
      net.forward(batch);
      net.backward();
      optimizer.step();
    }
  const [batch] = pack(held.map(numbers), { batchSize: held.length });
  if (batch === undefined) throw new Error("no batch");
  const K = tagSet.length;
  const predicted = unpack(batch, net.predict(batch), K).map((rows) =>
    Array.from({ length: rows.length / K }, (_, t) => {
      const row = rows.subarray(t * K, (t + 1) * K);
      return tagSet[row.indexOf(Math.max(...row))] ?? "O";
    }),
  );
  return entityReport(
    held.map(({ tags }) => tags),
    predicted,
    { scheme: "IOB2", matching: "lenient" },
  );
}
