import { swatch } from "../drawing/figure.js";
import { escaped } from "../drawing/html.js";
import { WIDTH } from "./axes.js";
import { drawPanel, sizeOf } from "./draw.js";
import type { Panel, Picture } from "./picture.js";

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

/**
 * A picture as an SVG file of its own, on white: title, keys, drawings, caption, and the command that makes it. The same picture gives the same bytes.
 *
 * @param document that is drawn into: the browser's, or another one in Node
 * @returns undefined for a picture that is only a table
 */
export function pictureSvg(
  picture: Picture,
  { document, command }: { readonly document: Document; readonly command?: string },
): string | undefined {
  const { name, title, caption, keys, panels } = picture;
  if (panels.length === 0) return undefined;
  const parts: string[] = [];
  let y = EDGE;
  const lines = (text: string, size: number, more = "") => {
    for (const line of wrapped(text, size)) {
      y += 1.3 * size;
      parts.push(`<text x="${EDGE}" y="${round(y)}" font-size="${size}"${more}>${escaped(line)}</text>`);
    }
  };
  lines(title, 30, ' font-weight="bold"');
  if (keys.length > 0) {
    y += 12;
    let x = EDGE;
    for (const key of keys) {
      const width = 62 + 11.5 * key.text.length;
      if (x > EDGE && x + width > EDGE + WIDTH) [x, y] = [EDGE, y + 30];
      parts.push(
        swatch(key).replace('width="26" height="14"', `x="${x}" y="${round(y)}" width="46" height="25"`),
        `<text x="${x + 54}" y="${round(y + 20)}" font-size="20">${escaped(key.text)}</text>`,
      );
      x += width + 20;
    }
    y += 28;
  }
  for (const row of rowsOf(panels)) {
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
    lines(command, 18, ' font-family="monospace" fill="#5a5a5a"');
  }
  const size = [WIDTH + 2 * EDGE, Math.ceil(y + EDGE)];
  const text = `<svg xmlns="http://www.w3.org/2000/svg" width="${size[0]}" height="${size[1]}" viewBox="0 0 ${size.join(" ")}" font-family="system-ui, sans-serif" fill="#1b1b1b">
<title>${escaped(title)}</title>
<desc>${escaped(caption)}</desc>
<rect width="100%" height="100%" fill="#ffffff"/>
${parts.join("\n")}
</svg>
`;
  return text.replaceAll(/var\(--[a-z]+\d?\)|currentColor/g, (color) => COLORS[color] ?? color);
}

const round = (value: number): number => Math.round(10 * value) / 10;

/** Lines of about as many letters as fit. */
function wrapped(text: string, size: number): string[] {
  const most = Math.floor(WIDTH / (0.52 * size));
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1) ?? "";
    if (last !== "" && last.length + 1 + word.length > most) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines;
}

function rowsOf(panels: readonly Panel[]): Panel[][] {
  const rows: Panel[][] = [];
  let room = 0;
  for (const one of panels) {
    const { width } = sizeOf(one);
    if (width > room) {
      rows.push([]);
      room = WIDTH + 20;
    }
    rows.at(-1)?.push(one);
    room -= width + 20;
  }
  return rows;
}
