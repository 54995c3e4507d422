import { Command } from "commander";
import { rangeError, show } from "../check.js";
import { linesOf, place, textOf } from "../data/bytes.js";
import type { SequenceInput, Series } from "../index.js";
import { loadFile } from "../node.js";
import { readClassifier } from "../tasks/classifier/file.js";
import { sequenceOf } from "../tasks/classifier/inputs.js";
import { Pace } from "../train/pace.js";
import { leaveWhenReaderLeaves } from "./fail.js";
import { lineGroups } from "./lines.js";

const JSON_LINES = /\.(jsonl|ndjson|json)$/i;
const SERIES = '{"series": [[..], ..]}';

export function classifyCommand(): Command {
  return new Command("classify")
    .description("Labels texts or series: those given, or every line of standard input. One line of JSON for each.")
    .argument("<model>", "a file that train classifier saved")
    .argument(
      "[input...]",
      `texts; for a model of series .jsonl files with ${SERIES} on each line; without any, lines of standard input`,
    )
    .action(async (file: string, inputs: string[]) => {
      leaveWhenReaderLeaves();
      const { model } = await readClassifier(await loadFile(file));
      const isOfSeries = model.inputs.channels !== undefined;
      const queryOf = isOfSeries ? seriesQuery : textQuery;
      for await (const { lines, placeOf } of inputs.length === 0
        ? standardInput()
        : isOfSeries
          ? files(inputs)
          : [{ lines: inputs, placeOf: (index: number) => `text ${index + 1}` }]) {
        const queries = lines.flatMap((line, index) => queryOf(line, placeOf(index)));
        // refused here, where the line is known
        const asked = queries.flatMap(({ input, where }) => (input === undefined ? [] : { input, where }));
        for (const { input, where } of asked) sequenceOf(input, model.inputs, where);
        const answers = await model.classify(
          asked.map(({ input }) => input),
          new Pace(),
        );
        for (const { input, shown } of queries)
          if (!process.stdout.write(`${JSON.stringify({ ...shown, ...(input !== undefined && answers.shift()) })}\n`))
            await new Promise((drained) => process.stdout.once("drain", drained));
      }
    });
}

interface Lines {
  readonly lines: readonly string[];
  readonly placeOf: (index: number) => string;
}

interface Query {
  /** Undefined for a blank line, of which nothing is said. */
  readonly input: SequenceInput | undefined;
  readonly where: string;
  /** What stands before the answer. */
  readonly shown: object;
}

const textQuery = (text: string, where: string): Query[] => [
  { input: text.trim() === "" ? undefined : text, where, shown: { text } },
];

/** What else the line says, such as an id, is given back. */
function seriesQuery(line: string, where: string): Query[] {
  if (line.trim() === "") return [];
  const { series, ...shown } = objectOf(line) ?? {};
  if (series === undefined)
    throw rangeError(
      "BPTT_DATA",
      `${where}: expected ${SERIES}, since the model was trained on series, got ${show(line)}; give each series as one line of JSON`,
    );
  return [{ input: series as Series, where: `${where}: series`, shown }];
}

function objectOf(line: string): { readonly series?: unknown } | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function* standardInput(): AsyncGenerator<Lines> {
  let before = 0;
  for await (const lines of lineGroups(process.stdin)) {
    const first = before + 1;
    yield { lines, placeOf: (index) => place("standard input", first + index) };
    before += lines.length;
  }
}

async function* files(names: readonly string[]): AsyncGenerator<Lines> {
  const text = names.find((name) => !JSON_LINES.test(name));
  if (text !== undefined)
    throw rangeError(
      "BPTT_DATA",
      `classify: expected .jsonl files with ${SERIES} on each line, since the model was trained on series, got ${show(text)}; write the series into such a file, or to standard input`,
    );
  for (const name of names)
    yield { lines: linesOf(textOf(await loadFile(name), name)), placeOf: (index) => place(name, index + 1) };
}
