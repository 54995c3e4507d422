import * as Plot from "@observablehq/plot";
import { capital } from "../drawing/capital.js";
import type { Key } from "../drawing/figure.js";
import type { DescendOptions, Descent } from "../lab/index.js";
import type { Field } from "./field.js";
import { figureOf } from "./figures.js";
import { keyOf, type Look, lookOf } from "./looks.js";

/** A descent with what it was asked for. */
export interface Way {
  readonly name: string;
  readonly descent: Descent;
  /** Of these, the clip and the rates are told and drawn. */
  readonly options: Pick<DescendOptions, "clip" | "lr">;
}

/** The same in all pictures, whatever they are compared with. */
const KNOWN: Readonly<Record<string, Look>> = {
  unclipped: lookOf(1),
  clipped: { color: "var(--run2)", dash: "", symbol: "circle" },
};

/** A line over a surface, as maps and turnable views draw it. */
export interface Track {
  readonly name: string;
  readonly look: Look;
  /** [N] each: its places, and what is drawn upwards there. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly values: Float64Array;
  /** What stands at its first place. */
  readonly begins: string;
  /** [N] numbers of the steps that led to the places. Default 0, 1, 2, ... */
  readonly steps?: readonly number[];
}

export const wayTrack = (way: Way, i: number): Track => {
  const { w, b, error } = way.descent;
  return { name: way.name, look: wayLook(way, i), x: w, y: b, values: error, begins: "start" };
};

/** A single place has its name beside it. */
export const trackKeys = (tracks: readonly Track[]): Key[] =>
  tracks.filter(({ x }) => x.length > 1).map(({ name, look }) => keyOf(name, look));

export const wayLook = ({ name }: Way, i: number): Look => KNOWN[name] ?? lookOf(i + 1);

export const wayKeys = (ways: readonly Way[]): Key[] => ways.map((way, i) => keyOf(way.name, wayLook(way, i)));

/** Where a way goes, in a sentence. */
export function wayStory({ name, descent, options }: Way): string {
  const { w, b, error, norm, clipped, leftMap, nonFinite } = descent;
  const last = w.length - 1;
  const how = clipped.reduce((sum, one) => sum + one, 0);
  const cut = options.clip ? ` (${how} of ${last} gradients clipped)` : "";
  const place = (k: number) => `w = ${short(w[k] ?? 0)}, b = ${short(b[k] ?? 0)}`;
  if (leftMap === 0) return `${capital(name)}${cut} begins outside of the map.`;
  if (leftMap !== undefined && leftMap > 0)
    return (
      `${capital(name)}${cut} leaves the map: at step ${leftMap - 1} the gradient has the norm ${short(norm[leftMap - 1] ?? 0)}, and the step lands at ` +
      `${place(leftMap)}${nonFinite === undefined ? "" : ", beyond what numbers can hold"}, where it is ${short(norm[leftMap] ?? 0)}.`
    );
  return `${capital(name)}${cut} stays on the map and comes to ${place(last)} with E = ${short(error[last] ?? 0)} after ${last} steps.`;
}

export const short = (value: number): string => figureOf(Number(value.toPrecision(3)));

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Lines with a symbol at each step, a larger one at start and end, and names where the first begins and where one leaves the map. */
export function trackMarks({ x, y }: Field, tracks: readonly Track[]): Plot.Markish[] {
  const map = {
    x: [x.values[0] ?? 0, x.values[x.values.length - 1] ?? 1],
    y: [y.values[0] ?? 0, y.values[y.values.length - 1] ?? 1],
  } as const;
  // the last below the first: a broken line is seen upon a whole one
  const lines = tracks.map((track) => lineMarks(track, map)).reverse();
  const [first] = tracks;
  const start = first ? [{ x: first.x[0] ?? 0, y: first.y[0] ?? 0 }].filter((place) => isOn(place, map)) : [];
  return [
    ...lines,
    Plot.dot(start, { x: "x", y: "y", r: 9, fill: "#000000", stroke: "#ffffff", strokeWidth: 2.5 }),
    ...start.map((place) =>
      name(place, first?.begins ?? "", place.x > 0.8 * map.x[1] + 0.2 * map.x[0] ? "end" : "start", 4),
    ),
  ];
}

interface Sides {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

const isOn = (place: Place, { x, y }: Sides): boolean =>
  place.x >= x[0] && place.x <= x[1] && place.y >= y[0] && place.y <= y[1];

function lineMarks({ x, y, steps, look: { color, dash, symbol } }: Track, map: Sides): Plot.Markish[] {
  if (x.length === 1) return [];
  const points = Array.from(x, (value, k): Place => ({ x: value, y: y[k] ?? 0 }));
  const away = points.findIndex((point) => !isOn(point, map));
  const shown = away < 0 ? points : points.slice(0, away);
  const end = shown.at(-1);
  const next = points[away];
  const step = steps?.[away] ?? away;
  if (end === undefined) return [];
  // the line goes on to the edge, and is cut there; where the next place is no number it ends
  const isPlace = next !== undefined && Number.isFinite(next.x) && Number.isFinite(next.y);
  const exit = isPlace ? lerp(end, next, edgeBetween(end, next, map)) : undefined;
  const [wide, high] = [map.x[1] - map.x[0], map.y[1] - map.y[0]];
  const line = thinned(exit ? [...shown, exit] : shown, wide / 400, high / 300);
  const fill = onMap(color);
  const halo = { stroke: "#ffffff", strokeWidth: 9, strokeLinejoin: "round", strokeLinecap: "round" } as const;
  const place = { x: "x", y: "y" } as const;
  const bead = (dots: readonly Place[], r: number, strokeWidth: number) =>
    Plot.dot(dots, { ...place, symbol, r, fill, stroke: "#ffffff", strokeWidth });
  const isRight = exit !== undefined && exit.x > map.x[0] + 0.72 * wide;
  return [
    Plot.line(line, { ...place, ...halo, strokeOpacity: 0.9 }),
    Plot.line(line, { ...place, stroke: fill, strokeWidth: 4.5, strokeDasharray: dash }),
    bead(thinned(shown, wide / 60, high / 40), 5, 1.5),
    ...(exit === undefined
      ? [bead([end], 11, 2.5), ...(next === undefined ? [] : [name(end, `no number at step ${step}`, "start", 30)])]
      : [
          Plot.arrow([end], {
            x1: "x",
            y1: "y",
            x2: exit.x,
            y2: exit.y,
            stroke: fill,
            strokeWidth: 4.5,
            headLength: 7,
            headAngle: 50,
          }),
          name(exit, `leaves at step ${step}`, isRight ? "end" : "start", exit.y > map.y[0] + high / 2 ? 30 : -30),
        ]),
  ];
}

/** A map has the same colours on a dark page, so its ways have those for white. */
const onMap = (color: string): string => color.replace("var(--run", "var(--map");

const name = (at: Place, text: string, textAnchor: "start" | "middle" | "end", dy: number) =>
  Plot.text([at], {
    x: "x",
    y: "y",
    text: () => text,
    textAnchor,
    dx: textAnchor === "end" ? -14 : textAnchor === "start" ? 14 : 0,
    dy,
    fontSize: 22,
    fontWeight: "bold",
    fill: "#000000",
    stroke: "#ffffff",
    strokeWidth: 5,
  });

const lerp = (from: Place, to: Place, share: number): Place => ({
  x: from.x + share * (to.x - from.x),
  y: from.y + share * (to.y - from.y),
});

/** The largest share of a step that is still on the map. */
function edgeBetween(from: Place, to: Place, map: Sides): number {
  let [low, high] = [0, 1];
  for (let k = 0; k < 50; ++k) {
    const middle = (low + high) / 2;
    if (isOn(lerp(from, to, middle), map)) low = middle;
    else high = middle;
  }
  return low;
}

/** Without points that lie nearly upon the one before; the first and the last stay. */
function thinned(points: readonly Place[], dx: number, dy: number): Place[] {
  const kept: Place[] = [];
  for (const [k, point] of points.entries()) {
    const last = kept.at(-1);
    const isFar = last === undefined || Math.abs(point.x - last.x) > dx || Math.abs(point.y - last.y) > dy;
    if (isFar || k === points.length - 1) kept.push(point);
  }
  return kept;
}
