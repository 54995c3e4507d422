import * as Plot from "@observablehq/plot";
import { capital } from "../drawing/capital.js";
import { decades } from "../drawing/decades.js";
import { digits } from "../drawing/digits.js";
import { figure, type Key } from "../drawing/figure.js";
import { type Point, smoothed, thinned } from "../drawing/thin.js";
import { axes, lastStep, lossScale, range, upright } from "./axes.js";
import { drawn } from "./drawn.js";
import { epochMarks, happeningKeys, happeningMarks } from "./happenings.js";
import { commonTask, lossAxis, lossTitle, metric } from "./numbers.js";
import type { Scores, Series } from "./series.js";
import { bestBy } from "./tables.js";

/** Colours that the page defines for light and dark; Okabe and Ito's, which colour-blind readers tell apart. */
const RUNS = 6;
const colorOf = (run: number): string => `var(--run${run % RUNS})`;
const [TRAINING, HELD_OUT, CLIPPED] = ["var(--run0)", "var(--run1)", "var(--run1)"];

/** Gradients of one size are drawn on a logarithmic axis; 0 has no place there. */
const positive = ({ value }: Point): boolean => value > 0;

/** The charts of one run, or of several in one picture each. */
export function charts(series: readonly Series[]): string[] {
  return [
    lossChart(series),
    normChart(series),
    lineChart(series, "Learning rate", "rate", ({ rate }) => rate),
    series.some(({ norm }) => norm.some(({ clipped }) => clipped)) &&
      lineChart(series, "Share of steps clipped so far", "% of steps", ({ share }) => share),
    ...metricsOf(series).map((name) => metricChart(series, name)),
  ].filter((chart) => typeof chart === "string");
}

/** One curve for each run, and the runs' names if there are several. */
const runKeys = (series: readonly Series[]): Key[] =>
  series.length > 1 ? series.map(({ name }, run) => ({ text: name, color: colorOf(run), mark: "line" })) : [];

function lossChart(series: readonly Series[]): string | false {
  if (series.every(({ loss, validations }) => loss.length === 0 && validations.length === 0)) return false;
  const [one] = series;
  const single = series.length === 1 && one !== undefined;
  const task = commonTask(series);
  const held = series.map(({ validations }) => scoresOf(validations, "lossPerToken"));
  const happenings = single ? one.happenings : [];
  const marks = series.flatMap(({ loss }, run) => {
    const color = single ? TRAINING : colorOf(run);
    return [
      Plot.lineY(thinned(loss), { x: "step", y: "value", stroke: color, strokeWidth: 1, strokeOpacity: 0.5 }),
      Plot.lineY(smoothed(loss), { x: "step", y: "value", stroke: color, strokeWidth: 2.5 }),
    ];
  });
  const heldMarks = held.flatMap((points, run) => {
    const color = single ? HELD_OUT : colorOf(run);
    return [
      Plot.lineY(points, {
        x: "step",
        y: "value",
        stroke: color,
        strokeWidth: 2,
        strokeDasharray: single ? "" : "6 4",
      }),
      Plot.dot(points, { x: "step", y: "value", fill: color, r: 4.5, title: titleOf("validation loss") }),
    ];
  });
  const shown = [...series.flatMap(({ loss }) => smoothed(loss)), ...held.flat()];
  const scale = lossScale(
    shown,
    series.flatMap(({ loss }) => loss),
  );
  const best = single ? bestBy(one.validations, "lossPerToken") : undefined;
  const ring = best ? [{ step: best.step, value: best.values.lossPerToken ?? 0 }] : [];
  const keys: Key[] = [
    ...runKeys(series),
    { text: "each step", color: single ? TRAINING : "currentColor", mark: "thin" },
    { text: "smoothed", color: single ? TRAINING : "currentColor", mark: "line" },
    ...(held.some(({ length }) => length > 0)
      ? [{ text: "validation", color: single ? HELD_OUT : "currentColor", mark: "dots" as const }]
      : []),
    ...(ring.length > 0 ? [{ text: "least validation loss", color: "currentColor", mark: "ring" as const }] : []),
    ...happeningKeys(happenings),
  ];
  const svg = drawn({
    ...axes({ wide: true, steps: lastStep(series) }),
    y: { ...scale, ...upright(lossAxis(task)) },
    marks: [
      ...epochMarks(series),
      ...marks,
      ...heldMarks,
      Plot.dot(ring, { x: "step", y: "value", stroke: "currentColor", strokeWidth: 2, r: 8 }),
      ...happeningMarks(happenings),
    ],
  });
  return figure(`${capital(lossTitle(task))}${scale.type === "log" ? ", logarithmic" : ""}`, keys, svg, true);
}

function normChart(series: readonly Series[]): string | false {
  if (series.every(({ norm }) => !norm.some(positive))) return false;
  const [one] = series;
  const single = series.length === 1 && one !== undefined;
  const marks = series.flatMap(({ norm }, run) => {
    const shown = norm.filter(positive);
    const color = single ? TRAINING : colorOf(run);
    return [
      Plot.lineY(thinned(shown), {
        x: "step",
        y: "value",
        stroke: color,
        strokeWidth: 1,
        strokeOpacity: single ? 0.9 : 0.5,
      }),
      ...(single ? [] : [Plot.lineY(smoothed(shown), { x: "step", y: "value", stroke: color, strokeWidth: 2.5 })]),
    ];
  });
  const clipped = single ? one.norm.filter((point) => point.clipped && point.value > 0) : [];
  const limits = series.flatMap(({ threshold }, run) =>
    threshold === undefined ? [] : [{ value: threshold, color: single ? "currentColor" : colorOf(run) }],
  );
  const thresholds = [...new Set(limits.map(({ value }) => value))];
  const [low, high] = range([...series.flatMap(({ norm }) => norm.filter(positive)), ...limits]);
  const keys: Key[] = [
    ...(single ? [{ text: "norm before clipping", color: TRAINING, mark: "line" as const }] : runKeys(series)),
    ...(thresholds.length > 0
      ? [{ text: `threshold ${thresholds.map(digits).join(", ")}`, color: "currentColor", mark: "dashes" as const }]
      : []),
    ...(clipped.length > 0
      ? [
          {
            text: `clipped (${digits(clipped.length)} of ${digits(one?.norm.length ?? 0)})`,
            color: CLIPPED,
            mark: "dot" as const,
          },
        ]
      : []),
  ];
  const svg = drawn({
    ...axes({ steps: lastStep(series) }),
    y: { type: "log", domain: [low / 1.1, high * 1.1], ticks: decades(low / 1.1, high * 1.1), ...upright("norm") },
    marks: [
      ...marks,
      Plot.ruleY(limits, { y: "value", stroke: "color", strokeWidth: 2, strokeDasharray: "6 4" }),
      Plot.dot(thinned(clipped), { x: "step", y: "value", fill: CLIPPED, r: 2.5 }),
    ],
  });
  return figure("Gradient norm before clipping", keys, svg);
}

/** Any one number of the steps as a line. */
function lineChart(series: readonly Series[], title: string, unit: string, of: (run: Series) => readonly Point[]) {
  if (series.every((run) => of(run).length === 0)) return false;
  const drops = series.length === 1 && title === "Learning rate" ? (series[0]?.happenings ?? []) : [];
  const happenings = drops.filter(({ kind }) => kind === "rate drop");
  const svg = drawn({
    ...axes({ steps: lastStep(series) }),
    y: { zero: true, nice: true, ticks: 5, ...upright(unit) },
    marks: [
      Plot.ruleY([0], { stroke: "currentColor", strokeOpacity: 0.6 }),
      ...series.map((run, index) =>
        Plot.lineY(thinned(of(run)), { x: "step", y: "value", stroke: colorOf(index), strokeWidth: 2.5 }),
      ),
      ...happeningMarks(happenings),
    ],
  });
  return figure(title, [...runKeys(series), ...happeningKeys(happenings)], svg);
}

/** Metrics of the validations but losses, which have a chart, and counts, which say nothing of the training. */
function metricsOf(series: readonly Series[]): string[] {
  const validations = series.flatMap((run) => run.validations);
  const names = [...new Set(validations.flatMap(({ values }) => Object.keys(values)))];
  const isCount = (name: string) =>
    validations.every(({ values }) => Number.isInteger(values[name] ?? 0)) &&
    validations.some(({ values }) => (values[name] ?? 0) > 1);
  const usual = ["f1", "accuracy", "precision", "recall"];
  return [...usual.filter((name) => names.includes(name)), ...names.filter((name) => !usual.includes(name))].filter(
    (name) => !name.startsWith("loss") && !isCount(name),
  );
}

function metricChart(series: readonly Series[], name: string): string {
  const { title, unit, factor, show } = metric(name, commonTask(series));
  const curves = series.map(({ validations }) =>
    scoresOf(validations, name).map((point) => ({ ...point, value: factor * point.value })),
  );
  const best = series.flatMap(({ validations }) => bestBy(validations, name) ?? []);
  const rings = best.map(({ step, values }) => ({ step, value: factor * (values[name] ?? 0) }));
  const [only] = series.length === 1 ? best : [];
  const keys: Key[] = [
    ...runKeys(series),
    ...(only
      ? [
          {
            text: `best: ${show(only.values[name] ?? 0)} in epoch ${only.epoch}`,
            color: "currentColor",
            mark: "ring" as const,
          },
        ]
      : [{ text: "best", color: "currentColor", mark: "ring" as const }]),
  ];
  const svg = drawn({
    ...axes({ steps: lastStep(series) }),
    y: { nice: true, ticks: 5, ...upright(unit || title) },
    marks: [
      ...curves.flatMap((points, run) => [
        Plot.lineY(points, { x: "step", y: "value", stroke: colorOf(run), strokeWidth: 2.5 }),
        Plot.dot(points, { x: "step", y: "value", fill: colorOf(run), r: 4.5, title: titleOf(title) }),
      ]),
      Plot.dot(rings, { x: "step", y: "value", stroke: "currentColor", strokeWidth: 2, r: 8 }),
    ],
  });
  return figure(`Validation: ${title}`, keys, svg);
}

type EpochPoint = Point & { readonly epoch: number };

const scoresOf = (validations: readonly Scores[], name: string): EpochPoint[] =>
  validations.flatMap(({ step, epoch, values }) => {
    const value = values[name];
    return value === undefined ? [] : [{ step, epoch, value }];
  });

const titleOf = (what: string) => (point: EpochPoint) => `epoch ${point.epoch}: ${what} ${digits(point.value)}`;
