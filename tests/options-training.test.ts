// Every bad option of an optimiser is refused with a message that says what, expected and got, and a code.

import { beforeAll, expect, test } from "vitest";
import { adagrad, adam, adamw, cosine, embedding, linear, Network, Optimizer, rmsprop, sgd } from "../src/index.js";
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
  ...Object.entries({ rmsprop, adagrad, adam, adamw }).flatMap(([name, make]): Row[] => [
    [`${name} with lr 0`, "RangeError", `${name}: lr: expected a positive number, got 0`, () => make({ lr: 0 })],
    [
      `${name} with an eps that f32 does not know`,
      "RangeError",
      `${name}: eps: expected a number of 1e-12 or more, got 1e-50`,
      () => make({ eps: 1e-50 }),
    ],
    [
      `${name} with a negative weight decay`,
      "RangeError",
      `${name}: weightDecay: expected a number of 0 or more, got -1`,
      () => make({ weightDecay: -1 }),
    ],
    [
      `${name} with an option of none`,
      "TypeError",
      expect.stringMatching(
        `^${name}: unknown option "beta"; the options are type, lr, weightDecay, groups, schedule, `,
      ),
      () => loosely(make, { beta: 1 }),
    ],
  ]),
  ["alpha 1", "RangeError", "rmsprop: alpha: expected a number in [0, 1), got 1", () => rmsprop({ alpha: 1 })],
  [
    "momentum 1 of rmsprop",
    "RangeError",
    "rmsprop: momentum: expected a number in [0, 1), got 1",
    () => rmsprop({ momentum: 1 }),
  ],
  [
    "centered by a number",
    "TypeError",
    "rmsprop: centered: expected true or false, got 1",
    () => loosely(rmsprop, { centered: 1 }),
  ],
  [
    "a rate that grows",
    "RangeError",
    "adagrad: lrDecay: expected a number of 0 or more, got -1",
    () => adagrad({ lrDecay: -1 }),
  ],
  [
    "a sum of squares below 0",
    "RangeError",
    "adagrad: initialAccumulator: expected a number of 0 or more, got -1",
    () => adagrad({ initialAccumulator: -1 }),
  ],
  [
    "lazyRows of adamw",
    "TypeError",
    'adamw: unknown option "lazyRows"; the options are type, lr, weightDecay, groups, schedule, betas, eps',
    () => loosely(adamw, { lazyRows: true }),
  ],
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
    'adam: unknown option "beta"; the options are type, lr, weightDecay, groups, schedule, betas, eps, lazyRows',
    () => loosely(adam, { beta: 1 }),
  ],
  [
    "an unknown schedule",
    "TypeError",
    'schedule: type: expected one of "constant", "linear", "cosine", "step", "exponential", "plateau", got "polynomial"',
    () => loosely(sgd, { lr: 1, schedule: { type: "polynomial" } }),
  ],
  [
    "half a step of warm-up",
    "RangeError",
    "schedule: warmup: expected an integer of 0 or more, got 0.5",
    () => cosine({ warmup: 0.5 }),
  ],
  [
    "no optimizer",
    "TypeError",
    "optimizer: expected one of sgd, rmsprop, adagrad, adam, adamw, got undefined",
    () => loosely(make),
  ],
  [
    "an unknown optimizer",
    "TypeError",
    'optimizer: expected one of sgd, rmsprop, adagrad, adam, adamw, got "toString"',
    () => loosely(make, { type: "toString" }),
  ],
  ["0 steps", "RangeError", `optimizer: steps: ${integer} 0`, () => make(sgd({ lr: 1 }), { steps: 0 })],
  [
    "an unknown option of Optimizer",
    "TypeError",
    'optimizer: unknown option "step"; the options are steps, stepsPerEpoch',
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

const grouped = (...groups: readonly unknown[]) => loosely(make, { type: "sgd", lr: 1, groups });

const groups: readonly Row[] = [
  [
    "no array",
    "TypeError",
    'sgd: groups: expected an array such as [{ parameters: ["embedding"], lr: 0.01 }], got an object (Object)',
    () => loosely(sgd, { lr: 1, groups: {} }),
  ],
  [
    "an unknown option",
    "TypeError",
    'sgd: groups[0]: unknown option "momentum"; the options are parameters, lr, weightDecay',
    () => grouped({ parameters: ["linear"], momentum: 0.5 }),
  ],
  [
    "no names",
    "TypeError",
    "sgd: groups[0]: parameters: expected an array of names, got an array of 0",
    () => grouped({ parameters: [], lr: 1 }),
  ],
  [
    "a name by itself",
    "TypeError",
    'sgd: groups[0]: parameters: expected an array of names, got "linear"',
    () => grouped({ parameters: "linear", lr: 1 }),
  ],
  [
    "neither option",
    "RangeError",
    "sgd: groups[0]: expected lr, weightDecay or both, got neither; leave the group out",
    () => grouped({ parameters: ["linear"] }),
  ],
  [
    "a negative rate",
    "RangeError",
    "sgd: groups[1]: lr: expected a number of 0 or more, got -1",
    () => grouped({ parameters: ["embedding"], lr: 0 }, { parameters: ["linear"], lr: -1 }),
  ],
  [
    "a name in two groups",
    "RangeError",
    'sgd: groups[1]: parameters: "linear" is named twice; name it in one group',
    () => grouped({ parameters: ["linear"], lr: 0 }, { parameters: ["embedding", "linear"], lr: 1 }),
  ],
  [
    "a name that matches nothing, not even the beginning of one up to a dot",
    "RangeError",
    'sgd: groups[0]: parameters: "lin" is no parameter and no layer; the parameters are embedding.weight, linear.weight, linear.bias',
    () => grouped({ parameters: ["lin"], lr: 1 }),
  ],
  [
    "a name of which nothing is left",
    "RangeError",
    'sgd: groups[1]: parameters: "linear.bias" names nothing that was not named before; put the narrower name first',
    () => grouped({ parameters: ["linear"], lr: 0 }, { parameters: ["linear.bias"], lr: 1 }),
  ],
  [
    "a frozen table",
    "RangeError",
    'sgd: groups[0]: parameters: "embedding" is frozen, so no optimiser moves it; leave it out',
    async () => {
      const table = embedding({ numEmbeddings: 5, embeddingDim: 2, frozen: true });
      const { parameters } = await Network.create([table, linear({ outFeatures: 3 })]);
      return new Optimizer(parameters, sgd({ lr: 1, groups: [{ parameters: ["embedding"], lr: 2 }] }));
    },
  ],
  [
    "a weight decay of the embedding beside lazyRows",
    "RangeError",
    "adam: groups: a weightDecay moves every row of an embedding at every step; leave out lazyRows or the embedding's weightDecay",
    () => make(adam({ lazyRows: true, groups: [{ parameters: ["embedding"], weightDecay: 0.1 }] })),
  ],
];

test.each(optimizers)("optimizer refused: %s", (...row) => refused("BPTT_OPTION", row));

test.each(groups)("groups refused: %s", (...row) => refused("BPTT_OPTION", row));

test("lazyRows goes with a weight decay of the layers above the embedding", () => {
  make(adam({ lazyRows: true, groups: [{ parameters: ["linear"], weightDecay: 0.1 }] }));
});
