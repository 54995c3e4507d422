// Memory is planned once: a training loop takes no more of it, a batch that does not fit is refused and loses nothing, and addresses above
// 2 GiB are addresses like all others. How often a step crosses the wall is counted.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { w1 } from "../bench/workloads.js";
import {
  adam,
  type Batch,
  clipGradNorm,
  dropout,
  embedding,
  linear,
  lstm,
  Network,
  Optimizer,
  pack,
  rnn,
  sgd,
} from "../src/index.js";
import type { Kernel } from "../src/kernel/load.js";
import { Random } from "../src/random.js";
import budget from "./budget.json" with { type: "json" };
import { sameBits } from "./support/cases.js";
import { randomSequences } from "./support/networks.js";

/** What the next networks get for a kernel. */
const disguise = vi.hoisted(() => ({ put: (kernel: Kernel) => kernel }));

vi.mock("../src/kernel/load.js", async (original) => {
  const actual = await original<typeof import("../src/kernel/load.js")>();
  return { ...actual, instantiateKernel: async () => disguise.put(await actual.instantiateKernel()) };
});

beforeEach(() => {
  disguise.put = (kernel) => kernel;
});
afterEach(() => {
  disguise.put = (kernel) => kernel;
});

const [V, K] = [13, 5];

const smallNetwork = (): Promise<Network> =>
  Network.create([
    embedding({ numEmbeddings: V, embeddingDim: 3 }),
    lstm({ hiddenSize: 5 }),
    linear({ outFeatures: K }),
  ]);

function batchOf(lengths: readonly number[], seed = 1): Batch {
  const [batch] = pack(randomSequences(new Random(seed), lengths, V, K), { batchSize: lengths.length });
  if (batch === undefined) throw new Error("no batch");
  return batch;
}

function step(net: Network, optimizer: Optimizer, batch: Batch): number {
  net.zeroGrad();
  const { loss } = net.forward(batch);
  net.backward();
  clipGradNorm(net.parameters, 1);
  optimizer.step();
  return loss;
}

/** Bytes in use, and bytes that the instance holds. */
const memoryOf = (net: Network): readonly number[] => [net.bytes, net.parameters.arena.kernel.memory.buffer.byteLength];

/** Bytes that JavaScript holds once the garbage is collected. */
function keptBytes(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

describe("a training loop takes no more memory", () => {
  test("over 10,000 steps of one shape; JavaScript keeps nothing either", async () => {
    const net = await smallNetwork();
    const optimizer = new Optimizer(net.parameters, adam({ lr: 1e-3 }));
    const batch = batchOf([3, 2, 1]);
    for (let i = 0; i < 1000; ++i) step(net, optimizer, batch);
    const before = memoryOf(net);
    // the engine compiles meanwhile and keeps its code, once; what a step keeps would be kept in every stretch
    const grown = [0, 1, 2].map(() => {
      const kept = keptBytes();
      for (let i = 0; i < 3000; ++i) step(net, optimizer, batch);
      return keptBytes() - kept;
    });
    expect(optimizer.steps).toBe(10_000);
    expect(memoryOf(net)).toEqual(before);
    expect(Math.min(...grown)).toBeLessThan(3000 * 8);
    expect(Number.isFinite(net.forward(batch).loss)).toBe(true);
  });

  test("over shapes below the largest one seen, in training or not", async () => {
    const net = await smallNetwork();
    const optimizer = new Optimizer(net.parameters, adam({ lr: 1e-3 }));
    step(net, optimizer, batchOf(new Array(17).fill(13)));
    const before = memoryOf(net);
    const random = new Random(2);
    for (let i = 0; i < 500; ++i) {
      const lengths = Array.from({ length: 1 + random.below(17) }, () => 1 + random.below(13));
      step(net, optimizer, batchOf(lengths, i));
      net.predict(batchOf(lengths, i));
      net.softmax(net.logits());
    }
    expect(memoryOf(net)).toEqual(before);
  });

  test("batches that grow take what the largest one takes", async () => {
    const [growing, once] = [await smallNetwork(), await smallNetwork()];
    for (let B = 1; B <= 31; ++B) growing.forward(batchOf(new Array(B).fill(7)));
    once.forward(batchOf(new Array(31).fill(7)));
    expect(growing.bytes).toBe(once.bytes);
  });
});

describe("memory that cannot grow", () => {
  /** 32 KiB for each row, more than 4 GiB in all. */
  const WIDTH = 4096;
  const tooLong = { tokens: new Int32Array(140_000), labels: new Int32Array(140_000) };
  const problem = expect.objectContaining({
    code: "BPTT_MEMORY",
    message: expect.stringMatching(
      /^The kernel's memory cannot grow to \d+ MiB \(WebAssembly allows 4096 at most\); use a smaller batchSize, shorter/,
    ),
  });

  test("refuses a batch, and the network goes on as if nothing had been", async () => {
    const layers = [embedding({ numEmbeddings: V, embeddingDim: 2 }), linear({ outFeatures: WIDTH })];
    const [net, twin] = [await Network.create(layers), await Network.create(layers)];
    const [optimizer, twinOptimizer] = [net, twin].map((one) => new Optimizer(one.parameters, sgd({ lr: 1 }))) as [
      Optimizer,
      Optimizer,
    ];
    const [huge] = pack([tooLong]);
    if (huge === undefined) throw new Error("no batch");
    const batch = batchOf([5, 3]);
    step(net, optimizer, batch);
    const before = memoryOf(net);
    for (const refused of [() => net.forward(huge), () => net.predict(huge)]) expect(refused).toThrow(problem);
    expect(memoryOf(net)).toEqual(before);
    step(twin, twinOptimizer, batch);
    sameBits(net.parameters.snapshot(), twin.parameters.snapshot(), "after the refusal");
    expect(step(net, optimizer, batch)).toBe(step(twin, twinOptimizer, batch));
    sameBits(net.parameters.snapshot(), twin.parameters.snapshot(), "a step later");
  });

  test("leaves nothing to go backward through", async () => {
    const net = await Network.create([
      embedding({ numEmbeddings: V, embeddingDim: 2 }),
      linear({ outFeatures: WIDTH }),
    ]);
    const [huge] = pack([tooLong]);
    if (huge === undefined) throw new Error("no batch");
    net.forward(batchOf([5, 3]));
    const before = net.parameters.snapshot();
    expect(() => net.forward(huge)).toThrow(problem);
    expect(() => net.backward()).toThrow(expect.objectContaining({ code: "BPTT_ORDER" }));
    expect(net.logits().length).toBe(0);
    expect(net.findNonFinite("backward")).toBeUndefined();
    sameBits(net.parameters.snapshot(), before, "parameters");
  });

  test("refuses a network", async () => {
    const layers = [embedding({ numEmbeddings: 2 ** 15, embeddingDim: 2 ** 15 })];
    const message =
      /^network: 1073741824 parameters take 4096 MiB and their gradients as much: The kernel's memory cannot/;
    await expect(Network.create(layers)).rejects.toThrow(
      expect.objectContaining({ code: "BPTT_MEMORY", message: expect.stringMatching(message) }),
    );
  });
});

describe("above 2 GiB", () => {
  /** The arena begins where addresses are negative as i32. */
  const above = (kernel: Kernel): Kernel => ({ ...kernel, heapBase: () => 2 ** 31 - 4096 });

  test.each([
    ["lstm", lstm({ hiddenSize: 7, numLayers: 2, bidirectional: true, dropout: 0.2 }), adam({ lr: 0.01 })],
    ["rnn", rnn({ hiddenSize: 7, nonlinearity: "relu" }), sgd({ lr: 0.1, momentum: 0.9 })],
  ] as const)("training of an %s gives the same bytes", async (_name, recurrent, description) => {
    const results: Float32Array[] = [];
    for (const put of [(kernel: Kernel) => kernel, above]) {
      disguise.put = put;
      const layers = [
        embedding({ numEmbeddings: V, embeddingDim: 3 }),
        dropout(0.1),
        recurrent,
        linear({ outFeatures: K }),
      ];
      const net = await Network.create(layers, { seed: 1, classWeights: [1, 2, 0.5, 1, 1] });
      const optimizer = new Optimizer(net.parameters, description);
      for (let i = 0; i < 5; ++i) step(net, optimizer, batchOf([5, 7, 1, 3], i));
      expect(net.findNonFinite("backward")).toBeUndefined();
      results.push(net.parameters.snapshot(), net.softmax(net.predict(batchOf([3, 2]))));
    }
    const [weights, probabilities, weightsAbove, probabilitiesAbove] = results;
    sameBits(weightsAbove ?? [], weights ?? [], "weights");
    sameBits(probabilitiesAbove ?? [], probabilities ?? [], "probabilities");
  });
});

test(`a training step of W1 crosses the wall at most ${budget.crossingsPerStep} times`, async () => {
  const calls: string[] = [];
  disguise.put = (kernel) =>
    Object.fromEntries(
      Object.entries(kernel).map(([name, value]) => [name, typeof value === "function" ? counted(name, value) : value]),
    ) as Kernel;
  const counted =
    (name: string, call: (...values: never[]) => unknown) =>
    (...values: never[]) => {
      calls.push(name);
      return call(...values);
    };
  const { step } = await w1();
  step();
  expect(calls).toContain("lstmBackward");
  calls.length = 0;
  step();
  expect(calls.length, calls.join(" ")).toBeLessThanOrEqual(budget.crossingsPerStep);
  expect(calls).toContain("lstmBackward");
});
