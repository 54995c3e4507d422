import { Command, Option } from "commander";
import { positiveInteger } from "../../check.js";
import { Forecaster } from "../../index.js";
import { forecasterTraining } from "../../tasks/forecaster/options.js";
import { addCellFlags, type CellFlags, cellOptions } from "../cell-options.js";
import { given, integer, number } from "../data.js";
import { goOnWithoutReader } from "../fail.js";
import { addLoopFlags, type LoopFlags, loopOptions } from "../loop-options.js";
import { checkOutput, checkRunFolder, createRun } from "../output.js";
import { trainAndTest } from "../run.js";
import { addOutputFlags, addRunFlags, type RunFlags, refuseEarly, stepOptions } from "../run-options.js";
import { forecastJobOf, forecastPlanOf, readParts, testForecastsOf } from "./plan.js";

interface Flags extends CellFlags, LoopFlags, RunFlags {
  readonly columns?: readonly string[];
  readonly time?: string | false;
  readonly targets?: readonly string[];
  readonly horizon?: number;
  readonly window?: number;
  readonly reference?: "last" | "mean";
  readonly dropout?: number;
  readonly level?: number;
  readonly validation?: number;
  readonly heldOut?: number;
  readonly output?: string;
  readonly dtype?: "f32" | "f16";
  readonly json?: boolean;
}

export const tableHelp =
  "a table of numbers, a row for each step, the earliest first, cells between commas, semicolons, tabs or blanks; or the built-in travel:passengers";

export const names = (text: string): string[] => text.split(",").map((name) => name.trim());

export function trainForecasterCommand(): Command {
  const command = new Command("forecaster")
    .description("Trains a network that forecasts the next rows of a numeric series, with prediction intervals.")
    .argument("<data>", tableHelp)
    .option("--columns <list>", "columns that are read, by name or number from 0 (default: all but the time)", names)
    .option("--time <column>", "the column that says when (default: the first, if it looks like it)")
    .option("--no-time", "no column says when")
    .option("--targets <list>", "columns that are forecast; the others inform (default: all)", names)
    .option(
      "--validation <n>",
      "rows before the held-out ones, scored after every epoch; intervals are from them",
      integer,
    )
    .option("--held-out <n>", "rows at the end that training does not see, scored at the end", integer);
  addOutputFlags(command);
  const network = addCellFlags(addRunFlags(command), "(default: 32)", "gru")
    .option("--horizon <n>", "steps ahead that are forecast at once (default: 1)", integer)
    .option("--window <n>", "steps that the network looks back (default: 24)", integer)
    .addOption(
      new Option(
        "--reference <name>",
        "what targets are told from: the window's last value or the mean (default: last)",
      ).choices(["last", "mean"]),
    )
    .option("--dropout <p>", "around the recurrent layers (default: 0)", number)
    .option("--level <p>", "share of the truth that intervals should hold (default: 0.9)", number);
  return addLoopFlags(network, {
    epochs: "60",
    batch: "windows in a batch",
    metrics: "lossPerToken, loss (default: lossPerToken)",
  }).action(train);
}

async function train(data: string, flags: Flags, command: Command): Promise<void> {
  refuseEarly(command.parent, "forecaster");
  const { columns, time, validation, heldOut, output, checkpointEvery, dtype } = flags;
  const { targets, horizon, window, reference, dropout, level, seed } = flags;
  for (const [name, value] of Object.entries({ "checkpoint-every": checkpointEvery, validation, "held-out": heldOut }))
    if (value !== undefined) positiveInteger(`--${name}`, value);
  if (output !== undefined) await checkOutput(output);
  await checkRunFolder(flags.run);
  goOnWithoutReader();
  const model = await Forecaster.create(
    given({ ...cellOptions(flags), targets, horizon, window, reference, dropout, level, seed }),
  );
  const plan = forecastPlanOf(
    model,
    { ...loopOptions(flags, "lossPerToken", forecasterTraining), ...stepOptions(flags), ...given({ validation }) },
    data,
    {
      columns: given({ columns, time }),
      command: given({ output, checkpointEvery, dtype }),
      ...(heldOut !== undefined && { heldOut }),
    },
  );
  const parts = await readParts(plan);
  const job = forecastJobOf({ model, plan, parts, flags, folder: () => createRun(flags.run, plan) });
  await trainAndTest(job, testForecastsOf(model, parts, flags));
}
