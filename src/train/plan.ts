import { knownOptions } from "../check.js";
import { largestBatch } from "../data/largest-batch.js";
import type { Network } from "../nn/network.js";
import { planMemory, reserveMemory } from "../nn/plan.js";
import { adam } from "../optim/adam.js";
import { Optimizer } from "../optim/optimizer.js";
import type { Parameters } from "../parameters.js";
import type { ResolvedTrainOptions, TrainOptions } from "./options.js";
import type { TrainingPlan } from "./reports.js";
import { ShardSum } from "./shard-sum.js";

/** What of a training's options decides how much memory it needs. */
export interface TrainingPlanOptions
  extends Pick<TrainOptions, "batchSize" | "optimizer" | "shards" | "accumulate" | "truncate"> {
  /** Whether the weights of the best epoch are kept. Default false. */
  readonly keepsBest?: boolean;
}

/** A schedule must know the lengths of the run and of its epochs, which change no block. */
const ANY_STEPS = 2 ** 31 - 1;

/**
 * What training a network on sequences of these lengths will need, for every order of the sequences. It takes nothing: `reserveMemory` does,
 * and refuses what cannot be had.
 *
 * @param lengths steps of each sequence
 * @throws RangeError, TypeError BPTT_OPTION; RangeError BPTT_DATA for no sequence and for one without steps
 */
export function planTraining(
  network: Network,
  lengths: readonly number[],
  options: TrainingPlanOptions = {},
): TrainingPlan {
  knownOptions("planTraining", options, ["batchSize", "optimizer", "shards", "accumulate", "truncate", "keepsBest"]);
  const { batchSize = 32, optimizer = adam(), shards = 1, accumulate = 1, truncate, keepsBest = false } = options;
  const batch = largestBatch(lengths, { batchSize, shards, ...(truncate !== undefined && { truncate }) });
  const beside = (parameters: Parameters) => {
    new Optimizer(parameters, optimizer, { steps: ANY_STEPS, stepsPerEpoch: 1 });
    if (shards > 1 || accumulate > 1) new ShardSum(parameters);
  };
  const plan = planMemory(network, batch, { beside });
  return { ...plan, copies: 4 * network.parameters.count * (keepsBest ? 2 : 1) };
}

/** Makes room for the largest batch that a training can meet. Throws Error BPTT_MEMORY when there is none. */
export function reserveTraining(
  network: Network,
  lengths: readonly number[],
  { batchSize, optimizer, shards, accumulate, truncate, earlyStopping }: ResolvedTrainOptions,
): TrainingPlan {
  const cut = truncate !== undefined && { truncate };
  const keepsBest = earlyStopping !== undefined;
  const plan = planTraining(network, lengths, { batchSize, optimizer, shards, accumulate, keepsBest, ...cut });
  reserveMemory(network, plan);
  return plan;
}
