// Model files have the bytes of Hugging Face's own library; every damaged or foreign file gives a clear error.

import { describe, expect, test } from "vitest";
import { type NamedTensor, readSafetensors, writeSafetensors } from "../src/formats/safetensors.js";
import { Random } from "../src/random.js";

const problem = (message: string | RegExp) =>
  expect.objectContaining({ code: "BPTT_FILE", message: expect.stringMatching(message) });

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
const tensor = (name: string, shape: number[], data: number[]): NamedTensor => ({
  name,
  shape,
  data: Float32Array.from(data),
});

/** A file with any header and so many bytes of numbers. */
function fileOf(header: unknown, length: number): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 8);
  return bytes;
}

const TENSORS = [
  tensor("a", [2, 3], [1, -2.5, 3e-9, 0, -0, Infinity]),
  tensor("b.weight", [0, 3], []),
  tensor("c", [], [7]),
];
const METADATA = { format: "bptt 台北" };

/**
 * Written by safetensors 0.8.0 in Python: save({"a": ..., "b.weight": ..., "c": ...}, {"format": "bptt 台北"}), all
 * float32.
 */
const PYTHON = bytesOf(
  "2AAAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJmb3JtYXQiOiJicHR0IOWPsOWMlyJ9LCJhIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsyLDNdLCJkYXRhX29mZnNl" +
    "dHMiOlswLDI0XX0sImIud2VpZ2h0Ijp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlswLDNdLCJkYXRhX29mZnNldHMiOlsyNCwyNF19LCJjIjp7ImR0eXBlIjoiRjMy" +
    "Iiwic2hhcGUiOltdLCJkYXRhX29mZnNldHMiOlsyNCwyOF19fSAAAIA/AAAgwI8oTjEAAAAAAAAAgAAAgH8AAOBA",
);

/** The same library: {"w": float64 [0.1, 2], "v": float32 [1]}. */
const FLOAT64 = bytesOf(
  "cAAAAAAAAAB7InciOnsiZHR5cGUiOiJGNjQiLCJzaGFwZSI6WzJdLCJkYXRhX29mZnNldHMiOlswLDE2XX0sInYiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzFdLCJk" +
    "YXRhX29mZnNldHMiOlsxNiwyMF19fSAgmpmZmZmZuT8AAAAAAAAAQAAAgD8=",
);

describe("safetensors", () => {
  test("writes the very bytes of the Python library", () => {
    expect(writeSafetensors(TENSORS, METADATA)).toEqual(PYTHON);
  });

  test("reads what the Python library wrote", () => {
    expect(readSafetensors(PYTHON)).toEqual({ tensors: TENSORS, metadata: METADATA });
    expect(readSafetensors(FLOAT64).tensors).toEqual([tensor("w", [2], [0.1, 2]), tensor("v", [1], [1])]);
  });

  test("reads Node's Buffer, which readFile gives, as any bytes", () => {
    expect(readSafetensors(Buffer.from(PYTHON))).toEqual(readSafetensors(PYTHON));
    expect(readSafetensors(Buffer.from(FLOAT64))).toEqual(readSafetensors(FLOAT64));
  });

  test("names, order, metadata and the bits of every number come back", () => {
    const random = new Random(1);
    const bits = Uint32Array.from({ length: 17 }, () => random.next());
    const tensors = ["10", "2", "__proto__", 'ü\u{1F680}"\n', "a"].map((name) => ({
      name,
      shape: [17],
      data: new Float32Array(bits.buffer),
    }));
    const metadata = Object.fromEntries([
      ["b", '{"words":["台北"]}'],
      ["__proto__", "x"],
      ["a", "\uD800"],
    ]);
    const bytes = writeSafetensors(tensors, metadata);
    const back = readSafetensors(bytes);
    expect(back.tensors.map(({ name }) => name)).toEqual(tensors.map(({ name }) => name));
    for (const { data } of back.tensors) expect(new Uint32Array(data.buffer)).toEqual(bits);
    expect(Object.entries(back.metadata)).toEqual(Object.entries(metadata));
    expect(writeSafetensors(back.tensors, back.metadata)).toEqual(bytes);
  });

  test("the header ends at a multiple of 8, whatever its length", () => {
    for (const name of ["a", "bb", "ccc", "dddd", "eeeee", "ffffff", "ggggggg", "hhhhhhhh"]) {
      const bytes = writeSafetensors([tensor(name, [1], [5])], {});
      expect(bytes.length % 8).toBe(4);
      expect(readSafetensors(bytes)).toEqual({ tensors: [tensor(name, [1], [5])], metadata: {} });
    }
    expect(readSafetensors(writeSafetensors([], {}))).toEqual({ tensors: [], metadata: {} });
  });

  test("reads bytes that begin anywhere in their buffer, and gives copies", () => {
    for (const shift of [1, 2, 3, 5, 7]) {
      const room = new Uint8Array(PYTHON.length + shift);
      room.set(PYTHON, shift);
      const { tensors } = readSafetensors(room.subarray(shift));
      room.fill(0);
      expect(tensors).toEqual(TENSORS);
    }
  });

  test("writes the part that a view shows", () => {
    const data = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    expect(readSafetensors(writeSafetensors([{ name: "w", shape: [2], data }], {})).tensors[0]?.data).toEqual(
      Float32Array.of(2, 3),
    );
  });
});

describe("what cannot be written is refused", () => {
  test("names that stand twice or are reserved", () => {
    const twice = [tensor("w", [1], [1]), tensor("w", [1], [2])];
    expect(() => writeSafetensors(twice, {})).toThrow(problem('^safetensors: tensor "w": this name is taken'));
    expect(() => writeSafetensors([tensor("__metadata__", [1], [1])], {})).toThrow(problem("this name is taken"));
  });

  test("shapes that do not fit and metadata that is no text", () => {
    expect(() => writeSafetensors([tensor("w", [2, 2], [1])], {})).toThrow(
      problem(/expected 4 numbers for shape \[2,2\], got 1$/),
    );
    expect(() => writeSafetensors([tensor("w", [-1], [1])], {})).toThrow(problem(/for shape \[-1\], got 1$/));
    // @ts-expect-error a number
    expect(() => writeSafetensors([], { version: 1 })).toThrow(
      problem('metadata: "version": expected a string, got 1;'),
    );
  });
});

describe("a damaged or foreign file is refused", () => {
  test("every truncated file", () => {
    for (let length = 1; length < PYTHON.length; ++length)
      expect(() => readSafetensors(PYTHON.subarray(0, length)), `${length} bytes`).toThrow(
        problem("^model file: the file is truncated: expected .*, got .*; get or save it again$"),
      );
  });

  test("an empty file", () => {
    expect(() => readSafetensors(new Uint8Array())).toThrow(
      problem("^model file: expected a safetensors file, got an empty one"),
    );
  });

  test("a picture, a web page, a ZIP archive, a text, zeros", () => {
    const text = (content: string) => new TextEncoder().encode(content.padEnd(100, " -"));
    expect(() => readSafetensors(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13))).toThrow(
      problem(
        "^model file: expected a safetensors file, got one that begins with the bytes 89 50 4e 47 0d 0a 1a 0a; check",
      ),
    );
    expect(() => readSafetensors(text("<!DOCTYPE html>"))).toThrow(problem("got a web page or XML; check the address"));
    expect(() => readSafetensors(text("\uFEFF\n<html>"))).toThrow(problem("got a web page or XML"));
    expect(() => readSafetensors(text("PK\x03\x04"))).toThrow(problem("got a ZIP archive, such as PyTorch's .pt"));
    expect(() => readSafetensors(text("arrive O"))).toThrow(problem("begins with the bytes 61 72 72 69 76 65 20 4f"));
    expect(() => readSafetensors(new Uint8Array(100))).toThrow(problem("begins with the bytes 00 00"));
    // @ts-expect-error a path
    expect(() => readSafetensors("model.safetensors")).toThrow(
      problem('expected a Uint8Array, got "model.safetensors"'),
    );
  });

  test("a header longer than the format allows", () => {
    const bytes = PYTHON.slice();
    new DataView(bytes.buffer).setUint32(0, 100_000_001, true);
    expect(() => readSafetensors(bytes)).toThrow(problem("expected a safetensors file, got one that begins with"));
  });

  test("a header that is no JSON object", () => {
    expect(() => readSafetensors(fileOf("{,}", 0))).toThrow(problem("the header is damaged: expected JSON in UTF-8"));
    const notUtf8 = fileOf('{"abc":1}', 0);
    notUtf8[10] = 0xff;
    expect(() => readSafetensors(notUtf8)).toThrow(problem("the header is damaged"));
  });

  const entry = (shape: unknown, offsets: unknown, dtype: unknown = "F32") => ({ dtype, shape, data_offsets: offsets });

  test("offsets that overlap or leave a gap, and bytes that belong to nothing", () => {
    const two = (begin: number) => fileOf({ a: entry([2], [0, 8]), b: entry([1], [begin, begin + 4]) }, begin + 4);
    expect(readSafetensors(two(8)).tensors.length).toBe(2);
    expect(() => readSafetensors(two(4))).toThrow(
      problem('tensor "b": its data overlaps another\'s: expected the offset 8, got 4$'),
    );
    expect(() => readSafetensors(two(12))).toThrow(
      problem('tensor "b": its data leaves a gap: expected the offset 8, got 12$'),
    );
    expect(() => readSafetensors(fileOf({ a: entry([1], [0, 4]) }, 7))).toThrow(
      problem("expected 4 bytes of numbers, got 7: 3 belong to no tensor$"),
    );
    expect(() =>
      readSafetensors(
        fileOf(`{"a":${JSON.stringify(entry([1], [0, 4]))},"a":${JSON.stringify(entry([1], [4, 8]))}}`, 8),
      ),
    ).toThrow(problem("leaves a gap"));
  });

  test("shapes and offsets that do not fit or make no sense", () => {
    const one =
      (...parts: Parameters<typeof entry>) =>
      () =>
        readSafetensors(fileOf({ w: entry(...parts) }, 8));
    expect(one([3], [0, 8])).toThrow(
      problem(/^model file: tensor "w": shape \[3\] needs 12 bytes of F32, but the offsets 0 to 8 hold 8$/),
    );
    expect(one([-2], [0, 8])).toThrow(problem("shape: expected sizes of 0 or more"));
    expect(one([2 ** 30, 2 ** 30], [0, 8])).toThrow(problem("shape: expected sizes of 0 or more that memory can hold"));
    expect(one("2", [0, 8])).toThrow(problem("shape: expected sizes"));
    expect(one([2], [8, 0])).toThrow(problem(/data_offsets: expected \[begin, end\], got \[8,0\]$/));
    expect(one([2], [0])).toThrow(problem("data_offsets: expected"));
    expect(() => readSafetensors(fileOf({ w: 5 }, 8))).toThrow(
      problem('tensor "w": expected the dtype F16, F32 or F64, got undefined'),
    );
  });

  test("number formats that are not read, by name", () => {
    const file = fileOf({ w: { dtype: "BF16", shape: [1], data_offsets: [0, 2] } }, 2);
    expect(() => readSafetensors(file)).toThrow(
      problem('tensor "w": expected the dtype F16, F32 or F64, got "BF16"; convert it to F32$'),
    );
  });

  test("metadata that is no text", () => {
    expect(() => readSafetensors(fileOf({ __metadata__: { version: 1 } }, 0))).toThrow(
      problem('__metadata__: "version": expected a string, got 1$'),
    );
    expect(() => readSafetensors(fileOf({ __metadata__: ["a"] }, 0))).toThrow(
      problem("__metadata__: expected texts by key"),
    );
  });

  test("a wrong byte anywhere gives a file error or other content, never another error", () => {
    const random = new Random(2);
    for (let round = 0; round < 2000; ++round) {
      const bytes = PYTHON.slice();
      bytes[random.below(bytes.length)] = random.below(256);
      try {
        readSafetensors(bytes);
      } catch (error) {
        expect(error).toEqual(problem("^model file: "));
      }
    }
  });
});
