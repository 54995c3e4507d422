import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Marked } from "marked";
import { gfmHeadingId } from "marked-gfm-heading-id";
import type { Plugin } from "vite";

const docs = fileURLToPath(new URL("../docs/", import.meta.url));
const PICTURES = /^why\/.*\.svg$/;

/** The guide in both languages as pages beside this one, with its pictures. */
export function guide(): Plugin {
  return {
    name: "guide",
    generateBundle() {
      for (const [fileName, source] of pages()) this.emitFile({ type: "asset", fileName, source });
    },
    configureServer({ middlewares }) {
      middlewares.use((request, response, next) => {
        const source = pages().get((request.url ?? "").split("?")[0]?.slice(1) ?? "");
        if (source === undefined) return next();
        response.setHeader("content-type", request.url?.endsWith(".svg") ? "image/svg+xml" : "text/html");
        response.end(source);
      });
    },
  };
}

function pages(): Map<string, string> {
  const pictures = readdirSync(`${docs}why`)
    .map((name) => `why/${name}`)
    .filter((path) => PICTURES.test(path));
  return new Map([
    ["guide.html", page("why-rnns-are-hard.md", "en")],
    ["guide.zh.html", page("why-rnns-are-hard.zh.md", "zh-Hant")],
    ...pictures.map((path) => [path, readFileSync(`${docs}${path}`, "utf8")] as const),
  ]);
}

function page(file: string, lang: string): string {
  const markdown = readFileSync(`${docs}${file}`, "utf8");
  const title = /^# (.*)$/m.exec(markdown)?.[1] ?? "bptt";
  const body = new Marked(gfmHeadingId()).parse(markdown, { async: false });
  const linked = body
    // the rooms of the page name sections by number
    .replaceAll(/<h2 id="[^"]*">(\d+)\./g, (heading, number) => `<a id="section-${number}"></a>${heading}`)
    .replaceAll("why-rnns-are-hard.zh.md", "guide.zh.html")
    .replaceAll("why-rnns-are-hard.md", "guide.html");
  return `<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="./icon.svg" type="image/svg+xml">
<title>${title}</title>
<style>
:root { color-scheme: light dark; }
body { margin: 0 auto; padding: 16px 20px 64px; max-width: 56em; font: 18px/1.6 system-ui, "Noto Sans CJK TC", sans-serif; background: light-dark(#ffffff, #141414); color: light-dark(#1b1b1b, #ececec); }
a { color: light-dark(#00609a, #7cc6f2); }
img { max-width: 100%; height: auto; background: #ffffff; border-radius: 8px; }
pre { overflow-x: auto; padding: 12px 14px; background: light-dark(#f2f2f0, #202020); border-radius: 8px; font-size: 15px; }
table { display: block; overflow-x: auto; border-collapse: collapse; }
th, td { padding: 4px 16px 4px 0; border-bottom: 1px solid light-dark(#d0d0d0, #444444); text-align: left; }
</style>
</head>
<body>
<p><a href="./index.html">bptt</a></p>
${linked}
</body>
</html>
`;
}
