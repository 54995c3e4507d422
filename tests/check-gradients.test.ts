// The public gradient check: right gradients pass for every cell, wrong ones are found, and nothing is left changed.

import { describe, expect, test, vi } from "vitest";
import {
  type Batch,
  checkGradients,
  dropout,
  embedding,
  last,
  linear,
  lstm,
  Network,
  type NetworkOptions,
  pack,
  Random,
  rnn,
  type Sequence,
} from "../src/index.js";
import { referenceCells } from "./reference/index.js";
import { sameBits } from "./support/cases.js";
import { describeCell } from "./support/cells.js";
import { randomSequences } from "./support/networks.js";
import { loosely, refused } from "./support/refused.js";

const [V, K] = [23, 5];
/** What f32 may differ; see checkGradients. */
const NORMAL = 2e-3;

function batchOf(sequences: readonly Sequence[]): Batch {
  const [batch] = pack(sequences, { batchSize: sequences.length });
  if (batch === undefined) throw new Error("no batch");
  return batch;
}

const labelled = (seed = 1) => batchOf(randomSequences(new Random(seed), [7, 3, 1, 5], V, K));

const network = (options?: NetworkOptions) =>
  Network.create(
    [
      embedding({ numEmbeddings: V, embeddingDim: 3 }),
      dropout(0.2),
      lstm({ hiddenSize: 7, bidirectional: true }),
      linear({ outFeatures: K }),
    ],
    options,
  );

/** An irnn begins with inputs so near the bend of its relu that no difference can tell. */
const cells = referenceCells.filter(({ layer }) => layer !== "irnn");

describe.each(cells.map((cell) => [cell.name, cell] as const))("%s", (_, cell) => {
  test.each(["mean", "sum"] as const)("the gradient of the %s passes", async (reduction) => {
    const layers = [
      embedding({ numEmbeddings: V, embeddingDim: 3 }),
      dropout(0.2),
      describeCell(cell, { hiddenSize: 8, numLayers: 2, dropout: 0.3 }),
      linear({ outFeatures: K }),
    ];
    const net = await Network.create(layers, { reduction, labelSmoothing: 0.1 });
    const { parameters, worst } = checkGradients(net, labelled());
    expect(parameters.map(({ name }) => name)).toEqual([...net.parameters].map(({ name }) => name));
    expect(worst.error).toBe(Math.max(...parameters.map(({ error }) => error)));
    // relu bends
    expect(worst.error).toBeLessThan(cell.name.includes("relu") ? 0.2 : NORMAL);
    expect(worst.error).toBeGreaterThan(0);
  });
});

test("last() and mse pass", async () => {
  const layers = [lstm({ hiddenSize: 7, bidirectional: true }), dropout(0.3), last(), linear({ outFeatures: 2 })];
  const net = await Network.create(layers, { inputSize: 2, loss: "mse" });
  const random = new Random(4);
  const numbers = (length: number) => Array.from({ length }, () => random.uniform(-1, 1));
  const batch = batchOf([5, 2, 3].map((T) => ({ features: numbers(2 * T), length: T, target: numbers(2) })));
  expect(checkGradients(net, batch).worst.error).toBeLessThan(NORMAL);
});

test("learned states, added directions and locked dropout pass; the regulariser, which has no loss of its own, is left out", async () => {
  const stack = { hiddenSize: 5, numLayers: 2, dropout: 0.3, lockedDropout: true, initialStates: "learned" } as const;
  const layers = [
    embedding({ numEmbeddings: V, embeddingDim: 3 }),
    rnn({ ...stack, bidirectional: true, merge: "sum" }),
    linear({ outFeatures: K }),
  ];
  for (const omega of [0, 3]) {
    const { worst } = checkGradients(await Network.create(layers, { omega }), labelled());
    expect(worst.error).toBeLessThan(NORMAL);
  }
});

test("a wrong gradient of one parameter is found and named", async () => {
  const net = await network();
  const backward = net.backward.bind(net);
  for (const name of ["embedding.weight", "lstm.weight_hh_l0_reverse", "linear.bias"])
    for (const factor of [0.97, 2, -1, 0]) {
      vi.spyOn(net, "backward").mockImplementation((options) => {
        const result = backward(options);
        const gradient = net.parameters.readGradient(name);
        net.parameters.writeGradient(
          name,
          gradient.map((d) => factor * d),
        );
        return result;
      });
      const { worst } = checkGradients(net, labelled());
      expect(worst.name).toBe(name);
      expect(worst.error).toBeCloseTo(Math.abs(factor - 1), 1);
      expect(worst.error).toBeGreaterThan(10 * NORMAL);
    }
});

test("all elements of small parameters are compared, samples of large ones, the same for one seed", async () => {
  const net = await network();
  const batch = labelled();
  const counts = (samples?: number) =>
    checkGradients(net, batch, samples ? { samples } : {}).parameters.map(({ checked }) => checked);
  expect(Math.max(...counts())).toBe(20);
  expect(counts(1000)).toEqual([...net.parameters].map(({ size }) => size));
  const [one, again, other] = [3, 3, 4].map((seed) => checkGradients(net, batch, { samples: 5, seed }));
  expect(again).toEqual(one);
  expect(other).not.toEqual(one);
});

test("masks of dropout are held still at the given step", async () => {
  const net = await network();
  const [one, two] = [1, 2].map((step) => checkGradients(net, labelled(), { step }));
  expect(one?.worst.error).toBeLessThan(NORMAL);
  expect(two?.worst.error).toBeLessThan(NORMAL);
  expect(two).not.toEqual(one);
});

describe("nothing is left changed", () => {
  /** Two steps, the check of another batch before the second: weights, gradients and later masks are those of a run without it. */
  async function run(check?: (net: Network) => void) {
    const net = await network();
    net.forward(labelled(1));
    net.backward();
    check?.(net);
    const weights = net.parameters.snapshot();
    net.forward(labelled(2));
    net.backward();
    const { arena, gradients, count } = net.parameters;
    const read = () => arena.f32(gradients, count).slice();
    const both = read();
    net.parameters.zeroGrad();
    const cleared = read();
    net.forward(labelled(1));
    net.backward();
    return [weights, both, cleared, read()];
  }

  test("weights, gradients, listed rows of the table, the count of steps", async () => {
    const [with_, without] = [await run((net) => void checkGradients(net, labelled(3))), await run()];
    with_.forEach((numbers, i) => {
      sameBits(numbers, without[i] ?? [], `block ${i}`);
    });
  });

  test("nor when a forward pass throws", async () => {
    const failing = (net: Network) => {
      const forward = net.forward.bind(net);
      let passes = 0;
      const spy = vi.spyOn(net, "forward").mockImplementation((...given) => {
        if (++passes > 30) throw new Error("enough");
        return forward(...given);
      });
      expect(() => checkGradients(net, labelled(3))).toThrow("enough");
      spy.mockRestore();
    };
    const [with_, without] = [await run(failing), await run()];
    with_.forEach((numbers, i) => {
      sameBits(numbers, without[i] ?? [], `block ${i}`);
    });
  });

  test("a backward pass afterwards needs a new forward pass", async () => {
    const net = await network();
    net.forward(labelled());
    checkGradients(net, labelled());
    expect(() => net.backward()).toThrow(expect.objectContaining({ code: "BPTT_ORDER" }));
  });

  test("the memory of repeated checks is used again", async () => {
    const net = await network();
    checkGradients(net, labelled());
    const { bytes } = net;
    checkGradients(net, labelled());
    expect(net.bytes).toBe(bytes);
  });
});

test("refused: options, batches without labels, weights that overflow", async () => {
  const net = await network();
  const check = (batch: Batch, options?: unknown) => () => loosely(checkGradients, net, batch, options);
  await refused("BPTT_OPTION", [
    "an unknown option",
    "TypeError",
    'checkGradients: unknown option "eps"; the options are samples, seed, step',
    check(labelled(), { eps: 1 }),
  ]);
  await refused("BPTT_OPTION", [
    "no samples",
    "RangeError",
    "checkGradients: samples: expected a positive integer, got 0",
    check(labelled(), { samples: 0 }),
  ]);
  await refused("BPTT_DATA", [
    "no labels",
    "RangeError",
    "forward: the batch has no labels; give labels, or call predict()",
    check(batchOf([{ tokens: [1] }])),
  ]);
  net.parameters.write("linear.bias", [3e38, Number.NaN, 0, 0, 0]);
  expect(check(labelled())).toThrow(/^checkGradients: embedding.weight, element \d+: expected finite numbers, got/);
});
