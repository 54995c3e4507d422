#!/usr/bin/env node
import { Command } from "commander";
import { demo } from "./demo.js";
import { evaluateCommand } from "./evaluate.js";
import { fail } from "./fail.js";
import { tagCommand } from "./tag.js";
import { trainCommand } from "./train.js";

const program = new Command("bptt")
  .description("Trains and runs recurrent neural networks from one WebAssembly kernel.")
  .showHelpAfterError("(add --help for the options)")
  .addCommand(trainCommand())
  .addCommand(evaluateCommand())
  .addCommand(tagCommand())
  .addCommand(demo());

try {
  await program.parseAsync();
} catch (error) {
  fail(error);
}
