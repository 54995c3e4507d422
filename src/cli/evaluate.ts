import { Command } from "commander";
import { type ClassifierEvaluation, type Evaluation, Forecaster, LanguageModel, type Score } from "../index.js";
import { loadFile } from "../node.js";
import { type DataOptions, dataHelp, dataOptions, given, integer, number, refuseColumns } from "./data.js";
import { leaveWhenReaderLeaves } from "./fail.js";
import { printForecastErrors, readTable, refuseForecastFlags } from "./forecaster/plan.js";
import { labelledHelp } from "./labelled.js";
import { printTextEvaluation, readText } from "./language-model/plan.js";
import { labelsOf } from "./plan.js";
import { percent } from "./progress.js";
import { type LabellingScores, labelling, taskOfFile } from "./tasks.js";

interface Flags extends DataOptions {
  readonly json?: boolean;
  readonly heldOut?: number;
  readonly level?: number;
  readonly time: boolean;
}

export function evaluateCommand(): Command {
  const command = new Command("evaluate")
    .description(
      "Scores a saved model. Taggers: entity F1, token accuracy, loss. Classifiers: accuracy, macro F1. Language models: nats and bits per character. Forecasters: errors beside those of the naive and the seasonal forecast.",
    )
    .argument("<model>", "a file that train saved")
    .argument(
      "<data>",
      `${dataHelp}; ${labelledHelp}; for a language model a file of text; for a forecaster a table of numbers`,
    )
    .option(
      "--held-out <n>",
      "of a forecaster: rows at the end that are forecast (default: as many as can be)",
      integer,
    )
    .option(
      "--level <p>",
      "of a forecaster: share of the truth that intervals should hold (default: the model's)",
      number,
    )
    .option("--no-time", "of a forecaster: no column says when")
    .option("--json", "the scores as JSON");
  for (const option of dataOptions()) command.addOption(option);
  return command.action(async (model: string, data: string, flags: Flags) => {
    leaveWhenReaderLeaves();
    const bytes = await loadFile(model);
    const task = taskOfFile(bytes);
    if (task !== "forecaster") refuseForecastFlags(task, flags);
    if (task === "language-model") {
      refuseColumns("language model", flags);
      printTextEvaluation(await (await LanguageModel.load(bytes)).evaluate(await readText(data, "test")), flags);
      return;
    }
    if (task === "forecaster") {
      refuseColumns("forecaster", flags, "reads numbers, whose columns it knows");
      const forecaster = await Forecaster.load(bytes);
      const table = await readTable(data, { columns: forecaster.columns, ...(!flags.time && { time: false }) });
      printForecastErrors(
        await forecaster.evaluate(table, given({ heldOut: flags.heldOut, level: flags.level })),
        flags,
      );
      return;
    }
    const { type, read } = labelling[task];
    const loaded = await type.load(bytes);
    printScores(
      await loaded.evaluate((await read(data, "test", { ...flags, ...labelsOf(loaded.options) })) as never),
      flags,
    );
  });
}

/** The scores as a table, or as one line of JSON. */
export function printScores(scores: LabellingScores, options: Shown): void {
  if ("f1" in scores || options.json) printEvaluation(scores as Evaluation, options);
  else printLabels(scores, options);
}

interface Shown {
  readonly json?: boolean;
  readonly seconds?: number;
}

function printLabels(scores: ClassifierEvaluation, { seconds }: Shown): void {
  const { accuracy, macroF1, sequences, byLabel, lossPerToken } = scores;
  const lines = [
    ...tableOf(byLabel),
    `accuracy ${percent(accuracy)}, macro F1 ${percent(macroF1)} over ${sequences} sequences, loss ${lossPerToken.toFixed(4)} nats`,
    ...(seconds === undefined ? [] : [`trained in ${seconds.toFixed(1)} s`]),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

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
  const { labels, frameAccuracy = 0, unknownLabels = {} } = scores;
  const lines = [
    ...(labels ? tableOf(labels.byLabel, "sentence") : []),
    ...tableOf(byLabel),
    `entity F1 ${percent(f1)} (precision ${percent(precision)}, recall ${percent(recall)}; strict F1 ${percent(strict.f1)}) over ${support} entities`,
    ...(labels
      ? [
          `label accuracy ${percent(labels.accuracy)} over ${labels.sequences} sentences; label and all tags right ${percent(frameAccuracy)}`,
        ]
      : []),
    `token accuracy ${percent(accuracy)} over ${tokens} tokens, loss ${lossPerToken.toFixed(4)} nats per token`,
    ...unknownLine("tags", unknownTags),
    ...unknownLine("labels", unknownLabels),
    ...(seconds === undefined ? [] : [`trained in ${seconds.toFixed(1)} s`]),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

function unknownLine(what: string, counts: Readonly<Record<string, number>>): string[] {
  const shown = Object.entries(counts).map(([name, count]) => `${name} (${count})`);
  return shown.length === 0 ? [] : [`${what} that the model does not know: ${shown.join(", ")}`];
}

/** The scores of each label, and an empty line. */
function tableOf(byLabel: Readonly<Record<string, Score>>, head = "label"): string[] {
  const width = Math.max(head.length, ...Object.keys(byLabel).map((label) => label.length));
  return [
    `${head.padEnd(width)}  precision  recall      F1  count`,
    ...Object.entries(byLabel).map(([label, score]) => row(label.padEnd(width), score)),
    "",
  ];
}

function row(label: string, { precision, recall, f1, support }: Score): string {
  const cells = [percent(precision).padStart(9), percent(recall).padStart(7), percent(f1).padStart(7)];
  return `${label}  ${cells.join(" ")}  ${String(support).padStart(5)}`;
}
