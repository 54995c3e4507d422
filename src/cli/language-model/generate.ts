import { Command } from "commander";
import { LanguageModel } from "../../index.js";
import { loadFile } from "../../node.js";
import { given, integer, number } from "../data.js";
import { leaveWhenReaderLeaves } from "../fail.js";

interface Flags {
  readonly prompt?: string;
  readonly length?: number;
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly seed?: number;
  readonly stop?: readonly string[];
}

export function generateCommand(): Command {
  return new Command("generate")
    .description("Writes text with a language model: the prompt, and what follows it as it is drawn.")
    .argument("<model>", "a file that train language-model saved")
    .option("--prompt <text>", "what the text goes on from (default: the beginning of a line)")
    .option("--length <n>", "the most characters or words that are made (default: 200)", integer)
    .option("--temperature <x>", "below 1 likely tokens become likelier; 0 takes the likeliest (default: 1)", number)
    .option("--top-k <k>", "draw from the k likeliest tokens only (default: from all)", integer)
    .option("--top-p <p>", "draw from the fewest likeliest tokens with this probability (default: 1)", number)
    .option("--seed <n>", "the same seed, the same text (default: 1)", integer)
    .option("--stop <text>", "ends the text before it; may be given again", (one: string, all: string[] = []) => [
      ...all,
      one,
    ])
    .action(write);
}

async function write(file: string, { prompt, length, temperature, topK, topP, seed, stop }: Flags): Promise<void> {
  leaveWhenReaderLeaves();
  const model = await LanguageModel.load(await loadFile(file));
  const onUnknown = (tokens: readonly string[]) =>
    process.stderr.write(`the model does not know ${tokens.map((token) => JSON.stringify(token)).join(", ")}\n`);
  const options = given({ prompt, length, temperature, topK, topP, seed, stop, onUnknown });
  let told = prompt ?? "";
  for await (const piece of model.generate(options)) {
    await say(told + piece);
    told = "";
  }
  await say(`${told}\n`);
}

/** Waits for a slow reader. */
async function say(text: string): Promise<void> {
  if (!process.stdout.write(text)) await new Promise((drained) => process.stdout.once("drain", drained));
}
