// The page of docs/browser.md: built by Vite with the package as npm installs it, it trains in a browser, tags, saves, and opens what it saved.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { Page } from "puppeteer-core";
import { build } from "vite";
import { afterAll, expect, test } from "vitest";
import { findBrowser, withBrowser } from "./support/browser.js";
import { install, pack } from "./support/packed.js";
import { serve } from "./support/server.js";

const TIME = 120_000;
const folder = mkdtempSync(join(tmpdir(), "bptt-browser-page-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The one block of a language in the page of the docs. */
function block(language: string): string {
  const blocks = [
    ...readFileSync("docs/browser.md", "utf8").matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms")),
  ];
  expect(blocks).toHaveLength(1);
  return blocks[0]?.[1] ?? "";
}

/** Waits until the page says it. */
async function until(page: Page, id: string, pattern: RegExp): Promise<string> {
  let text = "";
  for (const end = Date.now() + TIME; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 100))) {
    text = await page.$eval(`#${id}`, (element) => element.textContent ?? "");
    if (pattern.test(text)) return text;
  }
  throw new Error(`${id}: expected ${pattern}, got ${text}`);
}

test("the page of docs/browser.md trains, tags, saves and opens a model", { timeout: 3 * TIME }, async (context) => {
  if (findBrowser("chromium") === undefined) {
    if (process.env.CI === "true") throw new Error("chromium is missing; CI=true needs every place");
    context.skip("chromium is not installed");
  }
  install(pack(folder), folder);
  mkdirSync(join(folder, "src"));
  writeFileSync(join(folder, "index.html"), block("html"));
  writeFileSync(join(folder, "src", "main.js"), block("js"));
  await build({ root: folder, configFile: false, logLevel: "error" });
  const built = readdirSync(join(folder, "dist"), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = built.map((entry) => join(entry.parentPath, entry.name));
  const files = paths.map((path) => [`/${relative(join(folder, "dist"), path)}`, readFileSync(path)] as const);
  const server = await serve(Object.fromEntries(files), {
    "content-security-policy": "script-src 'self' 'wasm-unsafe-eval'",
  });
  try {
    await withBrowser("chromium", `${server.origin}/index.html`, async (page) => {
      await page.click("#train");
      await until(page, "progress", /^step \d+ of \d+: loss \d/);
      const [, f1] = /F1 (.*)$/.exec(await until(page, "progress", /^epoch 4 of 4: F1/)) ?? [];
      expect(Number(f1)).toBeGreaterThan(0.9);
      await page.waitForSelector("#save:not([hidden])", { timeout: TIME });
      await page.click("#ask button");
      const answer = await until(page, "entities", /./);
      expect(answer).toMatch(/^departure: Taipei \(\d+ %\)time: November 2nd/);

      // what the link gives, opened by hand
      const saved = await page.$eval("#save", async (link) => {
        const response = await fetch((link as HTMLAnchorElement).href);
        return [...new Uint8Array(await response.arrayBuffer())];
      });
      const file = join(folder, "travel.safetensors");
      writeFileSync(file, Uint8Array.from(saved));
      const input = await page.$("input[type=file]");
      await input?.uploadFile(file);
      await until(page, "progress", /^travel\.safetensors: \d+ numbers$/);
      await page.click("#ask button");
      expect(await until(page, "entities", /departure: Taipei/)).toMatch(/time: November 2nd/);
    });
  } finally {
    await server.close();
  }
});
