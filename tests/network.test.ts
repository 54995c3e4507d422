// A whole network, from token numbers to the update: f32 against the float64 textbook version and against PyTorch.

import { afterAll, describe, expect, test } from "vitest";
import {
  type AnyOptimizer,
  type Batch,
  clipGradNorm,
  linear,
  Network,
  type NetworkOptions,
  Optimizer,
  pack,
  rnn,
  type Sequence,
  unpack,
} from "../src/index.js";
import { gradNorm } from "../src/optim/clip.js";
import { Random } from "../src/random.js";
import {
  type GoldenNetwork,
  goldenClasses,
  goldenNetworks,
  goldenSquaredError,
  networkOf,
} from "./reference/golden.js";
import * as reference from "./reference/index.js";
import { largestErrors, near } from "./support/errors.js";
import { layersOf, randomSequences } from "./support/networks.js";

/** What f32 keeps of PyTorch's float64 outputs and gradients. */
const PASS = 1e-6;
/** What ten steps of training in f32 keep of PyTorch's, also in f32. */
const TRAINING = 2e-6;

afterAll(() => console.log(largestErrors()));

async function networkWith(
  net: reference.ReferenceNetwork,
  weights: reference.Weights,
  options: NetworkOptions = {},
): Promise<Network> {
  const network = await Network.create(layersOf(net), options);
  for (const [name, values] of Object.entries(weights)) network.parameters.write(name, values);
  return network;
}

const goldenNetwork = (golden: GoldenNetwork, options?: NetworkOptions) =>
  networkWith(networkOf(golden), golden.weights, options);

function batchOf(sequences: readonly Sequence[]): Batch {
  const [batch] = pack(sequences, { batchSize: sequences.length });
  if (batch === undefined) throw new Error("no batch");
  return batch;
}

describe.each(Object.entries(goldenNetworks))("PyTorch says the same of %s", (_name, golden) => {
  test(`parameters, logits, loss and gradients to ${PASS}`, async () => {
    const net = await goldenNetwork(golden);
    const shapes = [...net.parameters].map(({ name, shape }) => [name, shape]);
    expect(shapes).toEqual(Object.entries(golden.shapes));
    const batch = batchOf(golden.sequences);
    const { loss, lossPerToken, count } = net.forward(batch);
    unpack(batch, net.logits(), net.outFeatures).forEach((rows, b) => {
      near("PyTorch logits", rows, golden.logits[b] ?? [], `sequence ${b}`, PASS);
    });
    near("PyTorch loss", [loss, lossPerToken], [golden.loss.sum, golden.loss.mean], "sum, mean", PASS);
    expect(count).toBe(golden.loss.count);
    net.backward();
    for (const [name, gradient] of Object.entries(golden.gradients))
      near("PyTorch gradients", net.parameters.readGradient(name), gradient, name, PASS);
  });

  test.each(golden.training)(
    `ten losses and norms to ${TRAINING}: $optimizer.type, clip $clip.norm, $reduction`,
    async ({ optimizer, clip, reduction, losses, norms }) => {
      const net = await goldenNetwork(golden, { reduction });
      const update = new Optimizer(net.parameters, optimizer as AnyOptimizer);
      const batch = batchOf(golden.sequences);
      for (let step = 0; step < 10; ++step) {
        net.zeroGrad();
        const result = net.forward(batch);
        net.backward();
        const norm = clip ? clipGradNorm(net.parameters, clip.norm).norm : gradNorm(net.parameters);
        const loss = reduction === "mean" ? result.lossPerToken : result.loss;
        near("PyTorch training losses", [loss], [losses[step] ?? 0], `step ${step}`, TRAINING);
        near("PyTorch training norms", [norm], [norms[step] ?? 0], `step ${step}`, TRAINING);
        update.step();
      }
    },
  );
});

/** One layer that hands its K inputs on: what the loss gives it is the gradient of its bias. */
async function identityNetwork(K: number, options: NetworkOptions): Promise<Network> {
  const net = await Network.create([linear({ outFeatures: K })], { inputSize: K, ...options });
  net.parameters.write(
    "linear.weight",
    Array.from({ length: K * K }, (_, i) => (i % (K + 1) === 0 ? 1 : 0)),
  );
  net.parameters.write("linear.bias", new Array(K).fill(0));
  return net;
}

const columnSums = (rows: readonly number[], K: number): number[] =>
  Array.from({ length: K }, (_, k) => rows.reduce((sum, d, i) => (i % K === k ? sum + d : sum), 0));

describe.each(["mean", "sum"] as const)("PyTorch has the same %s and gradient", (reduction) => {
  test.each(goldenClasses)("of cross-entropy with $name", async (golden) => {
    const { logits, labels, options, outFeatures: K, [reduction]: expected } = golden;
    const net = await identityNetwork(K, { ...options, reduction });
    const { loss, lossPerToken } = net.forward(batchOf([{ features: logits, labels }]));
    net.backward();
    near("PyTorch losses", [reduction === "mean" ? lossPerToken : loss], [expected.loss], golden.name, PASS);
    near(
      "PyTorch losses",
      net.parameters.readGradient("linear.bias"),
      columnSums(expected.gradients, K),
      "dBias",
      PASS,
    );
  });

  test("of mse", async () => {
    const { y, targets, outFeatures: K, [reduction]: expected } = goldenSquaredError;
    const net = await identityNetwork(K, { loss: "mse", reduction });
    const length = y.length / K;
    const { loss, lossPerToken, count } = net.forward(batchOf([{ features: y, targets, length }]));
    net.backward();
    expect(count).toBe(length);
    near("PyTorch losses", [reduction === "mean" ? lossPerToken : loss], [expected.loss], "mse", PASS);
    near(
      "PyTorch losses",
      net.parameters.readGradient("linear.bias"),
      columnSums(expected.gradients, K),
      "dBias",
      PASS,
    );
  });
});

describe.each(reference.referenceCells.map((cell) => [cell.name, cell] as const))("networks of %s", (name, cell) => {
  for (const [numLayers, bidirectional, hiddenSize] of [
    [1, false, 13],
    [1, true, 5],
    [2, true, 7],
    [3, false, 3],
  ] as const) {
    const sizes = { numEmbeddings: 17, embeddingDim: 5, hiddenSize, numLayers, bidirectional, outFeatures: 7 };
    const net = { cell, ...sizes };
    const what = `${numLayers} layers${bidirectional ? ", both directions" : ""}, H ${hiddenSize}`;
    const random = new Random(hiddenSize);
    const weights = Object.fromEntries(
      reference.parameterShapes(net).map(({ name, shape }) => {
        const bound = name.startsWith("embedding") ? 1 : 1.2 / Math.sqrt(hiddenSize);
        const size = shape.reduce((a, b) => a * b, 1);
        return [name, Float32Array.from({ length: size }, () => random.uniform(-bound, bound))];
      }),
    );
    const sequences = randomSequences(random, [3, 13, 1, 5, 5, 2], sizes.numEmbeddings, sizes.outFeatures);

    test(`${what}: logits, loss and gradients are those of the textbook version`, async () => {
      for (const reduction of ["mean", "sum"] as const) {
        const network = await networkWith(net, weights, { reduction });
        const batch = batchOf(sequences);
        const { loss } = network.forward(batch);
        network.backward();
        const exact = reference.networkBackward(net, weights, sequences, { reduction });
        near(`${name} network loss`, [loss], [exact.loss.sum], what);
        const { logits } = reference.networkForward(net, weights, sequences);
        unpack(batch, network.logits(), network.outFeatures).forEach((rows, b) => {
          near(`${name} network logits`, rows, logits[b] ?? [], `${what}, sequence ${b}`);
        });
        for (const [parameter, gradient] of Object.entries(exact.gradients))
          near(`${name} network gradients`, network.parameters.readGradient(parameter), gradient, parameter);
      }
    });

    test(`${what}: the slope of the loss along the gradient is its squared norm, by central differences`, async () => {
      const network = await networkWith(net, weights);
      const batch = batchOf(sequences);
      network.forward(batch);
      network.backward();
      const norm = gradNorm(network.parameters);
      const gradients = Object.keys(weights).map((parameter) => network.parameters.readGradient(parameter));
      const lossAt = (distance: number) => {
        Object.entries(weights).forEach(([parameter, values], i) => {
          const moved = values.map((w, k) => w + (distance / norm) * (gradients[i]?.[k] ?? Number.NaN));
          network.parameters.write(parameter, moved);
        });
        return network.forward(batch).lossPerToken;
      };
      // a kink of relu between the two points spoils a long step, rounding a short one
      const slopes = [4e-3, 1e-3, 3e-4].map((h) => (lossAt(h) - lossAt(-h)) / (2 * h));
      const distance = (slope: number) => Math.abs(slope - norm);
      const best = slopes.reduce((a, b) => (distance(b) < distance(a) ? b : a));
      near(`${name} central differences in f32`, [norm], [best], what, 1e-3);
    });
  }
});

test("softmax of as many rows as the last batch has leaves the output as it is, and takes the place of its gradient", async () => {
  const net = await Network.create([rnn({ hiddenSize: 3 }), linear({ outFeatures: 5 })], { inputSize: 2, seed: 3 });
  const [batch] = pack([{ features: [1, -1, 0.5, 2], labels: [1, 4] }]);
  if (batch === undefined) throw new Error("no batch");
  net.forward(batch);
  const [logits, bytes] = [net.logits(), net.bytes];
  const shares = net.softmax(logits.slice(5));
  expect(net.logits()).toEqual(logits);
  expect(net.bytes).toBe(bytes);
  expect(shares.reduce((sum, share) => sum + share)).toBeCloseTo(1, 6);
  expect(shares).toEqual(net.softmax(Float32Array.from([...logits, ...logits, ...logits])).slice(5, 10));
  expect(() => net.backward()).toThrow(/^backward: call forward/);
});
