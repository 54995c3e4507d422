import { Command, Option } from "commander";
import { positiveInteger, rangeError } from "../../check.js";
import { LanguageModel } from "../../index.js";
import { languageModelTraining } from "../../tasks/language-model/options.js";
import { addCellFlags, type CellFlags, cellOptions } from "../cell-options.js";
import { given, integer, number } from "../data.js";
import { goOnWithoutReader } from "../fail.js";
import { addLoopFlags, type LoopFlags, loopOptions } from "../loop-options.js";
import { checkOutput, checkRunFolder, createRun } from "../output.js";
import { trainAndTest } from "../run.js";
import { addOutputFlags, addRunFlags, type RunFlags, refuseEarly, stepOptions } from "../run-options.js";
import { readTexts, testTextOf, textJobOf, textPlanOf } from "./plan.js";

interface Flags extends CellFlags, LoopFlags, RunFlags {
  readonly validation?: string;
  readonly test?: string;
  readonly heldOut?: number;
  readonly output?: string;
  readonly dtype?: "f32" | "f16";
  readonly json?: boolean;
  readonly textUnit?: "characters" | "words";
  readonly embeddingDim?: number;
  readonly dropout?: number;
  readonly minCount?: number;
}

export const textHelp = "a file of text in UTF-8, or the built-in travel:en or travel:zh, a request on each line";

export function trainLanguageModelCommand(): Command {
  const command = new Command("language-model")
    .description("Trains a network that predicts the next character or word of a text, and so writes text.")
    .argument("<text>", textHelp)
    .option("--validation <text>", "scored after every epoch")
    .option("--test <text>", "scored at the end")
    .option(
      "--held-out <share>",
      "share of the text, at its end, that is held out and scored in place of both",
      number,
    );
  addOutputFlags(command);
  const network = addCellFlags(addRunFlags(command, "64"), "(default: 256)")
    .option("--embedding-dim <n>", "width of a token's row (default: 64)", integer)
    .option("--dropout <p>", "around the recurrent layers (default: 0)", number)
    .optionsGroup("Text:")
    .addOption(
      new Option("--text-unit <name>", "what is predicted (default: characters)").choices(["characters", "words"]),
    )
    .option("--min-count <n>", "rarer tokens are unknown (default: 1)", integer);
  return addLoopFlags(network, {
    epochs: "10",
    batch: "streams that the text is cut into",
    metrics: "lossPerToken, loss (default: lossPerToken)",
  }).action(train);
}

async function train(text: string, flags: Flags, command: Command): Promise<void> {
  refuseEarly(command.parent, "language-model");
  const { validation, test, heldOut, output, checkpointEvery, dtype } = flags;
  const { textUnit: unit, embeddingDim, dropout, minCount, seed } = flags;
  if (checkpointEvery !== undefined) positiveInteger("--checkpoint-every", checkpointEvery);
  if (heldOut !== undefined && !(heldOut > 0 && heldOut < 1))
    throw rangeError("BPTT_OPTION", `--held-out: expected a share between 0 and 1, got ${heldOut}`);
  if (heldOut !== undefined && (validation !== undefined || test !== undefined))
    throw rangeError("BPTT_OPTION", "--held-out: it takes the place of --validation and --test; leave those out");
  if (output !== undefined) await checkOutput(output);
  await checkRunFolder(flags.run);
  goOnWithoutReader();
  const model = await LanguageModel.create(
    given({ ...cellOptions(flags), unit, embeddingDim, dropout, minCount, seed }),
  );
  const plan = textPlanOf(
    model,
    { ...loopOptions(flags, "lossPerToken", languageModelTraining), ...stepOptions(flags) },
    { train: text, validation, test },
    { command: given({ output, checkpointEvery, dtype }), ...(heldOut !== undefined && { heldOut }) },
  );
  const texts = await readTexts(plan);
  const job = textJobOf({ model, plan, texts, flags, folder: () => createRun(flags.run, plan) });
  await trainAndTest(job, testTextOf(model, texts, flags));
}
