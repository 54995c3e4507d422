import { rangeError } from "../../check.js";
import { adam, type Batch, type Example, type Network, Optimizer, pack, type Sequence } from "../../index.js";
import { WeightPath } from "../../lab/index.js";
import type { CellDescription } from "../../nn/cells.js";
import { mix } from "../../random.js";
import { tokenizerFor } from "../../tasks/shared/words.js";
import { TaggerModel } from "../../tasks/tagger/model.js";
import { resolveTaggerOptions } from "../../tasks/tagger/options.js";
import { checkExamples, type Sentence, sentencesOf } from "../../tasks/tagger/sentences.js";
import { Pace } from "../../train/pace.js";
import type { Tools } from "./report.js";

/** Sentences in a step of training. */
const BATCH = 16;
/** Sentences that are computed at once where nothing is learned. */
const MANY = 64;
/** Snapshots of the weights on the way, about. */
const LOOKS = 50;

export interface TrainingPlan {
  readonly cell: CellDescription["type"];
  readonly hiddenSize: number;
  readonly epochs: number;
  readonly lr: number;
  readonly seed: number;
}

/** A tagger before its training, and the sentences that it is to learn. */
export interface Subject {
  readonly model: TaggerModel;
  readonly network: Network;
  readonly sentences: readonly Sentence[];
  readonly sequences: readonly Sequence[];
  /** All of them, for a loss. */
  readonly batches: readonly Batch[];
}

/** Nothing is dropped: what training goes down is the very surface that is shown. */
export async function prepare(
  { cell, hiddenSize, seed }: TrainingPlan,
  examples: readonly Example[],
): Promise<Subject> {
  const pace = new Pace();
  const plain = { dropout: 0, wordDropout: 0, bidirectional: false } as const;
  const options = resolveTaggerOptions({ cell, hiddenSize, embeddingDim: 16, ...plain, seed });
  const list = await checkExamples(examples, pace);
  const tokenizer = await tokenizerFor(list, pace);
  const sentences = await sentencesOf(list, tokenizer, options, pace);
  const model = await TaggerModel.fromSentences(options, tokenizer, sentences, pace);
  const sequences = await model.trainingSequences(sentences, pace);
  return { model, network: model.network, sentences, sequences, batches: [...pack(sequences, { batchSize: MANY })] };
}

export const stepsOf = (sentences: number, epochs: number): number => epochs * Math.ceil(sentences / BATCH);

/** Trains, and keeps where the weights went: before the first step, about 50 times on the way, and at the end. */
export async function train(
  { network, sequences }: Subject,
  { epochs, lr, seed }: TrainingPlan,
  { onProgress, signal }: Pick<Tools, "onProgress" | "signal">,
): Promise<{ readonly path: WeightPath; readonly steps: readonly number[] }> {
  const optimizer = new Optimizer(network.parameters, adam({ lr }));
  const pace = new Pace();
  const path = new WeightPath();
  path.add(network);
  const kept = [0];
  const steps = stepsOf(sequences.length, epochs);
  const every = Math.ceil(steps / LOOKS);
  let step = 0;
  for (let epoch = 0; epoch < epochs; ++epoch)
    for (const batch of pack(sequences, { batchSize: BATCH, seed: mix(seed, epoch) })) {
      step += 1;
      network.zeroGrad();
      if (!Number.isFinite(network.forward(batch).loss))
        throw rangeError("BPTT_NON_FINITE", `training: the loss of step ${step} is not finite; give a smaller --lr`);
      network.backward();
      optimizer.step();
      if (step % every === 0 || step === steps) {
        path.add(network);
        kept.push(step);
      }
      onProgress(step / steps);
      await pace.rest();
      signal.throwIfAborted();
    }
  return { path, steps: kept };
}

/** The loss per token of all batches together, with the weights as they are. */
export function lossOf({ network, batches }: Subject): number {
  const sum = (of: (batch: Batch) => number) => batches.reduce((total, batch) => total + of(batch), 0);
  return sum((batch) => network.forward(batch, { training: false }).loss) / sum((batch) => network.weigh(batch).weight);
}
