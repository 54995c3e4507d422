// What each cell is told, how it begins, and what is refused.

import { describe, expect, test } from "vitest";
import { clockwork, irnn, type LayerDescription, lstm, Network, scrn } from "../src/index.js";

const create = (layer: LayerDescription) => Network.create([layer], { inputSize: 3, seed: 5 });

describe("refused", () => {
  test.each([
    [
      "periods that do not fit the groups",
      () => clockwork({ hiddenSize: 8, groups: 4, periods: [1, 2] }),
      "clockwork: periods: expected 4, one for each group, got 2; leave groups out or give as many periods",
    ],
    [
      "hidden units that do not fit the groups",
      () => clockwork({ hiddenSize: 10, groups: 4 }),
      "clockwork: hiddenSize: expected a multiple of the 4 groups, got 10; 12 would do",
    ],
    [
      "periods in another order",
      () => clockwork({ hiddenSize: 4, periods: [2, 1] }),
      "clockwork: periods: expected the shortest first, got 2, 1",
    ],
    [
      "a period of no step",
      () => clockwork({ hiddenSize: 4, periods: [0, 1] }),
      "clockwork: periods: expected a positive integer, got 0",
    ],
    [
      "more slow units than there are",
      () => scrn({ hiddenSize: 4, contextSize: 4 }),
      "scrn: contextSize: expected less than hiddenSize (4), which counts the context units too, got 4",
    ],
    [
      "a share that never moves",
      () => scrn({ hiddenSize: 4, alpha: 1 }),
      "scrn: alpha: expected a number in [0, 1), got 1",
    ],
    [
      "a bias that is not finite",
      () => lstm({ hiddenSize: 4, forgetBias: Number.NaN }),
      "lstm: forgetBias: expected a finite number, got NaN",
    ],
    [
      "two ways to set the forget gate's bias",
      () => lstm({ hiddenSize: 4, forgetBias: 1, chrono: 50 }),
      "lstm: forgetBias and chrono: both set the forget gate's bias; give one of them",
    ],
    [
      "a dependency of no length",
      () => lstm({ hiddenSize: 4, chrono: 2 }),
      "lstm: chrono: expected 3 steps or more, got 2",
    ],
    ["a scale of nothing", () => irnn({ hiddenSize: 4, scale: 0 }), "irnn: scale: expected a positive number, got 0"],
  ])("%s", (_, make, message) => {
    expect(make).toThrow(message);
  });

  test("another beginning of an irnn, which would be none any more", () => {
    const options = { hiddenSize: 4, recurrentInit: "orthogonal" };
    expect(() => irnn(options)).toThrow(
      'irnn: recurrentInit: expected "identity", which makes it an IRNN, got "orthogonal"',
    );
  });

  test("a stream of a network that reads from both ends", async () => {
    const net = await create(clockwork({ hiddenSize: 4, bidirectional: true }));
    expect(() => net.stream()).toThrow("the layer clockwork_l0 reads from both ends");
  });
});

describe("first weights", () => {
  test("lstm: the forget gate's bias is in bias_ih alone, the other biases are as without it", async () => {
    const [plain, biased] = [
      await create(lstm({ hiddenSize: 2 })),
      await create(lstm({ hiddenSize: 2, forgetBias: 1.5 })),
    ];
    const [ih, hh] = ["bias_ih", "bias_hh"].map((name) => biased.parameters.read(`lstm.${name}_l0`));
    expect([...(ih ?? [])].slice(2, 4)).toEqual([1.5, 1.5]);
    expect([...(hh ?? [])].slice(2, 4)).toEqual([0, 0]);
    expect([...(ih ?? [])].slice(0, 2)).toEqual([...plain.parameters.read("lstm.bias_ih_l0")].slice(0, 2));
    expect(Math.max(...(ih ?? []).map(Math.abs).slice(4))).toBeLessThan(Math.SQRT1_2);
  });

  test("lstm: chrono gives each unit a time, the input gate's bias is the negative of the forget gate's", async () => {
    const { parameters } = await create(lstm({ hiddenSize: 50, chrono: 100 }));
    const biases = parameters.read("lstm.bias_ih_l0");
    const times = biases.subarray(50, 100).map(Math.exp);
    expect([...biases.subarray(0, 50)].map((bias) => -bias)).toEqual([...biases.subarray(50, 100)]);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...times)).toBeLessThan(99);
    expect(times.reduce((sum, time) => sum + time, 0) / 50).toBeCloseTo(50, -1);
    expect(new Set(parameters.read("lstm.bias_hh_l0").subarray(0, 100))).toEqual(new Set([0]));
  });

  test("irnn: the scaled identity, biases of zero, small input weights", async () => {
    const { parameters } = await create(irnn({ hiddenSize: 3, scale: 0.5 }));
    expect([...parameters.read("irnn.weight_hh_l0")]).toEqual([0.5, 0, 0, 0, 0.5, 0, 0, 0, 0.5]);
    expect(new Set([...parameters.read("irnn.bias_ih_l0"), ...parameters.read("irnn.bias_hh_l0")])).toEqual(
      new Set([0]),
    );
    expect(Math.max(...parameters.read("irnn.weight_ih_l0").map(Math.abs))).toBeLessThan(0.005);
  });

  test.each([
    [
      "clockwork",
      clockwork({ hiddenSize: 6, periods: [1, 2, 4] }),
      (row: number, column: number) => row >> 1 <= column >> 1,
    ],
    ["scrn", scrn({ hiddenSize: 6, contextSize: 2 }), (row: number) => row < 4],
  ] as const)("%s: what it does not use of weight_hh is 0 and stays so", async (type, layer, uses) => {
    const { parameters } = await create(layer);
    const weights = parameters.read(`${type}.weight_hh_l0`);
    weights.forEach((weight, i) => {
      expect(weight !== 0).toBe(uses(Math.floor(i / 6), i % 6));
    });
  });
});
