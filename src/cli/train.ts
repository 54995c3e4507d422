import { Command, Option } from "commander";
import { positiveInteger } from "../check.js";
import { openWorkers } from "../worker.js";
import { type DataOptions, dataHelp, dataOptions } from "./data.js";
import { printScores } from "./evaluate.js";
import { goOnWithoutReader } from "./fail.js";
import { labelledHelp } from "./labelled.js";
import { addTrainFlags, networkOptions, type TrainFlags, trainOptions } from "./options.js";
import { checkOutput, checkRunFolder, createRun } from "./output.js";
import { type Plan, planOf, readSets, type Sets, trainingOf } from "./plan.js";
import { type Job, trainInFolder } from "./run.js";
import { addRunFlags, type RunFlags, stepOptions } from "./run-options.js";
import { taskOf, tasks } from "./tasks.js";

interface Flags extends TrainFlags, RunFlags, DataOptions {
  readonly validation?: string;
  readonly test?: string;
  readonly output?: string;
  readonly dtype?: "f32" | "f16";
  readonly json?: boolean;
}

export function trainCommand(): Command {
  const command = new Command("train")
    .description("Trains a network, and keeps the run in a folder: model, reports, checkpoints.")
    .argument("<task>", "what to train: tagger or classifier")
    .argument("<data>", `${dataHelp}; ${labelledHelp}`)
    .option("--validation <data>", "scored after every epoch")
    .option("--test <data>", "scored at the end")
    .option("-o, --output <file>", "where else the model goes")
    .addOption(
      new Option("--dtype <name>", "numbers in the file of the model; f16: half the size, a little less precise")
        .choices(["f32", "f16"])
        .default("f32"),
    )
    .option("--json", "reports as JSON lines on standard output");
  for (const option of dataOptions()) command.addOption(option);
  return addTrainFlags(addRunFlags(command)).action(train);
}

async function train(task: string, data: string, flags: Flags): Promise<void> {
  const kind = taskOf(task);
  const { output, checkpointEvery, tokenColumn, tagColumn, validation, test, vectors } = flags;
  if (checkpointEvery !== undefined) positiveInteger("--checkpoint-every", checkpointEvery);
  if (output !== undefined) await checkOutput(output);
  await checkRunFolder(flags.run);
  goOnWithoutReader();
  const model = await tasks[kind].type.create(networkOptions(flags, kind));
  const plan = planOf(
    kind,
    model,
    { ...trainOptions(flags, tasks[kind].metric), ...stepOptions(flags) },
    { train: data, validation, test, vectors },
    {
      columns: { tokenColumn, tagColumn },
      command: { output, checkpointEvery, dtype: flags.dtype },
      // without a width of its own the network has that of the vectors
      ownWidth: vectors === undefined || flags.embeddingDim !== undefined,
    },
  );
  const sets = await readSets(plan);
  const training = trainingOf(plan, sets, flags);
  await trainAndTest({ model, plan, sets, training, flags, folder: () => createRun(flags.run, plan) });
}

/** Ends with the scores of the test data, if there are any. */
export async function trainAndTest(job: Job & { readonly plan: Plan; readonly sets: Sets }): Promise<void> {
  const { workers: threads } = job.flags;
  const workers = threads === undefined ? undefined : await openWorkers(threads);
  const training = { ...job.training, ...(workers && { workers }) };
  const { seconds, stopped } = await trainInFolder({ ...job, training }).finally(() => workers?.close());
  if (stopped === "aborted") process.exit(130);
  const { test } = job.sets;
  if (test) printScores(await job.model.evaluate(test as never), { ...job.flags, seconds });
}
