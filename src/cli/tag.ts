import { Command, Option } from "commander";
import { SequenceTagger, type TaggedText } from "../index.js";
import { loadFile } from "../node.js";
import { leaveWhenReaderLeaves } from "./fail.js";
import { lineGroups } from "./lines.js";

interface Flags {
  readonly format: "json" | "columns";
}

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
      for await (const lines of texts.length > 0 ? [texts] : lineGroups(process.stdin))
        for (const [number, tagged] of (await tagger.tagAll(lines)).entries())
          await write(lines[number] ?? "", tagged, format);
    });
}

async function write(text: string, tagged: TaggedText, format: Flags["format"]): Promise<void> {
  const { tokens, tags, label } = tagged;
  const answer =
    format === "json"
      ? `${JSON.stringify({ text, ...tagged })}\n`
      : `${label === undefined ? "" : `# label = ${label}\n`}${tokens.map((token, number) => `${token}\t${tags[number]}\n`).join("")}\n`;
  if (!process.stdout.write(answer)) await new Promise((drained) => process.stdout.once("drain", drained));
}
