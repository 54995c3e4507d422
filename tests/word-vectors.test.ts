// Word vectors of GloVe and word2vec: the same from any source in any pieces, plain or gzip; what is no such text is refused with its line.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readWordVectors, type WordVectorOptions } from "../src/index.js";
import { loadFile, streamFile } from "../src/node.js";
import { problem } from "./support/tagging.js";

const WORDS = ["café", "台北", "🚀", "Paris", "nowhere"];
const ROWS = ["café 1 -2.5 3e-1", "paris 4 5 6", "台北 -.5 0 1E2", "🚀 7 8 9", "café 0 0 0"];
const GLOVE = `${ROWS.join("\n")}\n`;
const WORD2VEC = `5 3\n${ROWS.map((row) => `${row} `).join("\n")}`;
const EXPECTED = {
  dim: 3,
  found: 4,
  total: 5,
  coverage: 0.8,
  missing: ["nowhere"],
  vectors: new Map([
    ["café", Float32Array.of(1, -2.5, 0.3)],
    ["台北", Float32Array.of(-0.5, 0, 100)],
    ["🚀", Float32Array.of(7, 8, 9)],
    ["Paris", Float32Array.of(4, 5, 6)],
  ]),
};

const utf8 = (text: string) => new TextEncoder().encode(text);
const gzip = (text: string) => new Uint8Array(gzipSync(text));
const cut = (bytes: Uint8Array, size: number) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));

async function* chunks<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

describe("sources", () => {
  test.each([
    ["GloVe", GLOVE],
    [
      "GloVe with CR LF, tabs, a blank line and a byte-order mark",
      `\uFEFF${ROWS.join("\r\n").replaceAll(" ", "\t")}\r\n\r\n`,
    ],
    ["word2vec", WORD2VEC],
  ])("%s: strings, bytes, Blobs, streams and chunks of any size, plain and gzip", async (_, text) => {
    expect(await readWordVectors(text, WORDS)).toEqual(EXPECTED);
    expect(await readWordVectors(chunks([...text]), WORDS)).toEqual(EXPECTED);
    for (const bytes of [utf8(text), gzip(text)]) {
      expect(await readWordVectors(bytes, WORDS)).toEqual(EXPECTED);
      expect(await readWordVectors(new Blob([new Uint8Array(bytes)]), WORDS)).toEqual(EXPECTED);
      expect(await readWordVectors(new Blob([new Uint8Array(bytes)]).stream(), WORDS)).toEqual(EXPECTED);
      for (const size of [1, 2, 3, 5, 7, 17]) {
        expect(await readWordVectors(chunks(cut(bytes, size)), WORDS)).toEqual(EXPECTED);
        expect(await readWordVectors(chunks([new Uint8Array(0), ...cut(bytes, size)]), WORDS)).toEqual(EXPECTED);
      }
    }
  });

  test("a source may use its buffer again for the next chunk", async () => {
    async function* reused(bytes: Uint8Array) {
      const buffer = new Uint8Array(7);
      for (const piece of cut(bytes, 7)) {
        buffer.set(piece);
        yield buffer.subarray(0, piece.length);
      }
    }
    for (const bytes of [utf8(GLOVE), gzip(GLOVE)])
      expect(await readWordVectors(reused(bytes), WORDS)).toEqual(EXPECTED);
  });

  test("a path is read in pieces, each time anew, and gives its name to messages", async () => {
    const folder = await mkdtemp(join(tmpdir(), "bptt-vectors-"));
    const path = join(folder, "v.txt.gz");
    await writeFile(path, gzip(GLOVE));
    const source = streamFile(path);
    for (let pass = 0; pass < 2; ++pass) expect(await readWordVectors(source, WORDS)).toEqual(EXPECTED);
    await writeFile(path, (await loadFile(path)).subarray(0, -9));
    await expect(readWordVectors(source, WORDS)).rejects.toThrow(problem("BPTT_DATA", `^${path}: expected whole gzip`));
    await rm(folder, { recursive: true });
    await expect(readWordVectors(source, WORDS)).rejects.toThrow(problem("BPTT_FILE", "^cannot read .*no such file"));
    expect(() => streamFile("")).toThrow(problem("BPTT_FILE", "^streamFile: path: expected the path of a file"));
  });

  test("more text than fits into one piece, of which only the words asked for are kept", async () => {
    const rows = Array.from({ length: 20_011 }, (_, i) => `w${i} ${i} 0.5 -0.125 ${i / 8}\n`);
    const text = rows.join("");
    expect(text.length).toBeGreaterThan(2 ** 19);
    for (const source of [text, utf8(text), gzip(text)]) {
      const { vectors, found } = await readWordVectors(source, ["w20010", "w0"]);
      expect(found).toBe(2);
      expect([...vectors]).toEqual([
        ["w20010", Float32Array.of(20010, 0.5, -0.125, 20010 / 8)],
        ["w0", Float32Array.of(0, 0.5, -0.125, 0)],
      ]);
    }
  });
});

describe("which line is a word's", () => {
  const found = async (text: string, words: readonly string[], options: WordVectorOptions = {}) =>
    Object.fromEntries([...(await readWordVectors(text, words, options)).vectors].map(([word, [x]]) => [word, x]));

  test("its own spelling before the lower-case one, wherever they stand, and the first of each", async () => {
    const text = "us 1 0\nUS 2 0\nus 3 0\nUS 4 0\nnasa 5 0\n";
    expect(await found(text, ["US", "us", "Us", "NASA", "nAsA"])).toEqual({ US: 2, us: 1, Us: 1, NASA: 5, nAsA: 5 });
    expect(await found("Taipei 1 0", ["taipei"])).toEqual({});
  });

  test("lowercase: words that were made lower case are found in a cased file", async () => {
    const text = "Taipei 1 0\nTAIPEI 2 0\nTo 3 0\nto 4 0\n";
    expect(await found(text, ["taipei", "to"], { lowercase: true })).toEqual({ taipei: 1, to: 4 });
  });

  test("digits: DIGIT stands for any digit, and the most frequent word of that shape is the first", async () => {
    const text = "digit 1 0\n2nd 2 0\n3RD 3 0\n2004 4 0\n1999 5 0\n7 6 0\n";
    const words = ["DIGITnd", "DIGITrd", "DIGITDIGITDIGITDIGIT", "DIGIT", "digit"];
    const expected = { DIGITnd: 2, DIGITDIGITDIGITDIGIT: 4, DIGIT: 6, digit: 1 };
    expect(await found(text, words, { digits: true })).toEqual(expected);
    expect(await found(text, words, { digits: true, lowercase: true })).toEqual({ ...expected, DIGITrd: 3 });
  });

  test("words with spaces, numbers as words, and words that are white space", async () => {
    const text = `the 1 0\n. . . 2 0\nat name@domain.com 3 0\n7 4 0\n 5 0\n\u00A0 6 0\n\u2028 7 0\n\u0085 8 0\n`;
    const words = [". . .", "at name@domain.com", "7", "\u00A0", "\u2028", "\u0085", "name@domain.com"];
    const numbers = { ". . .": 2, "at name@domain.com": 3, "7": 4, "\u00A0": 6, "\u2028": 7, "\u0085": 8 };
    expect(await found(text, words)).toEqual(numbers);
    expect(await found(text.slice(text.indexOf(".")), words, { dim: 2 })).toEqual(numbers);
    expect(await found(`8 2\n${text}`, words, { dim: 2 })).toEqual(numbers);
  });

  test("words are counted once, and ten of those that are missing are named", async () => {
    const words = Array.from({ length: 13 }, (_, i) => `w${i}`);
    const result = await readWordVectors("w3 1 2\n", [...words, ...words]);
    expect(result).toMatchObject({ dim: 2, found: 1, total: 13, coverage: 1 / 13 });
    expect(result.missing).toEqual(words.filter((word) => word !== "w3").slice(0, 10));
    expect(await readWordVectors("w3 1 2\n", [])).toMatchObject({ found: 0, total: 0, coverage: 0, missing: [] });
  });
});

describe("refused", () => {
  const rows: readonly [string, string | Uint8Array, WordVectorOptions, string, string][] = [
    [
      "a narrow line",
      "a 1 2\nb 1\n",
      {},
      "BPTT_DATA",
      '^line 2: expected a word and 2 numbers, got 1 numbers in "b 1"; mend',
    ],
    [
      "a wide line",
      "a 1 2\nb 1 2 3\n",
      {},
      "BPTT_DATA",
      '^line 2: expected a word and 2 numbers, got 3 numbers in "b 1 2 3";',
    ],
    ["a line without a word", "a 1 2\n1 2\n", {}, "BPTT_DATA", "^line 2: expected a word and 2 numbers, got 1 numbers"],
    [
      "letters",
      "a 1 2\n\nb 1 x\n",
      { file: "v" },
      "BPTT_DATA",
      '^v:3: expected finite numbers behind the word, got "x"',
    ],
    [
      "letters on the first line",
      "a 1 x\nb 1 2\n",
      {},
      "BPTT_DATA",
      '^line 1: expected a word and its numbers, got "a 1 x"',
    ],
    ["nan", "a 1 2\nb nan 2\n", {}, "BPTT_DATA", '^line 2: .* got "nan"; mend the line$'],
    ["half a number", "a 1 2\nw 1 2-\n", {}, "BPTT_DATA", '^line 2: .* got "2-"'],
    ["a number too large for 32 bits", "a 1 2\nw 1e39 2\n", {}, "BPTT_DATA", '^line 2: .* got "1e39"'],
    ["nothing", "", { file: "v" }, "BPTT_DATA", "^v: empty: expected a word and its numbers on each line"],
    ["blank lines", "\n \n", {}, "BPTT_DATA", "^data: empty"],
    ["a first line alone", "0 3\n", {}, "BPTT_DATA", "^data: empty"],
    [
      "fewer vectors than promised",
      "3 2\na 1 2\nb 1 2\n",
      {},
      "BPTT_DATA",
      "^data: expected 3 vectors, .* got 2; get the",
    ],
    ["more vectors than promised", "1 2\na 1 2\nb 1 2\n", {}, "BPTT_DATA", "^data: expected 1 vectors, .* got 2"],
    [
      "a dim too large",
      "a 1 2\n",
      { dim: 3 },
      "BPTT_OPTION",
      "^dim: expected 2, .* \\(line 1\\), got 3; leave dim out",
    ],
    ["a dim too small", "a 1 2\n", { dim: 1 }, "BPTT_OPTION", "^dim: expected 2, .* got 1;"],
    ["a dim beside the first line", "1 2\na 1 2\n", { dim: 3 }, "BPTT_OPTION", "^dim: expected 2, .* got 3;"],
    ["a dim of 0", "a 1 2\n", { dim: 0 }, "BPTT_OPTION", "^dim: expected a positive integer, got 0$"],
    ["a path", "glove.6B.100d.txt", {}, "BPTT_DATA", '^line 1: .* got "glove.6B.100d.txt"; .* streamFile of bptt/node'],
    ["a web page", "<!doctype html>\n<p>404</p>", {}, "BPTT_DATA", "^line 1: expected a word and its numbers"],
    [
      "a zip archive",
      gzip("").fill(0).with(0, 0x50).with(1, 0x4b).with(2, 3).with(3, 4),
      {},
      "BPTT_DATA",
      "zip archive; unpack",
    ],
    [
      "word2vec's binary form",
      Uint8Array.of(0x31, 0x20, 0x32, 10, 0x61, 0x20, 0xff, 0xff),
      {},
      "BPTT_DATA",
      "^line 2: expected UTF-8",
    ],
    ["half a character at the end", utf8("a 1 2\né").subarray(0, -1), {}, "BPTT_DATA", "^line 2: expected UTF-8"],
    [
      "gzip cut off",
      gzip(GLOVE).subarray(0, -1),
      { file: "v.gz" },
      "BPTT_DATA",
      "^v.gz: expected whole gzip data, got data that is cut off",
    ],
    ["the first bytes of gzip", gzip(GLOVE).subarray(0, 3), {}, "BPTT_DATA", "^data: expected whole gzip data"],
    ["gzip with a wrong byte", gzip(GLOVE).with(-6, 1), {}, "BPTT_DATA", "expected whole gzip data"],
    [
      "a line without an end",
      "x".repeat(3 * 2 ** 20),
      {},
      "BPTT_DATA",
      "^line 1: expected lines of 1048576 characters at most",
    ],
  ];

  test.each(rows)("%s", async (_, source, options, code, message) => {
    const words = source === "" ? [] : ["w"];
    await expect(readWordVectors(source, words, options)).rejects.toThrow(problem(code, message));
    if (typeof source !== "string")
      await expect(readWordVectors(chunks(cut(source, 3)), words, options)).rejects.toThrow(problem(code, message));
  });

  test("other kinds of sources, words and options", async () => {
    await expect(readWordVectors(5 as never, [])).rejects.toThrow(
      problem("BPTT_DATA", "^data: expected a string, a Uint8"),
    );
    await expect(readWordVectors("a 1", "a")).rejects.toThrow(
      problem("BPTT_DATA", "^words: expected a list of words, got"),
    );
    await expect(readWordVectors("a 1", [7 as never])).rejects.toThrow(
      problem("BPTT_DATA", "^words: expected strings, got 7"),
    );
    await expect(readWordVectors("a 1", [], { size: 1 } as never)).rejects.toThrow(
      problem("BPTT_OPTION", '^readWordVectors: unknown option "size"; the options are dim'),
    );
  });

  test("a source that breaks off rejects with its own error, one that is left is ended, and a signal ends the reading", async () => {
    for (const bytes of [utf8(GLOVE), gzip(GLOVE)]) {
      let ended = 0;
      async function* source(error?: Error) {
        try {
          yield* cut(bytes, 19);
          if (error) throw error;
          for (;;) yield utf8("\nx 1\n");
        } finally {
          ended += 1;
        }
      }
      await expect(readWordVectors(source(new Error("lost")), WORDS)).rejects.toThrow("lost");
      await expect(readWordVectors(source(), WORDS)).rejects.toThrow(problem("BPTT_DATA", ""));
      expect(ended).toBe(2);
    }
    const signal = AbortSignal.abort(new Error("stopped"));
    await expect(readWordVectors(GLOVE, WORDS, { signal })).rejects.toThrow("stopped");
  });
});
