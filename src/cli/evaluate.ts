import { Command } from "commander";
import { rangeError } from "../check.js";
import { type Evaluation, LanguageModel, readSafetensors, type Score, SequenceTagger } from "../index.js";
import { loadFile } from "../node.js";
import { type DataOptions, dataHelp, dataOptions, readExamples } from "./data.js";
import { leaveWhenReaderLeaves } from "./fail.js";
import { printTextEvaluation, readText } from "./language-model/plan.js";
import { percent } from "./progress.js";

interface Flags extends DataOptions {
  readonly json?: boolean;
}

export function evaluateCommand(): Command {
  const command = new Command("evaluate")
    .description(
      "Scores a saved model. Taggers: entity F1, token accuracy, loss. Language models: nats and bits per character.",
    )
    .argument("<model>", "a file that train saved")
    .argument("<data>", `${dataHelp}; for a language model a file of text`)
    .option("--json", "the scores as JSON");
  for (const option of dataOptions()) command.addOption(option);
  return command.action(async (model: string, data: string, flags: Flags) => {
    leaveWhenReaderLeaves();
    const bytes = await loadFile(model);
    if (readSafetensors(bytes).metadata.task === "language-model") {
      refuseColumns(flags);
      printTextEvaluation(await (await LanguageModel.load(bytes)).evaluate(await readText(data, "test")), flags);
      return;
    }
    const tagger = await SequenceTagger.load(bytes);
    printEvaluation(await tagger.evaluate(await readExamples(data, "test", flags)), flags);
  });
}

/** A text has none. */
function refuseColumns({ tokenColumn, tagColumn }: DataOptions): void {
  if (tokenColumn !== undefined || tagColumn !== undefined)
    throw rangeError(
      "BPTT_OPTION",
      "--token-column, --tag-column: a language model reads text, which has no columns; leave them out",
    );
}

/** The scores as a table, or as one line of JSON. */
export function printEvaluation(
  scores: Evaluation,
  options: { readonly json?: boolean; readonly seconds?: number },
): void {
  const { seconds } = options;
  if (options.json) {
    process.stdout.write(
      `${JSON.stringify({ type: "evaluation", ...scores, ...(seconds !== undefined && { seconds }) })}\n`,
    );
    return;
  }
  const { f1, precision, recall, accuracy, lossPerToken, strict, tokens, support, byLabel, unknownTags } = scores;
  const unknown = Object.entries(unknownTags);
  const width = Math.max(5, ...Object.keys(byLabel).map((label) => label.length));
  const lines = [
    `${"label".padEnd(width)}  precision  recall      F1  count`,
    ...Object.entries(byLabel).map(([label, score]) => row(label.padEnd(width), score)),
    "",
    `entity F1 ${percent(f1)} (precision ${percent(precision)}, recall ${percent(recall)}; strict F1 ${percent(strict.f1)}) over ${support} entities`,
    `token accuracy ${percent(accuracy)} over ${tokens} tokens, loss ${lossPerToken.toFixed(4)} nats per token`,
    ...(unknown.length === 0
      ? []
      : [`tags that the model does not know: ${unknown.map(([tag, count]) => `${tag} (${count})`).join(", ")}`]),
    ...(seconds === undefined ? [] : [`trained in ${seconds.toFixed(1)} s`]),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

function row(label: string, { precision, recall, f1, support }: Score): string {
  const cells = [percent(precision).padStart(9), percent(recall).padStart(7), percent(f1).padStart(7)];
  return `${label}  ${cells.join(" ")}  ${String(support).padStart(5)}`;
}
