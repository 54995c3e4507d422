import { readFileSync } from "node:fs";
import type { Report } from "./report.js";
import { type Row, type Section, show, tableOf } from "./section.js";

/** Smaller changes are within what two runs of the same code differ by. */
const NOTEWORTHY = 5;
/** Parts of a step below this share of it are all noise. */
const SMALLEST_PART = 2;

/** Holds a run against an earlier one. Times are compared as what the peak loop does meanwhile, so a slower hour does not count. */
export function compare(now: Report, file: string): Section {
  const then: Report = JSON.parse(readFileSync(file, "utf8"));
  const earlier = new Map(
    then.sections.flatMap(({ name, rows }) => rows.map((row) => [`${name}: ${row.name}`, row] as const)),
  );
  const pairs = now.sections.flatMap(({ name, rows }) =>
    rows.flatMap((row) => {
      const before = earlier.get(`${name}: ${row.name}`);
      const change = before && changeOf(name, before, row);
      return change ? [change] : [];
    }),
  );
  const changed = pairs.filter(({ values }) => isNoteworthy(Number(values.change), Number(values.shortest)));
  return {
    name: "compare",
    title: `Against ${file}: ${then.date.slice(0, 16)}, ${then.machine}, Node ${then.node}${then.quick ? ", quick" : ""}`,
    rows: pairs,
    table: tableOf(
      [
        ["then", "before"],
        ["now", "now"],
        ["unit", "unit"],
        ["P then", "peakThen", 1],
        ["P now", "peakNow", 1],
        ["median %", "change", 1],
        ["min %", "shortest", 1],
      ],
      changed,
    ),
    notes: [
      `${pairs.length} results in both runs; shown are the ${changed.length} where both the median at equal P and the shortest time ` +
        `differ by ${NOTEWORTHY} % or more, the same way. Above 0 is slower or larger.`,
      ...(then.machine === now.machine && then.node === now.node ? [] : ["Not the same machine or version of Node."]),
    ],
  };
}

/** Undefined where there is nothing to compare. */
function changeOf(section: string, { values: then }: Row, { name, values: now }: Row): Row | undefined {
  const isSmall = ({ share }: Row["values"]) => section === "parts" && Number(share) < SMALLEST_PART;
  if (isSmall(then) && isSmall(now)) return undefined;
  const change = (key: string) => 100 * (Number(now[key]) / Number(then[key]) - 1);
  const values =
    now.gzip === undefined
      ? { before: show(then.median), now: show(now.median), unit: "ms", change: change("peakWork") }
      : { before: show(then.gzip, 0), now: show(now.gzip, 0), unit: "bytes", change: change("gzip") };
  if (!Number.isFinite(values.change)) return undefined;
  const shortest = now.min === undefined ? values.change : change("min");
  const peaks = { peakThen: then.peak ?? "", peakNow: now.peak ?? "" };
  return { name: `${section}: ${name}`, values: { ...values, ...peaks, shortest } };
}

/** Other programs lengthen a median, and a median of few samples at random; the shortest time then stays what it was. */
const isNoteworthy = (change: number, shortest: number): boolean =>
  Math.sign(change) === Math.sign(shortest) && Math.min(Math.abs(change), Math.abs(shortest)) >= NOTEWORTHY;
