import { Command, Option } from "commander";
import { rangeError } from "../check.js";
import { leaveWhenReaderLeaves } from "./fail.js";

interface Flags {
  readonly output?: string;
  readonly open?: boolean;
  readonly follow?: boolean;
}

export function reportCommand(): Command {
  return new Command("report")
    .description("Draws one run, or several in the same charts, as an HTML page.")
    .argument("<run...>", "folders of runs")
    .option("-o, --output <file>", "where the page goes (default: report.html in the run, or here for several runs)")
    .option("--open", "draw it live in the browser, while the run goes on")
    .addOption(new Option("--follow", "end when the standard input does").hideHelp())
    .action(report);
}

async function report(paths: string[], { output, open, follow }: Flags): Promise<void> {
  leaveWhenReaderLeaves();
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twice !== undefined) throw rangeError("BPTT_OPTION", `report: ${twice} is named twice; name each run once`);
  const { serveReport, writeReport } = await import("./show.js");
  if (!open || output !== undefined) {
    const place = await writeReport(paths, output);
    process.stdout.write(`the report went to ${place}\n`);
  }
  if (open) await serveReport(paths, { follow });
}
