import { Command } from "commander";
import { positiveInteger, rangeError } from "../../check.js";
import { timesAfter } from "../../data/times.js";
import { type Forecast, Forecaster, readSeries, type SeriesTable } from "../../index.js";
import { loadFile } from "../../node.js";
import { given, integer, number } from "../data.js";
import { leaveWhenReaderLeaves } from "../fail.js";
import { commandLine } from "../lab/report.js";
import { checkOutput } from "../output.js";
import { forecastLines } from "./lines.js";
import { type ColumnOptions, readTable } from "./plan.js";
import { tableHelp } from "./train.js";

interface Flags {
  readonly steps?: number;
  readonly level?: number;
  readonly heldOut?: number;
  readonly output?: string;
  readonly svg?: string;
  readonly open?: boolean;
  readonly json?: boolean;
  readonly time: boolean;
}

export function forecastCommand(): Command {
  return new Command("forecast")
    .description("Forecasts what comes behind a series, with prediction intervals, and draws it.")
    .argument("<model>", "a file that train forecaster saved")
    .argument("[data]", `${tableHelp} (default: standard input)`)
    .option("--steps <n>", "how far ahead (default: the model's horizon)", integer)
    .option("--level <p>", "share of the truth that intervals should hold (default: the model's)", number)
    .option("--held-out <n>", "forecast the last n rows in place of what follows, to see beside them", integer)
    .option("--no-time", "no column says when")
    .option("-o, --output <file>", "draw it as a page, such as forecast.html")
    .option("--svg <folder>", "draw it as an SVG file there")
    .option("--open", "opens the page in the browser")
    .option("--json", "the forecast as JSON")
    .action(forecast);
}

async function forecast(file: string, data: string | undefined, flags: Flags, command: Command): Promise<void> {
  leaveWhenReaderLeaves();
  const { steps, level, heldOut, output, svg, open = false, json, time } = flags;
  if (heldOut !== undefined) positiveInteger("--held-out", heldOut);
  if (output !== undefined) await checkOutput(output);
  if (open && output === undefined)
    throw rangeError("BPTT_OPTION", "--open: it does nothing without --output; give both, or leave it out");
  const model = await Forecaster.load(await loadFile(file));
  const options = { columns: model.columns, ...(!time && { time }) };
  const table = data === undefined ? await readStandardInput(options) : await readTable(data, options);
  const forecasts = await forecastsOf(model, table, { ...given({ steps, level }), heldOut });
  const named = forecasts.map((made) => ({ times: timesOf(table, made), ...made.forecast }));
  const lines = json ? named.map((one) => JSON.stringify({ type: "forecast", ...one })) : forecastLines(named);
  process.stdout.write(`${lines.join("\n")}\n`);
  if (forecasts.some(({ forecast: { lower } }) => lower === undefined))
    process.stderr.write("no prediction intervals: training left too few errors for them; give it more rows\n");
  if (output === undefined && svg === undefined) return;
  const { pictures, writePictures } = await import("../show.js");
  const told = await writePictures([pictures.forecastPicture(table, forecasts)], {
    title: "Forecast",
    about: "What comes behind a series, as a recurrent network sees it from the rows before.",
    command: commandLine(command),
    ...(output !== undefined && { output }),
    svg,
    open,
  });
  for (const line of told) process.stderr.write(`${line}\n`);
}

/** A forecast, and how many rows were known to it. */
interface Made {
  readonly after: number;
  readonly forecast: Forecast;
}

/** One forecast of what follows; or forecasts of the held-out rows, each of as many steps as are asked for, one after the other. */
async function forecastsOf(
  model: Forecaster,
  table: SeriesTable,
  { heldOut, ...options }: { readonly steps?: number; readonly level?: number; readonly heldOut: number | undefined },
): Promise<Made[]> {
  const count = table.rows.length;
  if (heldOut === undefined) return [{ after: count, forecast: await model.forecast(table, options) }];
  const each = options.steps ?? model.options.horizon;
  const made: Made[] = [];
  for (let after = Math.max(0, count - heldOut); after < count; after += each) {
    const known = { ...table, rows: table.rows.slice(0, after) };
    const steps = Math.min(each, count - after);
    made.push({ after, forecast: await model.forecast(known, { ...options, steps }) });
  }
  return made;
}

/** What the steps are called: by the column of times, where there is one that goes on, else +1, +2, ... */
function timesOf({ times, rows }: SeriesTable, { after, forecast }: Made): string[] {
  const steps = forecast.values.length;
  const known = times?.slice(after, after + steps) ?? [];
  if (after < rows.length && known.length === steps) return known;
  return timesAfter(times ?? [], steps) ?? Array.from({ length: steps }, (_, h) => `+${h + 1}`);
}

async function readStandardInput(options: ColumnOptions): Promise<SeriesTable> {
  return readSeries(process.stdin, { ...options, file: "standard input" });
}
