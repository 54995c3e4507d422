import { rangeError } from "../../check.js";
import type {
  ForecastEvaluation,
  Forecaster,
  ForecasterOptions,
  ForecasterTrainOptions,
  SeriesOptions,
  SeriesTable,
} from "../../index.js";
import { passengerSeries, readSeries } from "../../index.js";
import { loadFile, type RunDescription, type RunStart } from "../../node.js";
import { forecasterTraining } from "../../tasks/forecaster/options.js";
import { placed } from "../plan.js";
import type { CommandOptions, Job } from "../run.js";
import { runPlan } from "../run-plan.js";
import { errorLines } from "./lines.js";

/** Which part of a table is the series. */
export type ColumnOptions = Pick<SeriesOptions, "columns" | "time">;

/** What a run's options.json holds of a forecaster. */
interface PlanOptions {
  readonly network: ForecasterOptions;
  readonly training: ForecasterTrainOptions;
  readonly columns: ColumnOptions;
  /** Rows at the end of the series that training does not see. */
  readonly heldOut?: number;
  readonly command: CommandOptions;
}

export interface ForecastPlan extends RunStart {
  readonly options: RunStart["options"] & PlanOptions;
}

/** All options with their values, so that the run can be done again, and gone on with. */
export function forecastPlanOf(
  model: Forecaster,
  training: ForecasterTrainOptions,
  data: string,
  { heldOut, columns, command }: Pick<PlanOptions, "heldOut" | "columns" | "command">,
): ForecastPlan {
  return runPlan({
    task: "forecaster",
    data: { train: data },
    ...{ seed: model.options.seed, defaults: forecasterTraining, training, own: ["validation"] },
    options: { network: model.options, columns, heldOut, command },
  });
}

/** What was written is taken up again. */
export const forecastPlanFrom = (description: RunDescription): ForecastPlan =>
  description as RunDescription & ForecastPlan;

/** The series, and what of it is for training. */
export interface Parts {
  readonly all: SeriesTable;
  readonly train: SeriesTable;
  readonly heldOut?: number;
}

/** Throws Error BPTT_FILE; RangeError BPTT_DATA with file and line, or where nothing is left for training. */
export async function readParts({ data, folder, options }: ForecastPlan): Promise<Parts> {
  const { heldOut, columns } = options;
  const { horizon = 1 } = options.network;
  const all = await readTable(placed(data.train ?? "", folder), columns);
  if (heldOut === undefined) return { all, train: all };
  if (heldOut >= all.rows.length)
    throw rangeError(
      "BPTT_DATA",
      `--held-out: expected less than the ${all.rows.length} rows of the series, got ${heldOut}; hold fewer out`,
    );
  if (heldOut < horizon)
    throw rangeError(
      "BPTT_OPTION",
      `--held-out: expected the ${horizon} rows of the horizon or more, got ${heldOut}; hold more out`,
    );
  return { all, train: { ...all, rows: all.rows.slice(0, -heldOut) }, heldOut };
}

/** The series of a file, or the built-in one. */
export async function readTable(name: string, options: ColumnOptions = {}): Promise<SeriesTable> {
  if (name !== "travel:passengers") return readSeries(await loadFile(name), { ...options, file: name });
  const { columns, rows, times = [] } = passengerSeries();
  const text = [["month", ...columns], ...rows.map((row, t) => [times[t], ...row])].map((row) => row.join()).join("\n");
  return readSeries(text, { ...options, file: name });
}

/** The training as a run takes it. */
export const forecastJobOf = ({
  parts: { train },
  model,
  ...rest
}: Pick<Job, "flags" | "folder" | "resume"> & {
  readonly model: Forecaster;
  readonly plan: ForecastPlan;
  readonly parts: Parts;
}): Job => ({ ...rest, model, train: (options) => model.train(train, options), score: "MAE" });

/** Prints the errors over the held-out rows, if there are any. */
export const testForecastsOf =
  (model: Forecaster, { all, heldOut }: Parts, flags: { readonly json?: boolean }) =>
  async (seconds: number): Promise<void> => {
    if (heldOut !== undefined) printForecastErrors(await model.evaluate(all, { heldOut }), { ...flags, seconds });
  };

/** The errors as a table, or as one line of JSON. */
export function printForecastErrors(
  scores: ForecastEvaluation,
  { json, seconds }: { readonly json?: boolean; readonly seconds?: number },
): void {
  const lines = json
    ? [JSON.stringify({ type: "evaluation", ...scores, ...(seconds !== undefined && { seconds }) })]
    : [...errorLines(scores), ...(seconds === undefined ? [] : [`trained in ${seconds.toFixed(1)} s`])];
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** Other tasks have no rows to hold out, and no intervals. Throws RangeError BPTT_OPTION. */
export function refuseForecastFlags(
  task: string,
  { heldOut, level, time }: { readonly heldOut?: number; readonly level?: number; readonly time: boolean },
): void {
  if (heldOut !== undefined || level !== undefined || !time)
    throw rangeError("BPTT_OPTION", `--held-out, --level, --no-time: a ${task} has no such option; leave them out`);
}
