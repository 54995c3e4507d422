import { knownOptions, rangeError, show } from "../check.js";
import {
  type AsyncTextSource,
  columnsOf,
  emptyData,
  isHere,
  linesOf,
  nameOf,
  place,
  type TextSource,
  textLater,
  textOf,
} from "./bytes.js";
import { checkExample, type Example } from "./example.js";

export interface JsonLinesOptions {
  /** Name of the source in messages and in each example's `source`; default: the name of a File, else none. */
  readonly file?: string;
}

/**
 * Examples written as one JSON object on each line, `{"tokens": [...], "tags": [...]}` or `{"text": "...", "entities":
 * [{"start": 0, "end": 5, "label": "dest"}]}`: at once from a string or bytes, as a promise from the other sources.
 * Other keys are left out.
 *
 * @throws RangeError or TypeError BPTT_DATA with file and line for what is no JSON or no example, and for data without
 * any
 */
export function readJsonLines(source: TextSource, options?: JsonLinesOptions): Example[];
export function readJsonLines(source: TextSource | AsyncTextSource, options?: JsonLinesOptions): Promise<Example[]>;
export function readJsonLines(
  source: TextSource | AsyncTextSource,
  options: JsonLinesOptions = {},
): Example[] | Promise<Example[]> {
  knownOptions("readJsonLines", options, ["file"]);
  const file = options.file ?? nameOf(source);
  if (isHere(source)) return parse(textOf(source, file), file);
  return textLater(source, file).then((text) => parse(text, file));
}

function parse(text: string, file: string | undefined): Example[] {
  const examples: Example[] = [];
  for (const [index, line] of linesOf(text).entries()) {
    const where = place(file, index + 1);
    if (columnsOf(line).length > 0) examples.push(checkExample(parseLine(line, where), where));
  }
  if (examples.length === 0) throw emptyData(file, text, "one JSON object on each line");
  return examples;
}

function parseLine(line: string, where: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw rangeError("BPTT_DATA", `${where}: expected one whole JSON object on the line, got ${show(line)}`, cause);
  }
}
