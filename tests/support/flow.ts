import { type Batch, pack, type Sequence } from "../../src/index.js";
import type { Random } from "../../src/random.js";

/** Width of the features, hidden units, classes and lengths of the sequences of small networks. */
export const [I, H, K] = [3, 6, 4];
export const LENGTHS = [6, 2, 4];

/** Sequences of features with random labels. */
export function batchOf(random: Random, size = I, lengths: readonly number[] = LENGTHS): Batch {
  const sequences = lengths.map(
    (length): Sequence => ({
      features: Array.from({ length: length * size }, () => random.uniform(-1, 1)),
      labels: Array.from({ length }, () => random.below(K)),
      length,
    }),
  );
  const [batch] = pack(sequences, { batchSize: sequences.length });
  if (batch === undefined) throw new Error("no batch");
  return batch;
}
