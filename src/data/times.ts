import { rangeError, show } from "../check.js";

/** Whether the cells of a first column say when: texts, or numbers that begin to go up by equal steps, or go down by such to the end. */
export function looksLikeTimes(cells: readonly string[]): boolean {
  const [first = "", second = "", third = second] = cells;
  if (first !== "" && Number.isNaN(Number(first))) return true;
  const step = Number(second) - Number(first);
  if (cells.length < 3 || second === "" || !near(Number(third) - Number(second), step)) return false;
  return step > 0 || (step < 0 && cells.every((cell, i) => i === 0 || near(Number(cell) - Number(cells[i - 1]), step)));
}

/**
 * Refuses times that leave one out or go back. Of numbers and months (2024-05) none may be missing; of days (2024-05-01) some may have no row; other texts are
 * taken as they are.
 *
 * @param where names the place of a row
 * @throws RangeError BPTT_DATA
 */
export function checkTimes(times: readonly string[], where: (row: number) => string): void {
  const numbers = times.map(orderOf);
  if (numbers.some(Number.isNaN)) {
    const back = times.findIndex((time, row) => row > 0 && isDay(time) && time < (times[row - 1] ?? ""));
    if (back < 0 || !times.every(isDay)) return;
    throw rangeError(
      "BPTT_DATA",
      `${where(back)}: expected times that go up, the earliest first, got ${show(times[back])} after ${show(times[back - 1])}; sort the rows, or set time to false (--no-time)`,
    );
  }
  const step = (numbers[1] ?? 0) - (numbers[0] ?? 0);
  for (let row = 1; row < numbers.length; ++row) {
    if (step > 0 && near((numbers[row] ?? 0) - (numbers[row - 1] ?? 0), step)) continue;
    throw rangeError(
      "BPTT_DATA",
      `${where(row)}: expected times that go up by equal steps, the earliest first, got ${show(times[row])} after ${show(times[row - 1])}; give the ${isMonth(times[row] ?? "") ? "months" : "rows"} that are missing, or set time to false (--no-time)`,
    );
  }
}

/** A number as it is, a month counted from the year 0; NaN for another text. */
function orderOf(time: string): number {
  if (isMonth(time)) return 12 * Number(time.slice(0, 4)) + Number(time.slice(5));
  return time === "" ? Number.NaN : Number(time);
}

/** A day in ISO 8601, with what may stand behind it. */
const isDay = (time: string): boolean => /^\d{4}-\d{2}-\d{2}/.test(time);

const isMonth = (time: string): boolean => /^\d{4}-\d{2}$/.test(time);

/** Steps of 0.1 are not quite equal. */
const near = (step: number, first: number): boolean => Math.abs(step - first) <= 1e-6 * Math.abs(first);

/** The next times behind these, if they are numbers or months; else undefined. */
export function timesAfter(times: readonly string[], count: number): string[] | undefined {
  const [before = "", last = ""] = times.slice(-2);
  const step = orderOf(last) - orderOf(before);
  if (times.length < 2 || !(step > 0)) return undefined;
  return Array.from({ length: count }, (_, i) => {
    const next = orderOf(last) + (i + 1) * step;
    if (!isMonth(last)) return String(Number(next.toPrecision(12)));
    const month = next - 1;
    return `${String(Math.floor(month / 12)).padStart(4, "0")}-${String((month % 12) + 1).padStart(2, "0")}`;
  });
}
