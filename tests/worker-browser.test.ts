// Workers in browsers: training off the page, over several threads, with and without shared memory, with the bytes of Node.

import { readFileSync } from "node:fs";
import { build } from "esbuild";
import type { Page } from "puppeteer-core";
import { beforeAll, describe, expect, type TestContext, test } from "vitest";
import { type BrowserName, findBrowser, withBrowser } from "./support/browser.js";
import { STRICT_POLICY, serve } from "./support/server.js";
import { runWorkers, type WorkerPlace } from "./support/worker-place.js";
import { THREAD } from "./support/workers.js";

const BROWSERS: readonly BrowserName[] = ["chromium", "firefox"];
const ONE_PLACE = 90_000;
const ISOLATED = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

type Found = WorkerPlace & { readonly isIsolated?: boolean; readonly refused?: object };

let page: string;
let here: WorkerPlace;

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: ["tests/support/worker-page.ts"],
    bundle: true,
    format: "esm",
    target: "es2022",
    write: false,
  });
  page = outputFiles[0]?.text ?? "";
  here = await runWorkers({});
}, ONE_PLACE);

test("in Node: one model and one list of reports, however it is trained", () => {
  expect(new Set(Object.values(here.models)).size).toBe(1);
  expect(new Set(Object.values(here.reports)).size).toBe(1);
  expect(here.truncated).toEqual(Array(3).fill(here.truncated[0]));
  const { classifiers, languageModels, written } = here.tasks;
  for (const found of [classifiers, languageModels, written]) expect(found).toEqual(Array(3).fill(found[0]));
  expect(written[0]).toHaveLength(120);
  expect(here.aborted).toEqual(["aborted", 1]);
  expect(here.errors.map((error) => "code" in error && error.code)).toEqual([
    "BPTT_OPTION",
    "BPTT_NON_FINITE",
    "BPTT_ORDER",
  ]);
});

async function inBrowser(name: BrowserName, headers: Readonly<Record<string, string>>, query = ""): Promise<Found> {
  const server = await serve(
    {
      "/index.html": '<!doctype html><title>bptt</title><body><script type="module" src="/page.js"></script></body>',
      "/page.js": page,
      "/worker-thread.js": readFileSync(THREAD, "utf8"),
    },
    headers,
  );
  try {
    const result = async (tab: Page): Promise<Found> => {
      for (const end = Date.now() + ONE_PLACE; Date.now() < end; await new Promise((wait) => setTimeout(wait, 100))) {
        const text = await tab.evaluate(() => document.body.dataset.result);
        if (text !== undefined) return JSON.parse(text);
      }
      const at = await tab.evaluate(() => document.body.dataset.at);
      throw new Error(`${name}: no result after ${ONE_PLACE / 1000} s; it is at: ${at}`);
    };
    // Firefox tells the page of workers that its policy forbids, and of errors in workers that the library hears of too
    return await withBrowser(name, `${server.origin}/index.html${query}`, result, /worker-src|sabotage/);
  } finally {
    await server.close();
  }
}

function present(context: TestContext, name: BrowserName): void {
  if (findBrowser(name) !== undefined) return;
  if (process.env.CI === "true") throw new Error(`${name} is not installed; CI=true needs every place`);
  context.skip(`${name} is not installed`);
}

describe.each(BROWSERS)("%s", (name) => {
  for (const [how, headers, isShared] of [
    ["by messages", {}, false],
    ["with shared memory, in an isolated page", ISOLATED, true],
  ] as const)
    test(`${how}: the bytes, reports and errors of Node, also when a thread ends in between`, {
      timeout: 2 * ONE_PLACE,
    }, async (context) => {
      present(context, name);
      const { isIsolated, heard, models, ...found } = await inBrowser(name, headers);
      expect(isIsolated).toBe(isShared);
      expect(heard).toEqual(["lost"]);
      expect(models).toEqual({ ...here.models, "a thread that ended": here.models["this thread"] });
      const { models: _, heard: __, ...rest } = here;
      expect(found).toEqual(rest);
    });

  test("a policy against blob: addresses: the error says what to do, and that works", {
    timeout: 2 * ONE_PLACE,
  }, async (context) => {
    present(context, name);
    const { refused, ...found } = await inBrowser(name, { "content-security-policy": STRICT_POLICY }, "?strict");
    expect(refused).toMatchObject({
      code: "BPTT_WORKER",
      message: expect.stringContaining(
        'give { worker: () => new Worker(new URL("bptt/worker-thread", import.meta.url)',
      ),
    });
    expect(found).toEqual(here);
  });
});
