// Every bad option of an optimiser or of clipping is refused with a message that says what, expected and got, and a code.

import { beforeAll, expect, test } from "vitest";
import {
  adam,
  clipGradNorm,
  clipGradTensorNorm,
  clipGradValue,
  cosine,
  embedding,
  linear,
  Network,
  Optimizer,
  sgd,
} from "../src/index.js";
import { clipper } from "../src/optim/clip.js";
import { sameBits } from "./support/cases.js";
import { loosely, type Row, refused } from "./support/refused.js";

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const integer = "expected a positive integer, got";

let net: Network;

beforeAll(async () => {
  net = await Network.create([embedding({ numEmbeddings: 5, embeddingDim: 2 }), linear({ outFeatures: 3 })]);
});

function make(description: ConstructorParameters<typeof Optimizer>[1], options?: { steps?: number }): Optimizer {
  return new Optimizer(net.parameters, description, options);
}

const optimizers: readonly Row[] = [
  ...[0, -1, nan, inf].flatMap((lr): Row[] => [
    [`sgd with lr ${lr}`, "RangeError", `sgd: lr: expected a positive number, got ${lr}`, () => sgd({ lr })],
    [`adam with lr ${lr}`, "RangeError", `adam: lr: expected a positive number, got ${lr}`, () => adam({ lr })],
  ]),
  ["sgd()", "TypeError", "sgd: expected an object of options, got undefined", () => loosely(sgd)],
  ["momentum 1", "RangeError", "sgd: momentum: expected a number in [0, 1), got 1", () => sgd({ lr: 1, momentum: 1 })],
  [
    "nesterov without momentum",
    "RangeError",
    "sgd: nesterov needs a momentum above 0, got 0; give momentum: 0.9, for example",
    () => sgd({ lr: 1, nesterov: true }),
  ],
  [
    "negative weight decay",
    "RangeError",
    "sgd: weightDecay: expected a number of 0 or more, got -1",
    () => sgd({ lr: 1, weightDecay: -1 }),
  ],
  [
    "one beta",
    "TypeError",
    "adam: betas: expected two numbers such as [0.9, 0.999], got an array of 1",
    () => loosely(adam, { betas: [0.9] }),
  ],
  ["a beta of 1", "RangeError", "adam: betas[1]: expected a number in [0, 1), got 1", () => adam({ betas: [0.9, 1] })],
  ["eps 0", "RangeError", "adam: eps: expected a positive number, got 0", () => adam({ eps: 0 })],
  [
    "an eps that f32 does not know",
    "RangeError",
    "adam: eps: expected a number of 1e-12 or more, got 1e-50",
    () => adam({ eps: 1e-50 }),
  ],
  [
    "a misspelt option",
    "TypeError",
    'adam: unknown option "beta"; the options are type, lr, betas, eps, weightDecay, lazyRows, schedule',
    () => loosely(adam, { beta: 1 }),
  ],
  [
    "an unknown schedule",
    "TypeError",
    'schedule: type: expected one of "constant", "linear", "cosine", got "step"',
    () => loosely(sgd, { lr: 1, schedule: { type: "step" } }),
  ],
  [
    "half a step of warm-up",
    "RangeError",
    "schedule: warmup: expected an integer of 0 or more, got 0.5",
    () => cosine({ warmup: 0.5 }),
  ],
  ["no optimizer", "TypeError", "optimizer: expected one of sgd, adam, got undefined", () => loosely(make)],
  [
    "an unknown optimizer",
    "TypeError",
    'optimizer: expected one of sgd, adam, got "toString"',
    () => loosely(make, { type: "toString" }),
  ],
  ["0 steps", "RangeError", `optimizer: steps: ${integer} 0`, () => make(sgd({ lr: 1 }), { steps: 0 })],
  [
    "an unknown option of Optimizer",
    "TypeError",
    'optimizer: unknown option "step"; the options are steps',
    () => loosely(make, sgd({ lr: 1 }), { step: 1 }),
  ],
  [
    "a schedule without an end",
    "RangeError",
    "schedule: cosine must know the number of steps; give { steps } to the optimizer",
    () => make(sgd({ lr: 1, schedule: cosine() })).step(),
  ],
  [
    "the state of another optimizer",
    "RangeError",
    "optimizer: the state is not that of sgd over 48 parameters",
    () => make(sgd({ lr: 1 })).restore({ step: 1, moments: [new Float32Array(48)] }),
  ],
];

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

test.each(optimizers)("optimizer refused: %s", (...row) => refused("BPTT_OPTION", row));

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
