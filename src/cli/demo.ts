import { Command, InvalidArgumentError, Option } from "commander";
import plot from "simple-ascii-chart";
import { adam, cosine, SequenceTagger, type TaggedText, travelRequests } from "../index.js";
import { integer } from "./data.js";
import { printEvaluation } from "./evaluate.js";
import { leaveWhenReaderLeaves } from "./fail.js";
import { progressFor } from "./progress.js";

/** The lecture's two sentences: the same word, two slots, so the network must remember the first word. */
const sentences = {
  en: ["arrive Taipei on November 2nd", "leave Taipei on November 2nd"],
  zh: ["11月2日到达台北", "11月2日离开台北"],
};

interface Flags {
  readonly language: "en" | "zh";
  readonly epochs: number;
}

export function demo(): Command {
  return new Command("demo")
    .description(
      "Trains a tagger on built-in travel requests and tags two sentences before and after, in which one word has two slots.",
    )
    .addOption(new Option("--language <name>", "of the travel requests").choices(["en", "zh"]).default("en"))
    .addOption(new Option("--epochs <n>", "passes over the data").argParser(positive).default(8))
    .action(run);
}

/** Checked before anything is shown. */
function positive(text: string): number {
  const value = integer(text);
  if (value < 1) throw new InvalidArgumentError("expected a positive integer");
  return value;
}

async function run({ language, epochs }: Flags): Promise<void> {
  leaveWhenReaderLeaves();
  const part = (name: "train" | "validation" | "test") => travelRequests({ language, part: name });
  const train = part("train");
  // smaller than the defaults: enough here, and done in seconds
  const tagger = await SequenceTagger.create({ hiddenSize: 64, embeddingDim: 64, dropout: 0.3 });
  await tagger.prepare(train);
  say(`${train.length} travel requests, ${tagger.tags.length} tags, ${tagger.parameterCount} parameters\n`);
  say("Before training:");
  const before = await tagger.tagAll(sentences[language]);
  for (const tagged of before) say(columns(tagged));
  const losses: [number, number][] = [];
  const progress = progressFor({});
  const start = performance.now();
  await tagger.fit(train, {
    epochs,
    batchSize: 16,
    optimizer: adam({ lr: 6e-3, schedule: cosine({ warmup: 100 }) }),
    validation: part("validation"),
    onStep: (report) => {
      losses.push([report.step, report.lossPerToken]);
      progress.show(report);
    },
    onEpoch: (report) => progress.show(report),
  });
  progress.end();
  const seconds = (performance.now() - start) / 1000;
  say(`\nLoss (nats per token) over ${losses.length} steps:`);
  say(chart(losses));
  say("Test sentences: other templates, and 30 % of the cities, than training has shown.\n");
  printEvaluation(await tagger.evaluate(part("test")), { seconds });
  say("\nAfter training:");
  for (const tagged of await tagger.tagAll(sentences[language])) say(columns(tagged));
}

/** The curve with round numbers at its axes. */
function chart(losses: readonly [number, number][]): string {
  const points = thinned(losses);
  const top = Math.max(...points.map(([, loss]) => loss));
  const quarters = (end: number) => [0, 0.25, 0.5, 0.75, 1].map((share) => share * end);
  return plot(points, {
    width: 70,
    height: 12,
    yRange: [0, top],
    customXAxisTicks: quarters(losses.length).map((step) => Math.max(1, Math.round(step))),
    customYAxisTicks: quarters(top),
    formatter: (value, { axis }) => (axis === "x" ? value : Number(value.toFixed(2))),
  });
}

/** About one point for each column of the chart: the mean of the losses that fall there. */
function thinned(losses: readonly [number, number][]): [number, number][] {
  const size = Math.max(1, Math.ceil(losses.length / 70));
  return Array.from({ length: Math.ceil(losses.length / size) }, (_, group) => {
    const part = losses.slice(group * size, (group + 1) * size);
    return [part.at(-1)?.[0] ?? 0, part.reduce((sum, [, loss]) => sum + loss, 0) / part.length];
  });
}

/** Each token above its tag. */
function columns({ tokens, tags }: TaggedText): string {
  const widths = tokens.map((token, number) => Math.max(cells(token), tags[number]?.length ?? 0));
  const line = (words: readonly string[]) =>
    words.map((word, number) => word + " ".repeat((widths[number] ?? 0) - cells(word))).join("  ");
  return `  ${line(tokens)}\n  ${line(tags)}\n`;
}

/** Columns of a terminal: a Han character takes two. */
const cells = (text: string): number =>
  [...text].reduce((sum, letter) => sum + (/\p{Script=Han}/u.test(letter) ? 2 : 1), 0);

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
