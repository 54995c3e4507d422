import { Command, Option } from "commander";
import { cellKinds } from "../../nn/cells.js";
import { integer, number, numbers } from "../data.js";
import { cellsFrom } from "./connectivity.js";
import { flow } from "./flow-figures.js";
import { flowPresets } from "./flow-presets.js";
import { addReportFlags, presetOption, runLab } from "./report.js";

export function flowCommand(): Command {
  const command = new Command("flow")
    .description(
      "The gradient on its way back through time, for cells side by side: its norm at each step, the product of the Jacobians, spectral radii, saturated gates, and how far it reaches while the network learns. Takes about 10 seconds.",
    )
    .addOption(presetOption(flowPresets, Object.keys(flowPresets), "cells"))
    .addOption(
      new Option("--cell <list>", `cells to compare in place of a preset's: ${Object.keys(cellKinds).join(", ")}`)
        .argParser(cellsFrom)
        .conflicts(["preset", "radius"]),
    )
    .addOption(
      new Option("--radius <list>", "spectral radii of a simple network's recurrent weights, in place of a preset's")
        .argParser(numbers)
        .conflicts(["preset", "cell"]),
    )
    .option("--hidden-size <n>", "units (default: 32)", integer)
    .option("--seq-len <n>", "steps of the task, 10 or more (default: 50)", integer)
    .option("--sequences <n>", "over which gradients are averaged (default: 16)", integer)
    .option(
      "--train-steps <n>",
      "of training, with 32 new sequences each; 0 for none (default: 600, of vanishing, exploding and --radius 0)",
      integer,
    )
    .option("--lr <x>", "learning rate of Adam (default: 0.005)", number)
    .option("--seed <n>", "of weights and sequences (default: 3)", integer);
  return addReportFlags(command).action(() => runLab(command, (tools) => flow(command.opts(), tools)));
}
