// Pages without a bundler, in both browsers: a script tag, a worker, a file that somebody double-clicks.
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { findBrowser } from "../../tests/support/browser.ts";
import { inlinePage, pageProgram, workerProgram } from "../../tests/support/packed.ts";
import { openedIn, page, project, run, served } from "./project.mjs";

const files = {
  "public/index.html": page("/main.js")["index.html"],
  "public/main.js": pageProgram("./bptt.min.js"),
  "public/worker.html": page("/with-worker.js")["index.html"],
  "public/with-worker.js":
    'new Worker("/worker.js", { type: "module" }).onmessage = ({ data }) => { document.body.dataset.result = data; };',
  "public/worker.js": workerProgram("./bptt.min.js"),
};

const KINDS = [
  {
    how: "a script tag, from a static server, policy `script-src 'self' 'wasm-unsafe-eval'`",
    digest: (folder, browser) => served(folder, browser),
  },
  { how: "a worker of the page", digest: (folder, browser) => served(folder, browser, "worker.html") },
  {
    how: "a double-clicked file (file:) with the library inside",
    async digest(folder, browser) {
      const file = join(folder, "double-click.html");
      writeFileSync(file, await inlinePage(join(folder, "bptt.min.js")));
      return openedIn(browser, pathToFileURL(file).href);
    },
  },
];

export const checks = ["chromium", "firefox"].flatMap((browser) =>
  KINDS.map(({ how, digest }) => ({
    name: browser === "chromium" ? "Chromium" : "Firefox",
    how,
    async run(tarball) {
      const program = findBrowser(browser);
      if (program === undefined) throw new Error(`${browser} is not installed here`);
      const folder = await project(tarball, [], files);
      const home = join(folder, "public");
      mkdirSync(home, { recursive: true });
      copyFileSync(join(folder, "node_modules/bptt/dist/bptt.min.js"), join(home, "bptt.min.js"));
      copyFileSync(join(folder, "ten-steps.js"), join(home, "ten-steps.js"));
      const version = /\d+(\.\d+)+\w*/.exec(await run(folder, program, ["--version"]))?.[0] ?? "unknown";
      return { version, digest: await digest(home, browser) };
    },
  })),
);
