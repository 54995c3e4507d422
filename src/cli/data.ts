import { InvalidArgumentError, Option } from "commander";
import { rangeError } from "../check.js";
import { type Example, travelRequests } from "../index.js";
import { readDataset } from "../node.js";

/** The part of the built-in data that fits the use. */
export type Part = "train" | "validation" | "test";

export interface DataOptions {
  readonly tokenColumn?: number;
  readonly tagColumn?: number;
  readonly labelColumn?: number;
}

/** Which columns, whether a tagger's sentences have labels too, and whether a classifier's texts have several. */
export interface ExampleOptions extends DataOptions {
  readonly sentenceLabels?: boolean;
  readonly multiLabel?: boolean;
}

export const dataHelp =
  "a file (CoNLL columns, or .jsonl), a folder with seq.in and seq.out (and label), or the built-in travel:en or travel:zh (their training, validation or test part, as the place asks)";

/** Of words and tags. */
export const columnOptions = (): Option[] => [
  new Option("--token-column <n>", "column of the words in CoNLL files, from 0; negative from the end").argParser(
    integer,
  ),
  new Option("--tag-column <n>", "column of the tags in CoNLL files, from 0; negative from the end").argParser(integer),
];

export const dataOptions = (): Option[] => [
  ...columnOptions(),
  new Option(
    "--label-column <n>",
    "column of the sentences' labels in CoNLL files, for a tagger with --sentence-labels",
  ).argParser(integer),
];

/** Other data than that of taggers has none. Throws RangeError BPTT_OPTION. */
export function refuseColumns(
  task: string,
  { tokenColumn, tagColumn, labelColumn }: DataOptions,
  why = "reads text, which has no columns",
): void {
  if (tokenColumn !== undefined || tagColumn !== undefined || labelColumn !== undefined)
    throw rangeError("BPTT_OPTION", `--token-column, --tag-column, --label-column: a ${task} ${why}; leave them out`);
}

/** Examples of a named data set. */
export async function readExamples(
  name: string,
  part: Part,
  { tokenColumn, tagColumn, labelColumn, sentenceLabels }: ExampleOptions,
): Promise<Example[]> {
  const builtIn = /^travel:(en|zh)$/.exec(name)?.[1];
  if (builtIn === "en" || builtIn === "zh") return travelRequests({ language: builtIn, part });
  return readDataset(name, {
    ...(tokenColumn !== undefined && { tokenColumn }),
    ...(tagColumn !== undefined && { tagColumn }),
    ...(labelColumn !== undefined && { labelColumn }),
    ...(sentenceLabels !== undefined && { sentenceLabels }),
  });
}

export function integer(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isInteger(value)) throw new InvalidArgumentError("expected an integer");
  return value;
}

/** Integers with commas between them. */
export const integers = (text: string): number[] => text.split(",").map(integer);

export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || Number.isNaN(value)) throw new InvalidArgumentError("expected a number");
  return value;
}

/** Numbers with commas between them. */
export const numbers = (text: string): number[] => text.split(",").map(number);

/** Leaves out what nobody gave, so that the library's default holds. */
export function given<T extends object>(values: { [Key in keyof T]: T[Key] | undefined }): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
