import { Command, InvalidArgumentError, Option } from "commander";
import { type CellDescription, cellKinds } from "../../nn/cells.js";
import { integer } from "../data.js";
import { connectivityFigures } from "./connectivity-figures.js";
import { connectivityPresets } from "./connectivity-presets.js";
import { addReportFlags, presetOption, runLab } from "./report.js";

const TRAINING = ["cell", "hiddenSize", "epochs", "examples", "seed"];

export function connectivityCommand(): Command {
  const command = new Command("connectivity")
    .description(
      "Which words of a sentence move the tag of each word: RNN, LSTM and GRU side by side, trained on the built-in travel requests. Takes about 10 seconds.",
    )
    .addOption(presetOption(connectivityPresets, Object.keys(connectivityPresets), "both"))
    .addOption(new Option("--text <text>", "a sentence in place of a preset's").conflicts("preset"))
    .option("--token <word>", "the word whose tag is looked at closely (default: the first with a tag)")
    .addOption(
      new Option("--model <file>", "a tagger that train saved, in place of those trained here").conflicts(TRAINING),
    )
    .addOption(
      new Option(
        "--cell <list>",
        `cells to compare: ${Object.keys(cellKinds).join(", ")} (default: rnn,lstm,gru)`,
      ).argParser(cellsFrom),
    )
    .option("--hidden-size <n>", "units (default: 48)", integer)
    .option("--epochs <n>", "passes over the data (default: 10)", integer)
    .option("--examples <n>", "requests to train on (default: all, 4000)", integer)
    .option("--seed <n>", "of weights and order (default: 1)", integer);
  return addReportFlags(command).action(() => runLab(command, (tools) => connectivityFigures(command.opts(), tools)));
}

/** Names with commas between them; given again, more of them. */
export function cellsFrom(text: string, before: readonly CellDescription["type"][] = []): CellDescription["type"][] {
  const known = Object.keys(cellKinds) as CellDescription["type"][];
  const more = text.split(",").map((name) => {
    const found = known.find((one) => one === name.trim());
    if (found === undefined) throw new InvalidArgumentError(`expected cells of ${known.join(", ")}, got ${name}`);
    return found;
  });
  return [...new Set([...before, ...more])];
}
