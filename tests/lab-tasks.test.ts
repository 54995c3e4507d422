// The synthetic tasks: where their signals stand, what is to be answered, and what an answer without memory costs.

import { describe, expect, test } from "vitest";
import { linear, Network, pack, Random, type Sequence } from "../src/index.js";
import {
  adding,
  copying,
  memorisation,
  multiplication,
  type Problem,
  permutation,
  sines,
  syntheticTasks,
  temporalOrder,
  temporalOrder3,
} from "../src/lab/index.js";

const many = (problem: Problem, seqLen: number, count: number): Sequence[] => {
  const random = new Random(1);
  return Array.from({ length: count }, () => problem(random, seqLen));
};

/** The symbols of one-hot features. */
function symbolsOf({ features = [], length = 0 }: Sequence): number[] {
  const width = features.length / length;
  return Array.from({ length }, (_, t) => {
    const row = Array.from({ length: width }, (_, k) => features[t * width + k] ?? -1);
    expect([...row].sort()).toEqual([...new Array<number>(width - 1).fill(0), 1]);
    return row.indexOf(1);
  });
}

describe.each([
  ["adding", adding, -1, (a: number, b: number) => a + b],
  ["multiplication", multiplication, 0, (a: number, b: number) => a * b],
] as const)("%s", (name, problem, low, combine) => {
  test("two marked values, one in the first tenth and one before the middle", () => {
    for (const { features = [], length = 0, target } of many(problem, 30, 200)) {
      expect(length).toBeGreaterThanOrEqual(30);
      expect(length).toBeLessThan(33);
      const marked = Array.from({ length }, (_, t) => t).filter((t) => features[2 * t + 1] === 1);
      expect(marked).toHaveLength(2);
      expect(marked[0]).toBeLessThan(length / 10);
      expect(marked[1]).toBeLessThan(length / 2);
      const [a = 0, b = 0] = marked.map((t) => features[2 * t] ?? 0);
      expect(Math.min(a, b)).toBeGreaterThanOrEqual(low);
      expect(target).toBe(combine(a, b));
    }
  });

  test("the baseline is the variance of the target", () => {
    const targets = many(problem, 10, 20_000).map(({ target }) => Number(target));
    const mean = targets.reduce((sum, x) => sum + x, 0) / targets.length;
    const variance = targets.reduce((sum, x) => sum + (x - mean) ** 2, 0) / targets.length;
    expect(variance / syntheticTasks[name].baseline(10)).toBeCloseTo(1, 1);
  });
});

describe.each([
  ["temporal-order", temporalOrder, [1, 5]],
  ["temporal-order-3", temporalOrder3, [1, 3, 6]],
] as const)("%s", (name, problem, tenths) => {
  test("one signal in each of its tenths, distractors elsewhere; all classes", () => {
    const classes = new Set<number>();
    for (const sequence of many(problem, 50, 300)) {
      const symbols = symbolsOf(sequence);
      const places = symbols.flatMap((symbol, t) => (symbol < 2 ? [t] : []));
      expect(places.map((t) => Math.floor(t / 5))).toEqual(tenths);
      expect(sequence.label).toBe(places.reduce((label, t) => 2 * label + (symbols[t] ?? 0), 0));
      classes.add(sequence.label ?? -1);
    }
    const { outFeatures, baseline } = syntheticTasks[name];
    expect([...classes].sort()).toEqual(Array.from({ length: outFeatures }, (_, k) => k));
    expect(baseline(50)).toBe(1 - 1 / outFeatures);
  });
});

describe.each([
  ["copying", copying, 8],
  ["memorisation", memorisation, 5],
] as const)("%s", (_, problem, symbols) => {
  test("ten symbols, blanks, a cue, and the ten again at the end", () => {
    for (const sequence of many(problem, 7, 50)) {
      const input = symbolsOf(sequence);
      const labels = Array.from(sequence.labels ?? []);
      const [blank, cue] = [symbols, symbols + 1];
      expect(sequence.length).toBe(27);
      expect(Math.max(...input.slice(0, 10))).toBeLessThan(symbols);
      expect(input.slice(10)).toEqual([...new Array(6).fill(blank), cue, ...new Array(10).fill(blank)]);
      expect(labels).toEqual([...new Array(17).fill(blank), ...input.slice(0, 10)]);
    }
  });
});

test("copying: the baseline is 10 ln 8 / (T + 20), what a network costs that knows when to answer and nothing else", async () => {
  const { baseline } = syntheticTasks.copying;
  expect([100, 200, 300, 500].map((T) => baseline(T).toFixed(4))).toEqual(["0.1733", "0.0945", "0.0650", "0.0400"]);
  // the clock is given as a feature: the logits of the symbols are equal, and the blank's is far above or below
  const net = await Network.create([linear({ outFeatures: 9 })], { inputSize: 1 });
  net.parameters.write(
    "linear.weight",
    Float32Array.from({ length: 9 }, (_, k) => (k === 8 ? 40 : 0)),
  );
  net.parameters.write("linear.bias", new Float32Array(9));
  for (const T of [100, 200, 300, 500]) {
    const [batch] = pack(
      many(copying, T, 20).map(({ length = 0, labels }) => ({
        length,
        ...(labels && { labels }),
        features: Array.from({ length }, (_, t) => (t < length - 10 ? 1 : -1)),
      })),
    );
    if (batch === undefined) throw new Error("no batch");
    expect(net.forward(batch).lossPerToken, `T ${T}`).toBeCloseTo(baseline(T), 5);
  }
});

test("permutation: the last symbol is the first one again, 0 or 1; the others are neither", () => {
  const firsts = new Set<number>();
  for (const sequence of many(permutation, 20, 50)) {
    const input = symbolsOf(sequence);
    const labels = Array.from(sequence.labels ?? []);
    expect(input).toHaveLength(19);
    expect(labels.slice(0, -1)).toEqual(input.slice(1));
    expect(labels.at(-1)).toBe(input[0]);
    expect(Math.min(...input.slice(1))).toBeGreaterThanOrEqual(2);
    expect(Math.max(...input)).toBeLessThan(100);
    firsts.add(input[0] ?? -1);
  }
  expect([...firsts].sort()).toEqual([0, 1]);
});

test("sines: four sines of a constant input, as Math.sin has them; the baseline is their variance", () => {
  const { features = [], targets = [], length } = sines(new Random(1), 320);
  expect(length).toBe(320);
  expect(Array.from(features)).toEqual(new Array(320).fill(1));
  let square = 0;
  for (let t = 0; t < 320; ++t) {
    const sum = [8, 32, 80, 160].reduce((sum, period) => sum + Math.sin((2 * Math.PI * t) / period), 0);
    expect(Math.abs((targets[t] ?? Number.NaN) - sum)).toBeLessThan(2e-7);
    square += sum * sum;
  }
  expect(square / 320).toBeCloseTo(syntheticTasks.sines.baseline(320), 10);
});

test.each(Object.entries(syntheticTasks))(
  "%s: shortest sequences fit its sizes; a seed gives them again",
  (name, task) => {
    expect(task.name).toBe(name);
    const sequences = many(task.problem, task.shortest, 20);
    expect(many(task.problem, task.shortest, 20)).toEqual(sequences);
    for (const { features = [], length = 0, label, labels, target, targets } of sequences) {
      expect(features.length).toBe(length * task.inputSize);
      const goals = [label, labels, target, targets].map((goal) => goal !== undefined);
      const place = (task.loss === "mse" ? 2 : 0) + (task.goal === "step" ? 1 : 0);
      expect(goals).toEqual([0, 1, 2, 3].map((kind) => kind === place));
      if (label !== undefined) expect(label).toBeLessThan(task.outFeatures);
      for (const one of Array.from(labels ?? [])) expect(one).toBeLessThan(task.outFeatures);
    }
    expect(task.success(100)).toBeLessThan(task.baseline(100));
  },
);
