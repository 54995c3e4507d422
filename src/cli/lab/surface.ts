import { Command, Option } from "commander";
import { rangeError } from "../../check.js";
import { presets } from "../../lab/index.js";
import { integer, number, numbers } from "../data.js";
import { type NetworkFlags, networkOptions, networkSurface } from "./network-surface.js";
import { addReportFlags, flagOf, isReportFlag, presetOption, runLab } from "./report.js";
import { type SurfaceFlags, surface } from "./surface-figures.js";

export function surfaceCommand(): Command {
  const command = new Command("surface")
    .description(
      "The error surface of one unit over its weight w and its bias b, with its cliff, and ways of gradient descent over it, with and without clipping.",
    )
    .addOption(presetOption(presets, ["story", "cliff", "steady-rate", "optimizers", "rate", "bifurcation"], "story"))
    .option("--w <from,to>", "from where to where the weight goes (default: 3,7)", numbers)
    .option("--b <from,to>", "from where to where the bias goes (default: -4,-1)", numbers)
    .option("--size <n>", "points along each axis of the map (default: 256, of a network 64)", integer)
    .option("--seq-len <n>", "steps of the unit (default: 50)", integer)
    .option("--x0 <x>", "its first state (default: 0.5)", number)
    .option("--target <x>", "what its last output should be (default: 0.7)", number)
    .option("--start <w,b>", "where the descent begins", numbers)
    .option("--lr <x>", "learning rate of the descent, or of the network's training (default of that: 0.01)", number)
    .option("--steps <n>", "of the descent", integer)
    .option("--clip-norm <x>", "longest gradient; the same way is drawn without clipping too", number)
    .option("--clip-value <x>", "largest part of a gradient; the same way is drawn without clipping too", number)
    .addOption(new Option("--optimizer <name>").choices(["sgd", "momentum", "nesterov", "adam"]))
    .option("--momentum <x>", "of momentum and nesterov (default: 0.9)", number)
    .option("--betas <list>", "of adam (default: 0.9,0.999)", numbers)
    .option("--eps <x>", "of adam (default: 1e-8)", number)
    .option("--budget <n>", "points of the refined cells of the preset cliff (default: 20000)", integer)
    .option(
      "--network",
      "the surface of a real network instead: a tagger that is trained here, in some 15 seconds; what follows is for it alone",
    );
  for (const option of networkOptions()) command.addOption(option);
  return addReportFlags(command).action(() =>
    runLab(command, (tools) => {
      const flags: SurfaceFlags & NetworkFlags & { readonly network?: boolean } = command.opts();
      refuseStrangers(flags, flags.network ?? false);
      return flags.network ? networkSurface(flags, tools) : surface(flags, tools);
    }),
  );
}

const SHARED = ["size", "lr"];

/** One unit and a network have options of their own: what would do nothing is refused. */
function refuseStrangers(flags: object, isNetwork: boolean): void {
  const ofNetwork = networkOptions().map((option) => option.attributeName());
  for (const name of Object.keys(flags).filter((name) => !isReportFlag(name) && !SHARED.includes(name))) {
    if (name === "network" || ofNetwork.includes(name) === isNetwork) continue;
    const [whose, remedy] = isNetwork ? ["one unit", "leave out --network"] : ["a network", "add --network"];
    throw rangeError("BPTT_OPTION", `${flagOf(name)}: only the surface of ${whose} has it; leave it out, or ${remedy}`);
  }
}
