import { swatch } from "../drawing/figure.js";
import { escaped, table } from "../drawing/html.js";
import { drawPanel, sizeOf } from "./draw.js";
import type { Picture } from "./picture.js";

/**
 * A picture as a `<figure>` for a page: title, drawings, caption, and the command that makes it.
 *
 * @param document that is drawn into: the browser's, or another one in Node
 */
export function pictureHtml(
  picture: Picture,
  { document, command }: { readonly document: Document; readonly command?: string },
): string {
  const { name, title, caption, keys, panels, relief } = picture;
  const legend = keys.map((key) => `<li>${swatch(key)}${escaped(key.text)}</li>`).join("");
  const drawn = panels.map((one, i) => {
    const { width } = sizeOf(one);
    const svg = drawPanel(one, document, `${name}-${i + 1}`).replace(
      "<svg ",
      `<svg role="img" aria-label="${escaped(one.title === undefined ? title : `${title}: ${one.title}`)}" `,
    );
    const heading = one.title === undefined ? "" : `<h3>${escaped(one.title)}</h3>`;
    return `<div style="flex: 1 1 ${width > 600 ? "100%" : "420px"}">${heading}<div class="drawing${width > 600 ? " broad" : ""}">${svg}</div></div>`;
  });
  return `<figure class="picture" id="${escaped(name)}">
<h2>${escaped(title)}</h2>
${legend === "" ? "" : `<ul class="legend">${legend}</ul>`}
${relief === undefined ? "" : `<div class="relief"><script type="application/json">${jsonFor(relief)}</script></div>`}
${drawn.length > 0 ? `<div class="panels">${drawn.join("")}</div>` : ""}
${picture.table ? table(picture.table.head, picture.table.rows) : ""}
<figcaption><p>${escaped(caption)}</p>${command === undefined ? "" : `<p><code>${escaped(command)}</code></p>`}</figcaption>
</figure>`;
}

/** JSON that no text can end before its time. */
const jsonFor = (value: unknown): string => JSON.stringify(value).replaceAll("<", "\\u003c");
