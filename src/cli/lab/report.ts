import { stat } from "node:fs/promises";
import { type Command, Option } from "commander";
import { plainError, rangeError } from "../../check.js";
import type { Preset } from "../../lab/index.js";
import type * as Pictures from "../../pictures/index.js";
import { integer } from "../data.js";
import { leaveWhenReaderLeaves } from "../fail.js";
import { checkOutput } from "../output.js";
import { shareBar } from "../progress.js";

/** Options that all commands with pictures have. They say where pictures go, and never what they show. */
export interface ReportFlags {
  readonly output?: string;
  readonly svg?: string;
  readonly svgWidth?: number;
  readonly open?: boolean;
}

const OWN: readonly string[] = ["output", "svg", "svgWidth", "open"] satisfies (keyof ReportFlags)[];

export const isReportFlag = (name: string): boolean => OWN.includes(name);

/** What a command gets. */
export interface Tools {
  readonly onProgress: (done: number) => void;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
  /** All that draws, which is loaded for this alone. */
  readonly draw: typeof Pictures;
}

/** What a command came to. */
export interface Findings {
  readonly title: string;
  /** In a sentence or two. */
  readonly about: string;
  readonly pictures: readonly Pictures.Picture[];
  /** The key figures, for the terminal. */
  readonly summary: readonly string[];
}

export function addReportFlags(command: Command): Command {
  return command
    .option("-o, --output <file>", `where the report goes (default: lab-${command.name()}.html)`)
    .option("--svg <folder>", "each picture also as an SVG file there")
    .option("--svg-width <px>", "its width, 526 to 1016: a narrow one for a page (default: 1016, for a slide)", integer)
    .option("--open", "opens the report in the browser");
}

/** The first of these options that was given. */
export function reportFlag(command: Command): string | undefined {
  const isGiven = (name: string) => OWN.includes(name) && command.getOptionValueSource(name) === "cli";
  return command.options.find((option) => isGiven(option.attributeName()))?.long ?? undefined;
}

/** The figures of the lecture that a command draws, by name. */
export function presetOption(
  presets: Readonly<Record<string, Preset>>,
  names: readonly string[],
  usual: string,
): Option {
  const about = names.map((name) => `${name}: ${presets[name]?.about}`).join("; ");
  return new Option("--preset <name>", `a figure of the lecture. ${about}. (default: ${usual})`).choices(names);
}

/** Computes, writes report and pictures, and tells the key figures. */
export async function runLab(command: Command, work: (tools: Tools) => Promise<Findings>): Promise<void> {
  leaveWhenReaderLeaves();
  const flags: ReportFlags = command.opts();
  const output = flags.output ?? `lab-${command.name()}.html`;
  // before the work, not after it
  await checkOutput(output);
  if (flags.svg !== undefined) await checkFolder(flags.svg);
  const { pictures: draw, writePictures } = await import("../show.js");
  if (flags.svgWidth !== undefined) checkWidth(flags, draw);
  const bar = shareBar(command.name());
  const stop = new AbortController();
  const abort = () => stop.abort();
  // a second Ctrl-C ends it at once
  process.once("SIGINT", abort);
  const findings = await work({ onProgress: bar.show, signal: stop.signal, draw })
    .catch((error: unknown) => {
      if (!stop.signal.aborted) throw error;
    })
    .finally(() => {
      bar.end();
      process.off("SIGINT", abort);
    });
  if (findings === undefined) {
    process.stderr.write("bptt: stopped; nothing was written\n");
    process.exitCode = 130;
    return;
  }
  const { title, about, pictures, summary } = findings;
  for (const line of summary) process.stdout.write(`${line}\n`);
  const places = { output, svg: flags.svg, svgWidth: flags.svgWidth, open: flags.open ?? false };
  const told = await writePictures(pictures, { title, about, command: commandLine(command), ...places });
  for (const line of told) process.stdout.write(`${line}\n`);
}

/** What to type to get the same pictures. */
export function commandLine(command: Command): string {
  const given = command.options.filter((option) => {
    const name = option.attributeName();
    return !isReportFlag(name) && command.getOptionValueSource(name) === "cli";
  });
  const words = given.map((option) => {
    const value: unknown = command.getOptionValue(option.attributeName());
    return value === true
      ? option.long
      : `${option.long} ${quoted(Array.isArray(value) ? value.join(",") : String(value))}`;
  });
  const above = command.parent?.parent ? [command.parent.name()] : [];
  return ["bptt", ...above, command.name(), ...command.args, ...words].join(" ");
}

/** As a shell takes it for one word. */
const quoted = (word: string): string => (/^[\w.,:+/=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

async function checkFolder(path: string): Promise<void> {
  const is = await stat(path).catch(() => undefined);
  if (is && !is.isDirectory()) throw plainError("BPTT_FILE", `--svg: ${path} is a file; give the name of a folder`);
}

/** How a field is given on the command line: hiddenSize as --hidden-size. */
export const flagOf = (name: string): string =>
  `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

function checkWidth({ svg, svgWidth = 0 }: ReportFlags, draw: typeof Pictures): void {
  draw.svgWidth("--svg-width", svgWidth);
  if (svg === undefined)
    throw rangeError("BPTT_OPTION", "--svg-width: it does nothing without --svg; give both, or leave it out");
}

/** Two numbers from a flag: from, to. */
export function pairOf(flag: string, values: readonly number[] | undefined): readonly [number, number] | undefined {
  if (values === undefined) return undefined;
  const [one, other] = values;
  if (one === undefined || other === undefined || values.length !== 2)
    throw rangeError("BPTT_OPTION", `${flag}: expected two numbers with a comma between them, got ${values.join(",")}`);
  return [one, other];
}
