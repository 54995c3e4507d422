import { knownOptions, rangeError, show, typeError } from "../check.js";
import { type AsyncTextSource, emptyData, isHere, nameOf, place, type TextSource, textLater, textOf } from "./bytes.js";
import { type CsvRow, csvRows } from "./csv.js";
import { checkTimes, looksLikeTimes } from "./times.js";

export interface SeriesOptions {
  /** Which columns are read, by the names in the first line, or by number, from 0. Default: all but that of the times. */
  readonly columns?: readonly (string | number)[];
  /**
   * The column that says when, or false. Default: the first one, if there are others and its cells are texts or go up by equal steps.
   */
  readonly time?: string | number | false;
  /** Name of the source in messages; default: the name of a File, else none. */
  readonly file?: string;
}

/** A numeric series of several channels, one row for each step. */
export interface SeriesTable {
  readonly columns: readonly string[];
  /** [T][columns] */
  readonly rows: readonly (readonly number[])[];
  /** [T] what the column of the times says. */
  readonly times?: readonly string[];
}

/**
 * A series from a text of rows, the earliest first: cells between commas, semicolons, tabs or blanks (whichever the first line has, in this order), as in RFC 4180. A
 * first line without any number holds the names of the columns; else they have their numbers, from 0. At once from a string or bytes, as a promise from the
 * other sources.
 *
 * @throws RangeError BPTT_DATA with line and column for gaps (an empty cell, a blank line, a time that is left out), for times that go back, for text in place of a number, for rows of
 * different width, for data without rows; RangeError BPTT_OPTION for columns that are not there
 */
export function readSeries(source: TextSource, options?: SeriesOptions): SeriesTable;
export function readSeries(source: TextSource | AsyncTextSource, options?: SeriesOptions): Promise<SeriesTable>;
export function readSeries(
  source: TextSource | AsyncTextSource,
  options: SeriesOptions = {},
): SeriesTable | Promise<SeriesTable> {
  knownOptions("readSeries", options, ["columns", "time", "file"]);
  if (options.columns !== undefined && !Array.isArray(options.columns))
    throw typeError("BPTT_OPTION", `columns: expected a list, got ${show(options.columns)}`);
  const file = options.file ?? nameOf(source);
  if (isHere(source)) return parse(textOf(source, file), { ...options, file });
  return textLater(source, file).then((text) => parse(text, { ...options, file }));
}

function parse(
  text: string,
  options: Omit<SeriesOptions, "file"> & { readonly file: string | undefined },
): SeriesTable {
  const { file } = options;
  const all = withoutEnds(csvRows(text, file));
  const [first] = all;
  if (first === undefined) throw emptyData(file, text, "rows of numbers");
  const hasNames = !first.cells.some(isNumber);
  const names = hasNames ? first.cells.map((cell, c) => cell || String(c)) : first.cells.map((_, c) => String(c));
  const rows = hasNames ? all.slice(1) : all;
  if (rows.length === 0)
    throw rangeError("BPTT_DATA", `${place(file, first.line)}: expected rows of numbers behind the names, got none`);
  const twice = names.find((name, c) => names.indexOf(name) !== c);
  if (twice !== undefined)
    throw rangeError(
      "BPTT_DATA",
      `${place(file, first.line)}: expected a name of its own for each column, got ${show(twice)} twice; rename one`,
    );
  for (const { cells, line } of rows) checkWidth(cells, names.length, place(file, line));
  const time = timeColumn(rows, names, options);
  const chosen =
    options.columns?.map((column) => placeOf("columns", column, names)) ?? [...names.keys()].filter((c) => c !== time);
  const again = chosen.find((c, i) => chosen.indexOf(c) !== i);
  if (again !== undefined)
    throw rangeError(
      "BPTT_OPTION",
      `columns: expected each column once, got ${show(names[again])} twice; leave one out`,
    );
  if (chosen.length === 0)
    throw rangeError("BPTT_OPTION", "columns: expected a column of numbers, got none; name one, or set time to false");
  const times = time === undefined ? undefined : rows.map(({ cells }) => cells[time] ?? "");
  if (times !== undefined && time !== undefined)
    checkTimes(times, (row) => `${place(file, rows[row]?.line ?? 0)}: column ${names[time]}`);
  return {
    columns: chosen.map((c) => names[c] ?? ""),
    rows: rows.map(({ cells, line }) =>
      chosen.map((c) => numberOf(cells[c] ?? "", `${place(file, line)}: column ${names[c]}`)),
    ),
    ...(times && { times }),
  };
}

/** Blank rows before and behind the others are left out. */
function withoutEnds(rows: readonly CsvRow[]): CsvRow[] {
  const isBlank = ({ cells }: CsvRow) => cells.every((cell) => cell === "");
  const from = rows.findIndex((row) => !isBlank(row));
  return from < 0 ? [] : rows.slice(from, rows.findLastIndex((row) => !isBlank(row)) + 1);
}

function checkWidth(cells: readonly string[], width: number, where: string): void {
  if (cells.length === width) return;
  const isBlank = cells.every((cell) => cell === "");
  throw rangeError(
    "BPTT_DATA",
    `${where}: expected ${width} cells, as in the first line, got ${isBlank ? "a blank line; give the row that is missing" : `${cells.length}; give every row the same columns`}`,
  );
}

function timeColumn(
  rows: readonly CsvRow[],
  names: readonly string[],
  { time, columns }: SeriesOptions,
): number | undefined {
  if (time === false) return undefined;
  if (time !== undefined) return placeOf("time", time, names);
  const isChosen = columns?.some((column) => placeOf("columns", column, names) === 0);
  const cells = rows.map((row) => row.cells[0] ?? "");
  return names.length > 1 && !isChosen && looksLikeTimes(cells) ? 0 : undefined;
}

/** The number of a column. A name comes first: a column may be called 0. */
function placeOf(option: string, column: string | number, names: readonly string[]): number {
  const named = names.indexOf(String(column));
  const place = named >= 0 ? named : /^\d+$/.test(String(column)) ? Number(column) : -1;
  if (place >= 0 && place < names.length) return place;
  throw rangeError(
    "BPTT_OPTION",
    `${option}: expected columns of the data (${names.join(", ")}), or their numbers from 0, got ${show(column)}`,
  );
}

const isNumber = (cell: string): boolean => cell !== "" && Number.isFinite(Number(cell));

function numberOf(cell: string, where: string): number {
  if (isNumber(cell) && Number.isFinite(Math.fround(Number(cell)))) return Number(cell);
  const isGap = cell === "" || /^(nan|na|n\/a|null|none|-|\?)$/i.test(cell);
  throw rangeError(
    "BPTT_DATA",
    `${where}: expected a finite number below 3.4e38, got ${cell === "" ? "an empty cell" : show(cell)}; ${isGap ? "fill the gap" : "write it as 1.5"}, or leave the column out (columns)`,
  );
}
