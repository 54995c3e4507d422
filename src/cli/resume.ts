import { Command } from "commander";
import { type CodedError, plainError } from "../check.js";
import { Forecaster, LanguageModel } from "../index.js";
import { type RunCheckpoint, RunFolder } from "../node.js";
import { integer } from "./data.js";
import { goOnWithoutReader } from "./fail.js";
import { forecastJobOf, forecastPlanFrom, readParts, testForecastsOf } from "./forecaster/plan.js";
import { readTexts, testTextOf, textJobOf, textPlanFrom } from "./language-model/plan.js";
import { jobOf, placed, planFrom, readSets } from "./plan.js";
import { type Job, trainAndTest } from "./run.js";
import { type LabellingModel, labelling, taskOfRun } from "./tasks.js";
import { testOf } from "./train.js";

/** Of the package; the bundle has it in place of this name. */
declare const VERSION: string;

interface Flags {
  readonly json?: boolean;
  readonly open?: boolean;
  readonly workers?: number;
}

export function resumeCommand(): Command {
  return new Command("resume")
    .description("Goes on with a run that was stopped, or cut off, from its newest checkpoint.")
    .argument("<run>", "the folder of a run")
    .option("--json", "reports as JSON lines on standard output")
    .option("--open", "draw the report live, in the browser")
    .option("--workers <n>", "threads that compute the shards (default: 1)", integer)
    .action(resume);
}

async function resume(path: string, flags: Flags): Promise<void> {
  goOnWithoutReader();
  const folder = await RunFolder.open(path);
  try {
    const { task, version } = folder.description;
    const known = taskOfRun(path, task);
    const resumeTask =
      known === "language-model" ? resumeLanguageModel : known === "forecaster" ? resumeForecaster : resumeLabelling;
    if (version !== VERSION) say(`the run began with bptt ${version || "of an unknown version"}, this is ${VERSION}`);
    await resumeTask(folder, flags);
  } finally {
    await folder.close();
  }
}

async function resumeLabelling(folder: RunFolder, flags: Flags): Promise<void> {
  const plan = planFrom(folder.description);
  const type: ModelClass<LabellingModel, typeof plan.options.network> = labelling[plan.task].type;
  const { model, checkpoint } = await newest(folder, type, plan.options.network);
  const sets = await readSets(plan);
  const job = jobOf({ model, plan: here(plan), sets, flags, ...goingOn(folder, checkpoint) });
  await trainAndTest(job, testOf(model, sets, flags));
}

async function resumeLanguageModel(folder: RunFolder, flags: Flags): Promise<void> {
  const plan = textPlanFrom(folder.description);
  const { model, checkpoint } = await newest(folder, LanguageModel, plan.options.network);
  const texts = await readTexts(plan);
  const job = textJobOf({ model, plan: here(plan), texts, flags, ...goingOn(folder, checkpoint) });
  await trainAndTest(job, testTextOf(model, texts, flags));
}

async function resumeForecaster(folder: RunFolder, flags: Flags): Promise<void> {
  const plan = forecastPlanFrom(folder.description);
  const { model, checkpoint } = await newest(folder, Forecaster, plan.options.network);
  const parts = await readParts(plan);
  const job = forecastJobOf({ model, plan: here(plan), parts, flags, ...goingOn(folder, checkpoint) });
  await trainAndTest(job, testForecastsOf(model, parts, flags));
}

/** How a run goes on; its folder is changed only when options and data have been accepted. */
const goingOn = (folder: RunFolder, checkpoint: RunCheckpoint | undefined): Pick<Job, "resume" | "folder"> => ({
  resume: checkpoint !== undefined,
  folder: async () => {
    await folder.goOnFrom(checkpoint);
    return folder;
  },
});

/** The plan with the path of the output as it is from here. */
function here<P extends Job["plan"] & { readonly folder: string }>(plan: P): P {
  const { output } = plan.options.command;
  if (output === undefined) return plan;
  const command = { ...plan.options.command, output: placed(output, plan.folder) };
  return { ...plan, options: { ...plan.options, command } };
}

/** The class of a task. */
interface ModelClass<Model, Options> {
  load(bytes: Uint8Array): Promise<Model>;
  create(options: Options): Promise<Model>;
}

/** The model of the newest checkpoint that can be read; a new one if there is none yet. */
async function newest<Model, Options>(
  folder: RunFolder,
  type: ModelClass<Model, Options>,
  options: Options,
): Promise<{ readonly model: Model; readonly checkpoint?: RunCheckpoint }> {
  let damaged = 0;
  const leaveOut = (file: string, why: string) => {
    damaged += 1;
    say(`${file} is left out: ${why}`);
  };
  for await (const checkpoint of folder.checkpoints((file) =>
    leaveOut(file, "its bytes are not those that were written"),
  ))
    try {
      const model = await type.load(checkpoint.bytes);
      say(`going on after step ${checkpoint.step}`);
      return { model, checkpoint };
    } catch (error) {
      const { code, message } = error as CodedError;
      if (code !== "BPTT_FILE") throw error;
      leaveOut(checkpoint.file, message);
    }
  if (damaged > 0)
    throw plainError("BPTT_FILE", `${folder.path}: none of its checkpoints can be read; begin a new run`);
  say("there is no checkpoint yet: the run begins again");
  return { model: await type.create(options) };
}

const say = (line: string): boolean => process.stderr.write(`${line}\n`);
