/**
 * Word vectors that were trained elsewhere, as text: a word and its numbers on each line, parted by spaces or tabs (GloVe), perhaps below a
 * line with their count and width (word2vec, fastText). Words may hold spaces (glove.840B has such): the last numbers of a line are its
 * vector. Only the vectors that are asked for are kept, so a file may be larger than the memory.
 */

import { type CodedError, flag, knownOptions, positiveInteger, rangeError, show, typeError } from "../check.js";
import type { Normalization } from "../text/normalize.js";
import { type AsyncTextSource, columnsOf, nameOf, place, prefix, type TextSource } from "./bytes.js";
import { linesLater } from "./lines.js";
import { WantedWords } from "./wanted-words.js";

export interface WordVectorOptions extends Partial<Normalization> {
  /** Width of a vector. Default: what the first line says. Needed where the word on the first line has spaces. */
  readonly dim?: number;
  /** The words were made lower case: one that the file has only in another case is found too. Default false. */
  readonly lowercase?: boolean;
  /** The words have DIGIT for each digit: the file's first word of that shape is theirs ("DIGITnd": "2nd"). Default false. */
  readonly digits?: boolean;
  /** Name of the source in messages; default: the name of a File, else none. */
  readonly file?: string;
  /** Ends the reading with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** How many of the words have a vector. */
export interface VectorCoverage {
  /** Width of a vector. */
  readonly dim: number;
  /** Words with a vector, of how many. */
  readonly found: number;
  readonly total: number;
  /** found / total, in [0, 1]; 0 if there are no words. */
  readonly coverage: number;
  /** The first ten words without one. */
  readonly missing: readonly string[];
}

export interface WordVectors extends VectorCoverage {
  /** By the words as they were asked for, in that order. */
  readonly vectors: ReadonlyMap<string, Float32Array<ArrayBuffer>>;
}

const MISSING_SHOWN = 10;

/**
 * The vectors of these words in a text of GloVe's or word2vec's form, plain or gzip. A word's vector is that of its own spelling; if the file lacks
 * it, that of its lower-case form; then, with `lowercase` or `digits`, that of a word which these options make equal to it. Of several lines with
 * one word the first counts.
 *
 * @param source a string (the text itself), bytes, a Blob, a stream or an async iterable; a path by `streamFile` of bptt/node
 * @throws RangeError or TypeError BPTT_DATA with file and line for lines of another width, for what is no number, for data without vectors, with
 * other counts than its first line says, cut off, or not UTF-8; BPTT_OPTION for wrong options and a dim that does not fit
 */
export async function readWordVectors(
  source: TextSource | AsyncTextSource,
  words: Iterable<string>,
  options: WordVectorOptions = {},
): Promise<WordVectors> {
  knownOptions("readWordVectors", options, ["dim", "lowercase", "digits", "file", "signal"]);
  return collectVectors(source, words, { ...options, dimName: "dim" });
}

/** The same, where the option for the width has another name. @internal */
export async function collectVectors(
  source: TextSource | AsyncTextSource,
  words: Iterable<string>,
  options: WordVectorOptions & { readonly dimName: string },
): Promise<WordVectors> {
  const { lowercase = false, digits = false, file = nameOf(source), signal, dimName } = options;
  const dim = options.dim === undefined ? undefined : positiveInteger(dimName, options.dim);
  const normalization = { lowercase: flag("lowercase", lowercase), digits: flag("digits", digits) };
  const wanted = new WantedWords(listOf(words), normalization);
  let form: Form | undefined;
  let number = 0;
  let count = 0;
  for await (const lines of linesLater(source, file)) {
    signal?.throwIfAborted();
    for (const line of lines) {
      number += 1;
      if (BLANK.test(line)) continue;
      const where = place(file, number);
      if (form === undefined) {
        form = formOf(line, where, dim, dimName);
        if (form.count !== undefined) continue;
      }
      const start = vectorStart(line, form.dim);
      const word = line.slice(0, Math.max(0, start)).replace(SEPARATORS_AT_END, "");
      const numbers = line.slice(Math.max(0, start));
      if (start <= 0 || NO_NUMBERS.test(numbers) || endsWithNumber(word)) throw misfit(line, where, form.dim);
      wanted.offer(word, () => parse(numbers, where));
      count += 1;
    }
  }
  if (form === undefined || count === 0) throw empty(file);
  if (form.count !== undefined && form.count !== count)
    throw rangeError(
      "BPTT_DATA",
      `${prefix(file)}expected ${form.count} vectors, as the first line says, got ${count}; get the file again, or write the right count there`,
    );
  return report(wanted, form.dim);
}

interface Form {
  readonly dim: number;
  /** Vectors, as a first line of its own says. */
  readonly count?: number;
}

const BLANK = /^[ \t\r]*$/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
/** A character that no number has: looked for in every line, where numbers are read only of those that are kept. */
const NO_NUMBERS = /[^\d+\-.eE \t]/;
const SEPARATORS_AT_END = /[ \t]+$/;

/** Of a word with spaces: its line has more numbers than the others. */
const endsWithNumber = (word: string): boolean => /[ \t]/.test(word) && NUMBER.test(columnsOf(word).at(-1) ?? "");

/** What the first line says of the others. */
function formOf(line: string, where: string, dim: number | undefined, dimName: string): Form {
  const [first = "", ...rest] = columnsOf(line);
  const isHeader = rest.length === 1 && /^\d+$/.test(first) && /^[1-9]\d*$/.test(rest[0] ?? "");
  const numbers = isHeader ? Number(rest[0]) : endingNumbers(rest);
  // with dim the word of the first line may have spaces; without, it is the first field
  const fits = dim === undefined ? isHeader || numbers === rest.length : numbers === dim;
  if (numbers === 0 || (dim === undefined && !fits))
    throw rangeError(
      "BPTT_DATA",
      `${where}: expected a word and its numbers, got ${show(line)}; give the text of word vectors (a path by streamFile of bptt/node), and ${dimName} if this word has spaces`,
    );
  if (!fits)
    throw rangeError(
      "BPTT_OPTION",
      `${dimName}: expected ${numbers}, the width of the vectors (${where}), got ${dim}; leave ${dimName} out, or choose another file`,
    );
  return { dim: numbers, ...(isHeader && { count: Number(first) }) };
}

function endingNumbers(fields: readonly string[]): number {
  const last = fields.findLastIndex((field) => !NUMBER.test(field));
  return fields.length - 1 - last;
}

/** Where the last `dim` fields of a line begin; 0 or less if nothing stands before them, or there are fewer. */
function vectorStart(line: string, dim: number): number {
  let at = line.length;
  for (let fields = 0; fields < dim; ++fields) {
    while (at > 0 && isSeparator(line.charCodeAt(at - 1))) --at;
    if (at === 0) return -1;
    while (at > 0 && !isSeparator(line.charCodeAt(at - 1))) --at;
  }
  return at;
}

const isSeparator = (code: number): boolean => code === 0x20 || code === 0x09;

function parse(numbers: string, where: string): Float32Array<ArrayBuffer> {
  const fields = columnsOf(numbers);
  const vector = Float32Array.from(fields, (field) => (NUMBER.test(field) ? Number(field) : Number.NaN));
  const strange = vector.findIndex((value) => !Number.isFinite(value));
  if (strange >= 0) throw noNumber(fields[strange] ?? "", where);
  return vector;
}

const noNumber = (field: string, where: string): CodedError =>
  rangeError("BPTT_DATA", `${where}: expected finite numbers behind the word, got ${show(field)}; mend the line`);

function misfit(line: string, where: string, dim: number): CodedError {
  const fields = columnsOf(line);
  const strange = fields.slice(1).find((field) => !NUMBER.test(field));
  if (fields.length === dim + 1 && strange !== undefined) return noNumber(strange, where);
  const numbers = endingNumbers(fields.slice(1));
  return rangeError(
    "BPTT_DATA",
    `${where}: expected a word and ${dim} numbers, got ${numbers} numbers in ${show(line)}; mend the line or take it out`,
  );
}

const empty = (file: string | undefined): CodedError =>
  rangeError("BPTT_DATA", `${prefix(file)}empty: expected a word and its numbers on each line, got no vectors`);

function listOf(words: Iterable<string>): readonly string[] {
  if (typeof words === "string" || typeof words?.[Symbol.iterator] !== "function")
    throw typeError("BPTT_DATA", `words: expected a list of words, got ${show(words)}`);
  const list = [...words];
  const strange: unknown = list.find((word) => typeof word !== "string");
  if (strange !== undefined || list.includes(undefined as never))
    throw typeError("BPTT_DATA", `words: expected strings, got ${show(strange)}`);
  return list;
}

function report(wanted: WantedWords, dim: number): WordVectors {
  const { vectors, total, missing } = wanted.result();
  const coverage = total > 0 ? vectors.size / total : 0;
  return { dim, vectors, found: vectors.size, total, coverage, missing: missing.slice(0, MISSING_SHOWN) };
}
