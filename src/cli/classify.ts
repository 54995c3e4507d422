import { Command } from "commander";
import { SequenceClassifier } from "../index.js";
import { loadFile } from "../node.js";
import { leaveWhenReaderLeaves } from "./fail.js";
import { lineGroups } from "./lines.js";

export function classifyCommand(): Command {
  return new Command("classify")
    .description("Labels texts: those given, or every line of standard input. One line of JSON for each.")
    .argument("<model>", "a file that train classifier saved")
    .argument("[text...]", "texts; without any, lines of standard input")
    .action(async (model: string, texts: string[]) => {
      leaveWhenReaderLeaves();
      const classifier = await SequenceClassifier.load(await loadFile(model));
      for await (const lines of texts.length > 0 ? [texts] : lineGroups(process.stdin))
        for (const [number, answer] of (await classifier.classifyAll(lines)).entries())
          if (!process.stdout.write(`${JSON.stringify({ text: lines[number], ...answer })}\n`))
            await new Promise((drained) => process.stdout.once("drain", drained));
    });
}
