import type { Key } from "../drawing/figure.js";

/** How one of several series looks: told apart by colour, by stroke and by symbol. */
export interface Look {
  /** Of the page's colours. */
  readonly color: string;
  /** Lengths of strokes and gaps, "" for a whole line. */
  readonly dash: string;
  readonly symbol: "circle" | "triangle" | "square" | "diamond" | "times" | "star";
}

const DASHES = ["", "16 8", "3 8", "18 7 3 7", "8 6", "26 8 8 8"];
const SYMBOLS = ["circle", "triangle", "square", "diamond", "times", "star"] as const;

/** The look of series number i; after six they come again. */
export const lookOf = (i: number): Look => ({
  color: `var(--run${i % 6})`,
  dash: DASHES[i % 6] ?? "",
  symbol: SYMBOLS[i % 6] ?? "circle",
});

/** Scaled to the size of a swatch. */
export const keyOf = (text: string, { color, dash }: Pick<Look, "color" | "dash">): Key => ({
  text,
  color,
  mark: "line",
  ...(dash !== "" && { dash: dash.replaceAll(/\d+/g, (length) => String(Math.max(2, Number(length) / 2.5))) }),
});
