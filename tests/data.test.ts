// The readers: CoNLL columns, parallel texts, JSON lines.

import { describe, expect, test } from "vitest";
import { readConll } from "../src/data/conll.js";
import { checkExample } from "../src/data/example.js";
import { readJsonLines } from "../src/data/jsonlines.js";
import { readParallel } from "../src/data/parallel.js";

const problem = (message: string | RegExp, code = "BPTT_DATA") =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

describe("readConll", () => {
  test("gives sentences with the place of their first token", () => {
    expect(readConll("\n\narrive O\nTaipei B-dest\n \t\n\nleave O\n", { file: "train.conll" })).toEqual([
      { tokens: ["arrive", "Taipei"], tags: ["O", "B-dest"], source: "train.conll:3" },
      { tokens: ["leave"], tags: ["O"], source: "train.conll:7" },
    ]);
    expect(readConll("leave O")[0]?.source).toBe("line 1");
  });

  test("separates by TAB if the line has one, else by runs of spaces", () => {
    const [tabs] = readConll("New York\tB-dest \nin Taipei\t O");
    expect(tabs).toMatchObject({ tokens: ["New York", "in Taipei"], tags: ["B-dest", "O"] });
    expect(readConll("1\ta\tO\n2\t \tO\n3\t\tO", { tokenColumn: 1 })[0]?.tokens).toEqual(["a", " ", " "]);
    expect(readConll("  Taipei    NNP   B-dest  ")[0]).toMatchObject({ tokens: ["Taipei"], tags: ["B-dest"] });
  });

  test("takes any column, also counted from the end", () => {
    const text = "1\tarrive\tVB\tO\n2\tTaipei\tNNP\tB-dest\n";
    expect(readConll(text, { tokenColumn: 1 })[0]).toMatchObject({
      tokens: ["arrive", "Taipei"],
      tags: ["O", "B-dest"],
    });
    expect(readConll(text, { tokenColumn: -3, tagColumn: 2 })[0]).toMatchObject({
      tokens: ["arrive", "Taipei"],
      tags: ["VB", "NNP"],
    });
  });

  test("skips comments and -DOCSTART-, but keeps tokens that begin with #", () => {
    const text = "-DOCSTART- -X- O\n# id = 1\n#\n#\tO\n#late\tO\n# a comment\n-DOCSTART-\nTaipei\tB-dest";
    expect(readConll(text).map(({ tokens }) => tokens)).toEqual([["#", "#late"], ["Taipei"]]);
  });

  test("CR LF, lone CR and a byte-order mark change nothing", () => {
    const text = "arrive O\nTaipei B-dest\n\nleave O\n";
    const expected = readConll(text);
    expect(readConll(`\uFEFF${text.replaceAll("\n", "\r\n")}`)).toEqual(expected);
    expect(readConll(text.replaceAll("\n", "\r"))).toEqual(expected);
    expect(readConll(new TextEncoder().encode(`\uFEFF${text}`))).toEqual(expected);
  });

  test("a no-break space, an ideographic space and a line separator belong to the token", () => {
    const tokens = ["a\u00A0b", "\u3000", "\u2028", "\u0085", "\uFFFD"];
    expect(readConll(tokens.map((token) => `${token}\tO`).join("\n"))[0]?.tokens).toEqual(tokens);
  });

  test("reads a sentence of 10,000 tokens", () => {
    const [sentence] = readConll("word O\n".repeat(10_000));
    expect(sentence?.tokens.length).toBe(10_000);
  });

  test("refuses empty files", () => {
    expect(() => readConll("", { file: "a.conll" })).toThrow(
      problem("^a.conll: empty: expected lines with a token and its tag, got no text$"),
    );
    expect(() => readConll("\uFEFF")).toThrow(problem("^data: empty: .* got no text$"));
    expect(() => readConll("\n# id = 1\r\n-DOCSTART- O\n\n")).toThrow(problem("got only blank lines and comments$"));
  });

  test("refuses sentences without tags", () => {
    expect(() => readConll("arrive O\nTaipei\n", { file: "a.conll" })).toThrow(
      problem(/^a.conll:2: expected a token and its tag, got one column \("Taipei"\): sentences without tags/),
    );
    expect(() => readConll("arrive\tO\nTaipei\t\n", { file: "a.conll" })).toThrow(
      problem("^a.conll:2: tagColumn -1: expected a tag, got an empty column;"),
    );
  });

  test("refuses unknown columns with the line, the columns it has and the number asked for", () => {
    expect(() => readConll("a b O", { tagColumn: 3, file: "a.conll" })).toThrow(
      problem(/^a.conll:1: tagColumn: expected a column from 0 to 2 \(or -3 to -1\), got 3: the line has 3 columns$/),
    );
    expect(() => readConll("a b O", { tokenColumn: -4 })).toThrow(problem("^line 1: tokenColumn: .*got -4"));
  });

  test("refuses lines that lack a column when columns are counted from the end", () => {
    const text = "1\tarrive\tsearch\tO\n2\tTaipei\tsearch\n";
    expect(() => readConll(text, { tokenColumn: 1, file: "a.conll" })).toThrow(
      problem("^a.conll:2: expected 4 columns as in a.conll:1, got 3;"),
    );
    expect(readConll(text, { tokenColumn: 1, tagColumn: 2 })[0]?.tags).toEqual(["search", "search"]);
  });

  test("refuses options that make no sense", () => {
    expect(() => readConll("a O", { tokenColumn: 1 })).toThrow(problem("are the same of 2 columns", "BPTT_OPTION"));
    expect(() => readConll("a O", { tagColumn: 0.5 })).toThrow(problem("^tagColumn: .*got 0.5$", "BPTT_OPTION"));
    // @ts-expect-error a misspelt option
    expect(() => readConll("a O", { tagcolumn: 1 })).toThrow(problem('unknown option "tagcolumn"', "BPTT_OPTION"));
  });
});

describe("readParallel", () => {
  const names = { wordsFile: "train/seq.in", tagsFile: "train/seq.out" };

  test("pairs words and tags over runs of white space, and skips lines that are blank in both", () => {
    expect(readParallel(" arrive  Taipei \r\n\r\nleave\r\n", "O B-dest\n\t\nO\n\n", names)).toEqual([
      { tokens: ["arrive", "Taipei"], tags: ["O", "B-dest"], source: "train/seq.in:1" },
      { tokens: ["leave"], tags: ["O"], source: "train/seq.in:3" },
    ]);
  });

  test("names both files, the line and both counts where words and tags differ", () => {
    expect(() => readParallel("a b\nc d e\n", "O O\nO O\n", names)).toThrow(
      problem(
        "^train/seq.in:2 and train/seq.out:2: expected one tag for each word, got 3 words and 2 tags; mend this line$",
      ),
    );
    expect(() => readParallel("a\n\nb\n", "O\nO\nO\n", names)).toThrow(
      problem("^train/seq.in:2 .* got 0 words and 1 tags"),
    );
    expect(() => readParallel("a\n", "\n")).toThrow(problem("^words:1 and tags:1: .* got 1 words and 0 tags"));
  });

  test("names both counts of lines and the first line that does not fit", () => {
    expect(() => readParallel("a\nb c\nd\n", "O\nO\n", names)).toThrow(
      problem(
        "^train/seq.in:2 and train/seq.out:2: .* got 2 words and 1 tags; train/seq.in has 3 lines and train/seq.out has 2: look for a line that is missing$",
      ),
    );
  });

  test("reads a sentence of 10,000 words", () => {
    const [sentence] = readParallel("word ".repeat(10_000), "O ".repeat(10_000));
    expect(sentence?.tags.length).toBe(10_000);
  });

  test("refuses empty files and bytes that are not UTF-8, with the name of the file", () => {
    expect(() => readParallel("", "", names)).toThrow(problem("^train/seq.in: empty"));
    expect(() => readParallel("a", Uint8Array.of(0x4f, 0xff), names)).toThrow(
      problem("^train/seq.out:1: expected UTF-8"),
    );
  });
});

describe("readJsonLines", () => {
  const one = (line: string) => () => readJsonLines(`\n${line}\n`, { file: "a.jsonl" });

  test("reads both forms, leaves other keys out", () => {
    const text = [
      '{"id": 7, "tokens": ["arrive", "Taipei"], "tags": ["O", "B-dest"]}',
      "",
      '{"text": "leave Taipei", "entities": [{"id": 1, "start": 6, "end": 12, "label": "departure"}]}',
      '{"text": "leave", "entities": []}',
    ];
    expect(readJsonLines(`\uFEFF${text.join("\r\n")}`, { file: "a.jsonl" })).toEqual([
      { tokens: ["arrive", "Taipei"], tags: ["O", "B-dest"], source: "a.jsonl:1" },
      { text: "leave Taipei", entities: [{ start: 6, end: 12, label: "departure" }], source: "a.jsonl:3" },
      { text: "leave", entities: [], source: "a.jsonl:4" },
    ]);
  });

  test("reads a sentence of 10,000 tokens", () => {
    const line = JSON.stringify({ tokens: Array(10_000).fill("word"), tags: Array(10_000).fill("O") });
    expect(readJsonLines(line)[0]).toMatchObject({ tokens: { length: 10_000 } });
  });

  test("refuses what is no JSON object", () => {
    expect(one('{"tokens": [')).toThrow(problem(/^a.jsonl:2: expected one whole JSON object on the line, got "{/));
    expect(one("[1, 2]")).toThrow(problem("^a.jsonl:2: expected an object .*, got an array of 2$"));
    expect(one("null")).toThrow(problem("^a.jsonl:2: expected an object .*, got null$"));
    expect(() => readJsonLines(" \n", { file: "a.jsonl" })).toThrow(problem("^a.jsonl: empty"));
  });

  test("refuses unknown shapes with the keys they have", () => {
    expect(one('{"sentence": "a", "label": "b"}')).toThrow(
      problem(
        /^a.jsonl:2: expected {tokens, tags} or {text, entities}, got the keys "sentence", "label"; rename the keys$/,
      ),
    );
    expect(one("{}")).toThrow(problem("got an object without keys"));
    expect(one('{"tokens": ["a"], "tags": ["O"], "entities": []}')).toThrow(problem("got keys of both"));
  });

  test("refuses sentences without tags, without tokens, and of other counts", () => {
    expect(one('{"tokens": ["a"]}')).toThrow(problem("^a.jsonl:2: a sentence without tags"));
    expect(one('{"tags": ["O"]}')).toThrow(problem("^a.jsonl:2: tags without tokens"));
    expect(one('{"tokens": ["a", "b"], "tags": ["O"]}')).toThrow(problem("got 2 tokens and 1 tags$"));
    expect(one('{"tokens": [], "tags": []}')).toThrow(problem("^a.jsonl:2: a sentence without tokens"));
    expect(one('{"text": "leave"}')).toThrow(problem('entities: expected an array .* needs "entities": \\[\\]$'));
    expect(one('{"text": " ", "entities": []}')).toThrow(problem("^a.jsonl:2: text: expected words"));
  });

  test("refuses tokens and tags that are no texts or empty", () => {
    expect(one('{"tokens": ["a", 5], "tags": ["O", "O"]}')).toThrow(problem(/^a.jsonl:2: tokens\[1\]: .* got 5$/));
    expect(one('{"tokens": ["a", ""], "tags": ["O", "O"]}')).toThrow(problem(/^a.jsonl:2: tokens\[1\]: .* got ""$/));
    expect(one('{"tokens": ["a"], "tags": [null]}')).toThrow(problem(/^a.jsonl:2: tags\[0\]: .* got null$/));
    expect(one('{"tokens": "a b", "tags": ["O"]}')).toThrow(
      problem('tokens: expected an array of strings, got "a b"$'),
    );
  });

  test("refuses entities that are inverted, empty, outside, overlapping or nameless", () => {
    const entities = (...list: object[]) => one(JSON.stringify({ text: "leave Taipei", entities: list }));
    const label = "dest";
    for (const [start, end] of [
      [6, 5],
      [6, 6],
      [-1, 5],
      [6, 13],
      [6.5, 12],
    ])
      expect(entities({ start, end, label })).toThrow(
        problem(
          `^a.jsonl:2: entities\\[0\\]: "dest": expected 0 <= start < end <= 12, got ${start} and ${end} in "leave Taipei"`,
        ),
      );
    expect(entities({ start: 6, end: 12, label }, { start: 0, end: 7, label: "x" })).toThrow(
      problem(
        /^a.jsonl:2: entities\[0\]: "dest" at 6-12 \("Taipei"\) overlaps "x" at 0-7 \("leave T"\); keep one of them$/,
      ),
    );
    expect(entities({ start: "6", end: 12, label })).toThrow(
      problem('start and end: expected numbers, got "6" and 12$'),
    );
    expect(entities({ start: 6, end: 12 })).toThrow(problem("label: expected a string .* got undefined$"));
    expect(entities([6, 12, "dest"])).toThrow(problem("expected {start, end, label}, got an array of 3$"));
  });
});

test("checkExample names the place of an example that a program gives", () => {
  expect(checkExample({ tokens: ["a"], tags: ["O"] }, "examples[3]")).toEqual({
    tokens: ["a"],
    tags: ["O"],
    source: "examples[3]",
  });
  expect(() => checkExample("leave Taipei", "examples[3]")).toThrow(problem(/^examples\[3\]: expected an object/));
});
