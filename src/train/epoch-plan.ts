import { batchMembers, shardMembers } from "../data/batch.js";
import { type ChunkPlan, chunkMembers } from "../data/chunks.js";
import type { Random } from "../random.js";
import type { ResolvedTrainOptions } from "./options.js";

/** Sequences that are computed together: a shard of a batch, or one chunk of it. */
export interface Part extends ChunkPlan {
  /** Which of the parts side by side it is: its states go on from the part of this number in the update before. */
  readonly lane: number;
}

type Plan = Pick<ResolvedTrainOptions, "batchSize" | "shards" | "accumulate" | "truncate">;

/**
 * The updates of one epoch, each as the parts whose gradients are added in this order: the shards of `accumulate` batches. Truncated sequences follow
 * each other chunk by chunk; one that has ended is in no later part.
 */
export function* updatesOf(lengths: readonly number[], plan: Plan, random: Random): Generator<Part[]> {
  const { batchSize, shards, accumulate, truncate } = plan;
  const batches = batchMembers(lengths, batchSize, random);
  for (let first = 0; first < batches.length; first += accumulate) {
    const together = batches.slice(first, first + accumulate);
    const lanes = together.flatMap((members) => shardMembers(lengths, members, shards));
    const chunks = lanes.map((lane) => chunkMembers(lengths, lane, truncate ?? Number.POSITIVE_INFINITY));
    const updates = chunks.reduce((most, { length }) => Math.max(most, length), 0);
    for (let update = 0; update < updates; ++update)
      yield chunks.flatMap((parts, lane) => {
        const part = parts[update];
        return part ? [{ ...part, lane }] : [];
      });
  }
}

/** How many updates the epochs have in all; where sequences are cut this depends on the order in which each epoch meets them. */
export function countUpdates(
  lengths: readonly number[],
  plan: Plan & Pick<ResolvedTrainOptions, "epochs">,
  random: Random,
): number {
  const { epochs, batchSize, accumulate, truncate } = plan;
  if (truncate === undefined) return epochs * Math.ceil(Math.ceil(lengths.length / batchSize) / accumulate);
  let count = 0;
  for (let epoch = 0; epoch < epochs; ++epoch) for (const _ of updatesOf(lengths, plan, random)) count += 1;
  return count;
}
