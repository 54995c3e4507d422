import { type Command, Option } from "commander";
import type { TaggerOptions } from "../index.js";
import { cellKinds } from "../nn/cells.js";
import { given, integer, integers, number } from "./data.js";

/** The options of `train` about recurrent layers, of every task. */
export interface CellFlags {
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
  readonly recurrentInit?: "uniform" | "glorot" | "orthogonal" | "identity";
}

/** @param hiddenSize the task's default, and so cell */
export function addCellFlags(command: Command, hiddenSize: string, cell = "lstm"): Command {
  return command
    .optionsGroup("Network:")
    .addOption(new Option("--cell <name>", `recurrent cell (default: ${cell})`).choices(Object.keys(cellKinds)))
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
    .option("--hidden-size <n>", `hidden units ${hiddenSize}`, integer)
    .option("--num-layers <n>", "recurrent layers on top of each other (default: 1)", integer)
    .addOption(
      new Option("--recurrent-init <name>", "first recurrent weights (default: uniform)").choices([
        "uniform",
        "glorot",
        "orthogonal",
        "identity",
      ]),
    );
}

export function cellOptions(flags: CellFlags): Pick<TaggerOptions, keyof CellFlags> {
  return given({
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
    recurrentInit: flags.recurrentInit,
  });
}
