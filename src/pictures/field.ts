import * as Plot from "@observablehq/plot";
import { decades } from "../drawing/decades.js";
import { across, hall, upright, WIDTH } from "./axes.js";
import { power } from "./figures.js";
import { type Panel, panel } from "./picture.js";

/** The colours of maps, dark to light from the least value to the largest: their lightness alone tells them apart, and colour-blind readers see them alike. */
const SCHEME = "cividis";
const RAMP = 32;
const HEIGHT = 640;
const BANDS = 12;
/** Decades that a logarithmic map shows at most, from the largest value down. */
const DECADES = 12;

/** Values over a regular grid, as a map draws them. */
export interface Field {
  readonly x: { readonly name: string; readonly values: ArrayLike<number> };
  readonly y: { readonly name: string; readonly values: ArrayLike<number> };
  /** [ny, nx] */
  readonly values: ArrayLike<number>;
}

/** How values become colours. */
export interface Levels {
  /** Where the bands of colour meet, rising. */
  readonly thresholds: readonly number[];
  readonly kind: ScaleKind;
  /** 0 to 1 from the least to the largest value that is shown; values beyond are taken as these. */
  readonly share: (value: number) => number;
  readonly range: readonly [number, number];
  /** Values that are not finite: as large as the largest. */
  readonly beyond: number;
}

/** linear: bands of equal width; sqrt: narrower ones for small values of 0 or more; log: powers of ten. */
export type ScaleKind = "linear" | "sqrt" | "log";

/** Bands for the values of a field. */
export function levelsOf(values: ArrayLike<number>, kind: ScaleKind): Levels {
  let [low, high, beyond] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const value of Array.from(values)) {
    if (!Number.isFinite(value)) beyond += 1;
    else if (kind !== "log" || value > 0) [low, high] = [Math.min(low, value), Math.max(high, value)];
  }
  if (!(low <= high)) [low, high] = kind === "log" ? [0.1, 1] : [0, 1];
  if (low === high) [low, high] = kind === "log" ? [low / 10, high * 10] : [low - 0.5, high + 0.5];
  if (kind === "log") {
    let floor = high;
    for (let k = 0; k < DECADES; ++k) floor /= 10;
    low = Math.max(low, floor);
  }
  const thresholds =
    kind === "log" ? decades(low, high).map(round) : kind === "sqrt" ? squares(low, high) : even(low, high);
  const { apply } = Plot.scale({ y: { type: kind, domain: [low, high], range: [0, 1], clamp: true } }) as Plot.Scale;
  const share = (value: number) => {
    if (!Number.isFinite(value)) return 1;
    return kind === "log" && value <= low ? 0 : Number(apply(value));
  };
  return { thresholds, kind, share, range: [low, high], beyond };
}

const round = (value: number): number => Number(value.toPrecision(3));

/** Round numbers whose roots are about evenly apart. */
function squares(low: number, high: number): number[] {
  const parts = Array.from({ length: BANDS - 1 }, (_, k) => (k + 1) / BANDS);
  return [...new Set(parts.map((part) => Number((low + (high - low) * part * part).toPrecision(1))))];
}

/** Round numbers between two, about as many as there are to be bands. */
function even(low: number, high: number): number[] {
  let unit = 1;
  while (unit * BANDS > high - low) unit /= 10;
  while (unit * 10 * BANDS < high - low) unit *= 10;
  const step = unit * ([1, 2, 5].find((tick) => unit * tick * BANDS >= high - low) ?? 10);
  const first = Math.ceil(low / step);
  const last = Math.floor(high / step);
  return Array.from({ length: last - first + 1 }, (_, k) => Number(((first + k) * step).toPrecision(6)));
}

/** The map of a field with more marks upon it, and below it what its colours mean. */
export function mapPanels(field: Field, levels: Levels, label: string, more: Plot.Markish[] = []): Panel[] {
  const { x, y, values } = field;
  const [nx, ny] = [x.values.length, y.values.length];
  const [x1, x2] = edges(x.values);
  const [y1, y2] = edges(y.values);
  const bands = levels.thresholds.map(levels.share);
  const map = Plot.contour(Array.from(values, levels.share), {
    x1,
    x2,
    y1,
    y2,
    width: nx,
    height: ny,
    fill: Plot.identity,
    stroke: "#000000",
    strokeOpacity: 0.45,
    strokeWidth: 0.8,
    // the first band reaches down to the least value
    thresholds: [-1, ...bands.filter((band) => band > 0)],
    clip: true,
  });
  return [
    panel({
      ...hall({ height: HEIGHT }),
      x: across(x.name, { domain: [x.values[0] ?? 0, x.values[nx - 1] ?? 1] }),
      y: upright(y.name, { domain: [y.values[0] ?? 0, y.values[ny - 1] ?? 1], grid: false }),
      color: { type: "linear", domain: [0, 1], scheme: SCHEME, clamp: true },
      marks: [map, ...more],
    }),
    colorBar(levels, label),
  ];
}

/** The grid's points are the middles of its cells. */
function edges(values: ArrayLike<number>): [number, number] {
  const [first, last] = [values[0] ?? 0, values[values.length - 1] ?? 1];
  const half = values.length > 1 ? (last - first) / (values.length - 1) / 2 : 0.5;
  return [first - half, last + half];
}

function colorBar({ thresholds, kind, share, range }: Levels, label: string): Panel {
  const ends = [range[0], ...thresholds.filter((value) => value > range[0] && value < range[1]), range[1]];
  const bands = ends.slice(1).map((to, k) => ({ from: ends[k] ?? to, to, share: k === 0 ? 0 : share(ends[k] ?? to) }));
  const every = Math.ceil(thresholds.length / 8);
  return panel({
    width: WIDTH,
    height: 92,
    marginLeft: 104,
    marginRight: 30,
    marginTop: 8,
    marginBottom: 58,
    style: { fontSize: "20px", background: "none", overflow: "visible" },
    x: across(label, {
      labelOffset: 50,
      type: kind,
      domain: [...range],
      ticks: thresholds.filter((_, k) => (thresholds.length - 1 - k) % every === 0),
      tickFormat: (value: number) => (value < 0 ? String(value) : power(value)),
    }),
    color: { type: "linear", domain: [0, 1], scheme: SCHEME, clamp: true },
    marks: [
      Plot.rect(bands, {
        x1: "from",
        x2: "to",
        y1: 0,
        y2: 1,
        fill: "share",
        stroke: "#000000",
        strokeOpacity: 0.45,
        strokeWidth: 0.8,
      }),
    ],
    y: { axis: null },
  });
}

/** [32]: the map's colours of heights from 0 to 1, as #rrggbb. */
export function ramp({ kind, share, range: [low, high] }: Levels): string[] {
  const { apply } = Plot.scale({ color: { type: "linear", domain: [0, 1], scheme: SCHEME } }) as Plot.Scale;
  return Array.from({ length: RAMP }, (_, k) => {
    const part = k / (RAMP - 1);
    return hex(String(apply(kind === "log" ? part : share(low + (high - low) * part))));
  });
}

function hex(color: string): string {
  const parts = color.match(/\d+/g)?.slice(0, 3) ?? [];
  return color.startsWith("#") ? color : `#${parts.map((part) => Number(part).toString(16).padStart(2, "0")).join("")}`;
}
