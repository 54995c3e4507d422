import { Command } from "commander";
import { connectivityCommand } from "./connectivity.js";
import { curvesCommand } from "./curves.js";
import { flowCommand } from "./flow.js";
import { neuronCommand } from "./neuron.js";
import { surfaceCommand } from "./surface.js";
import { tasksCommand } from "./tasks.js";

/** Each has a file of its own here, and one for its pictures in src/pictures. */
const commands = [neuronCommand, surfaceCommand, flowCommand, connectivityCommand, curvesCommand, tasksCommand];

export function labCommand(): Command {
  const lab = new Command("lab").description(
    "Shows why recurrent networks are hard to train, and what helps: pictures in a report, figures on the terminal.",
  );
  for (const make of commands) lab.addCommand(make());
  return lab;
}
