import { Command, Option } from "commander";
import { presets } from "../../lab/index.js";
import { integer, number, numbers } from "../data.js";
import { addReportFlags, presetOption, runLab } from "./report.js";
import { surface } from "./surface-figures.js";

/** Options of `bptt lab surface`, by the names of the fields that they set. */
export interface SurfaceFlags {
  readonly preset?: "story" | "cliff" | "steady-rate" | "optimizers" | "rate" | "bifurcation";
  readonly w?: readonly number[];
  readonly b?: readonly number[];
  readonly size?: number;
  readonly seqLen?: number;
  readonly x0?: number;
  readonly target?: number;
  readonly start?: readonly number[];
  readonly lr?: number;
  readonly steps?: number;
  readonly clipNorm?: number;
  readonly clipValue?: number;
  readonly optimizer?: "sgd" | "momentum" | "nesterov" | "adam";
  readonly momentum?: number;
  readonly betas?: readonly number[];
  readonly eps?: number;
  readonly budget?: number;
}

export function surfaceCommand(): Command {
  const command = new Command("surface")
    .description(
      "The error surface of one unit over its weight w and its bias b, with its cliff, and ways of gradient descent over it, with and without clipping.",
    )
    .addOption(presetOption(presets, ["story", "cliff", "steady-rate", "optimizers", "rate", "bifurcation"], "story"))
    .option("--w <from,to>", "from where to where the weight goes (default: 3,7)", numbers)
    .option("--b <from,to>", "from where to where the bias goes (default: -4,-1)", numbers)
    .option("--size <n>", "points along each axis of the map (default: 256)", integer)
    .option("--seq-len <n>", "steps of the unit (default: 50)", integer)
    .option("--x0 <x>", "its first state (default: 0.5)", number)
    .option("--target <x>", "what its last output should be (default: 0.7)", number)
    .option("--start <w,b>", "where the descent begins", numbers)
    .option("--lr <x>", "learning rate of the descent", number)
    .option("--steps <n>", "of the descent", integer)
    .option("--clip-norm <x>", "longest gradient; the same way is drawn without clipping too", number)
    .option("--clip-value <x>", "largest part of a gradient; the same way is drawn without clipping too", number)
    .addOption(new Option("--optimizer <name>").choices(["sgd", "momentum", "nesterov", "adam"]))
    .option("--momentum <x>", "of momentum and nesterov (default: 0.9)", number)
    .option("--betas <list>", "of adam (default: 0.9,0.999)", numbers)
    .option("--eps <x>", "of adam (default: 1e-8)", number)
    .option("--budget <n>", "points of the refined cells of the preset cliff (default: 20000)", integer);
  return addReportFlags(command).action(() => runLab(command, (tools) => surface(command.opts(), tools)));
}
