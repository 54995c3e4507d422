import { expect, test } from "vitest";
import { Vocabulary } from "../src/text/vocabulary.js";

const plain = { minCount: 1, lowercase: false, digits: false };

test("vocabulary: words are ordered by count, then by code unit, and numbered from 1", () => {
  const vocabulary = Vocabulary.build(
    [
      ["b", "a", "Z"],
      ["c", "c", "é"],
    ],
    plain,
  );
  expect(vocabulary.words).toEqual(["c", "Z", "a", "b", "é"]);
  expect(vocabulary.size).toBe(6);
  expect(vocabulary.words.map((word) => vocabulary.lookup(word))).toEqual([1, 2, 3, 4, 5]);
  expect(vocabulary.lookup("new")).toBe(0);
});

test("vocabulary: lower case and digits are levelled before counting and before looking up", () => {
  const vocabulary = Vocabulary.build([["2nd", "Taipei", "3rd", "TAIPEI", "4ND"]], {
    minCount: 2,
    lowercase: true,
    digits: true,
  });
  expect(vocabulary.words).toEqual(["DIGITnd", "taipei"]);
  expect(["9Nd", "tAIPEI", "3rd"].map((token) => vocabulary.lookup(token))).toEqual([1, 2, 0]);
});

test("vocabulary: no spelling collides with the unknown word or with JavaScript's own names", () => {
  const words = ["<unk>", "UNK", "", "0", "__proto__", "constructor", "toString", "\uD800"];
  const vocabulary = Vocabulary.build([words], plain);
  expect(new Set(words.map((word) => vocabulary.lookup(word))).size).toBe(words.length);
  expect(words.every((word) => vocabulary.lookup(word) > 0)).toBe(true);
  const empty = Vocabulary.build([], plain);
  expect(words.every((word) => empty.lookup(word) === 0)).toBe(true);
  expect(empty.size).toBe(1);
});

test("vocabulary: toJSON and fromJSON give the same numbers", () => {
  const sentences = [
    ["Arrive", "__proto__", "12", "\uD800"],
    ["arrive", "in", "台北"],
  ];
  const vocabulary = Vocabulary.build(sentences, { minCount: 1, lowercase: true, digits: true });
  const again = Vocabulary.fromJSON(JSON.parse(JSON.stringify(vocabulary)));
  expect(again.words).toEqual(vocabulary.words);
  for (const token of [...sentences.flat(), "new"]) expect(again.lookup(token)).toBe(vocabulary.lookup(token));
  expect(JSON.stringify(again)).toBe(JSON.stringify(vocabulary));
});

test.each([
  [null, "expected an object, got null"],
  ["words", 'expected an object, got "words"'],
  [{ digits: false, words: [] }, "expected true or false as lowercase, got undefined"],
  [{ lowercase: true, digits: 1, words: [] }, "expected true or false as digits, got 1"],
  [{ lowercase: true, digits: true, words: { length: 0 } }, "expected an array of words, got an object (Object)"],
  [{ lowercase: true, digits: true, words: ["a", 5] }, "expected words as strings, got 5"],
  [{ lowercase: true, digits: true, words: ["a", null] }, "expected words as strings, got null"],
  [{ lowercase: true, digits: true, words: ["a", undefined] }, "expected words as strings, got undefined"],
  [{ lowercase: true, digits: true, words: ["a", "b", "a"] }, 'expected each word once, got "a"'],
])("vocabulary: a damaged file is refused: %j", (json, message) => {
  expect(() => Vocabulary.fromJSON(json)).toThrow(
    expect.objectContaining({
      code: "BPTT_FILE",
      message: `vocabulary: ${message}; the model file is damaged or not bptt's`,
    }),
  );
});

test("vocabulary: bad options are refused", () => {
  expect(() => Vocabulary.build([], { ...plain, minCount: 0 })).toThrow("minCount: expected a positive integer, got 0");
  expect(() => Vocabulary.build([], { ...plain, ...JSON.parse('{"lowerCase":true}') })).toThrow(
    'unknown option "lowerCase"',
  );
  expect(() => Vocabulary.build([], { ...plain, ...JSON.parse('{"digits":"no"}') })).toThrow(
    expect.objectContaining({ code: "BPTT_OPTION", message: 'digits: expected true or false, got "no"' }),
  );
});
