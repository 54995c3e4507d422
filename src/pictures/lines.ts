import * as Plot from "@observablehq/plot";
import { thinned } from "../drawing/thin.js";
import { across, apart, hall } from "./axes.js";
import { lookOf } from "./looks.js";
import { type Panel, panel } from "./picture.js";

/** Values of the steps 1, 2, ... */
export interface Line {
  readonly name: string;
  readonly values: ArrayLike<number>;
}

export interface LinesOptions {
  readonly x: Plot.ScaleOptions & { readonly label: string };
  readonly y: Plot.ScaleOptions;
  /** The ends of the scale upwards. */
  readonly range: readonly [number, number];
  /** From the last step on the left to the first on the right. */
  readonly backwards: boolean;
  /** Room for the names. */
  readonly right: number;
  readonly title?: string | undefined;
}

const HEIGHT = 480;

/** Lines over the steps with their names beside their ends; an arrow at a name says that its line has left the picture below. */
export function linesPanel(lines: readonly Line[], { x, y, range, backwards, right, title }: LinesOptions): Panel {
  const [low, high] = range;
  const isShown = (value: number) => Number.isFinite(value) && !(y.type === "log" && value <= 0);
  const ends = lines.map(({ values }) => values[backwards ? 0 : values.length - 1] ?? Number.NaN);
  const hasLeft = (end: number) => !isShown(end) || end < low;
  const heights = apart(
    ends.map((end) => (hasLeft(end) ? low : Math.min(high, end))),
    y,
    HEIGHT,
  );
  const names = lines.map(({ name }, i) => ({
    name: hasLeft(ends[i] ?? low) ? `${name} ↓` : name,
    y: heights[i] ?? low,
    color: lookOf(i).color,
  }));
  const T = lines[0]?.values.length ?? 1;
  const marks = lines.map(({ values }, i) => {
    const { color, dash } = lookOf(i);
    const points = Array.from(values, (value, t) => ({ step: t + 1, value })).filter(({ value }) => isShown(value));
    const stroke = { stroke: color, strokeWidth: 4, strokeDasharray: dash };
    return Plot.lineY(thinned(points), { x: "step", y: "value", ...stroke, clip: true });
  });
  const text = { text: "name", fill: "color", fontWeight: "bold" } as const;
  return panel(
    {
      ...hall({ height: HEIGHT, right }),
      x: across(x.label, { domain: backwards ? [T, 1] : [1, T], ...x }),
      y,
      marks: [...marks, Plot.text(names, { x: backwards ? 1 : T, y: "y", ...text, textAnchor: "start", dx: 12 })],
    },
    title,
  );
}
