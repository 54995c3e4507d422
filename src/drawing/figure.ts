import { escaped } from "./html.js";

/** How a thing looks in a chart. */
export interface Key {
  readonly text: string;
  readonly color: string;
  /** Of lines: lengths of strokes and gaps, in pixels. */
  readonly dash?: string;
  readonly mark: "line" | "dashes" | "dots" | "thin" | "dot" | "cross" | "ring" | "rule" | "star" | "band";
}

/** A chart with its title and what its marks mean. */
export function figure(title: string, keys: readonly Key[], svg: string, wide = false): string {
  const legend = keys.map((key) => `<li>${swatch(key)}${escaped(key.text)}</li>`).join("");
  const named = svg.replace("<svg ", `<svg role="img" aria-label="${escaped(title)}" `);
  return `<figure${wide ? ' class="wide"' : ""}><figcaption><h3>${escaped(title)}</h3><ul class="legend">${legend}</ul></figcaption>${named}</figure>`;
}

/** What stands before a key, 26 x 14 pixels. */
export function swatch({ mark, color, dash }: Key): string {
  const stroke = `stroke="${color}" fill="none"`;
  const shapes: Readonly<Record<Key["mark"], string>> = {
    line: `<path d="M0 7H26" ${stroke} stroke-width="3"${dash ? ` stroke-dasharray="${dash}"` : ""}/>`,
    thin: `<path d="M0 10L5 4L9 11L14 3L19 10L26 5" ${stroke} opacity="0.5"/>`,
    dashes: `<path d="M0 7H26" ${stroke} stroke-width="2" stroke-dasharray="6 4"/>`,
    dots: `<path d="M0 7H26" ${stroke} stroke-width="2"/><circle cx="13" cy="7" r="4" fill="${color}"/>`,
    dot: `<circle cx="13" cy="7" r="3" fill="${color}"/>`,
    cross: `<path d="M8 2L18 12M18 2L8 12" ${stroke} stroke-width="2.5"/>`,
    star: `<path d="M13 1V13M8 4L18 10M18 4L8 10" ${stroke} stroke-width="1.5"/>`,
    ring: `<circle cx="13" cy="7" r="5.5" ${stroke} stroke-width="2"/>`,
    band: `<rect width="26" height="14" fill="${color}" opacity="0.25"/>`,
    rule: `<path d="M13 0V14" ${stroke} stroke-width="2" stroke-dasharray="3 2"/>`,
  };
  return `<svg width="26" height="14" viewBox="0 0 26 14" aria-hidden="true">${shapes[mark]}</svg>`;
}
