// Models of other tasks in the page's room of slot filling, in real browsers: opened, asked, kept over a reload, trained there, and refused.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  LanguageModel,
  readSafetensors,
  SequenceClassifier,
  taskOf,
  travelRequests,
  writeSafetensors,
} from "../src/index.js";
import { accessibilityProblems, BROWSERS, openFile, overflow, visit } from "./support/web.js";

const TIME = 240_000;
const folder = mkdtempSync(join(tmpdir(), "bptt-web-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Puts a text in the place of what a field has. */
async function type(page: Page, selector: string, text: string): Promise<void> {
  await page.waitForSelector(selector);
  await page.$eval(selector, (field) => (field as HTMLTextAreaElement).select());
  await page.type(selector, text);
}

const texts = (page: Page, selector: string): Promise<string[]> =>
  page.$$eval(selector, (found) => found.map((one) => one.textContent ?? ""));

const percent = (probability: number): string => `${(100 * probability).toFixed(1)} %`;

const TEXT = "will it rain in Taipei";
const intents = [
  { text: "book a table for two", label: "restaurant" },
  { text: "will it rain tomorrow", label: "weather" },
  { text: "play some jazz", label: "music" },
];
const classifier = await SequenceClassifier.create({ hiddenSize: 16, embeddingDim: 8, dropout: 0 });
const several = await SequenceClassifier.create({ hiddenSize: 16, embeddingDim: 8, dropout: 0, multiLabel: true });
const ofSeries = await SequenceClassifier.create({ hiddenSize: 3 });
const model = await LanguageModel.create({ hiddenSize: 48, embeddingDim: 16 });
const paths: Record<string, string> = {};

beforeAll(async () => {
  await classifier.fit(intents, { epochs: 30 });
  await several.fit(
    [
      { text: "book a table for two", labels: ["restaurant"] },
      { text: "will it rain tomorrow", labels: ["weather", "day"] },
      { text: "play some jazz", labels: [] },
    ],
    { epochs: 150 },
  );
  await ofSeries.prepare([
    { series: [[1], [2]], label: "up" },
    { series: [[2], [1]], label: "down" },
  ]);
  const requests = travelRequests({ language: "en", part: "train", count: 200 });
  await model.fit(
    requests.map(({ tokens }) => tokens.join(" ")),
    { epochs: 3, batchSize: 8, truncate: 32 },
  );
  paths.classifier = file("intents.safetensors", await classifier.save());
  paths.several = file("several.safetensors", await several.save());
  paths.series = file("signals.safetensors", await ofSeries.save());
  paths.model = file("requests.safetensors", await model.save());
  const { tensors, metadata } = readSafetensors(await classifier.save());
  const ofTask = (task: string) => writeSafetensors(tensors, { ...metadata, task });
  paths.forecaster = file("sunspots.safetensors", ofTask("forecaster"));
  paths.translator = file("translator.safetensors", ofTask("translator"));
}, TIME);

describe.each(BROWSERS)("%s", (name) => {
  test("a classifier labels what one types, as in Node, and is kept over a reload", { timeout: TIME }, (context) =>
    visit({ name, context }, async ({ page, click, until }) => {
      await openFile(page, ".safetensors", paths.classifier as string);
      await until(".state", /Open: a classifier, one label/);
      await type(page, "textarea.sentence", TEXT);
      const { label, probabilities } = await classifier.classify(TEXT);
      expect(label).toBe("weather");
      const check = async () => {
        await until(".answer", new RegExp(`^${label}$`));
        await until(".bars .given .percent", new RegExp(`^${percent(probabilities[label] ?? 0)}$`));
        expect(await texts(page, ".bars li > :first-child")).toEqual(classifier.labels);
        expect(await texts(page, ".percent")).toEqual(
          classifier.labels.map((one) => percent(probabilities[one] ?? Number.NaN)),
        );
      };
      await check();
      await page.waitForFunction(() => location.hash.includes("sentence=will"));
      await page.reload();
      await until(".model h2", /^intents.safetensors$/);
      await check();
      await click("Back to the tagger");
      await until(".state", /Not trained yet/);
      await page.reload();
      await until(".state", /Not trained yet/);
      expect(await page.$(".model")).toBeNull();
    }),
  );

  test("a classifier of several labels gives all above one half", { timeout: TIME }, (context) =>
    visit({ name, context, hash: "#slots?sentence=will+it+rain+tomorrow" }, async ({ page, until }) => {
      await openFile(page, ".safetensors", paths.several as string);
      const { labels } = await several.classify("will it rain tomorrow");
      expect(labels).toHaveLength(2);
      await until(".answer", new RegExp(`^${labels.join(", ")}$`));
      await type(page, "textarea.sentence", "play some jazz");
      expect((await several.classify("play some jazz")).labels).toEqual([]);
      await until(".answer", /^no label$/);
    }),
  );

  test(
    "a language model writes what it writes in Node, stops, and names unseen characters",
    { timeout: TIME },
    (context) =>
      visit({ name, context, hash: "#slots?temperature=0.7&topK=9&topP=0.9&length=300&draw=5" }, async (reader) => {
        const { page, click, until } = reader;
        await openFile(page, ".safetensors", paths.model as string);
        await until(".state", /Open: a language model of characters/);
        await type(page, ".prompt", "leave 漢é漢");
        const options = { prompt: "leave 漢é漢", temperature: 0.7, topK: 9, topP: 0.9, seed: 5 };
        const check = async () => {
          await click(/Generate/);
          await until(".progress", /^300 characters/);
          const { text, unknown } = await model.generateText({ ...options, length: 300 });
          expect(await texts(page, ".made")).toEqual([text]);
          expect(unknown).toEqual(["漢", "é"]);
          await until(".notice.note", /does not know “漢”, “é”.*never writes/);
        };
        await check();
        await page.waitForFunction(() => location.hash.includes("prompt="));
        await page.reload();
        await until(".model h2", /^requests.safetensors$/);
        await check();
      }),
  );

  test("Stop ends the writing; what is written stays, also by keyboard", { timeout: TIME }, (context) =>
    visit({ name, context, hash: "#slots?length=100000" }, async ({ page, until }) => {
      await openFile(page, ".safetensors", paths.model as string);
      await page.waitForSelector(".prompt");
      await page.focus(".prompt");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await until(".made", /.{20}/);
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      const count = Number(/Stopped behind (\d+) characters/.exec(await until(".progress", /Stopped/))?.[1]);
      expect(count).toBeLessThan(100_000);
      const [written = ""] = await texts(page, ".made");
      expect([...written]).toHaveLength(count);
      expect(written).toBe((await model.generateText({ length: count })).text);
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(await texts(page, ".made")).toEqual([written]);
    }),
  );

  test("models that the page cannot ask: what they are, and where they are used", { timeout: TIME }, (context) =>
    visit({ name, context }, async ({ page, until }) => {
      await openFile(page, ".safetensors", paths.series as string);
      await until(".elsewhere", /series of numbers.*classify\(series\)/);
      await openFile(page, ".safetensors", paths.forecaster as string);
      await until(".state", /Open: a forecaster/);
      await until(".elsewhere", /bptt forecast MODEL DATA.*Forecaster.*forecast\(series\)/);
      await until("pre", /Forecaster\.load\(.*"sunspots\.safetensors".*forecaster\.forecast\(series\)/s);
      await openFile(page, ".safetensors", paths.translator as string);
      await until(".elsewhere", /no task “translator”.*open it with that one/);
    }),
  );

  test("wrong files are refused with a remedy, and the open model stays", { timeout: TIME }, (context) =>
    visit({ name, context }, async ({ page, until }) => {
      await openFile(page, ".safetensors", paths.classifier as string);
      await until(".state", /Open: a classifier/);
      const bytes = await classifier.save();
      await openFile(page, ".safetensors", file("half.safetensors", bytes.subarray(0, bytes.length >> 1)));
      await until(".notice.error", /truncated.*get or save it again/);
      const { tensors, metadata } = readSafetensors(bytes);
      await openFile(page, ".safetensors", file("foreign.safetensors", writeSafetensors(tensors, {})));
      await until(".notice.error", /give a file that bptt saved/);
      await openFile(
        page,
        ".safetensors",
        file("later.safetensors", writeSafetensors(tensors, { ...metadata, formatVersion: "9" })),
      );
      await until(".notice.error", /install a later bptt/);
      await openFile(page, ".safetensors", file("damaged.safetensors", writeSafetensors(tensors.slice(1), metadata)));
      await until(".notice.error", /tensor embedding.weight is missing/);
      expect(await texts(page, ".model h2")).toEqual(["intents.safetensors"]);
    }),
  );

  test("who has no file trains a small model, whose file loads in Node", { timeout: TIME }, (context) =>
    visit({ name, context }, async ({ page, click, until }) => {
      await click("Train a small classifier");
      await until(".making", /Step \d+ of 1000/);
      await click(/Stop/);
      await page.waitForFunction(() => document.querySelector(".making")?.textContent === "");
      expect(await page.$(".model")).toBeNull();
      await click("Train a small classifier");
      await until(".model h2", /^classifier.safetensors$/);
      await type(page, "textarea.sentence", "I leave Taipei on November 2nd");
      await until(".answer", /^departure, time$/);
      await page.evaluate(() => {
        const original = URL.createObjectURL;
        URL.createObjectURL = (blob: Blob) => {
          (globalThis as { saved?: Blob }).saved = blob;
          return original.call(URL, blob);
        };
      });
      await click("Save the model");
      await page.waitForFunction(() => "saved" in globalThis);
      const numbers = await page.evaluate(async () => [
        ...new Uint8Array(await (globalThis as never as { saved: Blob }).saved.arrayBuffer()),
      ]);
      const bytes = Uint8Array.from(numbers);
      expect(taskOf(bytes)).toBe("sequence-classifier");
      const again = await SequenceClassifier.load(bytes);
      expect((await again.classify("I leave Taipei on November 2nd")).labels).toEqual(["departure", "time"]);
    }),
  );

  test("the tagger waits behind a model; a link with a network's settings comes first", { timeout: TIME }, (context) =>
    visit({ name, context, hash: "#slots?size=8" }, async ({ page, click, until, go }) => {
      await click("Step");
      await until(".state", /Paused at step 1 of/);
      await openFile(page, ".safetensors", paths.model as string);
      await until(".state", /Open: a language model/);
      await click("Back to the tagger");
      await until(".state", /Paused at step 1 of/);
      await openFile(page, ".safetensors", paths.classifier as string);
      await until(".state", /Open: a classifier/);
      await go("?another-reader#slots?cell=gru");
      await until(".notice.note", /intents.safetensors is kept in this browser/);
      await click("Show it");
      await until(".state", /Open: a classifier/);
    }),
  );

  test("fits into 360 and 1440 pixels, without what keeps people out", { timeout: TIME }, (context) =>
    visit({ name, context }, async ({ page, go, until }) => {
      for (const [lang, theme, width] of [
        ["en", "light", 1440],
        ["zh", "dark", 360],
        ["en", "dark", 360],
        ["zh", "light", 1440],
      ] as const)
        for (const [path, part] of [
          [paths.several, ".percent"],
          [paths.model, ".prompt"],
          [paths.series, ".elsewhere"],
        ] as const) {
          await page.setViewport({ width, height: 900 });
          await go(`?${lang}${theme}#slots?lang=${lang}&theme=${theme}&prompt=漢&length=30`);
          await openFile(page, ".safetensors", path as string);
          await page.waitForSelector(part);
          if (part === ".percent") {
            const bars = await page.$$eval(".track", (all) => all.map((one) => one.getBoundingClientRect().width));
            for (const bar of bars) expect(bar).toBeGreaterThan(150);
          }
          if (part === ".prompt") {
            await page.click(".runner .main");
            await until(".written", /.{30}/s);
          }
          expect(await overflow(page), `${lang} ${theme} ${width}`).toBeLessThanOrEqual(0);
          expect(await accessibilityProblems(page)).toEqual([]);
        }
    }),
  );
});
