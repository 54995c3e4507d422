/**
 * CoNLL columns: one token on a line, sentences parted by blank lines. Columns are separated by TAB if the line has
 * one, else by runs of spaces. Lines that begin with `# ` are comments, so a token `#` needs TAB behind it;
 * `-DOCSTART-` lines part sentences. A blank column between TABs is a token that is a space (xSID has some).
 */

import { knownOptions, rangeError, show, typeError } from "../check.js";
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
import type { TaggedTokens } from "./example.js";

export interface ConllOptions {
  /** Column of the token, from 0; a negative one counts from the end. Default 0. */
  readonly tokenColumn?: number;
  /** Column of the tag, from 0; a negative one counts from the end. Default -1, the last. */
  readonly tagColumn?: number;
  /** Column of the sentence's label, which its first line tells. Default: none is read. */
  readonly labelColumn?: number;
  /** Name of the source in messages and in each example's `source`; default: the name of a File, else none. */
  readonly file?: string;
}

/**
 * Sentences and tags in CoNLL columns, at once from a string or bytes, as a promise from the other sources.
 *
 * @throws RangeError or TypeError BPTT_DATA with file and line for data without sentences, lines without a tag, unknown
 * columns, and bytes that are not UTF-8; BPTT_OPTION for wrong options
 */
export function readConll(source: TextSource, options?: ConllOptions): TaggedTokens[];
export function readConll(source: TextSource | AsyncTextSource, options?: ConllOptions): Promise<TaggedTokens[]>;
export function readConll(
  source: TextSource | AsyncTextSource,
  options: ConllOptions = {},
): TaggedTokens[] | Promise<TaggedTokens[]> {
  knownOptions("readConll", options, ["tokenColumn", "tagColumn", "labelColumn", "file"]);
  const columns = {
    tokenColumn: columnNumber("tokenColumn", options.tokenColumn ?? 0),
    tagColumn: columnNumber("tagColumn", options.tagColumn ?? -1),
    ...(options.labelColumn !== undefined && { labelColumn: columnNumber("labelColumn", options.labelColumn) }),
  };
  const file = options.file ?? nameOf(source);
  if (isHere(source)) return parse(textOf(source, file), columns, file);
  return textLater(source, file).then((text) => parse(text, columns, file));
}

interface Columns {
  readonly tokenColumn: number;
  readonly tagColumn: number;
  readonly labelColumn?: number;
}

function columnNumber(name: keyof Columns, value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  const make = typeof value === "number" ? rangeError : typeError;
  throw make("BPTT_OPTION", `${name}: expected the number of a column, such as 0 or -1, got ${show(value)}`);
}

function parse(text: string, options: Columns, file: string | undefined): TaggedTokens[] {
  const sentences: TaggedTokens[] = [];
  const width = new Width(options);
  let tokens: string[] = [];
  let tags: string[] = [];
  let label: string | undefined;
  let begin = 0;
  const close = (): void => {
    if (tokens.length > 0)
      sentences.push({ tokens, tags, ...(label !== undefined && { label }), source: place(file, begin) });
    tokens = [];
    tags = [];
  };
  for (const [index, line] of linesOf(text).entries()) {
    if (line === "#" || line.startsWith("# ")) continue;
    const fields = fieldsOf(line);
    if (fields.length === 0 || fields[0] === "-DOCSTART-") {
      close();
      continue;
    }
    const where = place(file, index + 1);
    width.check(fields, where);
    if (tokens.length === 0) {
      begin = index + 1;
      const { labelColumn } = options;
      label = labelColumn === undefined ? undefined : field(fields, labelColumn, "labelColumn", where);
    }
    tokens.push(field(fields, options.tokenColumn, "tokenColumn", where));
    tags.push(field(fields, options.tagColumn, "tagColumn", where));
  }
  close();
  if (sentences.length === 0) throw emptyData(file, text, "lines with a token and its tag");
  return sentences;
}

function fieldsOf(line: string): string[] {
  const words = columnsOf(line);
  if (words.length === 0 || !line.includes("\t")) return words;
  return line.split("\t").map((column) => column.replace(/^[ \v\f]+|[ \v\f]+$/g, ""));
}

/**
 * A column that counts from the end is another one in a line that lacks a column, so those lines must be equally wide.
 */
class Width {
  readonly #options: Columns;
  #first?: { readonly count: number; readonly where: string };

  constructor(options: Columns) {
    this.#options = options;
  }

  check(fields: readonly string[], where: string): void {
    const { tokenColumn, tagColumn, labelColumn = 0 } = this.#options;
    const count = fields.length;
    if (count === 1)
      throw rangeError(
        "BPTT_DATA",
        `${where}: expected a token and its tag, got one column (${show(fields[0])}): sentences without tags teach nothing; put a tag behind each token`,
      );
    this.#first ??= { count, where };
    if (count !== this.#first.count && (tokenColumn < 0 || tagColumn < 0 || labelColumn < 0))
      throw rangeError(
        "BPTT_DATA",
        `${where}: expected ${this.#first.count} columns as in ${this.#first.where}, got ${count}; mend the line or number the columns from 0`,
      );
    if (resolve(tokenColumn, count) === resolve(tagColumn, count))
      throw rangeError(
        "BPTT_OPTION",
        `${where}: tokenColumn ${tokenColumn} and tagColumn ${tagColumn} are the same of ${count} columns; choose two`,
      );
  }
}

const resolve = (column: number, count: number): number => (column < 0 ? count + column : column);

function field(fields: readonly string[], column: number, name: keyof Columns, where: string): string {
  const value = fields[resolve(column, fields.length)];
  if (value === undefined)
    throw rangeError(
      "BPTT_DATA",
      `${where}: ${name}: expected a column from 0 to ${fields.length - 1} (or -${fields.length} to -1), got ${column}: the line has ${fields.length} columns`,
    );
  if (value !== "") return value;
  if (name === "tokenColumn") return " ";
  throw rangeError(
    "BPTT_DATA",
    name === "tagColumn"
      ? `${where}: ${name} ${column}: expected a tag, got an empty column; write "O" for none`
      : `${where}: ${name} ${column}: expected the sentence's label, got an empty column; give every sentence one`,
  );
}
