import { constants } from "node:fs";
import { access, realpath, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Command, Option } from "commander";
import { plainError, typeError } from "../check.js";
import {
  type EpochReport,
  type Evaluation,
  type Example,
  SequenceTagger,
  type TaggerTrainOptions,
  type VectorCoverage,
} from "../index.js";
import { saveFile, streamFile } from "../node.js";
import { type DataOptions, dataHelp, dataOptions, readExamples } from "./data.js";
import { printEvaluation } from "./evaluate.js";
import { goOnWithoutReader } from "./fail.js";
import { addTrainFlags, type TrainFlags, taggerOptions, trainOptions } from "./options.js";
import { progressFor, showVectors } from "./progress.js";

/** Both end the training with its weights saved. */
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

interface Flags extends TrainFlags, DataOptions {
  readonly validation?: string;
  readonly test?: string;
  readonly output: string;
  readonly dtype: "f32" | "f16";
  readonly json?: boolean;
}

export function trainCommand(): Command {
  const command = new Command("train")
    .description("Trains a network and saves it as one file.")
    .argument("<task>", "what to train: tagger")
    .argument("<data>", dataHelp)
    .option("--validation <data>", "scored after every epoch")
    .option("--test <data>", "scored at the end")
    .option("-o, --output <file>", "where the model goes", "model.safetensors")
    .addOption(
      new Option("--dtype <name>", "numbers in that file; f16: half the size, a little less precise")
        .choices(["f32", "f16"])
        .default("f32"),
    )
    .option("--json", "reports as JSON lines on standard output");
  for (const option of dataOptions()) command.addOption(option);
  return addTrainFlags(command).action(run);
}

async function run(task: string, data: string, flags: Flags): Promise<void> {
  if (task !== "tagger") throw typeError("BPTT_OPTION", `train: expected the task tagger, got ${task}`);
  await checkOutput(flags.output);
  goOnWithoutReader();
  const examples = await readExamples(data, "train", flags);
  const validation = flags.validation && (await readExamples(flags.validation, "validation", flags));
  const test = flags.test && (await readExamples(flags.test, "test", flags));
  const tagger = await SequenceTagger.create(taggerOptions(flags));
  const options = {
    ...trainOptions(flags),
    ...(validation && { validation }),
    ...(flags.vectors !== undefined && {
      vectors: streamFile(flags.vectors),
      onVectors: (coverage: VectorCoverage) => showVectors(coverage, flags),
    }),
  };
  const { seconds, stopped } = await trainAndSave(tagger, examples, options, flags);
  if (stopped === "aborted") process.exit(130);
  if (test) printEvaluation(await tagger.evaluate(test), { ...flags, seconds });
}

/** Ctrl-C ends training after the current step; what has been learned is saved in every case, also when training fails. */
async function trainAndSave(
  tagger: SequenceTagger,
  examples: readonly Example[],
  options: TaggerTrainOptions,
  flags: Flags,
): Promise<{ seconds: number; stopped: string }> {
  const interrupt = new AbortController();
  const onSignal = () => (interrupt.signal.aborted ? process.exit(130) : interrupt.abort());
  for (const signal of SIGNALS) process.on(signal, onSignal);
  const progress = progressFor(flags);
  const start = performance.now();
  let begun = false;
  let [last, best]: (EpochReport<Evaluation> | undefined)[] = [];
  try {
    const run = tagger.train(examples, { ...options, signal: interrupt.signal });
    for (;;) {
      const { done, value } = await run.next();
      if (done) {
        progress.end();
        if (value === "early" && last && best) announceEarly(last, best, options, flags);
        return { seconds: (performance.now() - start) / 1000, stopped: value };
      }
      begun = true;
      progress.show(value);
      if (value.type !== "epoch") continue;
      last = value;
      if (value.best) best = value;
    }
  } finally {
    progress.end();
    for (const signal of SIGNALS) process.off(signal, onSignal);
    // options or data that were refused must not replace an older model
    if (begun)
      await save(await tagger.save({ dtype: flags.dtype }), flags.output, interrupt.signal.aborted ? "stopped; " : "");
    else if (interrupt.signal.aborted) process.stderr.write("stopped before the first step; nothing was saved\n");
  }
}

/** The best weights are back: says from when they are. */
function announceEarly(
  last: EpochReport<Evaluation>,
  best: EpochReport<Evaluation>,
  { earlyStopping }: TaggerTrainOptions,
  { json }: Flags,
): void {
  if (json) process.stdout.write(`${JSON.stringify({ type: "end", stopped: "early", bestEpoch: best.epoch })}\n`);
  process.stderr.write(
    `stopped early after epoch ${last.epoch}: no better ${earlyStopping?.metric} than that of epoch ${best.epoch}, whose weights are kept\n`,
  );
}

/** Learns before the training, not after it, that a file cannot be written. */
async function checkOutput(path: string): Promise<void> {
  const is = await stat(path).catch(() => undefined);
  if (is?.isDirectory()) throw plainError("BPTT_FILE", `--output: ${path} is a folder; give the name of a file`);
  // a link is followed; a device or a pipe is written to directly, a file by a new one in its folder
  const folder = dirname(is ? await realpath(path) : path);
  for (const [what, place] of is && !is.isFile()
    ? ([[path, path]] as const)
    : ([[`the folder ${folder}`, folder], ...(is ? ([[path, path]] as const) : [])] as const))
    try {
      await access(place, constants.W_OK);
    } catch (error) {
      throw plainError(
        "BPTT_FILE",
        `--output: ${what} is not there or cannot be written; make it, or give another file`,
        error,
      );
    }
}

/** Where the file cannot be written after all, the weights go to the system's folder for temporary files. */
async function save(bytes: Uint8Array, path: string, front: string): Promise<void> {
  try {
    await saveFile(path, bytes);
    process.stderr.write(`${front}the model went to ${path}\n`);
  } catch (error) {
    const rescue = join(tmpdir(), `bptt-${process.pid}.safetensors`);
    const problem = error instanceof Error ? error.message : String(error);
    await saveFile(rescue, bytes).catch((second: unknown) => {
      throw plainError("BPTT_FILE", `${problem}; nor could the model be saved to ${rescue}`, second);
    });
    process.stderr.write(`bptt: ${front}${problem}; the model went to ${rescue} (BPTT_FILE)\n`);
    process.exitCode = 1;
  }
}
