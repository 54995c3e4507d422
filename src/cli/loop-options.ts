import { type Command, Option } from "commander";
import { rangeError } from "../check.js";
import type { Clipping, TrainOptions } from "../index.js";
import type { TrainDefaults } from "../train/options.js";
import { given, integer, number } from "./data.js";
import { addOptimizerFlags, type OptimizerFlags, optimizerOf } from "./optimizer.js";

/** The options of `train` about the training loop, of every task. */
export interface LoopFlags extends OptimizerFlags {
  readonly seed?: number;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly clip: boolean;
  readonly clipNorm?: number;
  readonly clipValue?: number;
  readonly clipTensorNorm?: number;
  readonly clipStepNorm?: number;
  readonly reduction?: "mean" | "sum";
  readonly shards?: number;
  readonly workers?: number;
  readonly metric?: string;
  readonly patience?: number;
}

/** What tasks say differently. */
export interface LoopWords {
  /** The default. */
  readonly epochs: string;
  /** What a batch has. */
  readonly batch: string;
  /** With the default. */
  readonly metrics: string;
}

export function addLoopFlags(command: Command, { epochs, batch, metrics }: LoopWords): Command {
  const described = command
    .optionsGroup("Training:")
    .option("--epochs <n>", `passes over the data (default: ${epochs})`, integer)
    .option("--batch-size <n>", `${batch} (default: 32)`, integer);
  return addOptimizerFlags(described)
    .option("--clip-norm <x>", "clip the gradient by its norm (default: 5)", number)
    .option("--clip-value <x>", "clip every gradient by its value", number)
    .option("--clip-tensor-norm <x>", "clip each parameter's gradient by its norm", number)
    .option("--clip-step-norm <x>", "clip inside BPTT, each sentence's gradient at each step by its norm", number)
    .option("--no-clip", "do not clip")
    .addOption(
      new Option("--reduction <name>", "gradient of the mean loss or of the sum (default: mean)").choices([
        "mean",
        "sum",
      ]),
    )
    .option("--shards <n>", "parts of a batch computed apart (default: as many as workers)", integer)
    .option("--workers <n>", "threads that compute the shards (default: 1)", integer)
    .option("--metric <name>", `what early stopping watches: ${metrics}`)
    .option("--patience <n>", "epochs without a better value before training stops (default: never stops)", integer)
    .option("--seed <n>", "first weights, order of batches, dropout (default: 1)", integer);
}

/** @param metric what early stopping watches unless told otherwise */
export function loopOptions(flags: LoopFlags, metric: string, defaults: TrainDefaults): TrainOptions {
  const { patience, epochs, batchSize, reduction, shards, workers } = flags;
  refuseIdle(flags);
  return given({
    epochs,
    batchSize,
    reduction,
    shards: shards ?? workers,
    clip: clipping(flags),
    optimizer: optimizerOf(flags, defaults.optimizer.lr),
    earlyStopping: patience === undefined ? undefined : { metric: flags.metric ?? metric, patience },
  });
}

/** An option that would do nothing is refused, as the library refuses options that a cell does not have. */
function refuseIdle({ patience, metric, clip, clipNorm, clipValue, clipTensorNorm, clipStepNorm }: LoopFlags): void {
  const thresholds = [clipNorm, clipValue, clipTensorNorm, clipStepNorm].filter(
    (threshold) => threshold !== undefined,
  ).length;
  const idle = [
    patience === undefined && metric !== undefined && "--metric: it does nothing without --patience; give both",
    thresholds + (clip ? 0 : 1) > 1 &&
      "--clip-norm, --clip-value, --clip-tensor-norm, --clip-step-norm, --no-clip: expected one of them at most",
  ].find((problem) => typeof problem === "string");
  if (idle) throw rangeError("BPTT_OPTION", idle);
}

function clipping({ clip, clipNorm, clipValue, clipTensorNorm, clipStepNorm }: LoopFlags): Clipping | undefined {
  if (!clip) return false;
  if (clipValue !== undefined) return { value: clipValue };
  if (clipTensorNorm !== undefined) return { tensorNorm: clipTensorNorm };
  if (clipStepNorm !== undefined) return { stepNorm: clipStepNorm };
  return clipNorm === undefined ? undefined : { norm: clipNorm };
}
