import * as Plot from "@observablehq/plot";
import type { Key } from "../drawing/figure.js";
import { thinned } from "../drawing/thin.js";
import type { LossCurve } from "../lab/index.js";
import { across, apart, hall, logarithmic, upright } from "./axes.js";
import { ended, isFinitePoint, type NamedCurve, short, thresholdOf } from "./curves-story.js";
import { tensAround } from "./figures.js";
import { keyOf, type Look, lookOf } from "./looks.js";
import { type Panel, type Picture, panel } from "./picture.js";

export interface CurvesPictureOptions {
  /** The name of its file. Default "curves". */
  readonly name?: string;
  readonly title: string;
  /** What one sees. */
  readonly caption: string;
  /** First and last step that are shown. Default: all. */
  readonly steps?: readonly [first: number, last: number];
}

/** What is shown at least of a number that falls. */
const FLOOR = 1e-12;
const HEIGHT = { loss: 480, norm: 380 };
/** Of the texts of events, above a panel. */
const LINE = 28;

/** The same in all pictures, whatever they are compared with. */
const KNOWN: Readonly<Record<string, Look>> = {
  unclipped: lookOf(1),
  "flying-off": lookOf(1),
  clipped: { color: "var(--run2)", dash: "", symbol: "circle" },
};

const lookFor = ({ name }: NamedCurve, i: number): Look => KNOWN[name] ?? lookOf(i);

/** The loss of trainings for each token, and below it the norm of their gradients, step by step, with what happened on the way. */
export function curvesPicture(curves: readonly NamedCurve[], options: CurvesPictureOptions): Picture {
  const { name = "curves", title, caption, steps = [1, Math.max(2, ...curves.map(lastStep))] } = options;
  const thresholds = [...new Set(curves.flatMap((one) => thresholdOf(one)?.level ?? []))];
  const events = curves.flatMap(({ curve }) => curve.events).filter((event) => event.to >= steps[0]);
  const has = (kind: (typeof events)[number]["kind"]) =>
    events.some((event) => event.kind === kind && event.from <= steps[1]);
  const quiet = "currentColor";
  const keys: Key[] = [
    ...curves.map((one, i) => keyOf(one.name, lookFor(one, i))),
    ...(thresholds.length > 0 ? [{ text: "threshold", color: quiet, mark: "dashes" as const }] : []),
    ...(has("clipped") ? [{ text: "bars below: clipped steps", color: quiet, mark: "line" as const }] : []),
    ...(has("skipped") ? [{ text: "skipped", color: quiet, mark: "ring" as const }] : []),
    ...(has("non-finite") ? [{ text: "not finite: the end", color: quiet, mark: "cross" as const }] : []),
  ];
  return { name, title, caption, keys, panels: [lossPanel(curves, steps), normPanel(curves, steps, thresholds)] };
}

type Steps = readonly [first: number, last: number];

/** The step that did not come to its end counts too. */
const lastStep = ({ curve }: NamedCurve): number => ended(curve) ?? curve.points.at(-1)?.step ?? 1;

function lossPanel(curves: readonly NamedCurve[], steps: Steps): Panel {
  const all = curves.map(({ curve }) => shown(curve, ({ lossPerToken }) => lossPerToken, steps));
  const range = rangeOf(all);
  const scale = logarithmic(range);
  const notes = notesOf(curves, steps);
  return panel(
    {
      ...hall({ height: HEIGHT.loss + LINE * notes.length, right: 130 }),
      marginTop: 40 + LINE * notes.length,
      x: across("step", { domain: [...steps] }),
      y: upright("loss for each token", { ...scale, labelOffset: 90 }),
      marks: [
        Plot.ruleX(notes, { x: "step", stroke: "currentColor", strokeWidth: 2, strokeDasharray: "3 6" }),
        ...all.map((points, i) => line(points, lookFor(curves[i] as NamedCurve, i))),
        ...curves.flatMap(({ curve }, i) => endMarks(curve, all[i] ?? [], range[1], steps)),
        names(curves, all, scale, steps),
        ...notes.map(({ step, text }, k) =>
          Plot.text([{ step }], {
            x: "step",
            frameAnchor: "top",
            dy: -LINE * (notes.length - k) + 4,
            text: () => text,
            // beside the cross that may stand on the upper edge
            dx: step > (steps[0] + steps[1]) / 2 ? -18 : 18,
            textAnchor: step > (steps[0] + steps[1]) / 2 ? "end" : "start",
            fill: "currentColor",
          }),
        ),
      ],
    },
    "The loss",
  );
}

function normPanel(curves: readonly NamedCurve[], steps: Steps, thresholds: readonly number[]): Panel {
  const all = curves.map(({ curve }) => shown(curve, ({ gradNorm }) => gradNorm, steps));
  const barred = curves.filter(({ curve }) => curve.events.some(({ kind }) => kind === "clipped"));
  const [low, high] = rangeOf([...all, thresholds.map((value) => ({ step: 0, value }))]);
  return panel(
    {
      ...hall({ height: HEIGHT.norm + 14 * barred.length, right: 130 }),
      marginBottom: 72 + 14 * barred.length,
      x: across("step", {
        domain: [...steps],
        labelOffset: 56 + 14 * barred.length,
        tickPadding: 6 + 14 * barred.length,
      }),
      y: upright("norm of the gradient", { ...logarithmic([low, high]), labelOffset: 90 }),
      marks: [
        Plot.ruleY(thresholds, { stroke: "currentColor", strokeWidth: 2.5, strokeDasharray: "12 8" }),
        ...all.map((points, i) => line(points, lookFor(curves[i] as NamedCurve, i))),
        Plot.text(thresholds, {
          x: steps[1],
          y: (value: number) => value,
          text: (value: number) => `limit ${value}`,
          textAnchor: "start",
          dx: 12,
          fontWeight: "bold",
          fill: "currentColor",
        }),
        ...barred.map((one, k) => clippedBars(one.curve, lookFor(one, curves.indexOf(one)), { steps, low, row: k })),
      ],
    },
    "Its gradient, before clipping",
  );
}

interface At {
  readonly step: number;
  readonly value: number;
}

function shown(curve: LossCurve, of: (point: LossCurve["points"][number]) => number, [first, last]: Steps): At[] {
  return curve.points
    .filter((point) => isFinitePoint(point) && point.step >= first && point.step <= last)
    .map((point) => ({ step: point.step, value: of(point) }))
    .filter(({ value }) => Number.isFinite(value) && value >= FLOOR);
}

function rangeOf(all: readonly (readonly At[])[]): [number, number] {
  const values = all.flat().map(({ value }) => value);
  if (values.length === 0) return [0.1, 1];
  const [low, high] = tensAround(Math.min(...values), Math.max(...values));
  return low === high ? [low / 10, high] : [low, high];
}

const line = (points: readonly At[], { color, dash }: Look): Plot.Markish =>
  Plot.lineY(thinned(points), {
    x: "step",
    y: "value",
    stroke: color,
    strokeWidth: 3.5,
    strokeDasharray: dash,
    strokeLinejoin: "round",
    clip: true,
  });

/** Steps that were skipped stand on the upper edge; where a curve ends since a value is not finite, it goes up there. */
function endMarks(curve: LossCurve, points: readonly At[], top: number, [first, last]: Steps): Plot.Markish[] {
  const skipped = curve.events
    .filter(({ kind }) => kind === "skipped")
    .flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, k) => ({ step: from + k, value: top })))
    .filter(({ step }) => step >= first && step <= last);
  const end = ended(curve);
  const before = points.at(-1);
  const isShown = end !== undefined && end >= first && end <= last;
  const at = { step: end ?? 0, value: top };
  return [
    Plot.dot(skipped, { x: "step", y: "value", r: 8, stroke: "currentColor", strokeWidth: 3 }),
    ...(isShown
      ? [
          ...(before
            ? [
                Plot.line([before, at], {
                  x: "step",
                  y: "value",
                  stroke: "currentColor",
                  strokeWidth: 2,
                  strokeDasharray: "2 5",
                }),
              ]
            : []),
          Plot.dot([at], { x: "step", y: "value", symbol: "times", r: 11, stroke: "currentColor", strokeWidth: 4 }),
        ]
      : []),
  ];
}

/** Names beside the ends of the curves that reach the right edge; those that end before have theirs at their end. */
function names(curves: readonly NamedCurve[], all: readonly (readonly At[])[], scale: Plot.ScaleOptions, steps: Steps) {
  const reaching = curves
    .map((one, i) => ({ one, i, end: all[i]?.at(-1) }))
    .filter(({ end }) => end !== undefined && end.step >= steps[1] - 0.02 * (steps[1] - steps[0]));
  const heights = apart(
    reaching.map(({ end }) => end?.value ?? 1),
    scale,
    HEIGHT.loss,
  );
  return Plot.text(
    reaching.map(({ one, i }, k) => ({ text: one.name, y: heights[k] ?? 1, color: lookFor(one, i).color })),
    { x: steps[1], y: "y", text: "text", fill: "color", textAnchor: "start", dx: 12, fontWeight: "bold" },
  );
}

/** Below the axis, so that hundreds of steps stay one bar. */
function clippedBars(
  { events }: LossCurve,
  { color }: Look,
  { steps: [first, last], low, row }: { readonly steps: Steps; readonly low: number; readonly row: number },
): Plot.Markish {
  const bars = events
    .filter(({ kind, from, to }) => kind === "clipped" && to >= first && from <= last)
    .map(({ from, to }) => ({ from: Math.max(first, from - 0.5), to: Math.min(last, to + 0.5) }));
  return Plot.ruleY(bars, { x1: "from", x2: "to", y: low, dy: 12 + 14 * row, stroke: color, strokeWidth: 10 });
}

/** Rates that change, and where training stopped, each once; no more than fit above a panel. */
function notesOf(
  curves: readonly NamedCurve[],
  [first, last]: Steps,
): { readonly step: number; readonly text: string }[] {
  const all = curves.flatMap(({ name, curve }) =>
    curve.events
      .filter(({ kind, from }) => (kind === "rate" || kind === "non-finite") && from >= first && from <= last)
      .map(({ kind, from, to, place }) => ({
        step: from,
        text:
          kind === "rate"
            ? `${from === to ? `step ${from}` : `steps ${from} to ${to}`}: rate ${rate(curve, from - 1)} to ${rate(curve, to)}`
            : `step ${from}: the ${place?.quantity ?? "loss"} of ${name} is not finite`,
      })),
  );
  return all.filter(({ text }, k) => all.findIndex((other) => other.text === text) === k).slice(0, 5);
}

const rate = ({ points }: LossCurve, at: number): string =>
  short(points.find(({ step }) => step === at)?.learningRate ?? Number.NaN);
