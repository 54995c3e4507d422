// The file for pages (dist/bptt.min.js) in browsers: served under a strict policy, in a worker, from a file that somebody double-clicks, and what a page without the
// permission for WebAssembly is told.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, type TestContext, test } from "vitest";
import * as source from "../src/index.js";
import { type BrowserName, findBrowser, resultOf, withBrowser } from "./support/browser.js";
import { inlinePage, pageProgram, tenStepsModule, workerProgram } from "./support/packed.js";
import { type Server, STRICT_POLICY, serve } from "./support/server.js";
import { tenSteps } from "./support/ten-steps.js";

const BROWSERS: readonly BrowserName[] = ["chromium", "firefox"];
const TIME = 60_000;
const folder = mkdtempSync(join(tmpdir(), "bptt-pages-"));
const page = (script: string): string =>
  `<!doctype html><title>bptt</title><body><script type="module" src="/${script}"></script></body>`;

let allowed: Server;
let forbidden: Server;
let digest: string;

beforeAll(async () => {
  digest = await tenSteps(source);
  const files = {
    "/index.html": page("page.js"),
    "/with-worker.html": page("with-worker.js"),
    "/page.js": pageProgram("./bptt.min.js"),
    "/with-worker.js":
      'new Worker("/worker.js", { type: "module" }).onmessage = ({ data }) => { document.body.dataset.result = data; };',
    "/worker.js": workerProgram("./bptt.min.js"),
    "/ten-steps.js": await tenStepsModule(),
    "/bptt.min.js": readFileSync("dist/bptt.min.js"),
  };
  allowed = await serve(files);
  forbidden = await serve(files, { "content-security-policy": STRICT_POLICY.replace(" 'wasm-unsafe-eval'", "") });
  writeFileSync(join(folder, "double-click.html"), await inlinePage("dist/bptt.min.js"));
});

afterAll(async () => {
  await Promise.all([allowed?.close(), forbidden?.close()]);
  rmSync(folder, { recursive: true, force: true });
});

describe.each(BROWSERS)("%s", (name) => {
  const missing = findBrowser(name) === undefined;
  let said: readonly string[] = [];

  // one browser for all pages: most of the time is its start
  beforeAll(async () => {
    if (missing) return;
    const urls = [
      `${allowed.origin}/index.html`,
      `${allowed.origin}/with-worker.html`,
      pathToFileURL(join(folder, "double-click.html")).href,
      `${forbidden.origin}/index.html`,
    ];
    said = await withBrowser(name, "about:blank", async (opened) => {
      const results: string[] = [];
      for (const url of urls) {
        await opened.goto(url, { timeout: TIME });
        results.push(await resultOf(opened, TIME));
      }
      return results;
    });
  }, 5 * TIME);

  const result = (context: TestContext, number: number): string | undefined => {
    if (missing && process.env.CI === "true") throw new Error(`${name} is missing; CI=true needs every place`);
    if (missing) context.skip(`${name} is not installed`);
    return said[number];
  };

  test("trains from a static server, under the policy script-src 'self' 'wasm-unsafe-eval'", (context) => {
    expect(result(context, 0)).toBe(digest);
  });

  test("trains in a worker of the page", (context) => {
    expect(result(context, 1)).toBe(digest);
  });

  test("trains in a page that is opened as a file, with the library inside", (context) => {
    expect(result(context, 2)).toBe(digest);
  });

  test("says what a policy without 'wasm-unsafe-eval' lacks", (context) => {
    expect(result(context, 3)).toMatch(
      /BPTT_WASM kernel: compiling WebAssembly is forbidden here .*'wasm-unsafe-eval' in script-src/,
    );
  });
});
