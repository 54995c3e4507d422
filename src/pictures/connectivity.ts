import * as Plot from "@observablehq/plot";
import type { Named, TextConnectivity } from "../lab/index.js";
import { hall, logarithmic, upright, WIDTH } from "./axes.js";
import { rough, tensAround } from "./figures.js";
import { heatBands, heatBar, heatOf, heatScale, widthOf } from "./heat.js";
import { keyOf, lookOf } from "./looks.js";
import { type Panel, type Picture, panel } from "./picture.js";

export interface ConnectivityPictureOptions {
  /** The name of its file. Default "connectivity". */
  readonly name?: string;
  /** The token, from 0, whose row is looked at more closely. Default: the first that one of the models gives a tag other than O, or the last. */
  readonly at?: number;
  /** The token, from 0, that tells what the tag is, if one is known to. */
  readonly cue?: number;
  /** What stands first in the caption. */
  readonly about?: string;
}

/** Decades that have colours of their own, from the largest value down. */
const DECADES = 3;
/** Least letters of words that are on axes, in pixels. */
const SMALLEST = 11;

/**
 * Which words move the tag of each word, through several models side by side.
 *
 * @param results of one text and one model or more, from `compareConnectivity`
 */
export function connectivityPicture(
  results: readonly Named<TextConnectivity>[],
  options: ConnectivityPictureOptions = {},
): Picture {
  const tokens = results[0]?.tokens ?? [];
  const at = options.at ?? focusOf(results);
  const values = results.flatMap(({ matrix }) => matrix.flat());
  const high = values.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, value) : most), 0) || 1;
  let low = high;
  for (let k = 0; k < DECADES; ++k) low /= 10;
  const count = results.length + 1;
  const word = quoted(tokens[at] ?? "");
  return {
    name: options.name ?? "connectivity",
    title: `Which words move the tag of ${word}?`,
    caption:
      `${options.about === undefined ? "" : `${options.about} `}Each row of a map is the tag of a word, each column a word that was read: the norm of the gradient of the tag's logit by the word's embedding vector, on a ` +
      `logarithmic scale, the lighter the stronger; what is below ${rough(low)} has the darkest colour. ${
        results.every(({ matrix }) => matrix.every((row, t) => row.every((value, s) => s <= t || value === 0)))
          ? "Above the diagonal is nothing, since the networks read forwards. "
          : "Cells above the diagonal are words that come later: a network reads backwards too. "
      }The framed row is that of ${word}, which the last drawing shows more closely. ${results.map((result) => storyOf(result, at, options.cue)).join(" ")}`,
    keys: results.length > 1 ? results.map(({ name }, i) => keyOf(name, lookOf(i))) : [],
    panels: [
      ...results.map((result, i) => heat(result, at, [low, high], widthOf(i, count))),
      row(results, at, widthOf(count - 1, count)),
      heatBar([low, high], "norm of the gradient"),
    ],
  };
}

const quoted = (text: string): string => `“${text}”`;

/** The first token that has a tag, or the last token. */
export function focusOf(results: readonly Pick<TextConnectivity, "tags">[]): number {
  const T = results[0]?.tags.length ?? 0;
  const tagged = results.map(({ tags }) => tags.findIndex((tag) => tag !== "O")).filter((t) => t >= 0);
  return tagged.length > 0 ? Math.min(...tagged) : Math.max(0, T - 1);
}

function storyOf({ name, tokens, tags, matrix }: Named<TextConnectivity>, at: number, cue: number | undefined): string {
  const values = matrix[at] ?? [];
  const own = values[at] ?? 0;
  const said = `The ${name} says ${tags[at]}`;
  const beside = (s: number) =>
    `${quoted(tokens[s] ?? "")}${s < at ? `, ${at - s} ${at - s === 1 ? "word" : "words"} before,` : ""} moves it by ${rough(values[s] ?? 0)}`;
  if (cue !== undefined && cue !== at) return `${said}: ${beside(cue)}, the word itself by ${rough(own)}.`;
  const best = values.reduce<number | undefined>(
    (most, value, s) => (s !== at && value > (most === undefined ? 0 : (values[most] ?? 0)) ? s : most),
    undefined,
  );
  if (best === undefined) return `${said}: no other word moves it, the word itself by ${rough(own)}.`;
  return `${said}: of the other words ${beside(best)}, more than any other; the word itself by ${rough(own)}.`;
}

/** What an axis with words needs: letters that fit, and room for the longest. */
function wordsOf(tokens: readonly string[], room: number) {
  const font = Math.max(SMALLEST, Math.min(20, Math.floor(0.95 * room)));
  const longest = tokens.reduce((most, token) => Math.max(most, token.length), 1);
  const length = Math.ceil(0.62 * font * longest) + 14;
  return { font, length, tickFormat: (i: number) => tokens[i] ?? "" };
}

function heat(
  { name, tokens, tags, matrix }: Named<TextConnectivity>,
  at: number,
  range: readonly [number, number],
  width: number,
): Panel {
  const T = tokens.length;
  const first = wordsOf(tokens, 340 / T);
  const side = Math.min(64, (width - first.length - 20) / T);
  const words = wordsOf(tokens, side);
  const bands = heatBands(range);
  const isForward = matrix.every((row, t) => row.every((value, s) => s <= t || value === 0));
  const cells = matrix.flatMap((row, t) =>
    row.flatMap((value, s) => (isForward && s > t ? [] : [{ s, t, value: heatOf(bands, value) }])),
  );
  const index = Array.from({ length: T }, (_, i) => i);
  const axis = { fontSize: words.font, tickSize: 0, tickFormat: words.tickFormat, label: null };
  const [marginLeft, marginBottom] = [words.length, words.length + 6];
  return panel(
    {
      width,
      height: 12 + marginBottom + side * T,
      marginLeft,
      marginRight: width - marginLeft - side * T,
      marginTop: 12,
      marginBottom,
      style: { fontSize: "20px", background: "none", overflow: "visible" },
      x: { type: "band", domain: index, padding: 0 },
      y: { type: "band", domain: index, padding: 0 },
      color: heatScale(range),
      marks: [
        Plot.axisX({ ...axis, tickRotate: -90 }),
        Plot.axisY(axis),
        Plot.cell(cells, { x: "s", y: "t", fill: "value", inset: 0.5, shapeRendering: "crispEdges" }),
        framed(at, isForward ? at : T - 1),
      ],
    },
    `${name}: ${quoted(tokens[at] ?? "")} is ${tags[at]}`,
  );
}

const SVG = "http://www.w3.org/2000/svg";

/** A frame around a row up to a column: one line, as frames around cells would be lost in dark ones. */
const framed =
  (row: number, end: number): Plot.RenderFunction =>
  (_index, { x, y, scales }, _values, _dimensions, { document }) => {
    const across = x as (column: number) => number;
    const left = across(0);
    const look = {
      x: left,
      y: (y as (row: number) => number)(row),
      width: across(end) - left + (scales.x?.bandwidth ?? 0),
      height: scales.y?.bandwidth ?? 0,
      fill: "none",
      stroke: "currentColor",
      "stroke-width": 4,
    };
    const frame = document.createElementNS(SVG, "rect");
    for (const [name, value] of Object.entries(look)) frame.setAttribute(name, String(value));
    return frame;
  };

/** How far each word moves the tag of one, on a logarithmic axis. */
function row(results: readonly Named<TextConnectivity>[], at: number, width: number): Panel {
  const tokens = results[0]?.tokens ?? [];
  const shown = results.map(({ matrix }) =>
    (matrix[at] ?? []).map((value, s) => ({ s, value })).filter(({ value }) => value > 0 && Number.isFinite(value)),
  );
  const values = shown.flat().map(({ value }) => value);
  const last = shown.flat().reduce((most, { s }) => Math.max(most, s), at);
  const words = wordsOf(tokens.slice(0, last + 1), (width - 134) / (last + 1));
  const range = values.length > 0 ? tensAround(Math.min(...values), Math.max(...values)) : ([0.1, 1] as const);
  return panel(
    {
      ...hall({ width, height: width === WIDTH ? 420 : 340 + words.length }),
      marginBottom: words.length + 12,
      marginRight: 20,
      x: { type: "point", domain: Array.from({ length: last + 1 }, (_, s) => s), padding: 0.4 },
      y: upright("norm of the gradient", { ...logarithmic([range[0], range[1]]), labelOffset: 90 }),
      marks: [
        Plot.axisX({ fontSize: words.font, tickSize: 0, tickFormat: words.tickFormat, label: null, tickRotate: -90 }),
        ...shown.map((points, i) => {
          const { color, dash, symbol } = lookOf(i);
          return [
            Plot.lineY(points, { x: "s", y: "value", stroke: color, strokeWidth: 3.5, strokeDasharray: dash }),
            Plot.dot(points, { x: "s", y: "value", fill: color, r: 6, symbol }),
          ];
        }),
      ],
    },
    `the row of ${quoted(tokens[at] ?? "")}`,
  );
}
