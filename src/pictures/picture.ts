import type * as Plot from "@observablehq/plot";
import type { Key } from "../drawing/figure.js";
import type { Relief } from "./relief/relief.js";

/** One drawing of a picture. */
export interface Panel {
  /** What stands above it, where a picture has several. */
  readonly title?: string;
  /** Options of Observable Plot's `plot()`, with width and height; a document is added where it is drawn. */
  readonly options: object;
}

/** What is drawn from data of bptt/lab: for a page, or for a file of its own. */
export interface Picture {
  /** The name of its file, and its place in a page: small letters and hyphens. */
  readonly name: string;
  readonly title: string;
  /** What one sees, in sentences. */
  readonly caption: string;
  /** What its marks mean, where they do not say so themselves. */
  readonly keys: readonly Key[];
  /** From left to right as far as they fit, then below. */
  readonly panels: readonly Panel[];
  /** Figures that stand below the panels, or alone. */
  readonly table?: { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };
  /** The same as a view that can be turned: pages with a script show it, files leave it out. */
  readonly relief?: Relief;
}

/** Plot's options as a panel, seen by the compiler. */
export const panel = (options: Plot.PlotOptions, title?: string): Panel => ({
  options,
  ...(title !== undefined && { title }),
});
