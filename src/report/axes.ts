import type * as Plot from "@observablehq/plot";
import { decades } from "../drawing/decades.js";
import { digits } from "../drawing/digits.js";
import type { Point } from "../drawing/thin.js";
import type { Series } from "./series.js";

export const lastStep = (series: readonly Series[]): number =>
  Math.max(1, ...series.map(({ loss, norm }) => Math.max(loss.at(-1)?.step ?? 0, norm.at(-1)?.step ?? 0)));

/** A loss that falls far is drawn logarithmically: its end is where runs differ. Single batches may lie below the picture, none above. */
export function lossScale(shown: readonly Point[], all: readonly Point[]): Plot.ScaleOptions {
  const [low, high] = range(shown);
  const top = range(all)[1];
  if (!(low > 0 && high > 20 * low)) return { type: "linear", zero: true, nice: true, ticks: 6 };
  return { type: "log", domain: [low / 1.5, top], ticks: decades(low / 1.5, top), clamp: true };
}

export function range(points: readonly { readonly value: number }[]): [low: number, high: number] {
  return points.reduce(
    ([low, high], { value }) => [Math.min(low, value), Math.max(high, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
}

/** What the y axes have in common. */
export const upright = (label: string): Plot.ScaleOptions => ({
  label,
  labelArrow: "none",
  grid: true,
  tickFormat: digits,
});

/** What all charts have: a size, and steps from left to right. */
export function axes({ wide = false, steps }: { readonly wide?: boolean; readonly steps: number }): Plot.PlotOptions {
  return {
    width: wide ? 1300 : 640,
    height: wide ? 440 : 330,
    marginLeft: 64,
    marginRight: 24,
    marginTop: 34,
    marginBottom: 48,
    style: { fontSize: "15px", background: "none", overflow: "visible" },
    x: {
      domain: [0, steps],
      label: "training step",
      labelAnchor: "center",
      labelArrow: "none",
      ticks: wide ? 10 : 5,
      tickFormat: digits,
    },
  };
}
