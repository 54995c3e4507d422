// Gradient flow against float64: norms of gradients by moving the hidden states themselves, norms of Jacobians by moving the states before a step.

import { afterAll, describe, expect, test } from "vitest";
import { type Batch, Network, pack } from "../src/index.js";
import { gradientFlow } from "../src/lab/index.js";
import { Random } from "../src/random.js";
import { lossWith, spectralNorm, stepJacobian, walk } from "./reference/flow.js";
import {
  embeddingForward,
  matmul,
  type ReferenceNetwork,
  type ReferenceSequence,
  referenceCells,
  type StateName,
  type Vector,
  type Weights,
} from "./reference/index.js";
import { largestErrors, near } from "./support/errors.js";
import { layersOf, randomSequences } from "./support/networks.js";

const [V, E, H, K] = [7, 3, 5, 3];
const LENGTHS = [5, 2, 7];

afterAll(() => console.log(largestErrors()));

const one = (batches: Iterable<Batch>): Batch => {
  const [batch] = batches;
  if (batch === undefined) throw new Error("no batch");
  return batch;
};

async function scene(net: ReferenceNetwork, seed = 3) {
  const network = await Network.create(layersOf(net), { seed: 1, reduction: "sum" });
  // inputs of an irnn are so small as it begins that a relu bends wherever one looks
  for (const { name } of network.parameters)
    if (/^irnn.weight_ih/.test(name))
      network.parameters.write(
        name,
        network.parameters.read(name).map((w) => 300 * w),
      );
  const random = new Random(seed);
  const sequences: ReferenceSequence[] = randomSequences(random, LENGTHS, V, K).map(({ tokens, labels }) =>
    net.last ? { tokens, label: labels.find((label) => label >= 0) ?? 0 } : { tokens, labels },
  );
  const batch = one(pack(sequences as Parameters<typeof pack>[0], { batchSize: LENGTHS.length }));
  const weights: Weights = Object.fromEntries(
    [...network.parameters].map(({ name }) => [name, Float64Array.from(network.parameters.read(name))]),
  );
  return { network, sequences, batch, weights };
}

/** Means over the sequences that have a number at a step. */
function byStep(rows: readonly (readonly (number | undefined)[])[]): number[] {
  return Array.from({ length: Math.max(...LENGTHS) }, (_, t) => {
    const own = rows.flatMap((row) => row[t] ?? []);
    return own.reduce((sum, value) => sum + value, 0) / own.length;
  });
}

const clocks = (name: string): StateName[] => (name === "lstm" ? ["h", "c"] : ["h"]);

describe.each(referenceCells)("$name", (cell) => {
  const sizes = { numEmbeddings: V, embeddingDim: E, hiddenSize: H, outFeatures: K };

  test("norms of dE/dh_t are those of the definition, in two layers with two directions", async () => {
    const net: ReferenceNetwork = { cell, ...sizes, numLayers: 2, bidirectional: true };
    const { network, sequences, batch, weights } = await scene(net);
    const flow = gradientFlow(network, batch, { jacobians: false });
    expect(flow.layers.map(({ layer, direction }) => `${layer} ${direction}`)).toEqual(
      [0, 1].flatMap((level) => ["forward", "reverse"].map((way) => `${cell.layer}_l${level} ${way}`)),
    );
    const e = 1e-6;
    flow.layers.forEach(({ layer, gradientNorms }, number) => {
      const place = { layer: Math.floor(number / 2), direction: number % 2 };
      const norms = sequences.map((sequence) =>
        Array.from({ length: sequence.tokens.length }, (_, t) => {
          let squares = 0;
          for (let unit = 0; unit < H; ++unit) {
            const loss = (by: number) => lossWith(net, weights, sequence, { ...place, t, unit, by });
            squares += ((loss(e) - loss(-e)) / (2 * e)) ** 2;
          }
          return Math.sqrt(squares);
        }),
      );
      near("gradientNorms", gradientNorms, byStep(norms), `${layer} ${number}`);
    });
  });

  test("Jacobians and their products are those of finite differences", async () => {
    const net: ReferenceNetwork = { cell, ...sizes, numLayers: 1, bidirectional: true };
    const { network, sequences, batch, weights } = await scene(net);
    const flow = gradientFlow(network, batch);
    const states = clocks(cell.name);
    const n = states.length * H;
    flow.layers.forEach(({ jacobianNorms, logProducts, logProduct }, direction) => {
      const results = sequences.map(({ tokens }) => {
        const T = tokens.length;
        const x = embeddingForward(weights["embedding.weight"] ?? [], tokens, E);
        const steps = walk(net, weights, { layer: 0, direction, x, T });
        const read = steps.map((_, k) => (direction === 0 ? k : T - 1 - k));
        const norms: number[] = [];
        const logs: number[] = [];
        let product: Vector | undefined;
        for (const [k, t] of [...read.entries()].reverse()) {
          logs[t] = product ? Math.log10(spectralNorm(product, n)) : 0;
          const step = steps[t];
          if (k === 0 || step === undefined) continue;
          const own = stepJacobian(cell, step, states);
          norms[t] = spectralNorm(own, n);
          product = product ? matmul(product, own, n, n, n) : own;
        }
        return { norms, logs, whole: logs[read[0] ?? 0] ?? 0 };
      });
      const finite = (values: readonly number[]) => values.map((value) => (Number.isNaN(value) ? -1 : value));
      near("jacobianNorms", finite(jacobianNorms), finite(byStep(results.map(({ norms }) => norms))), `${direction}`);
      const size = (log: number) => 10 ** log;
      near("products", logProducts.map(size), byStep(results.map(({ logs }) => logs)).map(size), `${direction}`);
      const whole = results.reduce((sum, { whole }) => sum + whole, 0) / results.length;
      near("products", [size(logProduct)], [size(whole)], `whole, ${direction}`);
    });
  });

  test("with last() the gradient comes from the end alone", async () => {
    const net: ReferenceNetwork = { cell, ...sizes, numLayers: 1, bidirectional: false, last: true };
    const { network, sequences, batch, weights } = await scene(net);
    const { loss, layers } = gradientFlow(network, batch, { jacobians: false });
    expect(loss).toBeCloseTo(
      sequences.reduce((sum, sequence) => sum + lossWith(net, weights, sequence), 0),
      4,
    );
    const norms = sequences.map((sequence) =>
      Array.from({ length: sequence.tokens.length }, (_, t) => {
        const slopes = Array.from({ length: H }, (_, unit) => {
          const at = (by: number) => lossWith(net, weights, sequence, { layer: 0, direction: 0, t, unit, by });
          return (at(1e-6) - at(-1e-6)) / 2e-6;
        });
        return Math.sqrt(slopes.reduce((sum, slope) => sum + slope * slope, 0));
      }),
    );
    near("gradientNorms", layers[0]?.gradientNorms ?? [], byStep(norms), "last");
  });
});
