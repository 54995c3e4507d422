import * as Plot from "@observablehq/plot";
import { across, hall, logarithmic, upright, WIDTH } from "./axes.js";
import { tensAround } from "./figures.js";
import { keyOf, type Look, lookOf } from "./looks.js";
import { type Picture, panel } from "./picture.js";
import { short, type Way, wayKeys, wayLook } from "./ways.js";

/** What is shown at least of a number that falls. */
const FLOOR = 1e-26;
/** A gradient that nothing comes back by. */
const GONE = 1e-12;

/** The length of the gradient at each step of some ways, with the threshold, the steps that were clipped, and what happened. */
export function normPicture(ways: readonly Way[]): Picture {
  const steps = lastStep(ways);
  const thresholds = [...new Set(ways.flatMap(({ options }) => thresholdOf(options.clip) ?? []))];
  const largest = ways.map(({ name, descent }) => {
    const at = descent.norm.reduce((best, value, k) => (value > (descent.norm[best] ?? 0) ? k : best), 0);
    return `${name}, the largest is ${short(descent.norm[at] ?? 0)} at step ${at}`;
  });
  const marks = ways.flatMap(clippedMarks);
  return {
    name: "descent-norm",
    title: "The gradient at each step",
    caption:
      `Norm of the gradient before clipping, on a logarithmic axis. Of the way ${largest.join("; of the way ")}.` +
      `${thresholds.length > 0 ? ` The dashed line is the threshold, ${thresholds.join(", ")}; rings are steps whose gradient was cut to it.` : ""}` +
      `${gone(ways)}`,
    keys: [
      ...wayKeys(ways),
      ...(thresholds.length > 0 ? [{ text: "threshold", color: "currentColor", mark: "dashes" as const }] : []),
      ...(marks.length > 0 ? [{ text: "gradient cut", color: "currentColor", mark: "ring" as const }] : []),
    ],
    panels: [
      byStep(ways, ({ norm }) => norm, "norm of the gradient", steps, [
        Plot.ruleY(thresholds, { stroke: "currentColor", strokeWidth: 2.5, strokeDasharray: "12 8" }),
        ...marks,
      ]),
    ],
  };
}

/** The error at each step of some ways. */
export function errorPicture(ways: readonly Way[]): Picture {
  const ends = ways.map(({ name, descent }) => `${name}: ${short(descent.error.at(-1) ?? 0)}`);
  return {
    name: "descent-error",
    title: "The error at each step",
    caption: `The error E on a logarithmic axis. After the last step it is, ${ends.join("; ")}.`,
    keys: wayKeys(ways),
    panels: [byStep(ways, ({ error }) => error, "error E", lastStep(ways), [])],
  };
}

const lastStep = (ways: readonly Way[]): number => Math.max(1, ...ways.map(({ descent }) => descent.w.length - 1));

function thresholdOf(clip: Way["options"]["clip"]): number | undefined {
  if (!clip) return undefined;
  return "norm" in clip ? clip.norm : clip.value;
}

/** Why a curve may end before the picture does. */
function gone(ways: readonly Way[]): string {
  const ended = ways.filter(({ descent: { norm } }) => norm.some((value) => value < GONE));
  if (ended.length === 0) return "";
  const names = ended.map(
    ({ name, descent: { norm } }) => `${name} from step ${norm.findIndex((value) => value < GONE)}`,
  );
  return ` Where a curve has gone, hardly any gradient is left to come back by: ${names.join("; ")}.`;
}

interface Step {
  readonly step: number;
  readonly value: number;
}

function byStep(
  ways: readonly Way[],
  of: (descent: Way["descent"]) => Float64Array,
  label: string,
  steps: number,
  more: Plot.Markish[],
) {
  const all = ways.map(({ descent }) =>
    Array.from(of(descent), (value, step): Step => ({ step, value })).filter(
      ({ value }) => value >= FLOOR && Number.isFinite(value),
    ),
  );
  const values = all.flat().map(({ value }) => value);
  const range = values.length > 0 ? ([Math.min(...values), Math.max(...values)] as const) : ([0.1, 1] as const);
  const events = eventsOf(ways);
  return panel({
    ...hall({ height: 520 }),
    marginTop: 50 + 26 * events.length,
    x: across("step", { domain: [0, steps] }),
    y: upright(label, { ...logarithmic(tensAround(...range)), labelOffset: 90 }),
    marks: [
      Plot.ruleX(events, { x: "step", stroke: "currentColor", strokeWidth: 2, strokeDasharray: "3 6" }),
      // the last below the first: a broken line is seen upon a whole one
      ...all.map((points, i) => wayLine(points, wayLook(ways[i] as Way, i))).reverse(),
      ...more,
      ...events.map(({ step, text }, k) =>
        Plot.text([{ step }], {
          x: "step",
          frameAnchor: "top",
          dy: -26 * (events.length - k) - 2,
          text: () => text,
          textAnchor: step > steps / 2 ? "end" : "start",
          fill: "currentColor",
        }),
      ),
    ],
  });
}

function wayLine(points: readonly Step[], { color, dash, symbol }: Look): Plot.Markish[] {
  return [
    Plot.lineY(points, { x: "step", y: "value", stroke: color, strokeWidth: 4, strokeDasharray: dash }),
    // where it ends, which may be soon
    Plot.dot(points.slice(-1), { x: "step", y: "value", fill: color, r: 6, symbol }),
  ];
}

/** What happened, each once: rates that change, and where a way leaves the map. */
function eventsOf(ways: readonly Way[]): { readonly step: number; readonly text: string }[] {
  const changes = ways.flatMap(({ options: { lr } }) =>
    typeof lr === "number"
      ? []
      : lr.slice(1).map((change, k) => ({
          step: change.from,
          text: `step ${change.from}: the rate goes from ${lr[k]?.lr} to ${change.lr}`,
        })),
  );
  const left = ways.flatMap(({ name, descent: { leftMap } }) =>
    leftMap === undefined ? [] : [{ step: leftMap, text: `step ${leftMap}: ${name} leaves the map` }],
  );
  const all = [...changes, ...left];
  return all.filter(({ text }, k) => all.findIndex((other) => other.text === text) === k).slice(0, 4);
}

function clippedMarks({ descent: { norm, clipped } }: Way): Plot.Markish[] {
  const points = Array.from(norm, (value, step): Step => ({ step, value })).filter(
    ({ step, value }) => clipped[step] === 1 && Number.isFinite(value) && value > 0,
  );
  if (points.length === 0) return [];
  return [Plot.dot(points, { x: "step", y: "value", r: 10, stroke: "currentColor", strokeWidth: 3 })];
}

/** The largest rate that one step may have, over one coordinate of the points. */
export interface RatePoint {
  readonly at: number;
  readonly rate: number;
}

/** The largest rate that still lowers the error, from place to place. */
export function ratePicture(
  points: readonly RatePoint[],
  options: { readonly along: string; readonly about: string },
): Picture {
  const look = lookOf(0);
  const rates = points.map(({ rate }) => rate).filter((rate) => rate > 0);
  const range = rates.length > 0 ? ([Math.min(...rates), Math.max(...rates)] as const) : ([0.1, 1] as const);
  const [low, high] = tensAround(...range);
  const ratio = range[1] / range[0];
  const drawn = points.filter(({ rate }) => rate > 0);
  return {
    name: "largest-rate",
    title: "The largest learning rate that still lowers the error",
    caption: `${options.about} At each place, one step along the gradient with a larger rate raises the error. The largest is ${short(ratio)} times the least.`,
    keys: [keyOf("largest rate", look)],
    panels: [
      panel({
        ...hall({ height: 480, width: WIDTH }),
        inset: 24,
        insetLeft: 64,
        insetRight: 40,
        x: across(options.along),
        y: upright("learning rate", logarithmic([low, high])),
        marks: [
          Plot.lineY(drawn, { x: "at", y: "rate", stroke: look.color, strokeWidth: 4 }),
          Plot.dot(drawn, { x: "at", y: "rate", fill: look.color, r: 8 }),
          Plot.text(drawn, {
            x: "at",
            y: "rate",
            text: ({ rate }: RatePoint) => short(rate),
            dy: -24,
            fill: "currentColor",
            stroke: "var(--panel)",
            strokeWidth: 6,
            fontWeight: "bold",
          }),
        ],
      }),
    ],
  };
}
