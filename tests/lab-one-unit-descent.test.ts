import { describe, expect, test } from "vitest";
import { type Descent, descend, oneUnit, presets } from "../src/lab/index.js";
import { loosely, type Row, refused } from "./support/refused.js";

const known = { start: { w: 5, b: -2.5 }, lr: 0.3, steps: 500 } as const;

const at = ({ w, b, error, norm }: Descent, step: number) => ({
  w: w.at(step) ?? 0,
  b: b.at(step) ?? 0,
  error: error.at(step) ?? 0,
  norm: norm.at(step) ?? 0,
});

describe("gradient descent over the error surface", () => {
  test("from w = 5, b = -2.5 at rate 0.3: step 29 is on the cliff, and the next throws the weights away for good", async () => {
    const way = await descend(known);
    expect(at(way, 29).norm).toBeCloseTo(71.5, 1);
    for (const step of [30, 31, 500]) {
      expect(at(way, step).w).toBeCloseTo(15.6, 1);
      expect(at(way, step).b).toBeCloseTo(16.0, 1);
    }
    expect(way).toMatchObject({ leftMap: 30, nonFinite: undefined });
    expect(way.clipped.some((flag) => flag > 0)).toBe(false);
  });

  test("clipped by norm 1 the same descent stays on the map and ends below 2e-4", async () => {
    const way = await descend({ ...known, clip: { norm: 1 } });
    expect(Math.min(...way.error.subarray(0, 501))).toBeLessThan(2e-4);
    expect(at(way, -1).error).toBeLessThan(3e-4);
    expect(way.leftMap).toBeUndefined();
    expect(way.clipped.map((flag, step) => flag - Number(step < 500 && (way.norm[step] ?? 0) > 1)).some(Boolean)).toBe(
      false,
    );
    expect(way.clipped[29]).toBe(1);
  });

  test("a clipped step is as long as the rate times the threshold; by value each part is at most that", async () => {
    const byNorm = await descend({ ...known, steps: 30, clip: { norm: 1 } });
    const [from, to] = [at(byNorm, 29), at(byNorm, 30)];
    expect(Math.hypot(to.w - from.w, to.b - from.b)).toBeCloseTo(0.3, 12);
    const byValue = await descend({ ...known, steps: 30, clip: { value: 0.5 } });
    expect([at(byValue, 30).w - from.w, at(byValue, 30).b - from.b].map(Math.abs)).toEqual([
      expect.closeTo(0.15, 12),
      expect.closeTo(0.15, 12),
    ]);
  });

  test("the lecture's story: on the plateau all is small; the raised rate reaches the cliff in one step, and then the weights fly off", async () => {
    const { unclipped, clipped } = presets.story.descend;
    const [plain, kept] = [await descend(unclipped), await descend(clipped)];
    expect(Math.max(...plain.norm.subarray(0, 101))).toBeLessThan(0.13);
    expect(at(plain, 100).error).toBeGreaterThan(0.01);
    expect(at(plain, 101).norm).toBeGreaterThan(100);
    expect(plain.leftMap).toBe(102);
    expect(Math.min(at(plain, 102).w, at(plain, 102).b)).toBeGreaterThan(90);
    expect(at(plain, 400).w).toBeGreaterThan(90);
    expect(kept.leftMap).toBeUndefined();
    expect(kept.clipped.indexOf(1)).toBe(101);
    expect(at(kept, 400).error).toBeLessThan(2e-4);
  });

  const textbook: Readonly<
    Record<"momentum" | "nesterov" | "adam", (lr: number) => (g: readonly number[]) => number[]>
  > = {
    momentum: (lr) => {
      let v = [0, 0];
      return (g) => {
        v = g.map((part, k) => 0.8 * (v[k] ?? 0) + part);
        return v.map((speed) => lr * speed);
      };
    },
    nesterov: (lr) => {
      let v = [0, 0];
      return (g) => {
        v = g.map((part, k) => 0.8 * (v[k] ?? 0) + part);
        return g.map((part, k) => lr * (part + 0.8 * (v[k] ?? 0)));
      };
    },
    adam: (lr) => {
      const [m, v] = [
        [0, 0],
        [0, 0],
      ];
      let t = 0;
      return (g) => {
        t += 1;
        return g.map((part, k) => {
          m[k] = 0.8 * (m[k] ?? 0) + 0.2 * part;
          v[k] = 0.95 * (v[k] ?? 0) + 0.05 * part ** 2;
          return (lr * (m[k] / (1 - 0.8 ** t))) / (Math.sqrt(v[k] / (1 - 0.95 ** t)) + 1e-3);
        });
      };
    },
  };

  test.each(["momentum", "nesterov", "adam"] as const)("%s goes the textbook's way", async (optimizer) => {
    const own = optimizer === "adam" ? ({ betas: [0.8, 0.95], eps: 1e-3 } as const) : { momentum: 0.8 };
    const way = await descend({ start: { w: 5, b: -2.2 }, lr: 0.02, steps: 40, optimizer, ...own });
    const move = textbook[optimizer](0.02);
    let [w, b] = [5, -2.2];
    for (let step = 0; step <= 40; ++step) {
      expect(at(way, step).w).toBeCloseTo(w, 9);
      expect(at(way, step).b).toBeCloseTo(b, 9);
      const { dw, db } = await oneUnit({ w, b });
      const [moveW = 0, moveB = 0] = move([dw, db]);
      [w, b] = [w - moveW, b - moveB];
    }
  });

  test("the presets of optimizers all arrive below 1e-3", async () => {
    for (const options of Object.values(presets.optimizers.descend))
      expect(Math.min(...(await descend(options)).error)).toBeLessThan(1e-3);
  });

  test("what is not finite any more is named with its step, and the way goes on to its end", async () => {
    const way = await descend({
      start: { w: 5, b: -2.5 },
      lr: 1e308,
      steps: 40,
      optimizer: "momentum",
      momentum: 0.99,
    });
    expect(way.leftMap).toBe(1);
    expect(way.nonFinite).toBeGreaterThan(0);
    expect(way.w).toHaveLength(41);
    const before = at(way, (way.nonFinite ?? 0) - 1);
    expect(Number.isFinite(before.w + before.b + before.norm)).toBe(true);
  });
});

const rows: readonly Row[] = [
  [
    "no step",
    "RangeError",
    "descend: steps: expected a positive integer, got 0",
    () => descend({ ...known, steps: 0 }),
  ],
  [
    "a start that is none",
    "RangeError",
    "descend: start: w: expected a finite number, got NaN",
    () => descend({ ...known, start: { w: Number.NaN, b: 1 } }),
  ],
  ["a rate of 0", "RangeError", "descend: lr: expected a positive number, got 0", () => descend({ ...known, lr: 0 })],
  [
    "rates that begin late",
    "RangeError",
    "descend: lr[0].from: expected 0, since it is the first, got 5",
    () => descend({ ...known, lr: [{ from: 5, lr: 1 }] }),
  ],
  [
    "two ways of clipping",
    "TypeError",
    "descend: clip: expected one of { norm }, { value }, or false",
    () => loosely(descend, { ...known, clip: { norm: 1, value: 1 } }),
  ],
  [
    "what an optimizer has not",
    "TypeError",
    'descend: momentum: the optimizer "adam" has none; leave it out, or choose another optimizer',
    () => descend({ ...known, optimizer: "adam", momentum: 0.9 }),
  ],
];
test.each(rows)("refuses %s", (...row) => refused("BPTT_OPTION", row));
