import { type Command, Option } from "commander";
import { rangeError } from "../check.js";
import type { ClassifierOptions, TaggerOptions } from "../index.js";
import type { TrainDefaults, TrainOptions } from "../train/options.js";
import { addCellFlags, type CellFlags, cellOptions } from "./cell-options.js";
import { given, integer, number } from "./data.js";
import { addLoopFlags, type LoopFlags, loopOptions } from "./loop-options.js";
import type { LabellingTask } from "./tasks.js";

/** The options of `train`, by the names of the fields that they set. */
export interface TrainFlags extends CellFlags, LoopFlags {
  readonly bidirectional?: boolean;
  readonly embeddingDim?: number;
  readonly vectors?: string;
  readonly freezeVectors?: boolean;
  readonly dropout?: number;
  readonly wordDropout?: number;
  readonly tokenizer?: "words" | "characters" | "whitespace" | "segmenter";
  readonly lowercase?: boolean;
  readonly digits?: boolean;
  readonly minCount?: number;
  readonly pooling?: "last" | "mean" | "max";
  readonly multiLabel?: boolean;
  readonly scheme?: "IOB2" | "IOB1" | "IOBES" | "IO";
  readonly constrained?: boolean;
  readonly sentenceLabels?: boolean;
}

/** Declares them. What is left out has the default of the library. */
export function addTrainFlags(command: Command): Command {
  const described = addCellFlags(command, "of one direction (default: 160)")
    .option("--bidirectional", "read the sentence from both ends (the default)")
    .option("--no-bidirectional", "read it from left to right only, as a stream must")
    .option("--embedding-dim <n>", "width of a word's row (default: 128, or that of the vectors)", integer)
    .option("--vectors <file>", "first rows of words: pre-trained vectors as text of GloVe or word2vec, plain or gzip")
    .option("--freeze-vectors", "training does not move the words' rows")
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
    .option("--multi-label", "of a classifier: a text may have any number of labels (in tab files with commas between)")
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
    .option("--sentence-labels", "of a tagger: learn a label for the whole sentence too (its intent)");
  return addLoopFlags(described, {
    epochs: "16; of a classifier 8",
    batch: "sentences in a batch",
    metrics:
      "f1, precision, recall, accuracy, lossPerToken (default: f1), labelAccuracy, frameAccuracy; of a classifier accuracy (its default), macroF1, lossPerToken",
  });
}

export function networkOptions(flags: TrainFlags, task: LabellingTask): TaggerOptions & ClassifierOptions {
  const { pooling, multiLabel, scheme, constrained, sentenceLabels } = flags;
  const foreign =
    task === "tagger"
      ? { pooling, "multi-label": multiLabel }
      : { scheme, "no-constrained": constrained === false || undefined, "sentence-labels": sentenceLabels };
  const [idle] = Object.entries(foreign).find(([, value]) => value !== undefined) ?? [];
  if (idle !== undefined) throw rangeError("BPTT_OPTION", `--${idle}: a ${task} has no such option; leave it out`);
  const own = task === "tagger" ? given({ scheme, constrained, sentenceLabels }) : given({ pooling, multiLabel });
  const shared = given({
    ...cellOptions(flags),
    bidirectional: flags.bidirectional,
    embeddingDim: flags.embeddingDim,
    freezeVectors: flags.freezeVectors,
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

/** @param metric what early stopping watches unless told otherwise */
export function trainOptions(flags: TrainFlags, metric: string, defaults: TrainDefaults): TrainOptions {
  if (flags.freezeVectors && flags.vectors === undefined)
    throw rangeError("BPTT_OPTION", "--freeze-vectors: it does nothing without --vectors; give both");
  return loopOptions(flags, metric, defaults);
}
