import { describe, expect, test } from "vitest";
import { alignEntities } from "../src/data/align.js";
import { tokenize } from "../src/text/tokenizer.js";

const problem = (message: string | RegExp) =>
  expect.objectContaining({ code: "BPTT_DATA", message: expect.stringMatching(message) });

const TEXT = "leave New York on November 2nd";
const align = (entities: [number, number, string][], text = TEXT, where?: string) =>
  alignEntities(
    text,
    entities.map(([start, end, label]) => ({ start, end, label })),
    tokenize(text, "words"),
    where,
  );

describe("alignEntities", () => {
  test("gives the tokens of each entity in the order of the text", () => {
    expect(
      align([
        [18, 30, "time"],
        [6, 14, "departure"],
      ]),
    ).toEqual([
      { label: "departure", start: 1, end: 3 },
      { label: "time", start: 4, end: 6 },
    ]);
    expect(align([])).toEqual([]);
  });

  test("entities that touch stay apart", () => {
    expect(
      align(
        [
          [0, 2, "dest"],
          [2, 4, "dest"],
        ],
        "台北高雄",
      ),
    ).toEqual([
      { label: "dest", start: 0, end: 2 },
      { label: "dest", start: 2, end: 4 },
    ]);
  });

  test("offsets count UTF-16 code units", () => {
    expect(align([[3, 9, "dest"]], "🚀 Taipei")).toEqual([{ label: "dest", start: 1, end: 2 }]);
    expect(() => align([[1, 2, "x"]], "🚀 Taipei")).toThrow(problem("cuts the token"));
  });

  test("white space at the edges of an entity is ignored", () => {
    expect(align([[5, 15, "departure"]])).toEqual([{ label: "departure", start: 1, end: 3 }]);
  });

  test("an entity that cuts a token is refused with offsets and text", () => {
    expect(() => align([[6, 12, "departure"]], TEXT, "a.jsonl:3")).toThrow(
      problem(
        /^a.jsonl:3: entity "departure" at 6-12 \("New Yo"\) cuts the token "York" at 10-14; move its offsets or choose the tokenizer "characters"$/,
      ),
    );
    expect(() => align([[7, 14, "departure"]])).toThrow(
      problem(/^entity .* \("ew York"\) cuts the token "New" at 6-9/),
    );
    expect(() => align([[7, 8, "x"]])).toThrow(problem('cuts the token "New" at 6-9'));
    expect(() => align([[0, 3, "x"]])).toThrow(problem('cuts the token "leave" at 0-5'));
  });

  test("an entity that covers no token is refused", () => {
    expect(() => align([[5, 6, "x"]])).toThrow(problem(/^entity "x" at 5-6 \(" "\) covers no token of "leave/));
  });

  test("overlapping and outlying entities are refused", () => {
    expect(() =>
      align([
        [10, 14, "y"],
        [6, 14, "x"],
      ]),
    ).toThrow(problem(/^entities\[0\]: "y" at 10-14 \("York"\) overlaps "x" at 6-14 \("New York"\)/));
    expect(() => align([[6, 99, "x"]])).toThrow(problem("expected 0 <= start < end <= 30, got 6 and 99"));
  });

  test("aligns 10,000 entities in a text of 10,000 tokens", () => {
    const entities = Array.from({ length: 10_000 }, (_, i): [number, number, string] => [3 * i, 3 * i + 2, "x"]);
    expect(align(entities, "ab ".repeat(10_000)).at(-1)).toEqual({ label: "x", start: 9_999, end: 10_000 });
  });
});
