// Models of other tasks in the page's room of slot filling work in workers: these end when nobody needs them, and a page that may start none says so.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LanguageModel, SequenceClassifier } from "../src/index.js";
import { BROWSERS, openFile, visit } from "./support/web.js";

const TIME = 240_000;
const folder = mkdtempSync(join(tmpdir(), "bptt-web-"));
const paths = { classifier: join(folder, "intents.safetensors"), model: join(folder, "lines.safetensors") };
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(async () => {
  const classifier = await SequenceClassifier.create({ hiddenSize: 5, tokenizer: "words" });
  await classifier.prepare([
    { text: "will it rain", label: "weather" },
    { text: "play some jazz", label: "music" },
  ]);
  writeFileSync(paths.classifier, await classifier.save());
  const model = await LanguageModel.create({ hiddenSize: 5 });
  await model.prepare("will it rain\nplay some jazz\n");
  writeFileSync(paths.model, await model.save());
});

interface Counted {
  /** Workers that were started and not ended. */
  working: Set<Worker>;
  started: number;
}

/** Counts the workers that the page starts from now on. */
const countWorkers = (page: Page) =>
  page.evaluate(() => {
    const counted: Counted = Object.assign(globalThis as never, { working: new Set<Worker>(), started: 0 });
    globalThis.Worker = class extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        counted.working.add(this);
        counted.started += 1;
      }
      override terminate(): void {
        counted.working.delete(this);
        super.terminate();
      }
    };
  });

const working = (page: Page) => page.evaluate(() => (globalThis as never as Counted).working.size);
const started = (page: Page) => page.evaluate(() => (globalThis as never as Counted).started);

const waitForWorking = (page: Page, count: number) =>
  page.waitForFunction((wanted) => (globalThis as never as Counted).working.size === wanted, {}, count);

describe.each(BROWSERS)("%s", (name) => {
  test("a model has one worker, which ends with the next model and with the room", { timeout: TIME }, (context) =>
    visit({ name, context }, async ({ page, click, until }) => {
      await until(".state", /Not trained yet/);
      await countWorkers(page);
      await openFile(page, ".safetensors", paths.classifier);
      await until(".answer", /^(weather|music)$/);
      expect(await working(page)).toBe(1);
      await openFile(page, ".safetensors", paths.model);
      await until(".state", /Open: a language model/);
      await waitForWorking(page, 1);
      await page.click(".runner .main");
      await until(".progress", /^200 characters/);
      expect(await started(page)).toBe(2);
      // a text under way ends with its worker, and says nothing wrong
      await page.evaluate(() => {
        location.hash = location.hash.replace("#slots", "#slots?length=100000&");
      });
      await page.click(".runner .main");
      await until(".progress", /Writing/);
      await page.click("nav a[href^='#neuron']");
      await until("h1", /The neuron/);
      await waitForWorking(page, 0);
      await page.click("nav a[href^='#slots']");
      await until(".model h2", /^lines.safetensors$/);
      await waitForWorking(page, 1);
      await page.click(".runner .main");
      await until(".made", /.{20}/s);
      await click("Back to the tagger");
      await until(".state", /Not trained yet/);
      await waitForWorking(page, 0);
      expect(await page.$(".notice.error")).toBeNull();
    }),
  );

  test("a small model is trained in a worker, which ends when it is stopped", { timeout: TIME }, (context) =>
    visit({ name, context }, async ({ page, click, until }) => {
      await until(".state", /Not trained yet/);
      await countWorkers(page);
      await click("Train a small language model");
      await until(".making", /Step \d+ of/);
      expect(await working(page)).toBe(1);
      await click(/Stop/);
      await page.waitForFunction(() => document.querySelector(".making")?.textContent === "");
      await waitForWorking(page, 0);
    }),
  );

  test("a model that comes while the reader is elsewhere waits without a worker", { timeout: TIME }, (context) =>
    visit({ name, context }, async ({ page, click, until }) => {
      await until(".state", /Not trained yet/);
      await countWorkers(page);
      await click("Train a small classifier");
      await until(".making", /Step \d+ of/);
      await page.click("nav a[href^='#neuron']");
      await until("h1", /The neuron/);
      // that of the training, then the one in which the file is tried
      await page.waitForFunction(() => (globalThis as never as Counted).started === 2);
      await waitForWorking(page, 0);
      await page.click("nav a[href^='#slots']");
      await until(".model h2", /^classifier.safetensors$/);
      expect(await working(page)).toBe(1);
    }),
  );

  test("says when no worker can be started", { timeout: TIME }, (context) =>
    visit(
      { name, context },
      async ({ page, click, until }) => {
        await openFile(page, ".safetensors", paths.classifier);
        await until(".notice.error", /worker cannot be started from a blob: address.*Allow worker-src blob:/);
        await until(".state", /Not trained yet/);
        await page.reload();
        await click("Train a small language model");
        await until(".notice.error", /worker cannot be started from a blob: address/);
        await until(".making", /^nothing$/);
      },
      {
        headers: { "content-security-policy": "worker-src 'none'" },
        expected: /worker|Content-Security-Policy|Content Security Policy/i,
      },
    ),
  );
});
