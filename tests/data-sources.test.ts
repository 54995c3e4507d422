// Strings, bytes, Blobs, streams and async iterables give the same examples, whatever their chunks split.

import { describe, expect, test } from "vitest";
import { readConll } from "../src/data/conll.js";
import { readJsonLines } from "../src/data/jsonlines.js";
import { readParallel } from "../src/data/parallel.js";

const problem = (message: string | RegExp) =>
  expect.objectContaining({ code: "BPTT_DATA", message: expect.stringMatching(message) });

const TEXT = "\uFEFFcafé\tO\r\n台北\tB-dest\r\n\r\n🚀\tO\r\n";
const BYTES = new TextEncoder().encode(TEXT);
const EXPECTED = [
  { tokens: ["café", "台北"], tags: ["O", "B-dest"], source: "t.conll:1" },
  { tokens: ["🚀"], tags: ["O"], source: "t.conll:4" },
];
const file = "t.conll";

const cut = (bytes: Uint8Array, size: number) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));

async function* chunks<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

const streamOf = (items: Uint8Array[], cancelled?: () => void): ReadableStream<Uint8Array> => {
  const rest = [...items];
  return new ReadableStream({
    pull(controller) {
      const next = rest.shift();
      if (next) controller.enqueue(next);
      else controller.close();
    },
    cancel: cancelled,
  });
};

describe("sources", () => {
  test("a string and bytes are read at once", () => {
    expect(readConll(TEXT, { file })).toEqual(EXPECTED);
    expect(readConll(BYTES, { file })).toEqual(EXPECTED);
    const shifted = new Uint8Array(BYTES.length + 3);
    shifted.set(BYTES, 3);
    expect(readConll(shifted.subarray(3), { file })).toEqual(EXPECTED);
  });

  test("a Blob is read later, and a File gives its name", async () => {
    expect(await readConll(new Blob([BYTES]), { file })).toEqual(EXPECTED);
    expect(await readConll(new File([BYTES], file))).toEqual(EXPECTED);
  });

  test("chunks of any size give the same", async () => {
    for (const size of [1, 2, 3, 5, 7, 100]) {
      expect(await readConll(streamOf(cut(BYTES, size)), { file })).toEqual(EXPECTED);
      expect(await readConll(chunks(cut(BYTES, size)), { file })).toEqual(EXPECTED);
    }
  });

  test("an async iterable of texts may split a character, too", async () => {
    const units = Array.from({ length: TEXT.length }, (_, i) => TEXT.charAt(i));
    expect(await readConll(chunks(units), { file })).toEqual(EXPECTED);
    expect(await readConll(chunks([TEXT]), { file })).toEqual(EXPECTED);
  });

  test("parallel texts may come from sources of two kinds", async () => {
    const expected = [{ tokens: ["arrive", "台北"], tags: ["O", "B-dest"], source: "words:1" }];
    const words = new TextEncoder().encode("arrive 台北\r\n");
    expect(await readParallel(streamOf(cut(words, 1)), "O B-dest")).toEqual(expected);
    expect(await readParallel(words, new Blob(["O B-dest"]))).toEqual(expected);
    await expect(readParallel(new Blob(["a b"]), chunks(["O"]))).rejects.toThrow(problem("^words:1 and tags:1: "));
    await expect(readParallel(new Blob([Uint8Array.of(0xff)]), Uint8Array.of(0xff))).rejects.toThrow(problem("UTF-8"));
  });

  test("JSON lines may come from a stream", async () => {
    const bytes = new TextEncoder().encode('{"text": "台北", "entities": []}\n');
    expect(await readJsonLines(streamOf(cut(bytes, 1)))).toEqual([{ text: "台北", entities: [], source: "line 1" }]);
  });

  test("a source without anything is empty", async () => {
    await expect(readConll(new Blob([]), { file })).rejects.toThrow(problem("^t.conll: empty"));
    await expect(readConll(chunks<string>([]), { file })).rejects.toThrow(problem("^t.conll: empty"));
  });

  test("other kinds of sources and chunks are refused", async () => {
    // @ts-expect-error no source
    await expect(readConll(5)).rejects.toThrow(problem("expected a string, a Uint8Array, a Blob, .* got 5$"));
    // @ts-expect-error no source
    await expect(readConll(new ArrayBuffer(3), { file })).rejects.toThrow(problem(/^t.conll: .* \(ArrayBuffer\)$/));
    await expect(readConll(chunks(["a", BYTES]))).rejects.toThrow(problem("expected chunks of one kind"));
    // @ts-expect-error no chunk
    await expect(readConll(chunks([7]))).rejects.toThrow(problem("expected chunks of text or bytes, got 7"));
  });

  test("a stream that breaks off rejects with its own error, one that is refused is cancelled", async () => {
    const broken = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error("lost")) });
    await expect(readConll(broken)).rejects.toThrow("lost");
    let cancelled = false;
    const texts = new ReadableStream({
      pull: (controller) => controller.enqueue(7),
      cancel: () => {
        cancelled = true;
      },
    });
    await expect(readConll(texts)).rejects.toThrow(problem("got 7"));
    expect(cancelled).toBe(true);
  });
});

describe("strict UTF-8", () => {
  const bad = (...bytes: number[]) => Uint8Array.from([...new TextEncoder().encode("é O\r\nx"), ...bytes, 0x20, 0x4f]);

  test("the first wrong byte is named with file, line and offset", () => {
    expect(() => readConll(bad(0xff), { file })).toThrow(
      problem("^t.conll:2: expected UTF-8, got the byte 0xFF at offset 7; save the file as UTF-8$"),
    );
    expect(() => readConll(bad(0x80))).toThrow(problem("^line 2: expected UTF-8, got the byte 0x80 at offset 7;"));
  });

  test("overlong forms, surrogates, numbers beyond Unicode and half characters are wrong", () => {
    for (const bytes of [
      [0xc0, 0xaf],
      [0xe0, 0x9f, 0xbf],
      [0xed, 0xa0, 0x80],
      [0xf0, 0x8f, 0xbf, 0xbf],
      [0xf4, 0x90, 0x80, 0x80],
      [0xf5, 0x80, 0x80, 0x80],
      [0xe4, 0xbd],
    ])
      expect(() => readConll(bad(...bytes), { file }), `${bytes}`).toThrow(problem("^t.conll:2: .* at offset 7;"));
    const half = BYTES.subarray(0, 5);
    expect(() => readConll(half.slice(0, 7), { file })).toThrow(problem("one column"));
    expect(() => readConll(BYTES.subarray(0, BYTES.indexOf(0xc3) + 1), { file })).toThrow(
      problem("^t.conll:1: .* 0xC3"),
    );
  });

  test("the first and last characters of each length are right, and so is U+FFFD", () => {
    const text = "\u007F\u0080\u07FF\u0800\uD7FF\uE000\uFFFD\uFFFF\u{10000}\u{10FFFF}";
    const wrongLater = Uint8Array.from([...new TextEncoder().encode(text), 0xff]);
    expect(readConll(new TextEncoder().encode(`${text}\tO`))[0]?.tokens).toEqual([text]);
    expect(() => readConll(wrongLater)).toThrow(problem(`0xFF at offset ${wrongLater.length - 1};`));
  });

  test("UTF-16 is recognised", () => {
    expect(() => readConll(Uint8Array.of(0xff, 0xfe, 0x61, 0), { file })).toThrow(
      problem("^t.conll:1: .*this is UTF-16: save"),
    );
  });
});
