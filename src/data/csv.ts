import { rangeError, show } from "../check.js";
import { columnsOf, linesOf, place } from "./bytes.js";

/** The cells of a row, without blanks around them, and the line in which it begins. */
export interface CsvRow {
  readonly cells: readonly string[];
  readonly line: number;
}

const SEPARATORS = [",", ";", "\t"];

/**
 * The rows of a text (RFC 4180): cells between commas, semicolons, tabs or blanks, whichever the first line has, in this order.
 *
 * @throws RangeError BPTT_DATA with the line for a quotation mark without its other half
 */
export function csvRows(text: string, file: string | undefined): CsvRow[] {
  const first = /^.*\S.*$/m.exec(text)?.[0] ?? "";
  const separator = SEPARATORS.find((one) => first.includes(one));
  if (separator === undefined) return linesOf(text).map((line, index) => ({ cells: columnsOf(line), line: index + 1 }));
  // within quotes, where two of them stand for one; or up to what ends the cell
  const cell = new RegExp(` *"([^"]*(?:""[^"]*)*)" *(?=${separator}|[\\r\\n]|$)|((?! *")[^${separator}\\r\\n]*)`, "y");
  const rows: CsvRow[] = [];
  let [cells, line, start]: [string[], number, number] = [[], 1, 1];
  for (let at = 0; ; ) {
    cell.lastIndex = at;
    const found = cell.exec(text);
    if (found === null) {
      const rest = text.slice(at, at + 40);
      throw rangeError(
        "BPTT_DATA",
        `${place(file, line)}: expected a cell with both its quotation marks, got ${show(rest)}`,
      );
    }
    const [whole, quoted, plain = ""] = found;
    at += whole.length;
    line += linesOf(whole).length - 1;
    cells.push((quoted?.replaceAll('""', '"') ?? plain).trim());
    if (text.startsWith(separator, at)) {
      at += 1;
      continue;
    }
    rows.push({ cells, line: start });
    if (at >= text.length) return rows;
    at += text.startsWith("\r\n", at) ? 2 : 1;
    line += 1;
    [cells, start] = [[], line];
  }
}
