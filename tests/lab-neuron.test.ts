import { describe, expect, test } from "vitest";
import { linearNeuron, linearNeuronSweep } from "../src/lab/index.js";
import { loosely, type Row, refused } from "./support/refused.js";

/** max|a-b| / max|b| of one number. */
const off = (actual: number, expected: number) => Math.abs(actual - expected) / Math.abs(expected);

describe("the linear neuron", () => {
  test.each([
    [1, "1.0000", "999.00"],
    [1.01, "20751.6", "2.05256e+7"],
    [0.99, "0.0000436", "0.0440"],
  ])("w = %d over 1000 steps: y is w^999 and the gradient 999 w^998", async (w, y, gradient) => {
    const run = await linearNeuron({ w });
    expect(run.y).toHaveLength(1000);
    expect(off(run.y[999] ?? 0, w ** 999)).toBeLessThan(1e-12);
    expect(off(run.dw, 999 * w ** 998)).toBeLessThan(1e-12);
    const digits = (text: string) => text.replace(/e.*|[.-]|^0\.0*/g, "").length;
    expect(Number((run.y[999] ?? 0).toPrecision(digits(y)))).toBe(Number(y));
    expect(Number(run.dw.toPrecision(digits(gradient)))).toBe(Number(gradient));
    for (const t of [1, 2, 500, 999, 1000]) {
      expect(off(run.y[t - 1] ?? 0, w ** (t - 1))).toBeLessThan(1e-12);
      expect(off(run.dh[t - 1] ?? 0, w ** (1000 - t))).toBeLessThan(1e-12);
    }
  });

  test("w = 0.01: both vanish altogether", async () => {
    const { y, dw } = await linearNeuron({ w: 0.01 });
    expect([y[999], dw]).toEqual([0, 0]);
  });

  test.each([1, 2, 3, 7])("any input over %d steps: the gradient is that of central differences", async (seqLen) => {
    const input = [0.7, -1.3, 0, 2.5, -0.1, 1, 0.3].slice(0, seqLen);
    const at = async (w: number) => (await linearNeuron({ w, input })).y.at(-1) ?? 0;
    const [h, w] = [1e-5, -0.8];
    const { dw } = await linearNeuron({ w, input });
    expect(off(((await at(w + h)) - (await at(w - h))) / (2 * h) + 1, dw + 1)).toBeLessThan(1e-8);
  });

  test("zeros follow inputs that are fewer than the steps", async () => {
    const { y } = await linearNeuron({ w: 0.5, input: [1, 2], seqLen: 4 });
    expect([...y]).toEqual([1, 2.5, 1.25, 0.625]);
  });

  test.each([1, 2, 15, 16, 17, 40])("a sweep over %d weights has the numbers of single runs", async (count) => {
    const sweep = await linearNeuronSweep({ w: [0.9, 1.02], count, seqLen: 100 });
    expect(sweep.w).toHaveLength(count);
    for (const [k, w] of sweep.w.entries()) {
      const { y, dw } = await linearNeuron({ w, seqLen: 100 });
      expect([sweep.y[k], sweep.dw[k]]).toEqual([y.at(-1), dw]);
    }
    if (count > 1) expect([sweep.w[0], sweep.w.at(-1)]).toEqual([0.9, 1.02]);
  });

  test("what is beyond f64 is Infinity", async () => {
    expect((await linearNeuron({ w: 2, seqLen: 2000 })).dw).toBe(Number.POSITIVE_INFINITY);
  });

  const rows: readonly Row[] = [
    [
      "no step",
      "RangeError",
      "linearNeuron: seqLen: expected a positive integer, got 0",
      () => linearNeuron({ w: 1, seqLen: 0 }),
    ],
    [
      "a weight that is none",
      "RangeError",
      "linearNeuron: w: expected a finite number, got NaN",
      () => linearNeuron({ w: Number.NaN }),
    ],
    [
      "more inputs than steps",
      "RangeError",
      "linearNeuron: input: 3 values for 2 steps; give fewer, or a larger seqLen",
      () => linearNeuron({ w: 1, input: [1, 2, 3], seqLen: 2 }),
    ],
    [
      "an input that is no number",
      "RangeError",
      "linearNeuron: input[1]: expected a finite number, got Infinity",
      () => linearNeuron({ w: 1, input: [1, Number.POSITIVE_INFINITY] }),
    ],
    [
      "an unknown option",
      "TypeError",
      'linearNeuron: unknown option "steps"; the options are w, seqLen, input',
      () => loosely(linearNeuron, { w: 1, steps: 3 }),
    ],
    [
      "a reversed range",
      "RangeError",
      "linearNeuronSweep: w: expected [from, to], both finite and from below to, got [1, 0.9]; turn them round",
      () => linearNeuronSweep({ w: [1, 0.9] }),
    ],
    [
      "a range without length",
      "RangeError",
      "linearNeuronSweep: w: expected [from, to], both finite and from below to, got [1, 1]; give them a distance",
      () => linearNeuronSweep({ w: [1, 1] }),
    ],
  ];
  test.each(rows)("refuses %s", (...row) => refused("BPTT_OPTION", row));
});
