import type { Surface } from "../lab/index.js";
import { levelsOf, mapPanels, type ScaleKind } from "./field.js";
import { figureOf } from "./figures.js";
import { lookOf } from "./looks.js";
import type { Picture } from "./picture.js";
import { reliefOf } from "./relief-data.js";
import { type Track, trackKeys, trackMarks, type Way, wayStory, wayTrack } from "./ways.js";

/** Where training went over a surface, or, with N = 1, a place on it. */
export interface SurfacePath {
  readonly name: string;
  /** [N] each: places, and the value of the surface there. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly values: Float64Array;
  /** [N] numbers of the steps that led to the places. Default 0, 1, 2, ... */
  readonly steps?: readonly number[];
}

export interface SurfacePictureOptions {
  /** The name of its file. Default "surface". */
  readonly name?: string;
  readonly title: string;
  /** What one sees; what is known of values that are not finite and of the ways is added. */
  readonly caption: string;
  /** What the values are, for the scale of colours. */
  readonly label: string;
  /** "sqrt" for values of 0 or more of which the small ones matter, "log" for those that span decades. Default "linear". */
  readonly scale?: ScaleKind;
  /** Ways over it. */
  readonly ways?: readonly Way[];
  /** The caption tells about it. */
  readonly path?: SurfacePath;
  /** Whether it is also given as a view that can be turned, if it has two points along each axis. Default false. */
  readonly relief?: boolean;
}

/** Any surface as a map: bands of colour with lines between them, and ways over it. */
export function surfacePicture(surface: Surface, options: SurfacePictureOptions): Picture {
  const { name = "surface", title, caption, label, scale = "linear", ways = [], path, relief = false } = options;
  const levels = levelsOf(surface.values, scale);
  const beyond =
    levels.beyond > 0
      ? ` ${levels.beyond} of ${surface.values.length} points have no finite value; they have the lightest colour.`
      : "";
  const tracks: Track[] = [...ways.map(wayTrack), ...pathTrack(surface, path)];
  const stories = ways.map(wayStory).join(" ");
  return {
    name,
    title,
    caption: `${caption}${stories === "" ? "" : ` ${stories}`}${beyond}`,
    keys: trackKeys(tracks),
    panels: mapPanels(surface, levels, label, trackMarks(surface, tracks)),
    // a single row has no surface to turn
    ...(relief &&
      surface.x.values.length > 1 &&
      surface.y.values.length > 1 && { relief: reliefOf(surface, levels, label, tracks) }),
  };
}

/** What of a path is on the map, from where it comes onto it. */
function pathTrack({ x, y }: Surface, path: SurfacePath | undefined): Track[] {
  if (path === undefined) return [];
  const isWithin = ({ values }: Surface["x"], place = Number.NaN) =>
    place >= (values[0] ?? 0) && place <= (values.at(-1) ?? 0);
  const first = path.x.findIndex((place, k) => isWithin(x, place) && isWithin(y, path.y[k]));
  if (first < 0) return [];
  const steps = (path.steps ?? Array.from(path.x.keys())).slice(first);
  const begins = path.x.length === 1 ? path.name : first === 0 ? "start" : `comes in at step ${steps[0]}`;
  const [xs, ys, values] = [path.x, path.y, path.values].map((numbers) => numbers.slice(first)) as Columns;
  return [{ name: path.name, look: { ...lookOf(1), dash: "", symbol: "circle" }, x: xs, y: ys, values, begins, steps }];
}

type Columns = [Float64Array, Float64Array, Float64Array];

/**
 * How steep a surface is, on a logarithmic scale: the length of its gradient, or the mean slope to a neighbour where that is larger, since a grid
 * steps over a wall that is narrower than its cells.
 */
export function gradientPicture(
  surface: Surface,
  options: { readonly name?: string; readonly title: string; readonly caption: string },
): Picture {
  const values = steepnessOf(surface);
  const [low, high] = levelsOf(values, "log").range;
  return surfacePicture(
    { x: surface.x, y: surface.y, values },
    {
      name: "surface-gradient",
      ...options,
      caption: `${options.caption} On this grid it goes from ${figureOf(Number(low.toPrecision(2)))}${
        values.some((value) => value < low) ? " and less" : ""
      } to ${figureOf(Number(high.toPrecision(3)))}.`,
      label: "steepness",
      scale: "log",
    },
  );
}

/** Where a surface is steepest on its grid, and how steep it is there; half of its points are no steeper than the median. */
export function steepest(surface: Surface): {
  readonly x: number;
  readonly y: number;
  readonly slope: number;
  readonly median: number;
} {
  const slopes = steepnessOf(surface);
  const at = slopes.reduce((best, slope, k) => (slope > (slopes[best] ?? 0) ? k : best), 0);
  const nx = surface.x.values.length;
  return {
    x: surface.x.values[at % nx] ?? 0,
    y: surface.y.values[Math.floor(at / nx)] ?? 0,
    slope: slopes[at] ?? 0,
    median: slopes.toSorted()[Math.floor(slopes.length / 2)] ?? 0,
  };
}

/** [ny, nx]: the length of the gradient, where it was computed, or the slope to a neighbour where that is larger. */
function steepnessOf(surface: Surface): Float64Array {
  const { dx = new Float64Array(0), dy = new Float64Array(0) } = surface;
  return slopesOf(surface).map((slope, k) =>
    Math.max(slope, Math.sqrt((dx[k] ?? 0) * (dx[k] ?? 0) + (dy[k] ?? 0) * (dy[k] ?? 0))),
  );
}

/** [ny, nx]: the largest mean slope to one of the next points. */
function slopesOf({ x, y, values }: Surface): Float64Array {
  const nx = x.values.length;
  return values.map((value, k) => {
    const i = k % nx;
    const row = (k - i) / nx;
    const slope = (other: number | undefined, from: number | undefined, to: number | undefined) => {
      const found = Math.abs(((other ?? value) - value) / ((to ?? Number.NaN) - (from ?? Number.NaN)));
      return Number.isFinite(found) ? found : 0;
    };
    return Math.max(
      slope(i + 1 < nx ? values[k + 1] : undefined, x.values[i], x.values[i + 1]),
      slope(i > 0 ? values[k - 1] : undefined, x.values[i], x.values[i - 1]),
      slope(values[k + nx], y.values[row], y.values[row + 1]),
      slope(values[k - nx], y.values[row], y.values[row - 1]),
    );
  });
}
