import * as Plot from "@observablehq/plot";
import { decades } from "../drawing/decades.js";
import { power } from "./figures.js";

/** Pixels of a picture from left to right. Letters are large for it: it is read from the back of a hall. */
export const WIDTH = 960;
const FONT = 20;

/** What all panels have: sizes and letters for a hall. */
export const hall = ({ width = WIDTH, height = 460, right = 30 }): Plot.PlotOptions => ({
  width,
  height,
  marginLeft: 104,
  marginRight: right,
  marginTop: 40,
  marginBottom: 72,
  style: { fontSize: `${FONT}px`, background: "none", overflow: "visible" },
});

/** An axis from left to right. */
export const across = (label: string, options: Plot.ScaleOptions = {}): Plot.ScaleOptions => ({
  label,
  labelAnchor: "center",
  labelOffset: 62,
  labelArrow: "none",
  ticks: 6,
  tickSpacing: 110,
  ...options,
});

/** An axis from below upwards, with lines through the picture. */
export const upright = (label: string, options: Plot.ScaleOptions = {}): Plot.ScaleOptions => ({
  label,
  labelArrow: "none",
  grid: true,
  ticks: 6,
  ...options,
});

/** A logarithmic axis over whole powers of ten; every so many of them have a number. */
export function logarithmic([low, high]: readonly [number, number]): Plot.ScaleOptions {
  const tens = decades(low, high).filter((tick) => /^1(e|0*$)|^0\.0*1$/.test(String(Number(tick.toPrecision(3)))));
  const every = Math.max(1, Math.ceil(tens.length / 7));
  // counted from 1, so that 1 has its number
  const one = Math.max(
    0,
    tens.findIndex((tick) => tick > 0.5),
  );
  const ticks = tens.length < 2 ? decades(low, high) : tens.filter((_, i) => (i - one) % every === 0);
  return {
    type: "log",
    domain: [low, high],
    ticks: ticks.map((tick) => Number(tick.toPrecision(3))),
    tickFormat: power,
  };
}

/** The places of texts beside the ends of curves, moved apart where they would lie upon each other. */
export function apart(values: readonly number[], scale: Plot.ScaleOptions, height: number): number[] {
  const inner = height - 112;
  const { apply, invert } = Plot.scale({ y: { ...scale, range: [inner, 0] } }) as Plot.Scale;
  const gap = 1.25 * FONT;
  const order = values.map((value, i) => ({ i, y: Number(apply(value)) })).sort((one, other) => one.y - other.y);
  // down from the top, then up from the bottom
  order.forEach((item, k) => {
    item.y = Math.max(item.y, (order[k - 1]?.y ?? -gap) + gap);
  });
  order.reverse().forEach((item, k) => {
    item.y = Math.min(item.y, (order[k - 1]?.y ?? inner - gap / 2 + gap) - gap);
  });
  const placed: number[] = [];
  for (const { i, y } of order) placed[i] = Number(invert?.(y) ?? y);
  return placed;
}
