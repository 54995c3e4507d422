import { Command } from "commander";
import { type CodedError, plainError } from "../check.js";
import { type RunCheckpoint, RunFolder } from "../node.js";
import { integer } from "./data.js";
import { goOnWithoutReader } from "./fail.js";
import { type Plan, placed, planFrom, readSets, trainingOf } from "./plan.js";
import { type Model, TASKS, taskOf, tasks } from "./tasks.js";
import { trainAndTest } from "./train.js";

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
    const plan = planFrom(folder.description);
    if (!TASKS.some((task) => task === plan.task))
      throw plainError("BPTT_FILE", `${path}: expected a run of the task ${TASKS.join(" or ")}, got ${plan.task}`);
    if (plan.version !== VERSION)
      say(`the run began with bptt ${plan.version || "of an unknown version"}, this is ${VERSION}`);
    const { model, checkpoint } = await newest(folder, plan);
    const sets = await readSets(plan);
    const training = {
      ...trainingOf(plan, sets, flags),
      ...(checkpoint && { resume: true, vectors: undefined, onVectors: undefined }),
    };
    const { output } = plan.options.command;
    const options = {
      ...plan.options,
      command: { ...plan.options.command, ...(output !== undefined && { output: placed(output, plan.folder) }) },
    };
    const open = async () => {
      // only now: options and data have been accepted
      await folder.goOnFrom(checkpoint);
      return folder;
    };
    await trainAndTest({ model, plan: { ...plan, options }, sets, training, flags, folder: open });
  } finally {
    await folder.close();
  }
}

/** The model of the newest checkpoint that can be read; a new one if there is none yet. */
async function newest(
  folder: RunFolder,
  plan: Plan,
): Promise<{ readonly model: Model; readonly checkpoint?: RunCheckpoint }> {
  const { type } = tasks[taskOf(plan.task)];
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
  return { model: await type.create(plan.options.network) };
}

const say = (line: string): boolean => process.stderr.write(`${line}\n`);
