import type { Surface } from "../lab/index.js";
import { levelsOf, mapPanels, type ScaleKind } from "./field.js";
import { figureOf } from "./figures.js";
import type { Picture } from "./picture.js";
import { reliefOf } from "./relief-data.js";
import { type Way, wayKeys, wayMarks, wayStory } from "./ways.js";

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
  /** Whether it is also given as a view that can be turned, if it has two points along each axis. Default false. */
  readonly relief?: boolean;
}

/** Any surface as a map: bands of colour with lines between them, and ways over it. */
export function surfacePicture(surface: Surface, options: SurfacePictureOptions): Picture {
  const { name = "surface", title, caption, label, scale = "linear", ways = [], relief = false } = options;
  const levels = levelsOf(surface.values, scale);
  const beyond =
    levels.beyond > 0
      ? ` ${levels.beyond} of ${surface.values.length} points have no finite value; they have the lightest colour.`
      : "";
  const stories = ways.map(wayStory).join(" ");
  return {
    name,
    title,
    caption: `${caption}${stories === "" ? "" : ` ${stories}`}${beyond}`,
    keys: wayKeys(ways),
    panels: mapPanels(surface, levels, label, wayMarks(surface, ways)),
    // a single row has no surface to turn
    ...(relief &&
      surface.x.values.length > 1 &&
      surface.y.values.length > 1 && { relief: reliefOf(surface, levels, label, ways) }),
  };
}

/**
 * How steep a surface is, on a logarithmic scale: the length of its gradient, or the mean slope to a neighbour where that is larger, since a grid
 * steps over a wall that is narrower than its cells.
 */
export function gradientPicture(
  surface: Surface,
  options: { readonly name?: string; readonly title: string; readonly caption: string },
): Picture {
  const { dx = new Float64Array(0), dy = new Float64Array(0) } = surface;
  const slopes = slopesOf(surface);
  const values = slopes.map((slope, k) =>
    Math.max(slope, Math.sqrt((dx[k] ?? 0) * (dx[k] ?? 0) + (dy[k] ?? 0) * (dy[k] ?? 0))),
  );
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
