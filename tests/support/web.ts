import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import type { ElementHandle, Page } from "puppeteer-core";
import { expect, type TestContext } from "vitest";
import { type BrowserName, findBrowser, withBrowser } from "./browser.js";
import { serve } from "./server.js";

const BUILT = "build/web";
/** A sub-folder: the page must not mind. */
const FOLDER = "/lectures/rnn/";
const TIME = 90_000;

export const BROWSERS: readonly BrowserName[] = ["chromium", "firefox"];

/** The page as `npm run web:build` wrote it, by its paths on a server. */
function builtFiles(): Record<string, Buffer> {
  if (!existsSync(BUILT)) throw new Error(`${BUILT} is missing; npm run web:build writes it`);
  const entries = readdirSync(BUILT, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.map((path) => [`${FOLDER}${relative(BUILT, path)}`, readFileSync(path)]));
}

/** Bytes of a file of the page as servers send it, compressed. */
export const sentBytes = (url: string): number => {
  const file = builtFiles()[new URL(url).pathname.replace(/\/$/, "/index.html")];
  return file ? gzipSync(file).length : 0;
};

/** A reader at the page. */
export interface Visit {
  readonly page: Page;
  /** Waits until an element's text says it, and gives the text. */
  readonly until: (selector: string, pattern: RegExp) => Promise<string>;
  /** Clicks the button with this text. */
  readonly click: (text: string | RegExp) => Promise<void>;
  /** Goes to another address of the page. */
  readonly go: (hash: string) => Promise<void>;
  /** The page has no network any more. */
  readonly unplug: () => Promise<void>;
}

export interface VisitOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Errors of the console that the test wants. */
  readonly expected?: RegExp;
}

/** Opens the built page at `hash`, hands it over, and then expects that its console shows no error. Skipped where the browser is missing, except in CI. */
export async function visit(
  { name, context, hash = "" }: { readonly name: BrowserName; readonly context: TestContext; readonly hash?: string },
  use: (visit: Visit) => Promise<void>,
  { headers = {}, expected }: VisitOptions = {},
): Promise<void> {
  if (findBrowser(name) === undefined) {
    if (process.env.CI === "true") throw new Error(`${name} is missing; CI=true needs every place`);
    context.skip(`${name} is not installed`);
  }
  const server = await serve(builtFiles(), headers);
  const errors: string[] = [];
  try {
    await withBrowser(
      name,
      "about:blank",
      async (page) => {
        page.on("console", (message) => {
          if (message.type() === "error" && !expected?.test(message.text())) errors.push(message.text());
        });
        const go = async (to: string) => {
          await page.goto(`${server.origin}${FOLDER}${to}`);
          await page.waitForSelector("h1");
        };
        await go(hash);
        await use({
          ...{ page, go },
          until: (selector, pattern) => until(page, selector, pattern),
          click: (text) => click(page, text),
          unplug: () => server.close(),
        });
      },
      expected,
    );
  } finally {
    await server.close().catch(() => {});
  }
  expect(errors).toEqual([]);
}

async function until(page: Page, selector: string, pattern: RegExp): Promise<string> {
  let text = "nothing";
  for (const end = Date.now() + TIME; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
    text = (await page.$$eval(selector, (found) => found.map((one) => one.textContent).join("\n"))) || "nothing";
    if (pattern.test(text)) return text;
  }
  throw new Error(`${selector}: expected ${pattern}, got ${text}`);
}

async function click(page: Page, text: string | RegExp): Promise<void> {
  let seen: string[] = [];
  for (const end = Date.now() + TIME / 3; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
    seen = [];
    for (const button of await page.$$('button:enabled:not([aria-disabled="true"]), summary')) {
      const own = await button.evaluate((one) => one.textContent?.trim() ?? "");
      seen.push(own);
      if (typeof text === "string" ? own !== text : !text.test(own)) continue;
      // the page may move under the pointer while it draws
      await button.evaluate((one) => (one as HTMLElement).scrollIntoView({ block: "center" }));
      return button.click();
    }
  }
  throw new Error(`There is no button ${text} among ${seen.join(", ")}.`);
}

/** Chooses a file in the field that takes such files. The page closes the field while it brings a run back. */
export async function openFile(page: Page, accept: string, path: string): Promise<void> {
  let problem: unknown;
  for (const end = Date.now() + TIME / 3; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const input = await page.waitForSelector(`input[type=file][accept*="${accept}"]:not(:disabled)`);
    try {
      return await (input as ElementHandle<HTMLInputElement>).uploadFile(path);
    } catch (error) {
      // Firefox takes none while the field is closed
      problem = error;
    }
  }
  throw problem;
}

/** What people who see, hear or move differently would miss, in the state in which the page is: axe-core's findings. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  // evaluated, not added as a script: the page's policy allows no foreign ones
  await page.evaluate(readFileSync("node_modules/axe-core/axe.min.js", "utf8"));
  return page.evaluate(async () => {
    const { axe } = globalThis as never as { axe: { run: () => Promise<{ violations: Violation[] }> } };
    interface Violation {
      readonly id: string;
      readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
    }
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}: ${node.failureSummary}`));
  });
}

/** By how many pixels the page is wider than the window. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
