import { rangeError, show, typeError } from "../../check.js";
import type { Pace } from "../../train/pace.js";

/** [T][channels] numbers: one row for each step. */
export type Series = readonly ArrayLike<number>[];

/** What is to be classified: a text, a text that is already split, or numbers. */
export type SequenceInput = string | readonly string[] | Series;

/** One label, or (of a classifier with `multiLabel`) any number of them; source: where it stood, such as "train.tsv:12". */
export type Labelled = ({ readonly label: string } | { readonly labels: readonly string[] }) & {
  readonly source?: string;
};

export type LabelledText = ({ readonly text: string } | { readonly tokens: readonly string[] }) & Labelled;
export type LabelledSeries = { readonly series: Series } & Labelled;
export type LabelledExample = LabelledText | LabelledSeries;

/** An example that was checked. */
export interface CheckedExample {
  readonly text?: string;
  readonly tokens?: readonly string[];
  readonly series?: Series;
  readonly labels: readonly string[];
  readonly source: string;
}

const SHAPE = "{ text, label }, { tokens, label } or { series, label }";

/** The examples in a program's list, checked. `name` is that of the list in messages. */
export async function checkLabelled(
  examples: Iterable<LabelledExample>,
  multiLabel: boolean,
  pace: Pace,
  name = "examples",
): Promise<CheckedExample[]> {
  if (typeof examples === "string" || typeof examples?.[Symbol.iterator] !== "function")
    throw typeError("BPTT_DATA", `${name}: expected a list of examples, got ${show(examples)}`);
  const list = await pace.map(examples, (example, number) =>
    checkExample(example, multiLabel, example?.source ?? `${name}[${number}]`),
  );
  const [first] = list;
  if (first === undefined) throw rangeError("BPTT_DATA", `${name}: expected one example or more, got none`);
  const other = list.find(({ series }) => (series === undefined) !== (first.series === undefined));
  if (other)
    throw rangeError(
      "BPTT_DATA",
      `${other.source}: expected a ${first.series ? "series" : "text"}, as the first example is, got a ${other.series ? "series" : "text"}; train one classifier for texts and one for series`,
    );
  return list;
}

function checkExample(value: unknown, multiLabel: boolean, where: string): CheckedExample {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw typeError("BPTT_DATA", `${where}: expected an object ${SHAPE}, got ${show(value)}`);
  const { text, tokens, series, label, labels }: Partial<Record<string, unknown>> = { ...value };
  const given = Object.entries({ text, tokens, series }).filter(([, part]) => part !== undefined);
  const [input] = given;
  if (input === undefined || given.length > 1)
    throw typeError(
      "BPTT_DATA",
      `${where}: expected one of text, tokens and series, got ${given.map(([key]) => key).join(" and ") || `the keys ${Object.keys(value).join(", ")}`}; give ${SHAPE}`,
    );
  checkInput(input[1], `${where}: ${input[0]}`);
  return { [input[0]]: input[1], labels: labelsOf(label, labels, multiLabel, where), source: where };
}

function labelsOf(label: unknown, labels: unknown, multiLabel: boolean, where: string): readonly string[] {
  if (label !== undefined && labels !== undefined)
    throw typeError("BPTT_DATA", `${where}: expected label or labels, got both; keep one of the two`);
  if (!multiLabel && labels !== undefined)
    throw typeError(
      "BPTT_DATA",
      `${where}: expected one label, got labels; give "label", or create the classifier with multiLabel: true (train classifier --multi-label)`,
    );
  const list: unknown = labels ?? (label === undefined ? undefined : [label]);
  if (!Array.isArray(list))
    throw typeError(
      "BPTT_DATA",
      `${where}: expected ${multiLabel ? "labels, an array of strings" : "a label, a string"}, got ${show(labels ?? label)}; give every example its own`,
    );
  list.forEach((item: unknown) => {
    if (typeof item !== "string" || item === "")
      throw typeError("BPTT_DATA", `${where}: label: expected a string of one character or more, got ${show(item)}`);
  });
  return [...new Set<string>(list)];
}

/** Refuses what cannot be classified. Throws RangeError, TypeError BPTT_DATA. */
export function checkInput(input: unknown, where: string): void {
  if (typeof input === "string") {
    if (input.trim() === "")
      throw rangeError("BPTT_DATA", `${where}: expected a text with words, got ${show(input)}; leave it out`);
    return;
  }
  if (!Array.isArray(input))
    throw typeError("BPTT_DATA", `${where}: expected a text, a list of tokens or a series, got ${show(input)}`);
  if (input.length === 0)
    throw rangeError("BPTT_DATA", `${where}: expected one step or more, got an empty list; leave it out`);
  if (typeof input[0] === "string") checkTokens(input, where);
  else checkSeries(input, where);
}

function checkTokens(tokens: readonly unknown[], where: string): void {
  const strange = tokens.findIndex((token) => typeof token !== "string" || token === "");
  if (strange >= 0)
    throw typeError(
      "BPTT_DATA",
      `${where}: token ${strange}: expected a string of one character or more, got ${show(tokens[strange])}`,
    );
}

function checkSeries(series: readonly unknown[], where: string): void {
  let channels: number | undefined;
  for (const [t, row] of series.entries()) {
    const values = isNumbers(row) ? row : [];
    if (values.length === 0)
      throw typeError(
        "BPTT_DATA",
        `${where}: step ${t}: expected a list of numbers, one for each channel, got ${show(row)}; a series of one channel is [[1], [2], ...]`,
      );
    channels ??= values.length;
    if (values.length !== channels)
      throw rangeError(
        "BPTT_DATA",
        `${where}: step ${t}: expected ${channels} channels as at step 0, got ${values.length}; give every step the same`,
      );
    for (let c = 0; c < channels; ++c)
      if (typeof values[c] !== "number" || !Number.isFinite(Math.fround(values[c] ?? Number.NaN)))
        throw rangeError(
          "BPTT_DATA",
          `${where}: step ${t}, channel ${c}: expected a finite number below 3.4e38, got ${show(values[c])}; fill gaps, or leave the series out`,
        );
  }
}

const isNumbers = (row: unknown): row is ArrayLike<number> =>
  Array.isArray(row) || (ArrayBuffer.isView(row) && "length" in row);
