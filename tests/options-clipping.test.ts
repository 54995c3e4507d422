// Every bad threshold of clipping is refused, and clipping reports what it changes.

import { beforeAll, expect, test } from "vitest";
import { clipGradNorm, clipGradTensorNorm, clipGradValue, embedding, linear, Network } from "../src/index.js";
import { clipper } from "../src/optim/clip.js";
import { sameBits } from "./support/cases.js";
import { loosely, type Row, refused } from "./support/refused.js";

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

let net: Network;

beforeAll(async () => {
  net = await Network.create([embedding({ numEmbeddings: 5, embeddingDim: 2 }), linear({ outFeatures: 3 })]);
});

const clipping: readonly Row[] = [
  ...[0, -1, nan, inf].flatMap((threshold): Row[] => [
    [
      `norm ${threshold}`,
      "RangeError",
      `maxNorm: expected a positive number, got ${threshold}`,
      () => clipGradNorm(net.parameters, threshold),
    ],
    [
      `value ${threshold}`,
      "RangeError",
      `clipValue: expected a positive number, got ${threshold}`,
      () => clipGradValue(net.parameters, threshold),
    ],
    [
      `tensor norm ${threshold}`,
      "RangeError",
      `maxNorm: expected a positive number, got ${threshold}`,
      () => clipGradTensorNorm(net.parameters, threshold),
    ],
    [
      `option ${threshold}`,
      "RangeError",
      `clip: value: expected a positive number, got ${threshold}`,
      () => clipper({ value: threshold }),
    ],
  ]),
  [
    "two kinds at once",
    "TypeError",
    "clip: expected one of { norm }, { value }, { tensorNorm }, { stepNorm }, or false",
    () => clipper({ norm: 1, value: 1 }),
  ],
  [
    "an unknown kind",
    "TypeError",
    'clip: unknown option "max"; the options are norm, value, tensorNorm, stepNorm',
    () => loosely(clipper, { max: 1 }),
  ],
];

test.each(clipping)("clipping refused: %s", (...row) => refused("BPTT_OPTION", row));

test.each([nan, inf, -inf])("a gradient of %d: no clipping changes anything, and none says that it did", (bad) => {
  net.parameters.writeGradient("linear.bias", [1, bad, -2]);
  for (const clip of [clipGradNorm, clipGradValue, clipGradTensorNorm]) {
    const { norm, clipped } = clip(net.parameters, 0.5);
    expect([Number.isFinite(norm), clipped]).toEqual([false, false]);
    sameBits(net.parameters.readGradient("linear.bias"), [1, bad, -2], "gradient");
  }
});

test("finite gradients: what clipping changes it reports", () => {
  net.zeroGrad();
  net.parameters.writeGradient("linear.bias", [3, 0, -4]);
  for (const clip of [clipGradNorm, clipGradValue, clipGradTensorNorm])
    expect(clip(net.parameters, 5)).toEqual({ norm: 5, clipped: false });
  expect(clipGradValue(net.parameters, 3)).toEqual({ norm: 5, clipped: true });
  sameBits(net.parameters.readGradient("linear.bias"), [3, 0, -3], "by value");
  expect(clipGradTensorNorm(net.parameters, 3).clipped).toBe(true);
  expect(clipGradNorm(net.parameters, 1).clipped).toBe(true);
});
