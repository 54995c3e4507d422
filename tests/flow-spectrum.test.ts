// Spectra of matrices against numpy's figures, and of which part of the weights they are taken.

import { describe, expect, test } from "vitest";
import { clockwork, gru, linear, Network, scrn } from "../src/index.js";
import { largestSingularValue, spectralRadius } from "../src/lab/flow/spectrum.js";
import { gradientFlow } from "../src/lab/index.js";
import { Random } from "../src/random.js";
import { batchOf, H, I, K } from "./support/flow.js";

const matrix = (n: number, f: (i: number, j: number) => number) =>
  Array.from({ length: n * n }, (_, at) => f(Math.floor(at / n), at % n));
const entry = (i: number, j: number) => (((7 * i + 13 * j + i * j * j) % 17) - 8) / 10;

describe("spectra", () => {
  // numpy 1.26: max(abs(linalg.eigvals(a))), linalg.norm(a, 2); from n = 13 on and at n = 2 a complex pair is the largest
  test.each([
    [1, 0.8, 0.8],
    [2, 0.6082762530298219, 0.953663105724556],
    [3, 0.9120133281777427, 1.1169910137926056],
    [5, 1.2354513000989362, 1.5838253644675488],
    [13, 1.842534757577274, 3.054343213792757],
    [17, 2.191667869078985, 3.6552068023111515],
    [64, 8.421065294052006, 13.822340038738146],
  ])("n = %i: spectral radius %d, largest singular value %d", (n, radius, value) => {
    expect(spectralRadius(matrix(n, entry), n) / radius).toBeCloseTo(1, 9);
    expect(largestSingularValue(matrix(n, entry), n) / value).toBeCloseTo(1, 11);
  });

  test("rotations, a companion matrix, nilpotent and zero matrices, a Jordan block", () => {
    const rotation = [0.54, -0.72, 0.72, 0.54];
    expect(spectralRadius(rotation, 2)).toBeCloseTo(0.9, 12);
    expect(largestSingularValue(rotation, 2)).toBeCloseTo(0.9, 12);
    const last = [0.5, -0.2, 0.1, 0.3, -0.4];
    const companion = matrix(5, (i, j) => (j === 4 ? (last[i] ?? 0) : Number(i === j + 1)));
    expect(spectralRadius(companion, 5)).toBeCloseTo(1.015241989397047, 10);
    expect(largestSingularValue(companion, 5)).toBeCloseTo(1.1692458954883487, 11);
    const nilpotent = matrix(7, (i, j) => (j > i ? 1 + i + j : 0));
    expect(spectralRadius(nilpotent, 7)).toBe(0);
    expect([
      spectralRadius(
        matrix(3, () => 0),
        3,
      ),
      largestSingularValue(
        matrix(3, () => 0),
        3,
      ),
    ]).toEqual([0, 0]);
    const jordan = matrix(4, (i, j) => (i === j ? 0.7 : Number(j === i + 1)));
    expect(spectralRadius(jordan, 4)).toBeCloseTo(0.7, 8);
    expect(spectralRadius([Number.NaN, 0, 0, 1], 2)).toBeNaN();
    expect(largestSingularValue([Number.POSITIVE_INFINITY, 0, 0, 1], 2)).toBeNaN();
    expect(spectralRadius([1e-38, 0, 0, 3e-38], 2) / 3e-38).toBeCloseTo(1, 12);
  });

  test("of the gates: blocks of weight_hh by name, and what scrn and clockwork do not use is left out", async () => {
    const radii = async (description: Parameters<typeof Network.create>[0][number]) => {
      const network = await Network.create([description, linear({ outFeatures: K })], { inputSize: I, seed: 3 });
      const name = [...network.parameters].find(({ name }) => name.includes("weight_hh"))?.name ?? "";
      const weights = network.parameters.read(name).map((_, at) => 2 * entry(Math.floor(at / H), at % H) + 0.1);
      network.parameters.write(name, weights);
      const [side] = gradientFlow(network, batchOf(new Random(1)), { jacobians: false }).layers;
      return { weights, radii: side?.spectralRadius ?? {} };
    };
    const gated = await radii(gru({ hiddenSize: H }));
    expect(Object.keys(gated.radii)).toEqual(["r", "z", "n"]);
    ["r", "z", "n"].forEach((gate, number) => {
      const block = gated.weights.subarray(number * H * H, (number + 1) * H * H);
      expect(gated.radii[gate]).toBeCloseTo(spectralRadius(block, H), 12);
    });
    const slow = await radii(scrn({ hiddenSize: H, contextSize: 2 }));
    const R = matrix(4, (i, j) => slow.weights[i * H + j] ?? 0);
    expect(slow.radii.h).toBeCloseTo(spectralRadius(R, 4), 8);
    const timed = await radii(clockwork({ hiddenSize: H, groups: 3 }));
    const blocks = [0, 2, 4].map((at) => matrix(2, (i, j) => timed.weights[(at + i) * H + at + j] ?? 0));
    expect(timed.radii.h).toBeCloseTo(Math.max(...blocks.map((block) => spectralRadius(block, 2))), 8);
  });
});
