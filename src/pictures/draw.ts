import * as Plot from "@observablehq/plot";
import type { Panel } from "./picture.js";

/** A panel as SVG. Each has a name of its own for its style and its clip paths, so that several fit into one page or file. */
export function drawPanel({ options }: Panel, document: Document, name: string): string {
  const drawn = Plot.plot({ ...options, document, className: name });
  // clip paths are numbered over all that a program ever drew; within a panel they are counted anew
  const seen = new Map<string, string>();
  const text = drawn.outerHTML.replaceAll(/ d="[^"]*"/g, (path) => path.replaceAll(/-?\d+\.\d\d+/g, rounded));
  return text.replaceAll(/\bplot-clip-\d+\b/g, (id) => {
    const known = seen.get(id) ?? `${name}-clip-${seen.size + 1}`;
    seen.set(id, known);
    return known;
  });
}

/** A tenth of a pixel is finer than a reader sees, and maps become half as long. */
const rounded = (number: string): string => String(Math.round(10 * Number(number)) / 10);

/** Width and height of a panel. */
export function sizeOf({ options }: Panel): { readonly width: number; readonly height: number } {
  const { width = 640, height = 400 } = options as { readonly width?: number; readonly height?: number };
  return { width, height };
}
