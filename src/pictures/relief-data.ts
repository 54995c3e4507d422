import type { Surface } from "../lab/index.js";
import { type Levels, levelsOf, ramp } from "./field.js";
import type { Relief } from "./relief/relief.js";
import { short, type Track } from "./ways.js";

/** Points along each axis at most: what a page can carry and a phone can turn. */
const MOST = 160;

/** A surface and the lines over it as the turnable view gets them: on the scale of the map's colours, thinned to 160 points along each axis. */
export function reliefOf(surface: Surface, levels: Levels, label: string, tracks: readonly Track[]): Relief {
  const columns = chosen(surface.x.values.length);
  const rows = chosen(surface.y.values.length);
  const nx = surface.x.values.length;
  const axis = (name: string, from: number, to: number) => ({
    name,
    from,
    to,
    ends: [short(from), short(to)] as const,
  });
  const axisOf = ({ name, values }: Surface["x"]) => axis(name, values[0] ?? 0, values.at(-1) ?? 1);
  // upwards goes what is measured: only powers of ten stand evenly apart instead
  const up = levels.kind === "log" ? levels : levelsOf(surface.values, "linear");
  const [low, high] = up.range;
  const height = (value: number) => Math.round(9999 * up.share(value));
  return {
    x: axisOf(surface.x),
    y: axisOf(surface.y),
    z: axis(label, Math.abs(low) < high / 1000 && levels.kind !== "log" ? 0 : low, high),
    size: [columns.length, rows.length],
    heights: rows.flatMap((j) => columns.map((i) => height(surface.values[j * nx + i] ?? 0))),
    ramp: ramp(levels),
    paths: tracks.map(({ name, look, x, y, values, steps }) => {
      const numbers = (values: Float64Array) => Array.from(values, (value) => Number(value.toPrecision(6)));
      return {
        name,
        color: look.color,
        dashed: look.dash !== "",
        x: numbers(x),
        y: numbers(y),
        z: numbers(values),
        heights: Array.from(values, height),
        ...(steps && { steps }),
      };
    }),
  };
}

/** Evenly spread, first and last among them. */
function chosen(count: number): number[] {
  const kept = Math.min(count, MOST);
  return Array.from({ length: kept }, (_, k) => (kept === 1 ? 0 : Math.round((k * (count - 1)) / (kept - 1))));
}
