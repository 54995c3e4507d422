import * as Plot from "@observablehq/plot";
import type { Key } from "../drawing/figure.js";
import type { ExperimentRun, ExperimentSummary } from "../lab/index.js";
import { across, hall, logarithmic } from "./axes.js";
import { figureOf, tensAround } from "./figures.js";
import { type Look, lookOf } from "./looks.js";
import { type Panel, type Picture, panel } from "./picture.js";
import { rowsOf, type TaskRow, tasksStory } from "./tasks-rows.js";

export interface TasksPictureOptions {
  /** What is asked, in a line. */
  readonly about: string;
  /** Whether the error is a share of wrong answers or a mean loss. */
  readonly judge: "loss" | "wrong";
  /** A run has succeeded with an error below it, by length. */
  readonly success: (seqLen: number) => number;
  /** The error of who remembers nothing, by length. */
  readonly baseline: (seqLen: number) => number;
  /** Steps that a run had at most. */
  readonly steps: number;
  /** Runs that there were to be; more than there are make a partial result. */
  readonly planned: number;
}

/** An experiment's runs by what was compared: the share that succeeded, after how many steps, with which error, and all of it in a table. */
export function tasksPictures(
  runs: readonly ExperimentRun[],
  summary: readonly ExperimentSummary[],
  options: TasksPictureOptions,
): Picture[] {
  const rows = rowsOf(runs, summary);
  const partial = partialOf(runs, options.planned);
  const looks = looksOf(rows);
  return [
    {
      name: "tasks-success",
      title: `How often it is learned${partial.title}`,
      caption: `${options.about} Each dot is one run, from another seed: the bar is the share of them that succeeded. ${tasksStory(rows)}${partial.caption}`,
      keys: keysOf(runs),
      panels: [successPanel(rows, looks)],
    },
    {
      name: "tasks-steps",
      title: `How long it takes, and how well it is learned${partial.title}`,
      caption:
        `The first panel: after how many steps a check first saw success; long strokes are medians, and runs without success stand behind the dotted line, the last step. The second: the error on new sequences; ` +
        `left of the thick stroke it is success, the thin one is the error of who remembers nothing.${zeros(runs)}${partial.caption}`,
      keys: keysOf(runs),
      panels: [stepsPanel(rows, looks, options.steps), errorPanel(rows, looks, options)],
    },
    tableOf(rows, options.judge, partial),
  ];
}

/** What a result says of itself that lacks runs. */
interface Partial {
  readonly title: string;
  readonly caption: string;
}

function partialOf(runs: readonly ExperimentRun[], planned: number): Partial {
  const judged = runs.filter(({ ended }) => ended !== "error" && ended !== "aborted").length;
  if (judged >= planned) return { title: "", caption: "" };
  const failed = runs.filter(({ ended }) => ended === "error").length;
  const reasons = [...new Set(runs.flatMap(({ ended, message }) => (ended === "error" && message ? [message] : [])))];
  return {
    title: ` (partial: ${judged} of ${planned} runs)`,
    caption:
      ` This is a partial result: ${judged} of ${planned} runs have a verdict` +
      `${failed > 0 ? `, ${failed} stopped with an error (${reasons.join("; ")})` : ""}` +
      `${judged + failed < planned ? `, ${planned - judged - failed} were not made or not finished` : ""}.`,
  };
}

type Kind = "succeeded" | "failed" | "flew off" | "no verdict";

const kindOf = ({ ended, succeeded }: ExperimentRun): Kind =>
  ended === "error" || ended === "aborted"
    ? "no verdict"
    : succeeded
      ? "succeeded"
      : ended === "non-finite"
        ? "flew off"
        : "failed";

const KINDS: readonly Kind[] = ["succeeded", "failed", "flew off", "no verdict"];
const MARKS: Readonly<Record<Kind, Key["mark"]>> = {
  succeeded: "dot",
  failed: "ring",
  "flew off": "cross",
  "no verdict": "star",
};

const keysOf = (runs: readonly ExperimentRun[]): Key[] =>
  KINDS.filter((kind) => runs.some((run) => kindOf(run) === kind)).map((text) => ({
    text,
    color: "currentColor",
    mark: MARKS[text],
  }));

/** By cell where several are compared, otherwise by what else was. */
function looksOf(rows: readonly TaskRow[]): Looks {
  const cells = [...new Set(rows.map(({ summary }) => summary.cell))];
  const others = [...new Set(rows.map(({ variant }) => variant))];
  return new Map(
    rows.map((row) => [row, lookOf(cells.length > 1 ? cells.indexOf(row.summary.cell) : others.indexOf(row.variant))]),
  );
}

/** Of a row. */
const ROW = 56;

/** Rows have numbers from above, so that dots of one row may stand above each other. */
const frame = (rows: readonly TaskRow[], x: Plot.ScaleOptions, marks: Plot.Markish[], title?: string): Panel =>
  panel(
    {
      ...hall({ height: 110 + ROW * rows.length, right: 110 }),
      marginLeft: Math.max(104, 40 + 11 * Math.max(...rows.map(({ name }) => name.length))),
      marginTop: 16,
      marginBottom: 84,
      x: { ...x, grid: true, labelOffset: 62 },
      y: {
        domain: [rows.length - 0.5, -0.5],
        ticks: rows.map((_, k) => k),
        tickFormat: (k: number) => rows[k]?.name ?? "",
        label: null,
        tickSize: 0,
        tickPadding: 20,
      },
      marks,
    },
    title,
  );

interface Dot {
  readonly x: number;
  readonly y: number;
  readonly kind: Kind;
  readonly look: Look;
}

/** Told apart by their shape, whatever their colour. */
function dots(all: readonly Dot[]): Plot.Markish[] {
  const of = (kind: Kind) => all.filter((dot) => dot.kind === kind);
  const place = { x: "x", y: "y", r: 8 } as const;
  const color = ({ look }: Dot) => look.color;
  const open = { ...place, symbol: "asterisk", stroke: "currentColor", strokeWidth: 2, strokeOpacity: 0.7 } as const;
  return [
    Plot.dot(of("succeeded"), { ...place, r: 9, fill: color, stroke: "var(--panel)", strokeWidth: 2 }),
    Plot.dot(of("failed"), { ...place, stroke: color, strokeWidth: 3 }),
    Plot.dot(of("flew off"), { ...place, symbol: "times", stroke: color, strokeWidth: 3.5 }),
    Plot.dot(of("no verdict"), open),
  ];
}

type Looks = ReadonlyMap<TaskRow, Look>;

const lookFor = (looks: Looks, row: TaskRow): Look => looks.get(row) ?? lookOf(0);

/** A dot for each run of each row that has a place, run below run. */
const placed = (rows: readonly TaskRow[], looks: Looks, x: (run: ExperimentRun) => number | undefined): Dot[] =>
  rows.flatMap((row, y) =>
    row.runs.flatMap((run, k): Dot[] => {
      const at = x(run);
      const shift = ((k + 0.5) / row.runs.length - 0.5) * 0.7;
      return at === undefined ? [] : [{ x: at, y: y + shift, kind: kindOf(run), look: lookFor(looks, row) }];
    }),
  );

/** Strokes across the rows. */
const strokes = (
  rows: readonly TaskRow[],
  x: (row: TaskRow) => number | undefined,
  strokeWidth: number,
): Plot.Markish =>
  Plot.ruleX(
    rows.flatMap((row, y) => {
      const at = x(row);
      return at === undefined ? [] : [{ x: at, y1: y - 0.45, y2: y + 0.45 }];
    }),
    { x: "x", y1: "y1", y2: "y2", stroke: "currentColor", strokeWidth },
  );

function successPanel(rows: readonly TaskRow[], looks: Looks): Panel {
  const all = rows.flatMap((row, y) => {
    const sorted = row.runs.toSorted((one, other) => KINDS.indexOf(kindOf(one)) - KINDS.indexOf(kindOf(other)));
    return sorted.map(
      (run, k): Dot => ({ x: (100 * (k + 0.5)) / sorted.length, y, kind: kindOf(run), look: lookFor(looks, row) }),
    );
  });
  const shares = rows.map((row, y) => ({
    y,
    y1: y - 0.35,
    y2: y + 0.35,
    // of the runs with a dot, so that the bar ends between two
    share: (100 * row.summary.succeeded) / Math.max(1, row.runs.length),
    color: lookFor(looks, row).color,
    text: `${row.summary.succeeded} of ${row.summary.runs}`,
  }));
  const text = { y: "y", x: 100, text: "text", textAnchor: "start", dx: 14, fontWeight: "bold" } as const;
  return frame(rows, across("runs that succeeded, in percent", { domain: [0, 100], ticks: [0, 25, 50, 75, 100] }), [
    Plot.rect(shares, { y1: "y1", y2: "y2", x1: 0, x2: "share", fill: "color", fillOpacity: 0.3 }),
    ...dots(all),
    Plot.text(shares, { ...text, fill: "currentColor" }),
  ]);
}

/** Whoever did not succeed stands behind the last step. */
function stepsPanel(rows: readonly TaskRow[], looks: Looks, steps: number): Panel {
  const found = rows.flatMap(({ runs }) => runs.flatMap(({ stepsToSuccess }) => stepsToSuccess ?? []));
  const [low] = tensAround(Math.min(steps / 2, ...found), steps);
  const edge = 1.5 * steps;
  const all = placed(rows, looks, (run) => {
    if (run.succeeded) return run.stepsToSuccess ?? run.steps;
    return kindOf(run) === "no verdict" ? undefined : edge;
  });
  return frame(
    rows,
    across("steps", logarithmic([low, edge])),
    [
      Plot.ruleX([steps], { stroke: "currentColor", strokeWidth: 2, strokeDasharray: "3 6" }),
      strokes(rows, ({ summary }) => summary.medianSteps, 3),
      ...dots(all),
    ],
    "Steps to success",
  );
}

function errorPanel(rows: readonly TaskRow[], looks: Looks, options: TasksPictureOptions): Panel {
  const { judge, success, baseline } = options;
  const factor = judge === "wrong" ? 100 : 1;
  const goal = ({ summary: { seqLen } }: TaskRow) => factor * success(seqLen);
  const blind = ({ summary: { seqLen } }: TaskRow) => factor * baseline(seqLen);
  const errors = rows.flatMap(({ runs }) => runs.map(({ error }) => factor * error));
  const seen = [...errors, ...rows.map(goal), ...rows.map(blind)].filter(
    (value) => value > 0 && Number.isFinite(value),
  );
  const [low, high] = tensAround(Math.min(...seen), Math.max(...seen));
  const all = placed(rows, looks, ({ error, ...run }) => {
    if (kindOf({ error, ...run }) === "no verdict") return undefined;
    // who makes no mistake has a place too, and so has an error that is not finite
    return Number.isNaN(error) ? high : Math.min(high, Math.max(low, factor * error));
  });
  const label = judge === "wrong" ? "wrong answers, in percent" : "mean loss on new sequences";
  return frame(
    rows,
    across(label, logarithmic([low, high])),
    [strokes(rows, goal, 5), strokes(rows, blind, 1.5), ...dots(all)],
    "Error",
  );
}

function zeros(runs: readonly ExperimentRun[]): string {
  const count = runs.filter(({ error }) => error === 0).length;
  if (count === 0) return "";
  return ` ${count} ${count === 1 ? "run made no mistake and stands" : "runs made no mistake and stand"} at the left edge.`;
}

function tableOf(rows: readonly TaskRow[], judge: TasksPictureOptions["judge"], partial: Partial): Picture {
  const some = (of: (summary: ExperimentSummary) => number) => rows.some(({ summary }) => of(summary) > 0);
  const [flew, open] = [some(({ nonFinite }) => nonFinite), some(({ incomplete }) => incomplete)];
  const percent = judge === "wrong";
  const errorOf = ({ medianError }: ExperimentSummary): string => {
    if (Number.isNaN(medianError)) return "-";
    return figureOf(Number((percent ? 100 * medianError : medianError).toPrecision(3)));
  };
  return {
    name: "tasks-table",
    title: `The same in figures${partial.title}`,
    caption: `Runs that succeeded, of those with a verdict, and medians: of the steps to success, and of ${percent ? "wrong answers in percent" : "the error"} on new sequences.${partial.caption}`,
    keys: [],
    panels: [],
    table: {
      head: [
        "",
        "succeeded",
        "steps",
        percent ? "wrong" : "error",
        ...(flew ? ["flew off"] : []),
        ...(open ? ["no verdict"] : []),
      ],
      rows: rows.map(({ name, summary }) => [
        name,
        `${summary.succeeded} of ${summary.runs}`,
        summary.medianSteps === undefined ? "-" : figureOf(summary.medianSteps),
        errorOf(summary),
        ...(flew ? [String(summary.nonFinite)] : []),
        ...(open ? [String(summary.incomplete)] : []),
      ]),
    },
  };
}
