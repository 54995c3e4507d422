import { escaped } from "../drawing/html.js";
import { htmlPage } from "../drawing/page.js";
import { pictureHtml } from "./html.js";
import type { Picture } from "./picture.js";
import { PAGE } from "./style.js";

export interface PageOptions {
  readonly title: string;
  /** What the page is about, in a sentence or two. */
  readonly about: string;
  /** What made it; stands below each picture. */
  readonly command?: string;
  /** That is drawn into: the browser's, or another one in Node. */
  readonly document: Document;
  /** The text of dist/pictures/relief.min.js: shows the views that can be turned. Without, the page has none. */
  readonly script?: string;
}

/** Pictures as one HTML page that needs nothing else: it opens by a double click, without a network. The same pictures give the same bytes. */
export function picturesPage(pictures: readonly Picture[], options: PageOptions): string {
  const { title, about, command, document, script } = options;
  const hasRelief = script !== undefined && pictures.some(({ relief }) => relief !== undefined);
  const figures = pictures.map((picture) => {
    const { relief, ...flat } = picture;
    return pictureHtml(hasRelief ? picture : flat, { document, ...(command !== undefined && { command }) });
  });
  return htmlPage({
    title,
    style: PAGE,
    main: `
<header><h1>${escaped(title)}</h1><p>${escaped(about)}</p></header>
${figures.join("\n")}
`,
    script: hasRelief ? script : undefined,
  });
}
