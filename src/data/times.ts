import { rangeError, show } from "../check.js";

/** Whether the cells of a first column say when: texts, or numbers that begin to go up by equal steps. */
export function looksLikeTimes(cells: readonly string[]): boolean {
  const [first = "", second = "", third = second] = cells;
  if (first !== "" && Number.isNaN(Number(first))) return true;
  const step = Number(second) - Number(first);
  return cells.length > 2 && second !== "" && step > 0 && near(Number(third) - Number(second), step);
}

/**
 * Refuses times that leave one out. Numbers and months (2024-05) are looked at; other texts, such as days, of which some may have no row, are taken as they are.
 *
 * @param where names the place of a row
 * @throws RangeError BPTT_DATA
 */
export function checkTimes(times: readonly string[], where: (row: number) => string): void {
  const numbers = times.map(orderOf);
  if (numbers.some(Number.isNaN)) return;
  const step = (numbers[1] ?? 0) - (numbers[0] ?? 0);
  for (let row = 1; row < numbers.length; ++row) {
    if (step > 0 && near((numbers[row] ?? 0) - (numbers[row - 1] ?? 0), step)) continue;
    const isMonth = times[row]?.includes("-", 1) ?? false;
    throw rangeError(
      "BPTT_DATA",
      `${where(row)}: expected times that go up by equal steps, the earliest first, got ${show(times[row])} after ${show(times[row - 1])}; give the ${isMonth ? "months" : "rows"} that are missing, or set time to false`,
    );
  }
}

/** A number as it is, a month counted from the year 0; NaN for another text. */
function orderOf(time: string): number {
  const [, year, month] = /^(\d{4})-(\d{2})$/.exec(time) ?? [];
  if (year !== undefined) return 12 * Number(year) + Number(month);
  return time === "" ? Number.NaN : Number(time);
}

/** Steps of 0.1 are not quite equal. */
const near = (step: number, first: number): boolean => Math.abs(step - first) <= 1e-6 * Math.abs(first);
