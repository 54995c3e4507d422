import { rangeError, show, typeError } from "../../check.js";
import type { SeriesTable } from "../../data/series.js";
import type { Series } from "../classifier/examples.js";

/** One channel as a list of numbers, [T][channels] rows, or what `readSeries` gives. */
export type ForecastSeries = ArrayLike<number> | Series | SeriesTable;

/** Rows of numbers, and the names of their columns, if they have names. */
interface Table {
  readonly columns?: readonly string[];
  readonly rows: readonly ArrayLike<number>[];
  readonly width: number;
}

/** A series, checked. Throws RangeError, TypeError BPTT_DATA with row and column. */
export function tableOf(series: ForecastSeries): Table {
  if (typeof series !== "object" || series === null) throw noSeries(series);
  const { columns, rows } = "rows" in series ? series : { columns: undefined, rows: rowsOf(series) };
  if (columns !== undefined && !areNames(columns))
    throw typeError("BPTT_DATA", `series: columns: expected different names, got ${JSON.stringify(columns)}`);
  const width = columns?.length ?? rows[0]?.length ?? 0;
  if (rows.length === 0 || width === 0)
    throw rangeError("BPTT_DATA", "series: expected one row or more, got none; give the series as numbers");
  for (const [t, row] of rows.entries()) {
    if (row?.length !== width)
      throw rangeError(
        "BPTT_DATA",
        `series: row ${t}: expected ${width} numbers, one for each channel, got ${isList(row) ? row.length : show(row)}; give every row the same channels`,
      );
    for (let c = 0; c < width; ++c)
      if (typeof row[c] !== "number" || !Number.isFinite(Math.fround(row[c] ?? Number.NaN)))
        throw rangeError(
          "BPTT_DATA",
          `series: row ${t}, column ${columns?.[c] ?? c}: expected a finite number below 3.4e38, got ${show(row[c])}; fill the gap, or give only the rows behind it`,
        );
  }
  return { rows, width, ...(columns && { columns }) };
}

const areNames = (value: unknown): boolean =>
  Array.isArray(value) && value.every((name, c) => typeof name === "string" && value.indexOf(name) === c);

const isList = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value);

function rowsOf(series: unknown): readonly ArrayLike<number>[] {
  if (!isList(series)) throw noSeries(series);
  return Array.from(series, (row) => (isList(row) ? row : [row])) as readonly ArrayLike<number>[];
}

const noSeries = (value: unknown): Error =>
  typeError(
    "BPTT_DATA",
    `series: expected a list of numbers, a list of rows, or what readSeries gives, got ${show(value)}`,
  );

/** Columns without names are called by their numbers, from 0. */
export const namesOf = ({ columns, width }: Table): readonly string[] =>
  columns ?? Array.from({ length: width }, (_, c) => String(c));

/** [T, C] the numbers of these columns. Throws RangeError BPTT_DATA for a series that lacks one; rows without names have just these. */
export function valuesOf(table: Table, columns: readonly string[]): Float64Array {
  const { rows, width } = table;
  if (table.columns === undefined && width !== columns.length)
    throw rangeError(
      "BPTT_DATA",
      `series: expected ${columns.length} channels (${columns.join(", ")}), as in the training, got ${width}; give every row those`,
    );
  const places = columns.map((name, c) => {
    const place = table.columns?.indexOf(name) ?? c;
    if (place >= 0) return place;
    throw rangeError(
      "BPTT_DATA",
      `series: expected the columns of the training (${columns.join(", ")}), got ${namesOf(table).join(", ")}; give a series that has ${name}`,
    );
  });
  const values = new Float64Array(rows.length * columns.length);
  for (const [t, row] of rows.entries())
    for (const [c, place] of places.entries()) values[t * columns.length + c] = row[place] ?? 0;
  return values;
}
