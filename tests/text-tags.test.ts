import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Random } from "../src/random.js";
import {
  convertTags,
  detectScheme,
  spansOf,
  strictSpansOf,
  TAG_SCHEMES,
  type TagScheme,
  type TokenSpan,
  tagProblem,
  tagsOf,
} from "../src/text/tags.js";

const tags = (line: string) => line.split(" ");
const brief = (spans: readonly TokenSpan[]) =>
  spans.map(({ label, start, end }) => `${label} ${start}-${end}`).join(", ");

/** Spans that do not overlap, with labels that contain hyphens and look like tags. */
function randomSpans(random: Random): { spans: TokenSpan[]; length: number } {
  const length = random.below(17);
  const spans: TokenSpan[] = [];
  for (let start = random.below(3); start < length; ) {
    const end = Math.min(length, start + 1 + random.below(4));
    spans.push({ label: random.pick(["dest", "time-of-day", "B-x"]), start, end });
    start = end + Math.max(0, random.below(5) - 2);
  }
  return { spans, length };
}

/** What is left of spans in IO: neighbours of the same label become one. */
function united(spans: readonly TokenSpan[]): TokenSpan[] {
  const joined: TokenSpan[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last?.end === span.start && last.label === span.label) joined[joined.length - 1] = { ...last, end: span.end };
    else joined.push(span);
  }
  return joined;
}

describe("spans and tags", () => {
  const spans = [
    { label: "dest", start: 0, end: 2 },
    { label: "dest", start: 2, end: 3 },
    { label: "time", start: 3, end: 6 },
  ];

  test.each([
    ["IOB2", "B-dest I-dest B-dest B-time I-time I-time O"],
    ["IOB1", "I-dest I-dest B-dest I-time I-time I-time O"],
    ["IOBES", "B-dest E-dest S-dest B-time I-time E-time O"],
    ["IO", "I-dest I-dest I-dest I-time I-time I-time O"],
  ] as const)("%s is written as the textbook has it", (scheme, line) => {
    expect(tagsOf(spans, 7, scheme).join(" ")).toBe(line);
    expect(tagsOf([...spans].reverse(), 7, scheme).join(" ")).toBe(line);
  });

  test("every scheme gives the spans back, read leniently and strictly, and every conversion keeps them", () => {
    const random = new Random(7);
    for (let round = 0; round < 500; ++round) {
      const { spans, length } = randomSpans(random);
      for (const from of TAG_SCHEMES) {
        const written = tagsOf(spans, length, from);
        const expected = from === "IO" ? united(spans) : spans;
        expect(spansOf(written, from)).toEqual(expected);
        expect(strictSpansOf(written, from)).toEqual(expected);
        for (const to of TAG_SCHEMES) {
          const converted = convertTags(written, from, to);
          expect(spansOf(converted, to)).toEqual(to === "IO" ? united(spans) : expected);
          expect(convertTags(written, from, from)).toEqual(written);
          if (from !== "IO" && to !== "IO") expect(convertTags(converted, to, from)).toEqual(written);
        }
      }
    }
  });

  test("plain labels are IO", () => {
    expect(brief(spansOf(tags("O dest time time O dest"), "IO"))).toBe("dest 1-2, time 2-4, dest 5-6");
    expect(convertTags(tags("O dest time time"), "IO", "IOB2")).toEqual(tags("O B-dest B-time I-time"));
  });

  test.each([
    [{ label: "x", start: 2, end: 2 }, 'span "x": expected 0 <= start < end <= 3 tokens, got 2 to 2'],
    [{ label: "x", start: -1, end: 2 }, 'span "x": expected 0 <= start < end <= 3 tokens, got -1 to 2'],
    [{ label: "x", start: 1, end: 4 }, 'span "x": expected 0 <= start < end <= 3 tokens, got 1 to 4'],
    [{ label: "x", start: 0.5, end: 2 }, 'span "x": expected 0 <= start < end <= 3 tokens, got 0.5 to 2'],
    [{ label: "", start: 1, end: 2 }, "span from 1 to 2: expected a label, got an empty string"],
    [{ label: "x", start: 0, end: 2 }, 'span "y" from 1 to 3 overlaps "x", which ends at 2; keep one of them'],
  ])("a bad span is refused: %j", (span, message) => {
    const others = span.start === 0 ? [{ label: "y", start: 1, end: 3 }] : [];
    expect(() => tagsOf([span, ...others], 3, "IOB2")).toThrow(expect.objectContaining({ code: "BPTT_DATA", message }));
  });
});

describe("broken sequences", () => {
  // expected values worked out by hand from conlleval's startOfChunk and endOfChunk and from the patterns of seqeval
  test.each([
    ["IOB2", "O I-x I-x O", "x 1-3", ""],
    ["IOB2", "I-x B-x", "x 0-1, x 1-2", "x 1-2"],
    ["IOB2", "B-x I-y I-y", "x 0-1, y 1-3", "x 0-1"],
    ["IOB2", "B-x I-x I-y", "x 0-2, y 2-3", "x 0-2"],
    ["IOB1", "O B-x I-x O", "x 1-3", "x 2-3"],
    ["IOB1", "I-x B-y", "x 0-1, y 1-2", "x 0-1"],
    ["IOB1", "I-x B-x B-y", "x 0-1, x 1-2, y 2-3", "x 0-1"],
    ["IOB1", "I-x I-y", "x 0-1, y 1-2", "x 0-1, y 1-2"],
    ["IOBES", "B-x I-x O", "x 0-2", ""],
    ["IOBES", "E-x E-x", "x 0-1, x 1-2", ""],
    ["IOBES", "S-x I-x E-x", "x 0-1, x 1-3", "x 0-1"],
    ["IOBES", "B-x B-x E-x S-x", "x 0-1, x 1-3, x 3-4", "x 1-3, x 3-4"],
    ["IOBES", "B-x E-y S-y", "x 0-1, y 1-2, y 2-3", "y 2-3"],
    ["IO", "I-x I-y I-y", "x 0-1, y 1-3", "x 0-1, y 1-3"],
  ] as const)("%s %s: lenient %s; strict %s", (scheme, line, lenient, strict) => {
    expect(brief(spansOf(tags(line), scheme))).toBe(lenient);
    expect(brief(strictSpansOf(tags(line), scheme))).toBe(strict);
  });

  test("conversion repairs them", () => {
    expect(convertTags(tags("I-x O B-x I-y"), "IOB2", "IOB2")).toEqual(tags("B-x O B-x B-y"));
  });
});

describe("detectScheme", () => {
  test.each([
    ["IOB2", "O B-x I-x B-x"],
    ["IOB2", "B-x O B-y"],
    ["IOB2", "B-x O I-x"],
    ["IOB2", "O O"],
    ["IOB1", "I-x B-x O I-y"],
    ["IOBES", "O B-x I-x E-x"],
    ["IOBES", "O S-x"],
    ["IO", "O I-x I-x"],
    ["IO", "O dest time time"],
    ["IO", "O time-of-day"],
  ] as const)("%s for %s", (scheme, line) => {
    expect(detectScheme([["O"], tags(line)])).toBe(scheme);
  });

  test("the whole data set decides", () => {
    expect(detectScheme([tags("I-x O"), tags("I-x B-x")])).toBe("IOB1");
    expect(detectScheme([tags("B-x I-x"), tags("S-x")])).toBe("IOBES");
    expect(detectScheme([])).toBe("IOB2");
  });

  test("a scheme is found again in what tagsOf writes", () => {
    const random = new Random(3);
    for (const scheme of TAG_SCHEMES) {
      const sentences = Array.from({ length: 40 }, () => randomSpans(random)).map(({ spans, length }) =>
        tagsOf(spans, length, scheme),
      );
      expect(detectScheme(sentences)).toBe(scheme);
    }
  });
});

describe("tagProblem", () => {
  const iob2 = 'expected "O" or B- or I- and a label (scheme IOB2)';

  test.each([
    ["B_dest", "IOB2", `tag "B_dest": ${iob2}; write "B-dest"`],
    ["I:time", "IOB2", `tag "I:time": ${iob2}; write "I-time"`],
    ["X-foo", "IOB2", `tag "X-foo": ${iob2}, got the prefix X-`],
    ["", "IOB2", `tag "": ${iob2}; write "O" for a token outside every span`],
    ["o", "IOB2", `tag "o": ${iob2}; write the capital letter "O"`],
    ["0", "IOB2", `tag "0": ${iob2}; write the capital letter "O"`],
    ["B", "IOB2", `tag "B": ${iob2}; add the label, such as "B-dest"`],
    ["I-", "IOB2", `tag "I-": ${iob2}; add the label, such as "I-dest"`],
    ["b-dest", "IOB2", `tag "b-dest": ${iob2}; write "B-dest"`],
    ["E-dest", "IOB2", `tag "E-dest": ${iob2}; E- belongs to scheme "IOBES"`],
    ["L-dest", "IOB2", `tag "L-dest": ${iob2}; write "E-dest" and use scheme "IOBES"`],
    ["dest", "IOB2", `tag "dest": ${iob2}; write "B-dest", or give all tags as plain labels (scheme "IO")`],
    ["B-dest", "IO", 'tag "B-dest": expected "O" or I- and a label (scheme IO); B- belongs to scheme "IOB2"'],
    ["X-foo", "IO", 'tag "X-foo": expected "O" or I- and a label (scheme IO), got the prefix X-'],
    ["B_dest", "IO", 'tag "B_dest": expected "O" or I- and a label (scheme IO); write "B-dest"'],
    [5, "IO", 'tag: expected a string such as "O" or "I-dest", got 5'],
    [undefined, "IO", 'tag: expected a string such as "O" or "I-dest", got undefined'],
  ] as const)("%j in %s", (tag, scheme, message) => {
    expect(tagProblem(tag, scheme)).toBe(message);
    const line = JSON.parse(JSON.stringify(["O", tag ?? null]));
    for (const read of [spansOf, strictSpansOf])
      expect(() => read(line, scheme)).toThrow(expect.objectContaining({ name: "RangeError", code: "BPTT_DATA" }));
  });

  test.each(["O", "I-dest", "I-time-of-day", "I--", "I-B-dest", "I-出发地"])("%s is a tag of every scheme", (tag) => {
    for (const scheme of TAG_SCHEMES) expect(tagProblem(tag, scheme)).toBeUndefined();
  });

  test("an unknown scheme is refused", () => {
    const scheme: TagScheme = JSON.parse('"BIO"');
    const message = 'scheme: expected one of "IOB2", "IOB1", "IOBES", "IO", got "BIO"';
    for (const read of [spansOf, strictSpansOf, tagProblem]) expect(() => read(["O"], scheme)).toThrow(message);
    expect(() => tagsOf([], 1, scheme)).toThrow(message);
  });
});

const snips = new URL("../../shared/data/snips/train/seq.out", import.meta.url);

test.skipIf(!existsSync(snips))(
  "SNIPS is IOB2, and its tags survive every conversion that can tell spans apart",
  () => {
    const sentences = readFileSync(snips, "utf8")
      .trim()
      .split("\n")
      .map((line) => line.trim().split(/\s+/));
    expect(sentences.length).toBe(13084);
    expect(detectScheme(sentences)).toBe("IOB2");
    for (const sentence of sentences)
      for (const scheme of ["IOB1", "IOBES"] as const)
        expect(convertTags(convertTags(sentence, "IOB2", scheme), scheme, "IOB2")).toEqual(sentence);
  },
);
