import { readFileSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";

export interface Options {
  readonly only?: ReadonlySet<string>;
  readonly quick: boolean;
  readonly json?: string;
  readonly markdown?: string;
  readonly plot?: string;
  readonly compare?: string;
}

/** Reads the command line; names: what `--only` may choose from. Ends the program after `--help` or a mistake. */
export function readOptions(names: readonly string[]): Options {
  return new Command("npm run bench --")
    .description(
      "Measures the library on this machine, everything as a share of a peak loop that runs in turn with it.",
    )
    .option("--only <names>", `one or more, with commas: ${names.join(", ")}`, (text) => chosen(text, names))
    .option("--quick", "under a minute: fewer samples, so only for a first look", false)
    .option("--json <file>", "write all numbers as JSON")
    .option("--markdown <file>", "write the tables as Markdown")
    .option("--plot <file>", "measure how cost grows, too, and draw it as SVG")
    .option("--compare <file>", "hold this run against an earlier --json, both at the same P", earlier)
    .allowExcessArguments(false)
    .parse()
    .opts<Options>();
}

function chosen(text: string, names: readonly string[]): ReadonlySet<string> {
  const list = text.split(",").map((name) => name.trim());
  for (const name of list)
    if (!names.includes(name)) throw new InvalidArgumentError(`There is no ${name}; there are ${names.join(", ")}.`);
  return new Set(list);
}

/** Before minutes are spent on a run that nothing can be held against. */
function earlier(file: string): string {
  try {
    const report: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof report === "object" && report !== null && "sections" in report) return file;
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
  throw new InvalidArgumentError("It is not what --json writes.");
}
