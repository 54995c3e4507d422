import { Command } from "commander";
import { positiveInteger } from "../check.js";
import { type DataOptions, dataHelp, dataOptions } from "./data.js";
import { printScores } from "./evaluate.js";
import { goOnWithoutReader } from "./fail.js";
import { trainForecasterCommand } from "./forecaster/train.js";
import { labelledHelp } from "./labelled.js";
import { trainLanguageModelCommand } from "./language-model/train.js";
import { addTrainFlags, networkOptions, type TrainFlags, trainOptions } from "./options.js";
import { checkOutput, checkRunFolder, createRun } from "./output.js";
import { jobOf, planOf, readSets, type Sets } from "./plan.js";
import { trainAndTest } from "./run.js";
import { addOutputFlags, addRunFlags, type RunFlags, stepOptions } from "./run-options.js";
import { type LabellingModel, labelling, taskOf } from "./tasks.js";

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
    .argument("<task>", "what to train: tagger, classifier, or a command below")
    .argument("<data>", `${dataHelp}; ${labelledHelp}`)
    .option("--validation <data>", "scored after every epoch")
    .option("--test <data>", "scored at the end");
  addOutputFlags(command);
  for (const option of dataOptions()) command.addOption(option);
  addTrainFlags(addRunFlags(command)).action(train);
  // options behind the name of a task with a command of its own are that command's
  return command.enablePositionalOptions().addCommand(trainLanguageModelCommand()).addCommand(trainForecasterCommand());
}

async function train(task: string, data: string, flags: Flags): Promise<void> {
  const kind = taskOf(task);
  const { output, checkpointEvery, tokenColumn, tagColumn, labelColumn, validation, test, vectors } = flags;
  if (checkpointEvery !== undefined) positiveInteger("--checkpoint-every", checkpointEvery);
  if (output !== undefined) await checkOutput(output);
  await checkRunFolder(flags.run);
  goOnWithoutReader();
  const model = await labelling[kind].type.create(networkOptions(flags, kind));
  const plan = planOf(
    kind,
    model,
    { ...trainOptions(flags, labelling[kind].metric, labelling[kind].defaults), ...stepOptions(flags) },
    { train: data, validation, test, vectors },
    {
      columns: { tokenColumn, tagColumn, labelColumn },
      command: { output, checkpointEvery, dtype: flags.dtype },
      // without a width of its own the network has that of the vectors
      ownWidth: vectors === undefined || flags.embeddingDim !== undefined,
    },
  );
  const sets = await readSets(plan);
  const job = jobOf({ model, plan, sets, flags, folder: () => createRun(flags.run, plan) });
  await trainAndTest(job, testOf(model, sets, flags));
}

/** Prints the scores of the test data, if there are any. */
export const testOf =
  (model: LabellingModel, { test }: Sets, flags: { readonly json?: boolean }) =>
  async (seconds: number): Promise<void> => {
    if (test) printScores(await model.evaluate(test as never), { ...flags, seconds });
  };
