import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

/** Draws without a browser. */
export function drawnSvg(options: Plot.PlotOptions): SVGElement | HTMLElement {
  const { document } = parseHTML("<html><body></body></html>");
  return Plot.plot({ document, ...options });
}

/** The same as text. */
export const drawn = (options: Plot.PlotOptions): string => drawnSvg(options).outerHTML;
