import * as Plot from "@observablehq/plot";
import { decades } from "../drawing/decades.js";
import { across, WIDTH } from "./axes.js";
import { power } from "./figures.js";
import { type Panel, panel } from "./picture.js";

/** From dark for the least to light for the largest: lightness alone tells values apart, and colour-blind readers see them alike. */
const SCHEME = "cividis";
/** Steps of colour. */
const BANDS = 32;

/** Of cells whose sizes span decades; what is less than the least has its colour. */
export const heatScale = ([low, high]: readonly [number, number]): Plot.ScaleOptions => ({
  type: "log",
  domain: [low, high],
  scheme: SCHEME,
  clamp: true,
});

/** A step of colour: from where to where, and the value whose colour it has. */
export interface Band {
  readonly from: number;
  readonly to: number;
  readonly value: number;
}

/** Steps of colour, equally wide on a logarithmic scale. */
export function heatBands([low, high]: readonly [number, number]): Band[] {
  const { invert } = Plot.scale({ x: { type: "log", domain: [low, high], range: [0, BANDS] } }) as Plot.Scale;
  const at = (k: number) => Number(invert?.(k) ?? 0);
  return Array.from({ length: BANDS }, (_, k) => ({ from: at(k), to: at(k + 1), value: at(k + 0.5) }));
}

/** The value whose colour a value has; what lies beyond has the first or the last. */
export const heatOf = (bands: readonly Band[], value: number): number =>
  (bands.find(({ to }) => value < to) ?? bands.at(-1))?.value ?? value;

/** What the colours of cells mean. */
export function heatBar([low, high]: readonly [number, number], label: string): Panel {
  const bands = heatBands([low, high]);
  const all = decades(low, high).map((tick) => Number(tick.toPrecision(3)));
  const tens = all.filter((tick) => /^1(e|0*$)|^0\.0*1$/.test(String(tick)));
  const ticks = tens.length > 1 ? tens : all;
  const every = Math.ceil(ticks.length / 8);
  return panel({
    width: WIDTH,
    height: 100,
    marginLeft: 104,
    marginRight: 40,
    marginTop: 8,
    marginBottom: 58,
    style: { fontSize: "20px", background: "none", overflow: "visible" },
    x: across(label, {
      labelOffset: 50,
      type: "log",
      domain: [low, high],
      ticks: ticks.filter((_, k) => (ticks.length - 1 - k) % every === 0),
      tickFormat: (value: number) => power(value),
    }),
    y: { axis: null },
    color: heatScale([low, high]),
    marks: [Plot.rect(bands, { x1: "from", x2: "to", y1: 0, y2: 1, fill: "value", shapeRendering: "crispEdges" })],
  });
}

/** Widths of so many panels of which two stand side by side: the last of an odd number has a row for itself. */
export const widthOf = (i: number, count: number): number => (i === count - 1 && count % 2 === 1 ? WIDTH : 470);
