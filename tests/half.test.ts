// float16 in model files: every number of the format, every tie, and files of Hugging Face's own library.

import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fromHalf, toHalf } from "../src/formats/half.js";
import { type NamedTensor, readSafetensors, SequenceTagger, writeSafetensors } from "../src/index.js";
import { command } from "./support/command.js";
import { problem, trained, travel } from "./support/tagging.js";

const bitsOf = (value: number): number => new Uint32Array(Float32Array.of(value).buffer)[0] ?? 0;
const numberOf = (bits: number): number => new Float32Array(Uint32Array.of(bits).buffer)[0] ?? 0;
const round = (value: number): number | undefined => toHalf(bitsOf(value));
/** All finite ones from +0 up. */
const HALVES = Array.from({ length: 0x7c00 }, (_, half) => half);

describe("float16", () => {
  test("every number is what the standard says", () => {
    for (const half of HALVES) {
      const [exponent, mantissa] = [half >>> 10, half & 1023];
      const value = exponent === 0 ? 2 ** -14 * (mantissa / 1024) : 2 ** (exponent - 15) * (1 + mantissa / 1024);
      if (fromHalf(half) !== value || fromHalf(half | 0x8000) !== -value)
        expect([half, fromHalf(half)]).toEqual([half, value]);
    }
    expect([0x7c00, 0xfc00, 0x7e00].map(fromHalf)).toEqual([Infinity, -Infinity, NaN]);
    expect([0, 0x8000].map(fromHalf)).toEqual([0, -0]);
  });

  test("every number goes there and back, with both signs", () => {
    for (const half of [...HALVES, ...HALVES.map((one) => one | 0x8000)])
      if (round(fromHalf(half)) !== half) expect(round(fromHalf(half))).toBe(half);
  });

  test("between two neighbours the nearer is taken, in the middle the even one", () => {
    for (const half of HALVES.slice(0, -1)) {
      const middle = (fromHalf(half) + fromHalf(half + 1)) / 2;
      const bits = bitsOf(middle);
      if (numberOf(bits) !== middle) throw new Error(`${middle} is no f32`);
      const found = [toHalf(bits - 1), toHalf(bits), toHalf(bits + 1)];
      const even = half % 2 === 0 ? half : half + 1;
      if (found.join() !== [half, even, half + 1].join()) expect(found).toEqual([half, even, half + 1]);
    }
  });

  test("what would be infinite is refused, what is too small is zero", () => {
    expect(round(65504)).toBe(0x7bff);
    expect(toHalf(bitsOf(65520) - 1)).toBe(0x7bff);
    for (const value of [65520, -65520, 3e38, Infinity, -Infinity, NaN]) expect(round(value)).toBeUndefined();
    expect([1e-45, -1e-45, 2 ** -25, 2 ** -126].map(round)).toEqual([0, 0x8000, 0, 0]);
  });
});

const tensor = (name: string, shape: number[], data: number[]): NamedTensor => ({
  name,
  shape,
  data: Float32Array.from(data),
});

describe("safetensors of dtype f16", () => {
  /** Of the library safetensors in Python: {"w": float16 [1]}. */
  const PYTHON = "OAAAAAAAAAB7InciOnsiZHR5cGUiOiJGMTYiLCJzaGFwZSI6WzFdLCJkYXRhX29mZnNldHMiOlswLDJdfX0gIAA8";

  test("has the very bytes of the Python library", () => {
    const bytes = writeSafetensors([tensor("w", [1], [1])], {}, { dtype: "f16" });
    expect(Buffer.from(bytes).toString("base64")).toBe(PYTHON);
    expect(readSafetensors(Buffer.from(PYTHON, "base64")).tensors).toEqual([tensor("w", [1], [1])]);
  });

  test("odd counts and a view inside a buffer come back rounded", () => {
    const view = Float32Array.of(9, 0.1, -2.5, 1e-7, 9).subarray(1, 4);
    const tensors = [{ name: "a", shape: [3], data: view }, tensor("b", [1], [3])];
    expect(readSafetensors(writeSafetensors(tensors, { k: "v" }, { dtype: "f16" }))).toEqual({
      tensors: [tensor("a", [3], [0.0999755859375, -2.5, 2 * 2 ** -24]), tensor("b", [1], [3])],
      metadata: { k: "v" },
    });
  });

  test("refuses numbers that it cannot hold, and other names of formats", () => {
    for (const value of [65520, Infinity, NaN])
      expect(() => writeSafetensors([tensor("w", [2], [1, value])], {}, { dtype: "f16" })).toThrow(
        problem("BPTT_FILE", `tensor "w": f16 holds numbers below 65520, got ${value}; save it as f32$`),
      );
    expect(() => writeSafetensors([], {}, { dtype: "f8" as never })).toThrow(
      problem("BPTT_OPTION", 'dtype: expected one of "f32", "f16"'),
    );
    expect(() => writeSafetensors([], {}, { type: "f16" } as never)).toThrow(
      problem("BPTT_OPTION", 'unknown option "type"'),
    );
  });
});

test("a tagger saved as f16 has half the bytes of weights, loads as f32 and answers the same within 11 bits", async () => {
  const tagger = await trained(60);
  const [full, half] = [await tagger.save(), await tagger.save({ dtype: "f16" })];
  expect(full.length - half.length).toBeGreaterThan(2 * tagger.parameterCount - 100);
  const again = await SequenceTagger.load(half);
  const [before, after] = [await tagger.evaluate(travel(31, "test")), await again.evaluate(travel(31, "test"))];
  expect(Math.abs(after.lossPerToken - before.lossPerToken)).toBeLessThan(2e-3);
  expect(after.lossPerToken).not.toBe(before.lossPerToken);
  // what is f16 already stays as it is
  expect(Buffer.from(await again.save({ dtype: "f16" })).equals(Buffer.from(half))).toBe(true);
  expect((await again.save()).length).toBeGreaterThan(half.length + tagger.parameterCount);
});

test("bptt train --dtype f16 writes such a file, and evaluate reads it", async () => {
  const cwd = mkdtempSync(join(tmpdir(), "bptt-half-"));
  try {
    const train = ["train", "tagger", "travel:en", "--epochs", "1", "--hidden-size", "8", "--batch-size", "256"];
    for (const dtype of ["f32", "f16"])
      expect((await command([...train, "--dtype", dtype, "-o", dtype], { cwd })).code).toBe(0);
    expect(statSync(join(cwd, "f16")).size).toBeLessThan(0.75 * statSync(join(cwd, "f32")).size);
    expect((await command(["evaluate", "f16", "travel:en"], { cwd })).stdout).toMatch(/entity F1 \d/);
  } finally {
    rmSync(cwd, { recursive: true });
  }
});
