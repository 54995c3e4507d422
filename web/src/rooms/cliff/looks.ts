import type { WayName } from "./run.js";

/** How a way is told from the others: by colour, by stroke and by symbol. */
export interface Look {
  /** Number of the page's colour. */
  readonly color: number;
  readonly dash: string;
  readonly symbol: "circle" | "triangle" | "square";
}

export const looks: Readonly<Record<WayName, Look>> = {
  unclipped: { color: 1, dash: "9 5", symbol: "triangle" },
  clipped: { color: 2, dash: "", symbol: "circle" },
  sgd: { color: 1, dash: "9 5", symbol: "triangle" },
  momentum: { color: 2, dash: "", symbol: "circle" },
  adam: { color: 3, dash: "3 4", symbol: "square" },
};

const SHAPES: Readonly<Record<Look["symbol"], (r: number) => string>> = {
  circle: (r) => `M${-r},0a${r},${r} 0 1 0 ${2 * r},0a${r},${r} 0 1 0 ${-2 * r},0Z`,
  triangle: (r) => `M0,${-1.25 * r}L${1.15 * r},${0.85 * r}H${-1.15 * r}Z`,
  square: (r) => `M${-r},${-r}h${2 * r}v${2 * r}h${-2 * r}Z`,
};

/** The symbol of a way as a path around (0, 0). */
export const shapeOf = ({ symbol }: Look, radius: number): string => SHAPES[symbol](radius);
