// Optimisers and their groups: the kernel's weights in f32 against PyTorch's in float64, step by step.

import { afterAll, describe, expect, test } from "vitest";
import {
  type AnyOptimizer,
  adagrad,
  adam,
  adamw,
  embedding,
  linear,
  lstm,
  Network,
  Optimizer,
  pack,
  Random,
  rmsprop,
  sgd,
} from "../src/index.js";
import { instantiateKernel } from "../src/kernel/load.js";
import { Arena } from "../src/kernel/memory.js";
import { Parameters } from "../src/parameters.js";
import { goldenGroups, goldenOptimizers } from "./reference/golden.js";
import { sameBits } from "./support/cases.js";
import { largestErrors, near } from "./support/errors.js";
import { randomSequences } from "./support/networks.js";

/** What f32 keeps of PyTorch's weights. */
const PASS = 1e-6;

afterAll(() => console.log(largestErrors()));

/** Tensors [n] by their names. */
async function tensors(values: Readonly<Record<string, readonly number[]>>): Promise<Parameters> {
  const shapes = Object.entries(values).map(([name, { length }]) => ({ name, shape: [length] }));
  const parameters = new Parameters(new Arena(await instantiateKernel()), shapes);
  for (const [name, numbers] of Object.entries(values)) parameters.write(name, numbers);
  return parameters;
}

test.each(goldenOptimizers.runs)(
  "PyTorch has the same weights after each of 20 steps of $optimizer",
  async ({ optimizer, weights }) => {
    const { initial, gradients } = goldenOptimizers;
    expect(weights).toHaveLength(20);
    const parameters = await tensors({ w: initial });
    const update = new Optimizer(parameters, optimizer as AnyOptimizer);
    gradients.forEach((gradient, step) => {
      parameters.writeGradient("w", gradient);
      update.step();
      near("PyTorch optimisers", parameters.read("w"), weights[step] ?? [], `step ${step + 1}`, PASS);
    });
  },
);

test.each(goldenGroups.runs)(
  "PyTorch has the same weights where a second tensor has rates of its own, $optimizer",
  async ({ optimizer, group, weights }) => {
    const { initial, gradients, split } = goldenGroups;
    expect(weights).toHaveLength(20);
    // in either order: with a group that begins the block, and with one that ends it
    for (const order of [1, -1]) {
      const parts = { own: [0, split], "other.w": [split, initial.length] } as const;
      const entries = Object.entries(parts).sort(() => order);
      const parameters = await tensors(
        Object.fromEntries(entries.map(([name, part]) => [name, initial.slice(...part)])),
      );
      const groups = [{ parameters: ["other"], ...group }];
      const description: object = { ...optimizer, groups };
      const update = new Optimizer(parameters, description as AnyOptimizer);
      gradients.forEach((gradient, step) => {
        for (const [name, part] of entries) parameters.writeGradient(name, gradient.slice(...part));
        update.step();
        const all = Object.keys(parts).flatMap((name) => [...parameters.read(name)]);
        near("PyTorch groups", all, weights[step] ?? [], `step ${step + 1}`, PASS);
      });
    }
  },
);

const [V, I, K] = [31, 5, 3];
const SEQUENCES = randomSequences(new Random(2), [3, 5, 1, 4, 7, 2], V, K);

async function create(frozen = false) {
  const layers = [
    embedding({ numEmbeddings: V, embeddingDim: I, frozen }),
    lstm({ hiddenSize: 7 }),
    linear({ outFeatures: K }),
  ];
  return Network.create(layers, { seed: 1 });
}

/** Twelve steps over batches that touch different rows of the table. */
function train(net: Network, description: AnyOptimizer): Optimizer {
  const optimizer = new Optimizer(net.parameters, description);
  const batches = [...pack(SEQUENCES, { batchSize: 1 })];
  for (let step = 0; step < 12; ++step) {
    const batch = batches[step % batches.length];
    if (batch === undefined) throw new Error("no batch");
    net.zeroGrad();
    net.forward(batch);
    net.backward();
    optimizer.step();
  }
  return optimizer;
}

const kinds: readonly AnyOptimizer[] = [
  sgd({ lr: 0.1 }),
  sgd({ lr: 0.1, momentum: 0.9, weightDecay: 0.01 }),
  rmsprop({ momentum: 0.5, centered: true }),
  adagrad({ lr: 0.1, initialAccumulator: 0.1 }),
  adam({ lr: 0.01 }),
  adam({ lr: 0.01, lazyRows: true }),
  adamw({ lr: 0.01 }),
];

describe.each(kinds.map((kind) => [JSON.stringify(kind), kind] as const))("groups of %s", (_, kind) => {
  test("groups with the optimiser's own rates change no bit", async () => {
    const [plain, grouped] = [await create(), await create()];
    train(plain, kind);
    const { lr, weightDecay } = kind;
    train(grouped, { ...kind, groups: [{ parameters: ["lstm", "embedding"], lr, weightDecay }] });
    sameBits(grouped.parameters.snapshot(), plain.parameters.snapshot(), "weights");
  });

  test("ranges with almost the same rate move as one block does, rows of the table too", async () => {
    const [plain, grouped] = [await create(), await create()];
    const one = train(plain, kind);
    // a rate that is another number, but the same in f32: every parameter is a range of its own
    const lr = kind.lr * (1 + 1e-12);
    const names = [...plain.parameters].map(({ name }) => name).filter((__, index) => index % 2 === 0);
    const many = train(grouped, { ...kind, groups: [{ parameters: names, lr }] });
    sameBits(grouped.parameters.snapshot(), plain.parameters.snapshot(), "weights");
    for (const [index, moment] of many.save().moments.entries())
      sameBits(moment, one.save().moments[index] ?? [], `moment ${index}`);
  });

  test.each([["embedding"], ["lstm"], ["linear.bias"]])("lr 0 lets %s rest, and moves the others", async (name) => {
    const net = await create();
    const before = new Map(
      [...net.parameters].map((parameter) => [parameter.name, net.parameters.read(parameter.name)]),
    );
    train(net, { ...kind, groups: [{ parameters: [name], lr: 0 }] });
    for (const [parameter, values] of before) {
      const rests = parameter === name || parameter.startsWith(`${name}.`);
      if (rests) sameBits(net.parameters.read(parameter), values, parameter);
      else expect(net.parameters.read(parameter), parameter).not.toEqual(values);
    }
  });

  test("a description with groups is the same after JSON, and so is what it trains", async () => {
    const groups = [{ parameters: ["lstm.bias_ih_l0", "linear"], lr: 0.003 }];
    const description: AnyOptimizer = { ...kind, groups };
    const again: AnyOptimizer = JSON.parse(
      JSON.stringify(new Optimizer((await create()).parameters, description).description),
    );
    expect(again).toEqual(description);
    const [one, two] = [await create(), await create()];
    train(one, description);
    train(two, again);
    sameBits(one.parameters.snapshot(), two.parameters.snapshot(), "weights");
  });

  test("a restored optimiser with groups goes on with the same bits", async () => {
    const description = { ...kind, groups: [{ parameters: ["embedding", "linear"], lr: 0.003 }] };
    const [one, two] = [await create(), await create()];
    const optimizer = train(one, description);
    two.parameters.restore(one.parameters.snapshot());
    const restored = new Optimizer(two.parameters, description);
    restored.restore(optimizer.save());
    const [batch] = pack(SEQUENCES, { batchSize: 2 });
    if (batch === undefined) throw new Error("no batch");
    for (const [net, next] of [
      [one, optimizer],
      [two, restored],
    ] as const) {
      net.zeroGrad();
      net.forward(batch);
      net.backward();
      next.step();
    }
    sameBits(two.parameters.snapshot(), one.parameters.snapshot(), "weights");
  });

  test("a frozen table stays, whatever the groups behind it", async () => {
    const net = await create(true);
    const table = net.parameters.read("embedding.weight");
    train(net, { ...kind, groups: [{ parameters: ["lstm"], lr: 0.003 }] });
    sameBits(net.parameters.read("embedding.weight"), table, "table");
  });
});

test("the first group that names a parameter counts", async () => {
  const parameters = await tensors({ "a.w": [1, 1], "a.b": [1, 1], "a.w.deeper": [1], ab: [1] });
  for (const { name, size } of parameters) parameters.writeGradient(name, new Array(size).fill(1));
  const groups = [
    { parameters: ["a.w"], lr: 0.25 },
    { parameters: ["a"], lr: 0.125 },
  ];
  new Optimizer(parameters, sgd({ lr: 0.5, groups })).step();
  const after = Object.fromEntries([...parameters].map(({ name }) => [name, [...parameters.read(name)]]));
  expect(after).toEqual({ "a.w": [0.75, 0.75], "a.b": [0.875, 0.875], "a.w.deeper": [0.75], ab: [0.5] });
});

test.each([
  ["no groups", [], 1],
  ["a group with the optimiser's own rates", [{ parameters: ["b"], lr: 0.5, weightDecay: 0 }], 1],
  ["a group in the middle", [{ parameters: ["b"], lr: 0.25 }], 3],
  ["a group at the end", [{ parameters: ["c"], weightDecay: 0.5 }], 2],
  ["a group that rests", [{ parameters: ["b"], lr: 0 }], 2],
])("a step calls the kernel once for each run of neighbours that move alike: %s", async (_, groups, calls) => {
  const kernel = await instantiateKernel();
  let called = 0;
  const sgdStep = (record: number) => {
    called += 1;
    kernel.sgdStep(record);
  };
  const shapes = ["a.w", "a.b", "b.w", "b.b", "c"].map((name) => ({ name, shape: [3] }));
  const parameters = new Parameters(new Arena({ ...kernel, sgdStep }), shapes);
  new Optimizer(parameters, sgd({ lr: 0.5, groups })).step();
  expect(called).toBe(calls);
});

test("a state goes to no other optimiser, with the same number of moments or another one", async () => {
  const parameters = await tensors({ w: [1, 2, 3] });
  const states = [
    sgd({ lr: 1 }),
    sgd({ lr: 1, momentum: 0.5 }),
    adagrad(),
    rmsprop({ centered: true }),
    adam(),
    adamw(),
  ];
  for (const from of states)
    for (const to of states) {
      const give = () => new Optimizer(parameters, to).restore(new Optimizer(parameters, from).save());
      if (from === to) give();
      else
        expect(give).toThrow(
          expect.objectContaining({ code: "BPTT_OPTION", message: expect.stringContaining(to.type) }),
        );
    }
});

test("rmsprop, centered: a gradient that never changes leaves no variance, and no weight that is not finite", async () => {
  const parameters = await tensors({ w: new Array(7).fill(1) });
  const optimizer = new Optimizer(parameters, rmsprop({ alpha: 0.5, centered: true, eps: 1e-3 }));
  for (let step = 0; step < 200; ++step) {
    parameters.writeGradient("w", [0.1, 0.3, 0.7, -0.9, 1.1, 1e-3, 3e4]);
    optimizer.step();
  }
  expect(parameters.read("w").every(Number.isFinite)).toBe(true);
});

test("adagrad: lr tells the rate that lrDecay leaves", async () => {
  const parameters = await tensors({ w: [1] });
  const optimizer = new Optimizer(parameters, adagrad({ lr: 0.5, lrDecay: 0.25 }));
  const rates = Array.from({ length: 5 }, () => {
    const { lr } = optimizer;
    optimizer.step();
    return lr;
  });
  expect(rates).toEqual([0.5, 0.4, 0.5 / 1.5, 0.5 / 1.75, 0.25]);
});
