import * as Plot from "@observablehq/plot";
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

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Lines with a symbol at each step, a larger one at start and end, and a name where a way leaves the map. */
export function wayMarks({ x, y }: Field, ways: readonly Way[]): Plot.Markish[] {
  const [left, right] = [x.values[0] ?? 0, x.values[x.values.length - 1] ?? 1];
  const [low, high] = [y.values[0] ?? 0, y.values[y.values.length - 1] ?? 1];
  return ways.flatMap((way, i) => {
    const { color, dash, symbol } = wayLook(way, i);
    const { descent } = way;
    const points = Array.from(descent.w, (w, k): Place => ({ x: w, y: descent.b[k] ?? 0 })).filter(
      (point) => Number.isFinite(point.x) && Number.isFinite(point.y),
    );
    const isOn = (point: Place) => point.x >= left && point.x <= right && point.y >= low && point.y <= high;
    const away = points.findIndex((point) => !isOn(point));
    const [from, to] = [points[away - 1], points[away]];
    // the line goes on to the edge, and is cut there
    const cut = from && to ? [lerp(from, to, edgeBetween(from, to, isOn))] : [];
    const shown = away < 0 ? points : points.slice(0, away);
    const line = thinned([...shown, ...cut], (right - left) / 400, (high - low) / 300);
    const dots = thinned(shown, (right - left) / 60, (high - low) / 40);
    const end = shown.at(-1);
    const [exit] = cut;
    const white = { stroke: "#ffffff", strokeWidth: 9, strokeLinejoin: "round", strokeLinecap: "round" } as const;
    return [
      Plot.line(line, { x: "x", y: "y", ...white, strokeOpacity: 0.9 }),
      Plot.line(line, { x: "x", y: "y", stroke: onMap(color), strokeWidth: 4.5, strokeDasharray: dash }),
      Plot.dot(dots, {
        x: "x",
        y: "y",
        symbol,
        r: 5,
        fill: onMap(color),
        stroke: "#ffffff",
        strokeWidth: 1.5,
      }),
      ...(i === 0 && shown[0]
        ? [
            name([shown[0]], "start", "start", 4),
            Plot.dot([shown[0]], { x: "x", y: "y", r: 9, fill: "#000000", stroke: "#ffffff", strokeWidth: 2.5 }),
          ]
        : []),
      ...(exit && from
        ? [
            Plot.arrow([from], {
              x1: "x",
              y1: "y",
              x2: exit.x,
              y2: exit.y,
              stroke: onMap(color),
              strokeWidth: 4.5,
              headLength: 7,
              headAngle: 50,
            }),
            name(
              [exit],
              `leaves at step ${away}`,
              exit.x > left + 0.72 * (right - left) ? "end" : "start",
              exit.y > (low + high) / 2 ? 30 : -30,
            ),
          ]
        : end
          ? [
              Plot.dot([end], {
                x: "x",
                y: "y",
                symbol,
                r: 11,
                fill: onMap(color),
                stroke: "#ffffff",
                strokeWidth: 2.5,
              }),
            ]
          : []),
    ];
  });
}

/** A map has the same colours on a dark page, so its ways have those for white. */
const onMap = (color: string): string => color.replace("var(--run", "var(--map");

const name = (at: readonly Place[], text: string, textAnchor: "start" | "middle" | "end", dy: number) =>
  Plot.text(at, {
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
export function edgeBetween(from: Place, to: Place, isOn: (place: Place) => boolean): number {
  let [low, high] = [0, 1];
  for (let k = 0; k < 50; ++k) {
    const middle = (low + high) / 2;
    if (isOn(lerp(from, to, middle))) low = middle;
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
