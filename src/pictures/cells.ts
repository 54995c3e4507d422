import type * as Plot from "@observablehq/plot";
import type { Refined } from "../lab/index.js";
import { across, hall, upright } from "./axes.js";
import { grouped } from "./figures.js";
import { type Picture, panel } from "./picture.js";

export interface CellsPictureOptions {
  readonly name?: string;
  readonly title: string;
  /** Names of the axes. */
  readonly x: string;
  readonly y: string;
}

/** The cells of a refined surface: they are small where it is steep, so the cliffs stand out as dark lines. */
export function cellsPicture({ points, cells, complete }: Refined, options: CellsPictureOptions): Picture {
  const depth = cells.depth.reduce((most, one) => Math.max(most, one), 0);
  const [x1, y1] = [least(cells.x), least(cells.y)];
  const [x2, y2] = [
    -least(cells.x.map((x, k) => -x - (cells.width[k] ?? 0))),
    -least(cells.y.map((y, k) => -y - (cells.height[k] ?? 0))),
  ];
  const side = least(cells.width);
  const regular = Math.round((x2 - x1) / side) * Math.round((y2 - y1) / least(cells.height));
  return {
    name: options.name ?? "surface-cells",
    title: options.title,
    caption:
      `Each cell is quartered as long as its corners differ: large cells lie on plains, small ones along the walls, down to a width of ${Number(side.toPrecision(3))} ` +
      `(quartered ${depth} times). ${grouped(points.x.length)} points are enough where a regular grid as fine would need ${grouped(regular)}` +
      `${complete ? "" : "; the walls are finer still, the points were used up"}.`,
    keys: [],
    panels: [
      panel({
        ...hall({ height: 640 }),
        x: across(options.x, { domain: [x1, x2] }),
        y: upright(options.y, { domain: [y1, y2], grid: false }),
        marks: [net(cells)],
      }),
    ],
  };
}

const least = (values: Float64Array): number =>
  values.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);

const SVG = "http://www.w3.org/2000/svg";

/** One path for all cells: thousands of rectangles would make a file that nobody wants. Cells below a pixel share a dot. */
const net =
  ({ x, y, width, height }: Refined["cells"]): Plot.RenderFunction =>
  (_index, scales, _values, _dimensions, context) => {
    const across = (value: number) => Number((scales.x as (value: number) => number)(value));
    const upright = (value: number) => Number((scales.y as (value: number) => number)(value));
    const parts: string[] = [];
    const dots = new Set<string>();
    for (let k = 0; k < x.length; ++k) {
      const [left, bottom] = [across(x[k] ?? 0), upright(y[k] ?? 0)];
      const [right, top] = [across((x[k] ?? 0) + (width[k] ?? 0)), upright((y[k] ?? 0) + (height[k] ?? 0))];
      if (right - left >= 1.5 && bottom - top >= 1.5)
        parts.push(`M${tenth(left)} ${tenth(top)}V${tenth(bottom)}H${tenth(right)}`);
      else dots.add(`M${Math.floor(left)} ${Math.floor(top)}h1`);
    }
    const path = (d: string, strokeWidth: string, opacity: string) => {
      const element = context.document.createElementNS(SVG, "path");
      const look = { d, fill: "none", stroke: "currentColor", "stroke-width": strokeWidth, "stroke-opacity": opacity };
      for (const [name, value] of Object.entries(look)) element.setAttribute(name, value);
      return element;
    };
    const group = context.document.createElementNS(SVG, "g");
    group.append(path(parts.join(""), "0.6", "0.75"), path([...dots].join(""), "1.6", "1"));
    return group;
  };

const tenth = (value: number): number => Math.round(10 * value) / 10;
