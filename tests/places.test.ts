// The kernel's suite and its digests in every place where bptt runs: the Node versions that are supported and two browsers. Under CI=true
// every place must be there; elsewhere a missing one is skipped, with the reason.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, type TestContext, test } from "vitest";
import { suite } from "./kernel/suite.js";
import { type BrowserName, findBrowser, resultOf, withBrowser } from "./support/browser.js";
import { findNode, outputOf } from "./support/node-version.js";
import type { PlaceResult } from "./support/place.js";
import { serve } from "./support/server.js";

const NODES = [20, 22, 24, 26];
const BROWSERS: readonly BrowserName[] = ["chromium", "firefox"];
const ONE_PLACE = 300_000;

let folder: string;
let place: string;
let here: PlaceResult;

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: ["tests/support/place.ts"],
    bundle: true,
    format: "esm",
    target: "es2022",
    write: false,
  });
  place = outputFiles[0]?.text ?? "";
  folder = await mkdtemp(join(tmpdir(), "bptt-places-"));
  await writeFile(join(folder, "place.mjs"), place);
  await writeFile(
    join(folder, "run.mjs"),
    'import { runPlace } from "./place.mjs";\nconsole.log(JSON.stringify(await runPlace()));\n',
  );
  here = await inNode(process.execPath);
}, ONE_PLACE);

afterAll(async () => {
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

const inNode = async (program: string): Promise<PlaceResult> =>
  JSON.parse(await outputOf(program, [join(folder, "run.mjs")], ONE_PLACE));

test(`the kernel's suite passes on Node ${process.version}`, () => {
  expect(here.failed).toEqual([]);
  expect(here.passed).toBe(suite.length);
  expect(Object.values(here.hashes)).not.toContain("");
});

describe.each(NODES.filter((major) => `${major}` !== process.versions.node.split(".")[0]))("Node %i", (major) => {
  test("passes the kernel's suite with the same bits", { timeout: 2 * ONE_PLACE }, async (context) => {
    const program = (await findNode(major)) ?? missing(context, `npx -p node@${major} brings no Node here`);
    expect(await inNode(program)).toEqual(here);
  });
});

describe.each(BROWSERS)("%s", (name) => {
  test("passes the kernel's suite with the same bits, under a strict content policy", {
    timeout: 2 * ONE_PLACE,
  }, async (context) => {
    if (findBrowser(name) === undefined) missing(context, `${name} is not installed`);
    expect(await inBrowser(name)).toEqual(here);
  });
});

async function inBrowser(name: BrowserName): Promise<PlaceResult> {
  const server = await serve({
    "/index.html": '<!doctype html><title>bptt</title><body><script type="module" src="/run.js"></script></body>',
    "/run.js":
      'import { runPlace } from "/place.js";\nconst result = await runPlace().catch((error) => ({ failed: String(error) }));\n' +
      "document.body.dataset.result = JSON.stringify(result);\n",
    "/place.js": place,
  });
  try {
    return await withBrowser(name, `${server.origin}/index.html`, async (page) =>
      JSON.parse(await resultOf(page, ONE_PLACE)),
    );
  } finally {
    await server.close();
  }
}

function missing(context: TestContext, reason: string): never {
  if (process.env.CI === "true") throw new Error(`${reason}; CI=true needs every place`);
  return context.skip(reason);
}
