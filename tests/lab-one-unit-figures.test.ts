// What else the surface and its system show: bifurcations, the largest rate, and cells around what is steep.

import { describe, expect, test } from "vitest";
import { bifurcation, largestRate, linearNeuron, oneUnit, presets, refine } from "../src/lab/index.js";
import { loosely, type Row, refused } from "./support/refused.js";

describe("bifurcations", () => {
  test("w = 6: one fixed point or three, the middle one repels, and every start ends at one that attracts", async () => {
    const { b, starts, ends, fixedPoints } = await bifurcation({ w: 6, b: [-4, -2.01], count: 67, seqLen: 3000 });
    const counts = new Set<number>();
    for (const [i, bias] of b.entries()) {
      const here = [...fixedPoints.b.keys()].filter((k) => fixedPoints.b[k] === bias);
      counts.add(here.length);
      for (const k of here) {
        const x = fixedPoints.x[k] ?? 0;
        expect(Math.abs(6 / (1 + Math.exp(-x)) + bias - x)).toBeLessThan(1e-14 * 10);
      }
      const slopes = here.map((k) => fixedPoints.slope[k] ?? 0);
      expect(slopes.map((slope) => slope < 1)).toEqual(here.length === 1 ? [true] : [true, false, true]);
      const attracting = here.filter((k) => (fixedPoints.slope[k] ?? 0) < 1).map((k) => fixedPoints.x[k] ?? 0);
      for (const end of ends.subarray(i * starts.length, (i + 1) * starts.length))
        expect(Math.min(...attracting.map((x) => Math.abs(x - end)))).toBeLessThan(1e-6);
    }
    expect([...counts].sort()).toEqual([1, 3]);
  });

  test("w = 3 has one fixed point everywhere, w = -3 too", async () => {
    for (const w of [3, -3]) expect((await bifurcation({ w, b: [-9, 9], count: 31 })).fixedPoints.x).toHaveLength(31);
  });
});

describe("the largest rate", () => {
  test("a little less lowers the error, a little more raises it; along w, along b, along the gradient", async () => {
    for (const along of ["w", "b", "gradient"] as const) {
      const { rate, error, errorAfter, bounded } = await largestRate({ w: 5, b: -2.5, along });
      const { dw, db } = await oneUnit({ w: 5, b: -2.5 });
      const errorWith = async (lr: number) =>
        (await oneUnit({ w: 5 - (along === "b" ? 0 : lr * dw), b: -2.5 - (along === "w" ? 0 : lr * db) })).error;
      expect(bounded).toBe(true);
      expect(errorAfter).toBeCloseTo(error, 9);
      expect(await errorWith(0.999 * rate)).toBeLessThan(error);
      expect(await errorWith(1.001 * rate)).toBeGreaterThan(error);
      for (const part of [0.01, 0.1, 0.5, 0.9]) expect(await errorWith(part * rate)).toBeLessThan(error);
    }
  });

  test("it falls by more than a hundred from the plateau to the cliff", async () => {
    const rates = [];
    for (const options of presets.rate.largestRate) rates.push((await largestRate(options)).rate);
    expect([...rates].sort((one, other) => other - one)).toEqual(rates);
    expect((rates[0] ?? 0) / (rates.at(-1) ?? 1)).toBeGreaterThan(100);
  });

  test("where no step raises the error it is not bounded", async () => {
    expect(await largestRate({ w: 5, b: -2.62 })).toMatchObject({ bounded: false });
  });
});

describe("refined surfaces", () => {
  const step = (x: Float64Array, y: Float64Array) => x.map((value, k) => Number(value + 0.3 * (y[k] ?? 0) > 0.61));

  test("the smallest cells lie on a step, the others stay as large as they were, and all cover the whole", async () => {
    const { points, cells, complete } = await refine({
      x: [0, 1],
      y: [-1, 1],
      evaluate: step,
      cells: [7, 5],
      maxDepth: 5,
      budget: 5000,
    });
    expect(complete).toBe(true);
    let area = 0;
    for (const [k, depth] of cells.depth.entries()) {
      area += (cells.width[k] ?? 0) * (cells.height[k] ?? 0);
      const values = [...cells.corners.subarray(4 * k, 4 * k + 4)].map((corner) => points.values[corner]);
      if (depth < 5) expect(new Set(values).size).toBe(1);
    }
    expect(area).toBeCloseTo(2, 12);
    expect(cells.depth.filter((depth) => depth === 5).length).toBeGreaterThan(7 * 32);
    expect(new Set(points.x.map((x, k) => 1000 * x + (points.y[k] ?? 0))).size).toBe(points.x.length);
  });

  test("a budget is kept, an evaluator may be asynchronous, and flat surfaces are left alone", async () => {
    const slowly = async (x: Float64Array, y: Float64Array) => step(x, y);
    const { points, complete } = await refine({ x: [0, 1], y: [0, 1], evaluate: slowly, cells: [3, 3], budget: 200 });
    expect(complete).toBe(false);
    expect(points.x.length).toBeLessThanOrEqual(200);
    expect(points.x.length).toBeGreaterThan(190);
    const flat = await refine({ x: [0, 1], y: [0, 1], evaluate: (x) => new Float64Array(x.length), cells: [3, 2] });
    expect([flat.points.x.length, flat.cells.x.length]).toEqual([12, 6]);
  });
});

const rows: readonly Row[] = [
  [
    "no starts",
    "TypeError",
    "bifurcation: starts: expected one number or more, got an array of 0",
    () => bifurcation({ starts: [] }),
  ],
  [
    "no evaluator",
    "TypeError",
    "refine: evaluate: expected a function",
    () => loosely(refine, { x: [0, 1], y: [0, 1] }),
  ],
  [
    "a budget below the first cells",
    "RangeError",
    "refine: budget: expected 1089 (for 32 x 32 cells) to 16777216 points, got 100",
    () => refine({ x: [0, 1], y: [0, 1], evaluate: (x) => x, budget: 100 }),
  ],
  [
    "an evaluator that loses points",
    "RangeError",
    "refine: evaluate: expected 1089 values, got 0",
    () => refine({ x: [0, 1], y: [0, 1], evaluate: () => new Float64Array(0) }),
  ],
  [
    "another way along",
    "TypeError",
    'largestRate: along: expected one of "w", "b", "gradient", got "x"',
    () => loosely(largestRate, { w: 1, b: 1, along: "x" }),
  ],
  [
    "a thing that is no object",
    "TypeError",
    "linearNeuron: expected an object of options, got 1",
    () => loosely(linearNeuron, 1),
  ],
];
test.each(rows)("refuses %s", (...row) => refused("BPTT_OPTION", row));
