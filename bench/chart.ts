import * as Plot from "@observablehq/plot";
import { drawnSvg } from "../src/report/drawn.js";
import { AXES } from "./growth.js";
import type { Row, Section } from "./section.js";

const WIDTH = 430;
const HEIGHT = 300;
const TOP = 46;
const COLORS = { measured: "#1f77b4", lazyRows: "#2ca02c", products: "#999" };

/** How cost grows, one picture for each size: time of a token, and the part of it that the matrix products would take at P. */
export function chart(sections: readonly Section[]): string {
  const rows = sections.find(({ name }) => name === "growth")?.rows ?? [];
  const names = [...new Set(AXES.map(({ name }) => name))];
  const panels = names.map((name, index) => {
    const panel = panelOf(
      rows.filter(({ values }) => values.axis === name),
      AXES.find((axis) => axis.name === name)?.title ?? name,
      name,
    );
    panel.setAttribute("x", String((index % 2) * WIDTH));
    panel.setAttribute("y", String(TOP + Math.floor(index / 2) * HEIGHT));
    return panel.outerHTML;
  });
  const legend = [
    ["measured", "a training step"],
    ["lazyRows", "with lazyRows"],
    ["products", "its matrix products at P"],
  ].map(([key = "", text], index) => {
    const color = COLORS[key as keyof typeof COLORS];
    return `<g transform="translate(${20 + 190 * index}, 34)"><line x2="22" stroke="${color}" stroke-width="2.5"/><text x="28" y="4">${text}</text></g>`;
  });
  const size = { width: 2 * WIDTH, height: TOP + Math.ceil(names.length / 2) * HEIGHT };
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" viewBox="0 0 ${size.width} ${size.height}" ` +
    `style="background: white; color: #222; font: 12px system-ui, sans-serif">` +
    `<text x="20" y="18" font-weight="bold">microseconds for each token of a training step, one size of W1 changed at a time</text>` +
    `${legend.join("")}${panels.join("")}</svg>\n`
  );
}

function panelOf(rows: readonly Row[], title: string, name: string): SVGElement | HTMLElement {
  const points = rows.map(({ values }) => ({
    size: Number(values.size),
    time: Number(values.perToken),
    products: Number(values.productsPerToken),
    kind: values.lazyRows ? ("lazyRows" as const) : ("measured" as const),
  }));
  const dense = points.filter(({ kind }) => kind === "measured");
  return drawnSvg({
    width: WIDTH,
    height: HEIGHT,
    marginLeft: 50,
    marginBottom: 40,
    marginTop: 28,
    inset: 8,
    // sizes grow by one factor, so a logarithmic axis has them at equal distances
    x: { type: "point", label: `${name}, ${title}`, tickFormat: ticks },
    y: { type: "log", label: "us/token", grid: true, ticks: 6, tickFormat: "~g" },
    marks: [
      Plot.line(dense, { x: "size", y: "products", stroke: COLORS.products, strokeDasharray: "4 3" }),
      Plot.line(points, {
        x: "size",
        y: "time",
        z: "kind",
        stroke: ({ kind }: (typeof points)[number]) => COLORS[kind],
      }),
      Plot.dot(points, { x: "size", y: "time", fill: ({ kind }: (typeof points)[number]) => COLORS[kind], r: 3 }),
    ],
  });
}

const ticks = (size: number): string => (size >= 1000 ? `${Math.round(size / 100) / 10}k` : String(size));
