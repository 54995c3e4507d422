import { type Command, Option } from "commander";
import { rangeError } from "../check.js";
import type { ClassifierOptions, Clipping, TaggerOptions } from "../index.js";
import { cellKinds } from "../nn/cells.js";
import type { TrainOptions } from "../train/options.js";
import { given, integer, integers, number } from "./data.js";
import { addOptimizerFlags, type OptimizerFlags, optimizerOf } from "./optimizer.js";
import type { Task } from "./tasks.js";

/** The options of `train`, by the names of the fields that they set. */
export interface TrainFlags extends OptimizerFlags {
  readonly cell?: TaggerOptions["cell"];
  readonly nonlinearity?: "tanh" | "relu" | "linear";
  readonly reset?: "after" | "before";
  readonly forgetBias?: number;
  readonly chrono?: number;
  readonly scale?: number;
  readonly periods?: readonly number[];
  readonly contextSize?: number;
  readonly alpha?: number;
  readonly hiddenSize?: number;
  readonly numLayers?: number;
  readonly bidirectional?: boolean;
  readonly embeddingDim?: number;
  readonly vectors?: string;
  readonly freezeVectors?: boolean;
  readonly recurrentInit?: "uniform" | "glorot" | "orthogonal" | "identity";
  readonly dropout?: number;
  readonly wordDropout?: number;
  readonly tokenizer?: "words" | "characters" | "whitespace" | "segmenter";
  readonly lowercase?: boolean;
  readonly digits?: boolean;
  readonly minCount?: number;
  readonly pooling?: "last" | "mean" | "max";
  readonly scheme?: "IOB2" | "IOB1" | "IOBES" | "IO";
  readonly constrained?: boolean;
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

/** Declares them. What is left out has the default of the library. */
export function addTrainFlags(command: Command): Command {
  const described = command
    .optionsGroup("Network:")
    .addOption(new Option("--cell <name>", "recurrent cell (default: lstm)").choices(Object.keys(cellKinds)))
    .addOption(
      new Option("--nonlinearity <name>", "of the cell rnn (default: tanh)").choices(["tanh", "relu", "linear"]),
    )
    .addOption(new Option("--reset <name>", "of the cell gru (default: after)").choices(["after", "before"]))
    .option(
      "--forget-bias <x>",
      "first bias of the forget gate, of the cell lstm (default: uniform as all biases)",
      number,
    )
    .option("--chrono <n>", "begin the gates of the cell lstm for dependencies of so many steps", integer)
    .option("--scale <x>", "of the identity, of the cell irnn (default: 1)", number)
    .option("--periods <list>", "of the groups of the cell clockwork, such as 1,2,4,8 (the default)", integers)
    .option("--context-size <n>", "slow units among the hidden ones, of the cell scrn (default: a quarter)", integer)
    .option("--alpha <x>", "what they keep from step to step (default: 0.95)", number)
    .option("--hidden-size <n>", "hidden units of one direction (default: 160)", integer)
    .option("--num-layers <n>", "recurrent layers on top of each other (default: 1)", integer)
    .option("--bidirectional", "read the sentence from both ends (the default)")
    .option("--no-bidirectional", "read it from left to right only, as a stream must")
    .option("--embedding-dim <n>", "width of a word's row (default: 128, or that of the vectors)", integer)
    .option("--vectors <file>", "first rows of words: pre-trained vectors as text of GloVe or word2vec, plain or gzip")
    .option("--freeze-vectors", "training does not move the words' rows")
    .addOption(
      new Option("--recurrent-init <name>", "first recurrent weights (default: uniform)").choices([
        "uniform",
        "glorot",
        "orthogonal",
        "identity",
      ]),
    )
    .option("--dropout <p>", "around the recurrent layers (default: 0.5)", number)
    .option(
      "--word-dropout <p>",
      "chance that training hides a word seen once, commoner ones less (default: 0.5)",
      number,
    )
    .addOption(
      new Option("--pooling <name>", "of a classifier: what stands for the sequence (default: max)").choices([
        "last",
        "mean",
        "max",
      ]),
    )
    .optionsGroup("Text:")
    .addOption(
      new Option("--tokenizer <name>", "how text becomes tokens (default: what gives back the data's tokens)").choices([
        "words",
        "characters",
        "whitespace",
        "segmenter",
      ]),
    )
    .option("--no-lowercase", "tell upper and lower case apart")
    .option("--no-digits", "tell digits apart")
    .option("--min-count <n>", "rarer words are unknown (default: 1)", integer)
    .addOption(
      new Option("--scheme <name>", "how spans are written as tags (default: IOB2)").choices([
        "IOB2",
        "IOB1",
        "IOBES",
        "IO",
      ]),
    )
    .option("--no-constrained", "allow impossible sequences of tags")
    .optionsGroup("Training:")
    .option("--epochs <n>", "passes over the data (default: 16; of a classifier 8)", integer)
    .option("--batch-size <n>", "sentences in a batch (default: 32)", integer);
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
    .option(
      "--metric <name>",
      "what early stopping watches: f1, precision, recall, accuracy, lossPerToken (default: f1); of a classifier accuracy (its default), macroF1, lossPerToken",
    )
    .option("--patience <n>", "epochs without a better value before training stops (default: never stops)", integer)
    .option("--seed <n>", "first weights, order of batches, dropout (default: 1)", integer);
}

export function networkOptions(flags: TrainFlags, task: Task): TaggerOptions & ClassifierOptions {
  const { pooling, scheme, constrained } = flags;
  const foreign = task === "tagger" ? { pooling } : { scheme, "no-constrained": constrained === false || undefined };
  const [idle] = Object.entries(foreign).find(([, value]) => value !== undefined) ?? [];
  if (idle !== undefined) throw rangeError("BPTT_OPTION", `--${idle}: a ${task} has no such option; leave it out`);
  const own = task === "tagger" ? given({ scheme, constrained }) : given({ pooling });
  const shared = given({
    cell: flags.cell,
    nonlinearity: flags.nonlinearity,
    reset: flags.reset,
    forgetBias: flags.forgetBias,
    chrono: flags.chrono,
    scale: flags.scale,
    periods: flags.periods,
    contextSize: flags.contextSize,
    alpha: flags.alpha,
    hiddenSize: flags.hiddenSize,
    numLayers: flags.numLayers,
    bidirectional: flags.bidirectional,
    embeddingDim: flags.embeddingDim,
    freezeVectors: flags.freezeVectors,
    recurrentInit: flags.recurrentInit,
    dropout: flags.dropout,
    wordDropout: flags.wordDropout,
    tokenizer: flags.tokenizer,
    lowercase: flags.lowercase,
    digits: flags.digits,
    minCount: flags.minCount,
    seed: flags.seed,
  });
  return { ...shared, ...own };
}

export function trainOptions(flags: TrainFlags, metric: string): TrainOptions {
  const { patience, epochs, batchSize, reduction, shards, workers } = flags;
  refuseIdle(flags);
  return given({
    epochs,
    batchSize,
    reduction,
    shards: shards ?? workers,
    clip: clipping(flags),
    optimizer: optimizerOf(flags),
    earlyStopping: patience === undefined ? undefined : { metric: flags.metric ?? metric, patience },
  });
}

/** An option that would do nothing is refused, as the library refuses options that a cell does not have. */
function refuseIdle(flags: TrainFlags): void {
  const { patience, metric, clip, clipNorm, clipValue, clipTensorNorm, clipStepNorm } = flags;
  const { vectors, freezeVectors } = flags;
  const thresholds = [clipNorm, clipValue, clipTensorNorm, clipStepNorm].filter(
    (threshold) => threshold !== undefined,
  ).length;
  const idle = [
    freezeVectors && vectors === undefined && "--freeze-vectors: it does nothing without --vectors; give both",
    patience === undefined && metric !== undefined && "--metric: it does nothing without --patience; give both",
    thresholds + (clip ? 0 : 1) > 1 &&
      "--clip-norm, --clip-value, --clip-tensor-norm, --clip-step-norm, --no-clip: expected one of them at most",
  ].find((problem) => typeof problem === "string");
  if (idle) throw rangeError("BPTT_OPTION", idle);
}

function clipping({ clip, clipNorm, clipValue, clipTensorNorm, clipStepNorm }: TrainFlags): Clipping | undefined {
  if (!clip) return false;
  if (clipValue !== undefined) return { value: clipValue };
  if (clipTensorNorm !== undefined) return { tensorNorm: clipTensorNorm };
  if (clipStepNorm !== undefined) return { stepNorm: clipStepNorm };
  return clipNorm === undefined ? undefined : { norm: clipNorm };
}
