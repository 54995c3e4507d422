import { createInterface } from "node:readline";
import { Command, Option } from "commander";
import { SequenceTagger, type TaggedText } from "../index.js";
import { loadFile } from "../node.js";
import { leaveWhenReaderLeaves } from "./fail.js";

interface Flags {
  readonly format: "json" | "columns";
}

/** Lines that are tagged together. */
const LINES = 256;

export function tagCommand(): Command {
  return new Command("tag")
    .description("Tags texts: those given, or every line of standard input.")
    .argument("<model>", "a file that train saved")
    .argument("[text...]", "texts; without any, lines of standard input")
    .addOption(
      new Option("--format <name>", "JSON lines, or a token and its tag in two columns")
        .choices(["json", "columns"])
        .default("json"),
    )
    .action(async (model: string, texts: string[], { format }: Flags) => {
      leaveWhenReaderLeaves();
      const tagger = await SequenceTagger.load(await loadFile(model));
      for await (const lines of texts.length > 0 ? [texts] : standardInput())
        for (const [number, tagged] of (await tagger.tagAll(lines)).entries())
          await write(lines[number] ?? "", tagged, format);
    });
}

/** Lines in groups; a line that was typed is answered at once. */
async function* standardInput(): AsyncGenerator<string[]> {
  const size = process.stdin.isTTY ? 1 : LINES;
  let lines: string[] = [];
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    lines.push(line);
    if (lines.length < size) continue;
    yield lines;
    lines = [];
  }
  if (lines.length > 0) yield lines;
}

async function write(text: string, tagged: TaggedText, format: Flags["format"]): Promise<void> {
  const { tokens, tags } = tagged;
  const answer =
    format === "json"
      ? `${JSON.stringify({ text, ...tagged })}\n`
      : `${tokens.map((token, number) => `${token}\t${tags[number]}\n`).join("")}\n`;
  if (!process.stdout.write(answer)) await new Promise((drained) => process.stdout.once("drain", drained));
}
