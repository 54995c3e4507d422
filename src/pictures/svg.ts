import { rangeError, show } from "../check.js";
import { swatch } from "../drawing/figure.js";
import { escaped } from "../drawing/html.js";
import { WIDTH } from "./axes.js";
import { drawPanel, sizeOf } from "./draw.js";
import type { Panel, Picture } from "./picture.js";

export interface SvgOptions {
  /** That is drawn into: the browser's, or another one in Node. */
  readonly document: Document;
  /** What made it; stands below the drawings. */
  readonly command?: string;
  /** Pixels from edge to edge, 526 to 1016. Letters keep their size, so a narrow picture is legible where a page has little room. Default 1016. */
  readonly width?: number;
}

/** What the page's colours are on white; programs that show slides know no variables. */
const COLORS: Readonly<Record<string, string>> = {
  "var(--run0)": "#0072b2",
  "var(--run1)": "#d55e00",
  "var(--run2)": "#009e73",
  "var(--run3)": "#b0508a",
  "var(--run4)": "#b27b00",
  "var(--run5)": "#000000",
  "var(--map0)": "#0072b2",
  "var(--map1)": "#d55e00",
  "var(--map2)": "#009e73",
  "var(--map3)": "#b0508a",
  "var(--map4)": "#b27b00",
  "var(--map5)": "#000000",
  "var(--panel)": "#ffffff",
  "var(--ground)": "#ffffff",
  "var(--text)": "#1b1b1b",
  "var(--quiet)": "#5a5a5a",
  "var(--line)": "#d8d8d8",
  currentColor: "#1b1b1b",
};
const EDGE = 28;
const BROADEST = WIDTH + 2 * EDGE;
/** Panels that may stand side by side are drawn for their own width. */
const NARROWEST = 470 + 2 * EDGE;

/**
 * A picture as an SVG file of its own, on white: title, keys, drawings, caption, and the command that makes it. The same picture gives the same bytes.
 *
 * @returns undefined for a picture that is only a table
 * @throws RangeError BPTT_OPTION for a width out of range
 */
export function pictureSvg(
  picture: Picture,
  { document, command, width: whole = BROADEST }: SvgOptions,
): string | undefined {
  const { name, title, caption, keys } = picture;
  const room = svgWidth("width", whole) - 2 * EDGE;
  const panels = picture.panels.map((one) => fitted(one, room));
  if (panels.length === 0) return undefined;
  const parts: string[] = [];
  let y = EDGE;
  const lines = (text: string, size: number, { letter = 0.52, more = "" } = {}) => {
    for (const line of wrapped(text, room / (letter * size))) {
      y += 1.3 * size;
      parts.push(`<text x="${EDGE}" y="${round(y)}" font-size="${size}"${more}>${escaped(line)}</text>`);
    }
  };
  lines(title, 30, { letter: 0.62, more: ' font-weight="bold"' });
  if (keys.length > 0) {
    y += 12;
    let x = EDGE;
    for (const key of keys) {
      const width = 62 + 11.5 * key.text.length;
      if (x > EDGE && x + width > EDGE + room) [x, y] = [EDGE, y + 30];
      parts.push(
        swatch(key).replace('width="26" height="14"', `x="${x}" y="${round(y)}" width="46" height="25"`),
        `<text x="${x + 54}" y="${round(y + 20)}" font-size="20">${escaped(key.text)}</text>`,
      );
      x += width + 20;
    }
    y += 28;
  }
  for (const row of rowsOf(panels, room)) {
    y += 14;
    let [x, bottom] = [EDGE, y];
    for (const one of row) {
      const { width, height } = sizeOf(one);
      const top = one.title === undefined ? y : y + 24;
      if (one.title !== undefined)
        parts.push(`<text x="${x}" y="${round(y + 18)}" font-size="20">${escaped(one.title)}</text>`);
      const svg = drawPanel(one, document, `${name}-${panels.indexOf(one) + 1}`);
      parts.push(svg.replace("<svg ", `<svg x="${x}" y="${round(top)}" `));
      x += width + 20;
      bottom = Math.max(bottom, top + height);
    }
    y = bottom;
  }
  y += 6;
  lines(caption, 19);
  if (command !== undefined) {
    y += 8;
    lines(command, 18, { letter: 0.61, more: ' font-family="monospace" fill="#5a5a5a"' });
  }
  const size = [whole, Math.ceil(y + EDGE)];
  const text = `<svg xmlns="http://www.w3.org/2000/svg" width="${size[0]}" height="${size[1]}" viewBox="0 0 ${size.join(" ")}" font-family="system-ui, sans-serif" fill="#1b1b1b">
<title>${escaped(title)}</title>
<desc>${escaped(caption)}</desc>
<rect width="100%" height="100%" fill="#ffffff"/>
${parts.join("\n")}
</svg>
`;
  return text.replaceAll(/var\(--[a-z]+\d?\)|currentColor/g, (color) => COLORS[color] ?? color);
}

/** Checks the width of an SVG file. Throws RangeError BPTT_OPTION out of range. */
export function svgWidth(name: string, width: number): number {
  if (width >= NARROWEST && width <= BROADEST) return width;
  throw rangeError("BPTT_OPTION", `${name}: expected ${NARROWEST} to ${BROADEST} pixels, got ${show(width)}`);
}

const round = (value: number): number => Math.round(10 * value) / 10;

/** A panel no broader than there is room. */
function fitted(one: Panel, room: number): Panel {
  const { width } = sizeOf(one);
  return width > room ? { ...one, options: { ...one.options, width: room } } : one;
}

/** Lines of so many letters at most, if words are not longer. */
function wrapped(text: string, most: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1) ?? "";
    if (last !== "" && last.length + 1 + word.length > most) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines;
}

function rowsOf(panels: readonly Panel[], whole: number): Panel[][] {
  const rows: Panel[][] = [];
  let room = 0;
  for (const one of panels) {
    const { width } = sizeOf(one);
    if (width > room) {
      rows.push([]);
      room = whole + 20;
    }
    rows.at(-1)?.push(one);
    room -= width + 20;
  }
  return rows;
}
