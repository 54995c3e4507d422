// One sequence alone, in a batch of many and in another order gets the same bits; so does a gradient computed in shards, by one network or
// by several.

import { describe, expect, test } from "vitest";
import { packMembers, shardMembers } from "../src/data/batch.js";
import {
  dropout,
  embedding,
  type LayerDescription,
  linear,
  Network,
  pack,
  type Sequence,
  sgd,
  unpack,
} from "../src/index.js";
import { Random } from "../src/random.js";
import { Training } from "../src/train/loop.js";
import { resolveTrainOptions } from "../src/train/options.js";
import { referenceCells } from "./reference/index.js";
import { relativeError, sameBits } from "./support/cases.js";
import { describeCell } from "./support/cells.js";
import { layersOf, randomSequences } from "./support/networks.js";

const LENGTHS = [1, 13, 5, 2, 17, 5, 3, 1, 7, 29, 4, 5, 1, 11, 8, 2, 6];

/** Logits of each sequence, all in one batch. */
function predictAll(net: Network, sequences: readonly Sequence[]): Float32Array[] {
  return [...pack(sequences, { batchSize: sequences.length })].flatMap((batch) =>
    unpack(batch, net.predict(batch), net.outFeatures),
  );
}

describe.each(referenceCells.map((cell) => [cell.name, cell] as const))("%s", (_name, cell) => {
  for (const [hiddenSize, numLayers, bidirectional] of [
    [1, 1, false],
    [7, 1, false],
    [16, 1, true],
    [17, 2, true],
    [33, 3, false],
  ] as const)
    test.skipIf(cell.excludes?.(hiddenSize))(
      `H ${hiddenSize}, ${numLayers} layers${bidirectional ? ", both directions" : ""}: the same logits alone, in a batch, in any order`,
      async () => {
        const sizes = { numEmbeddings: 31, embeddingDim: 13, hiddenSize, numLayers, bidirectional, outFeatures: 19 };
        const net = await Network.create(layersOf({ cell, ...sizes }), { seed: 3 });
        const random = new Random(hiddenSize);
        const sequences = randomSequences(random, LENGTHS, sizes.numEmbeddings, sizes.outFeatures);
        const together = predictAll(net, sequences);
        sequences.forEach((sequence, b) => {
          sameBits(predictAll(net, [sequence])[0] ?? [], together[b] ?? [], `sequence ${b} alone`);
        });
        const order = random.shuffle(sequences.keys());
        const shuffled = predictAll(
          net,
          order.map((b) => sequences[b] ?? {}),
        );
        order.forEach((b, place) => {
          sameBits(shuffled[place] ?? [], together[b] ?? [], `sequence ${b} at place ${place}`);
        });
        const pairs = [...pack(sequences, { batchSize: 2 })].flatMap((batch) => unpack(batch, net.predict(batch), 19));
        pairs.forEach((rows, b) => {
          sameBits(rows, together[b] ?? [], `sequence ${b} in a pair`);
        });
        const inTraining = [...pack(sequences, { batchSize: LENGTHS.length })].flatMap((batch) => {
          net.forward(batch);
          return unpack(batch, net.logits(), 19);
        });
        inTraining.forEach((rows, b) => {
          sameBits(rows, together[b] ?? [], `sequence ${b} in training`);
        });
      },
    );

  describe("shards", () => {
    const layers = [
      embedding({ numEmbeddings: 11, embeddingDim: 5 }),
      dropout(0.2),
      describeCell(cell, { hiddenSize: 7, numLayers: 2, bidirectional: true, dropout: 0.3 }),
      linear({ outFeatures: 5 }),
    ];
    const sequences = randomSequences(new Random(8), LENGTHS, 11, 5);
    const members = [...sequences.keys()];

    /** One step of plain descent with rate 1, as training takes it. */
    async function step(shards: number): Promise<Float32Array> {
      const network = await Network.create(layers, { seed: 2 });
      const options = {
        epochs: 1,
        batchSize: sequences.length,
        optimizer: sgd({ lr: 1 }),
        clip: false,
        shards,
      } as const;
      for await (const _ of new Training({ network, sequences }, resolveTrainOptions(options, 4)).run());
      return network.parameters.snapshot();
    }

    test.each([1, 2, 3, 19])("%i: the bytes of as many networks, gradients added in shard order", async (shards) => {
      const trained = await step(shards);
      sameBits(trained, await step(shards), "the same shards again");
      // the shuffled order of the whole batch is the one that the loop deals out
      sameBits(trained, await byManyNetworks(layers, sequences, members, shards), "one network for each shard");
    });

    test("other shards change rounding and nothing else", async () => {
      const [whole, parts] = [await step(1), await step(3)];
      expect(relativeError(parts, whole)).toBeLessThan(2e-6);
    });
  });
});

/** The update of step(), each shard computed by a network of its own, as workers do. */
async function byManyNetworks(
  layers: readonly LayerDescription[],
  sequences: readonly Sequence[],
  members: readonly number[],
  shards: number,
): Promise<Float32Array> {
  const lengths = sequences.map(({ tokens }) => tokens?.length ?? 0);
  const shuffled = new Random(4, "shuffle").shuffle(members);
  const dealt = shardMembers(lengths, sortedByLength(shuffled, lengths), shards);
  const divisor = sequences.flatMap(({ labels }) => Array.from(labels ?? [])).filter((label) => label >= 0).length;
  const net = await Network.create(layers, { seed: 2 });
  const weights = net.parameters.snapshot();
  const sum = new Float32Array(net.parameters.count);
  for (const shard of dealt) {
    if (shard.length === 0) continue;
    const own = await Network.create(layers, { seed: 2 });
    own.forward(packMembers(sequences, shard), { step: 1 });
    own.backward({ divisor });
    const { arena, gradients, count } = own.parameters;
    arena.f32(gradients, count).forEach((gradient, i) => {
      sum[i] = (sum[i] ?? 0) + gradient;
    });
  }
  return weights.map((weight, i) => weight - (sum[i] ?? 0));
}

const sortedByLength = (members: readonly number[], lengths: readonly number[]): number[] =>
  [...members].sort((a, b) => (lengths[b] ?? 0) - (lengths[a] ?? 0));
