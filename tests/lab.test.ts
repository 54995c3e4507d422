import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { experiments } from "../src/lab/experiments.js";
import { adding, temporalOrder } from "../src/lab/problems.js";
import { Random } from "../src/random.js";
import { NormWindow } from "../src/train/norms.js";

describe("problems", () => {
  test("adding: two marked values, one early and one before the middle; the target is their sum", () => {
    const random = new Random(1);
    for (let i = 0; i < 200; ++i) {
      const { features = [], length = 0, target } = adding(random, 30);
      expect(length).toBeGreaterThanOrEqual(30);
      expect(length).toBeLessThan(33);
      const marked = Array.from({ length }, (_, t) => t).filter((t) => features[2 * t + 1] === 1);
      expect(marked).toHaveLength(2);
      expect(marked[0]).toBeLessThan(length / 10);
      expect(marked[1]).toBeLessThan(length / 2);
      expect(marked.reduce((sum, t) => sum + (features[2 * t] ?? 0), 0)).toBeCloseTo(Number(target), 12);
    }
  });

  test("temporal order: one signal in each of two places, distractors elsewhere; all four classes", () => {
    const random = new Random(1);
    const classes = new Set<number>();
    for (let i = 0; i < 200; ++i) {
      const { features = [], label = -1 } = temporalOrder(random, 50);
      const symbols = Array.from({ length: 50 }, (_, t) =>
        [0, 1, 2, 3, 4, 5].findIndex((symbol) => features[6 * t + symbol] === 1),
      );
      const places = symbols.flatMap((symbol, t) => (symbol < 2 ? [t] : []));
      const [first = -1, second = -1] = places;
      expect(places).toHaveLength(2);
      expect([first >= 5, first < 10, second >= 25, second < 30]).toEqual([true, true, true, true]);
      expect(label).toBe(2 * (symbols[first] ?? 0) + (symbols[second] ?? 0));
      classes.add(label);
    }
    expect([...classes].sort()).toEqual([0, 1, 2, 3]);
  });
});

test("bptt lab prints a line for each run, and a clockwork network follows slow sines better than a plain one", () => {
  const output = execFileSync(process.execPath, ["dist/cli.js", "lab", "tasks", "sines", "--seeds", "1", "--json"], {
    encoding: "utf8",
  });
  const runs = output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(runs.map(({ experiment, cell, seed }) => `${experiment} ${cell} ${seed}`)).toEqual([
    "sines clockwork 1",
    "sines rnn 1",
  ]);
  expect(runs[0].error).toBeLessThan(0.458 * runs[1].error);
  expect(Object.keys(experiments)).toEqual(["adding", "temporal-order", "sines"]);
});

test("percentiles of the last 1000 norms, by the nearest rank", () => {
  const window = new NormWindow();
  for (let norm = 500; norm > 0; --norm) window.add(norm);
  expect(window.percentiles).toEqual({ median: 250, p90: 450, p99: 495 });
  for (let i = 0; i < 1000; ++i) window.add(7);
  expect(window.percentiles).toEqual({ median: 7, p90: 7, p99: 7 });
});
