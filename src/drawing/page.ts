import { escaped } from "./html.js";
import { STYLE } from "./style.js";

export interface Frame {
  readonly title: string;
  /** Rules behind those that all pages have. */
  readonly style: string;
  /** HTML. */
  readonly main: string;
  readonly script?: string | undefined;
}

/** A whole HTML page that needs nothing else. */
export const htmlPage = ({ title, style, main, script }: Frame): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<style>${STYLE}${style}</style>
</head>
<body>
<main>${main}</main>
${script === undefined ? "" : `<script>${script.replaceAll("</script", "<\\/script")}</script>\n`}</body>
</html>
`;
