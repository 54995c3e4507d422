import { describe, expect, test } from "vitest";
import { oneUnit, oneUnitCells, oneUnitSurface, presets } from "../src/lab/index.js";
import { openLab } from "../src/lab/kernel.js";
import { loosely, type Row, refused } from "./support/refused.js";

const off = (actual: number, expected: number) => Math.abs(actual - expected) / Math.abs(expected);

describe("the kernel's sigmoid in f64", () => {
  async function sigmoid(values: readonly number[]): Promise<Float64Array> {
    const arena = await openLab();
    const count = values.length + (values.length % 2);
    const at = arena.allocate(8 * count);
    arena.f64(at, values.length).set(values);
    arena.kernel.sigmoidForward(at, at, count);
    return arena.f64(at, values.length).slice();
  }

  test("within 4 units in the last place of the textbook's, from -700 to 700", async () => {
    const x = Array.from({ length: 20_001 }, (_, i) => (i - 10_000) * (i % 2 ? 0.07 : 0.0007));
    const y = await sigmoid(x);
    let largest = 0;
    for (const [i, value] of y.entries()) largest = Math.max(largest, off(value, 1 / (1 + Math.exp(-(x[i] ?? 0)))));
    expect(largest).toBeLessThan(4 * 2 ** -52);
  });

  test("ends, zeros and NaN", async () => {
    const { NaN: nan, POSITIVE_INFINITY: inf, NEGATIVE_INFINITY: minusInf } = Number;
    expect([...(await sigmoid([inf, minusInf, 0, -0, 40, -710, nan, 0.5]))]).toEqual([
      1,
      0,
      0.5,
      0.5,
      1,
      0,
      nan,
      0.6224593312018546,
    ]);
  });
});

describe("the one-unit system", () => {
  const S = 0.6224593312018546;
  const SLOPE = 0.2350037122015945;

  test.each([
    [3, -1.3673779936, -0.123546, -0.0769023],
    [4, -1.9898373248, -0.579999, -0.361026],
    [4.5, -2.3010669904, -9.74648, -6.06679],
    [5, -2.612296656, -661.683, -411.871],
    [5.5, -2.9235263216, -46488.7, -28937.3],
    [6, -3.2347559872, -2.571e6, -1.6e6],
  ])("w = %d on the line where the state stays 0.5: the closed form, to 1e-9", async (w, nearB, nearDb, nearDw) => {
    const b = 0.5 - w * S;
    expect(b).toBeCloseTo(nearB, 9);
    const L = w * SLOPE;
    const db = (2 * (S - 0.7) * SLOPE * (L ** 50 - 1)) / (L - 1);
    const point = await oneUnit({ w, b });
    expect(off(point.error, (S - 0.7) ** 2)).toBeLessThan(1e-9);
    expect(off(point.db, db)).toBeLessThan(1e-9);
    expect(off(point.dw, S * db)).toBeLessThan(1e-9);
    expect(off(point.db, nearDb)).toBeLessThan(1e-4);
    expect(off(point.dw, nearDw)).toBeLessThan(5e-4);
    expect([...point.states]).toEqual(Array.from({ length: 51 }, () => 0.5));
  });

  test.each([
    [-2, 0.0555855, 0.0379183, 0.0405212],
    [-2.5, 0.0240889, 0.0863117, 0.100925],
    [-2.62, 0.3432719, -0.0273288, -0.2395028],
  ])("off the wall, w = 5 and b = %d", async (b, error, dw, db) => {
    const point = await oneUnit({ w: 5, b });
    for (const [actual, expected] of [
      [point.error, error],
      [point.dw, dw],
      [point.db, db],
    ] as const)
      expect(Math.abs(actual - expected)).toBeLessThan(5.1e-8);
  });

  test.each([1, 2, 7])("over %d steps the gradient is that of central differences", async (seqLen) => {
    const system = { seqLen, x0: -0.3, target: 0.2 };
    const [w, b, h] = [2.1, -0.7, 1e-5];
    const error = async (w: number, b: number) => (await oneUnit({ w, b, ...system })).error;
    const point = await oneUnit({ w, b, ...system });
    expect(Math.abs(point.dw - ((await error(w + h, b)) - (await error(w - h, b))) / (2 * h))).toBeLessThan(1e-10);
    expect(Math.abs(point.db - ((await error(w, b + h)) - (await error(w, b - h))) / (2 * h))).toBeLessThan(1e-10);
    expect(point.states).toHaveLength(seqLen + 1);
    expect(point.states[1]).toBeCloseTo(w / (1 + Math.exp(0.3)) + b, 14);
  });

  test.each([
    [1, 1],
    [2, 1],
    [3, 5],
    [17, 13],
    [97, 61],
  ] as const)("a surface of %d x %d has the numbers of single points", async (nx, ny) => {
    const done: number[] = [];
    const { x, y, values, dx, dy } = await oneUnitSurface({
      size: [nx, ny],
      seqLen: 13,
      onProgress: (share) => done.push(share),
    });
    expect([x.name, x.values.length, y.name, y.values.length, values.length]).toEqual(["w", nx, "b", ny, nx * ny]);
    for (let at = 0; at < values.length; at += 1 + Math.floor(values.length / 40)) {
      const point = await oneUnit({ w: x.values[at % nx] ?? 0, b: y.values[Math.floor(at / nx)] ?? 0, seqLen: 13 });
      expect([values[at], dx?.[at], dy?.[at]]).toEqual([point.error, point.dw, point.db]);
    }
    expect(done.at(-1)).toBe(1);
  });

  test("a signal stops a surface between two blocks", async () => {
    const stop = new AbortController();
    const reason = new Error("enough");
    let last = 0;
    const surface = oneUnitSurface({
      size: [400, 400],
      signal: stop.signal,
      onProgress: (done) => {
        last = done;
        if (done > 0.3) stop.abort(reason);
      },
    });
    await expect(surface).rejects.toBe(reason);
    expect(last).toBeLessThan(0.5);
  });

  test("refined cells find the wall at w = 6, which is 1e-7 wide, with 20,000 points instead of 17 million", async () => {
    const b = 0.5 - 6 * S;
    const range = { w: [6 - 1.3e-3, 6 + 1e-3], b: [b - 1e-3, b + 1.7e-3] } as const;
    const { points, cells } = await oneUnitCells({ ...range, cells: [4, 4], budget: 20_000, maxDepth: 10 });
    expect(points.x.length).toBeLessThanOrEqual(20_000);
    // the wall goes through (6, b): the cell there is among the smallest, and its corners differ by the height of the wall
    const k = cells.x.findIndex(
      (x, k) =>
        x <= 6 &&
        6 <= x + (cells.width[k] ?? 0) &&
        (cells.y[k] ?? 0) <= b &&
        b <= (cells.y[k] ?? 0) + (cells.height[k] ?? 0),
    );
    expect(cells.depth[k]).toBe(10);
    const around = [...cells.corners.subarray(4 * k, 4 * k + 4)].map((corner) => points.values[corner] ?? 0);
    expect(Math.max(...around) - Math.min(...around)).toBeGreaterThan(0.05);
    expect(cells.depth.some((depth) => depth < 5)).toBe(true);
  });

  test("the preset of the cliff is a plain object that the functions take", async () => {
    const { oneUnitSurface: surface, oneUnitCells: cells } = JSON.parse(JSON.stringify(presets.cliff));
    expect((await oneUnitSurface({ ...surface, size: [9, 9] })).values).toHaveLength(81);
    expect((await oneUnitCells({ ...cells, budget: 2000 })).complete).toBe(false);
  });

  const rows: readonly Row[] = [
    [
      "no step",
      "RangeError",
      "oneUnit: seqLen: expected a positive integer, got 0",
      () => oneUnit({ w: 1, b: 1, seqLen: 0 }),
    ],
    [
      "a weight that is none",
      "RangeError",
      "oneUnit: w: expected a finite number, got Infinity",
      () => oneUnit({ w: Number.POSITIVE_INFINITY, b: 1 }),
    ],
    [
      "an endless range",
      "RangeError",
      "oneUnitSurface: w: expected [from, to], both finite and from below to, got [0, Infinity]; give them a distance",
      () => oneUnitSurface({ w: [0, Number.POSITIVE_INFINITY] }),
    ],
    [
      "a grid of a billion points",
      "RangeError",
      "oneUnitSurface: size: 32000 x 32000 is 1024000000 points, about 4 minutes of computing and 25 GB; expected at most 16777216. Make it smaller, or look closer where it is steep (refine)",
      () => oneUnitSurface({ size: [32_000, 32_000] }),
    ],
    [
      "a grid without points",
      "RangeError",
      "oneUnitSurface: size[1]: expected a positive integer, got 0",
      () => oneUnitSurface({ size: [3, 0] }),
    ],
    [
      "a size that is none",
      "TypeError",
      'oneUnitSurface: size: expected two sizes [nx, ny], got "9"',
      () => loosely(oneUnitSurface, { size: "9" }),
    ],
  ];
  test.each(rows)("refuses %s", (...row) => refused("BPTT_OPTION", row));
});
