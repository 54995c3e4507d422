#!/usr/bin/env node
import { Command } from "commander";
import { classifyCommand } from "./classify.js";
import { demo } from "./demo.js";
import { evaluateCommand } from "./evaluate.js";
import { fail } from "./fail.js";
import { forecastCommand } from "./forecaster/forecast.js";
import { labCommand } from "./lab/index.js";
import { generateCommand } from "./language-model/generate.js";
import { reportCommand } from "./report.js";
import { resumeCommand } from "./resume.js";
import { tagCommand } from "./tag.js";
import { trainCommand } from "./train.js";

/** Of the package; the bundle has it in place of this name. */
declare const VERSION: string;

const program = new Command("bptt")
  .description("Trains and runs recurrent neural networks from one WebAssembly kernel.")
  .version(VERSION)
  // what stands behind a command is that command's
  .enablePositionalOptions();
const commands = [
  trainCommand,
  resumeCommand,
  reportCommand,
  evaluateCommand,
  tagCommand,
  classifyCommand,
  generateCommand,
  forecastCommand,
  demo,
  labCommand,
];
for (const command of commands.map((make) => make())) program.addCommand(oneLineErrors(command));

// nobody reads the progress any longer; that is no reason to stop
process.stderr.on("error", () => {});
try {
  await oneLineErrors(program).parseAsync();
} catch (error) {
  fail(error);
}

/** Errors of commander in the form that all errors have. */
function oneLineErrors(command: Command): Command {
  const above = command.parent;
  const name =
    command === program ? "bptt" : `${above && above !== program ? `bptt ${above.name()}` : "bptt"} ${command.name()}`;
  command.commands.forEach(oneLineErrors);
  return command.configureOutput({
    outputError: (text, write) =>
      write(
        `bptt: ${text
          .trim()
          .replace(/^error: /, "")
          .replaceAll(/\s*\n\s*/g, " ")}; see ${name} --help\n`,
      ),
  });
}
