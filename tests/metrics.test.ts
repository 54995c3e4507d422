// Entity scores agree with conlleval (lenient) and with seqeval (strict).

import { describe, expect, test } from "vitest";
import { type EntityReport, entityReport } from "../src/metrics/entities.js";
import { Random } from "../src/random.js";
import type { TagScheme } from "../src/text/tags.js";

const problem = (message: string | RegExp, code = "BPTT_DATA") =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

const lenient = { scheme: "IOB2", matching: "lenient" } as const;
const strict = { scheme: "IOB2", matching: "strict" } as const;
const split = (...sentences: string[]) => sentences.map((tags) => tags.split(" "));

describe("entityReport", () => {
  test("the example of seqeval's description: MISC is one token too long, PER is right", () => {
    const gold = split("O O O B-MISC I-MISC I-MISC O", "B-PER I-PER O");
    const predicted = split("O O B-MISC I-MISC I-MISC I-MISC O", "B-PER I-PER O");
    for (const options of [lenient, strict])
      expect(entityReport(gold, predicted, options)).toEqual({
        precision: 0.5,
        recall: 0.5,
        f1: 0.5,
        correct: 1,
        predicted: 2,
        support: 2,
        accuracy: 0.8,
        tokens: 10,
        byLabel: {
          MISC: { precision: 0, recall: 0, f1: 0, correct: 0, predicted: 1, support: 1 },
          PER: { precision: 1, recall: 1, f1: 1, correct: 1, predicted: 1, support: 1 },
        },
      });
  });

  test("seqeval's test of three labels: 2/3 each, and per label 2/3, 1, 0", () => {
    const { byLabel, ...total } = entityReport(split("B-A B-B O B-A"), split("O B-B B-C B-A"), strict);
    expect(total).toMatchObject({ precision: 2 / 3, recall: 2 / 3, f1: 2 / 3, support: 3, accuracy: 0.5 });
    expect(Object.entries(byLabel).map(([label, { f1, support }]) => [label, f1, support])).toEqual([
      ["A", 2 / 3, 2],
      ["B", 1, 1],
      ["C", 0, 0],
    ]);
  });

  test("a span that begins with I- counts when lenient and does not when strict", () => {
    const [gold, predicted] = [split("B-NP I-NP O"), split("I-NP I-NP O")];
    expect(entityReport(gold, predicted, lenient)).toMatchObject({ f1: 1, predicted: 1, accuracy: 2 / 3 });
    expect(entityReport(gold, predicted, strict)).toMatchObject({ f1: 0, predicted: 0, support: 1 });
  });

  test("a span does not reach into the next sentence", () => {
    expect(entityReport(split("O B-A", "I-A O"), split("O B-A", "I-A O"), lenient).support).toBe(2);
  });

  test("nothing of nothing is 0", () => {
    const zero = { precision: 0, recall: 0, f1: 0, correct: 0, predicted: 0, support: 0 };
    expect(entityReport([], [], lenient)).toEqual({ ...zero, accuracy: 0, tokens: 0, byLabel: {} });
    expect(entityReport([[]], [[]], strict)).toEqual({ ...zero, accuracy: 0, tokens: 0, byLabel: {} });
    expect(entityReport(split("O O"), split("O O"), lenient)).toEqual({ ...zero, accuracy: 1, tokens: 2, byLabel: {} });
    expect(entityReport(split("O B-A"), split("O O"), lenient)).toMatchObject({
      precision: 0,
      recall: 0,
      f1: 0,
      support: 1,
    });
  });

  test("labels are sorted by code unit, and any label may be used", () => {
    const gold = split("B-b B-a B-Z B-__proto__ B-ä B-e-f");
    const { byLabel } = entityReport(gold, gold, lenient);
    expect(Object.keys(byLabel)).toEqual(["Z", "__proto__", "a", "b", "e-f", "ä"]);
  });

  test("scores a sentence of 10,000 tokens", () => {
    const tags = [Array.from({ length: 10_000 }, (_, t) => (t % 2 === 0 ? "B-A" : "I-A"))];
    expect(entityReport(tags, tags, strict)).toMatchObject({ f1: 1, support: 5_000, tokens: 10_000 });
  });

  test("refuses other counts of sentences and of tags", () => {
    expect(() => entityReport(split("O", "O"), split("O"), lenient)).toThrow(problem("got 2 gold and 1 predicted$"));
    expect(() => entityReport(split("O", "O O"), split("O", "O O O"), lenient)).toThrow(
      problem("sentence 1: expected one predicted tag for each gold tag, got 2 gold and 3 predicted$"),
    );
  });

  test("refuses tags that are not of the scheme, with the sentence, and unknown options", () => {
    expect(() => entityReport(split("O", "S-A"), split("O", "O"), lenient)).toThrow(
      problem('^entityReport: sentence 1: tag "S-A"'),
    );
    // @ts-expect-error unknown
    expect(() => entityReport([], [], { scheme: "IOB2", matching: "loose" })).toThrow(
      problem('^matching: .* got "loose"$', "BPTT_OPTION"),
    );
    // @ts-expect-error unknown
    expect(() => entityReport([], [], { scheme: "BIO", matching: "strict" })).toThrow(
      problem('^scheme: .* got "BIO"$', "BPTT_OPTION"),
    );
  });

  test.each(["IOB2", "IOB1", "IOBES", "IO"] as const)("lenient agrees with conlleval on random %s tags", (scheme) => {
    const random = new Random(1, scheme);
    for (let round = 0; round < 300; ++round) {
      const gold = randomTags(random, scheme);
      const predicted = gold.map((tags) =>
        tags.map((tag) => (random.below(3) === 0 ? randomTag(random, scheme) : tag)),
      );
      expect(countsOf(entityReport(gold, predicted, { scheme, matching: "lenient" }))).toEqual(
        conlleval(gold, predicted),
      );
    }
  });
});

const PREFIXES: Record<TagScheme, string> = { IOB2: "BI", IOB1: "BI", IOBES: "BIES", IO: "I" };

const randomTag = (random: Random, scheme: TagScheme): string =>
  random.below(3) === 0 ? "O" : `${random.pick([...PREFIXES[scheme]])}-${random.pick(["A", "B"])}`;

const randomTags = (random: Random, scheme: TagScheme): string[][] =>
  Array.from({ length: 3 }, () => Array.from({ length: random.below(8) }, () => randomTag(random, scheme)));

const countsOf = ({ correct, predicted, support, accuracy, tokens, byLabel }: EntityReport) => ({
  counts: [correct, predicted, support],
  rightTags: Math.round(accuracy * tokens),
  byLabel: Object.fromEntries(
    Object.entries(byLabel).map(([label, score]) => [label, [score.correct, score.predicted, score.support]]),
  ),
});

/**
 * The textbook: conlleval's tables of where chunks start and end (Tjong Kim Sang 2000, with E and S), one pass over the
 * stream of tags.
 */
function conlleval(gold: string[][], predicted: string[][]) {
  const byLabel: Record<string, [number, number, number]> = {};
  const add = (label: string, column: 0 | 1 | 2) => {
    const counts = byLabel[label] ?? [0, 0, 0];
    counts[column] += 1;
    byLabel[label] = counts;
  };
  const pairs = gold.flatMap((tags, s) => [...tags.map((tag, t) => [tag, predicted[s]?.[t] ?? ""]), ["O", "O"]]);
  let rightTags = -gold.length;
  let inCorrect = false;
  let [lastGold, lastGuess] = ["O", "O"];
  for (const [tag = "O", guess = "O"] of pairs) {
    const [goldEnds, guessEnds] = [chunkEnds(lastGold, tag), chunkEnds(lastGuess, guess)];
    const [goldStarts, guessStarts] = [chunkStarts(lastGold, tag), chunkStarts(lastGuess, guess)];
    if (inCorrect && goldEnds && guessEnds && label(lastGold) === label(lastGuess)) {
      inCorrect = false;
      add(label(lastGold), 0);
    } else if (inCorrect && (goldEnds !== guessEnds || label(tag) !== label(guess))) inCorrect = false;
    if (goldStarts && guessStarts && label(tag) === label(guess)) inCorrect = true;
    if (guessStarts) add(label(guess), 1);
    if (goldStarts) add(label(tag), 2);
    if (tag === guess) rightTags += 1;
    [lastGold, lastGuess] = [tag, guess];
  }
  const counts = [0, 1, 2].map((column) => Object.values(byLabel).reduce((sum, row) => sum + (row[column] ?? 0), 0));
  return { counts, rightTags, byLabel };
}

const label = (tag: string) => tag.slice(2);
const pair = (previous: string, tag: string) => previous.charAt(0) + tag.charAt(0);

const chunkEnds = (previous: string, tag: string) =>
  ["BB", "BS", "BO", "IB", "IS", "IO"].includes(pair(previous, tag)) ||
  /^[ES]/.test(previous) ||
  (previous !== "O" && label(previous) !== label(tag));

const chunkStarts = (previous: string, tag: string) =>
  ["EE", "EI", "SE", "SI", "OE", "OI"].includes(pair(previous, tag)) ||
  /^[BS]/.test(tag) ||
  (tag !== "O" && label(previous) !== label(tag));
