// The page's room of slot filling, in real browsers: training, tagging, correcting, files, what is kept, and bad input.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "puppeteer-core";
import { afterAll, describe, expect, test } from "vitest";
import { SequenceTagger, travelRequests, writeSafetensors } from "../src/index.js";
import { accessibilityProblems, BROWSERS, openFile, overflow, visit } from "./support/web.js";

const TIME = 240_000;
const folder = mkdtempSync(join(tmpdir(), "bptt-web-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** The step in "Paused at step 12 of 500". */
const stepOf = (text: string): number => Number(/step (\d+)/i.exec(text)?.[1]);

/** Catches what the page offers as a download. */
const catchDownloads = (page: Page) =>
  page.evaluate(() => {
    const original = URL.createObjectURL;
    URL.createObjectURL = (blob: Blob) => {
      (globalThis as { saved?: Blob }).saved = blob;
      return original.call(URL, blob);
    };
  });

const saved = async (page: Page): Promise<Uint8Array> => {
  await page.waitForFunction(() => "saved" in globalThis);
  const bytes = await page.evaluate(async () => [
    ...new Uint8Array(await (globalThis as never as { saved: Blob }).saved.arrayBuffer()),
  ]);
  return Uint8Array.from(bytes);
};

/** A tagger that says a label of the sentence too. */
async function jointTagger(): Promise<SequenceTagger> {
  const tagger = await SequenceTagger.create({ sentenceLabels: true, hiddenSize: 24, embeddingDim: 16, dropout: 0 });
  await tagger.fit(travelRequests({ language: "en", part: "train", count: 300 }), { epochs: 3, batchSize: 16 });
  return tagger;
}

describe.each(BROWSERS)("%s", (name) => {
  test("trains to F1 above 0.9, tags, learns a correction, and its file works in Node", { timeout: TIME }, (context) =>
    visit({ name, context, hash: "#slots?epochs=2&size=48" }, async ({ page, click, until }) => {
      await click(/Run/);
      await until(".state", /Step \d+ of 500/);
      await until(".state", /Trained for 500 steps/);
      const f1 = Number(/F1 (\S+)/.exec(await until(".state", /F1 0\.\d+/))?.[1]);
      expect(f1).toBeGreaterThan(0.9);
      expect(await until(".tokens", /sure/)).toContain("Taipei");

      await page.select(".tokens select", "B-airline");
      await click("Learn this");
      await until("[role=status]", /1 corrected sentence/);
      await click("Step");
      await until(".state", /Paused at step 501 of/);

      await catchDownloads(page);
      await click("Save the model");
      const tagger = await SequenceTagger.load(await saved(page));
      const shown = await page.$$eval(".tokens select", (all) => all.map((one) => (one as HTMLSelectElement).value));
      const sentence = await page.$eval(".sentence", (one) => (one as HTMLInputElement).value);
      expect((await tagger.tag(sentence)).tags).toEqual(shown);
    }),
  );

  test(
    "a joint tagger says the label of the sentence and how sure it is, and trains on",
    { timeout: TIME },
    (context) =>
      visit({ name, context }, async ({ page, click, until, go }) => {
        const tagger = await jointTagger();
        const path = file("joint.safetensors", await tagger.save());
        const sentence = "leave Taipei on Monday and return on Friday";
        const { label, labelProbability = Number.NaN, tags } = await tagger.tag(sentence);
        expect(["one way", "return trip"]).toContain(label);
        const sure = `${Math.round(100 * labelProbability)} %`;
        for (const [lang, theme, width, name, told] of [
          ["zh", "light", 360, "整句的標籤：", `把握 ${sure}`],
          ["en", "dark", 360, "The sentence as a whole:", `${sure} sure`],
          ["zh", "dark", 1440, "整句的標籤：", `把握 ${sure}`],
          ["en", "light", 1440, "The sentence as a whole:", `${sure} sure`],
        ] as const) {
          await page.setViewport({ width, height: 900 });
          await go(`?${lang}${theme}#slots?lang=${lang}&theme=${theme}&sentence=${encodeURIComponent(sentence)}`);
          // kept over the reloads that follow
          if (lang === "zh" && theme === "light") await openFile(page, ".safetensors", path);
          expect(await until(".whole small", /sure|把握/)).toBe(told);
          expect(await until(".whole label", /return trip/)).toContain(name);
          expect(await page.$eval(".whole select", (one) => (one as HTMLSelectElement).value)).toBe(label);
          expect(await overflow(page), `${lang} ${theme} ${width}`).toBeLessThanOrEqual(0);
          expect(await accessibilityProblems(page)).toEqual([]);
        }
        const shown = await page.$$eval(".tokens select", (all) => all.map((one) => (one as HTMLSelectElement).value));
        expect(shown).toEqual(tags);
        // a sentence with a corrected label, and one that keeps its label, without which this tagger could not learn from it
        await page.select(".whole select", label === "one way" ? "return trip" : "one way");
        await click("Learn this");
        await until("[role=status]", /1 corrected sentence/);
        await until(".whole small", / sure/);
        await page.select(".tokens select", "B-airline");
        await click("Learn this");
        await until("[role=status]", /2 corrected sentences/);
        await click("Step");
        await until(".state", /Paused at step 1 of/);
        expect(await page.$(".notice.error")).toBeNull();
      }),
  );

  test("a tagger without labels of sentences shows none", { timeout: TIME }, (context) =>
    visit({ name, context, hash: "#slots?size=8" }, async ({ page, click, until }) => {
      await click("Step");
      await until(".tokens", /Taipei/);
      expect(await page.$(".whole")).toBeNull();
    }),
  );

  test("keeps a run over a reload, also without a network; Clear forgets it", { timeout: TIME }, (context) =>
    visit({ name, context, hash: "#slots?size=16" }, async ({ page, click, until, unplug, go }) => {
      await click(/Run/);
      await until(".state", /Step [1-9]\d+ of/);
      await click(/Pause/);
      const paused = stepOf(await until(".state", /Paused at step \d+/));
      await go("#slots?size=16");
      await page.reload();
      // what was kept is not older than the pause
      expect(stepOf(await until(".state", /Paused at step \d+/))).toBeGreaterThanOrEqual(paused);
      await click(/Run/);
      await until(".state", /Step \d+ of/);
      await click(/Pause/);
      await until(".state", /Paused/);
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
      await unplug();
      await page.reload();
      await until(".state", /Paused at step \d+/);
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
      await click("Clear what this browser keeps");
      await until(".state", /Not trained yet/);
      await page.reload();
      await until(".state", /Not trained yet/);
    }),
  );

  test("a link comes before a kept run, which waits; all by keyboard", { timeout: TIME }, (context) =>
    visit({ name, context, hash: "#slots?size=12" }, async ({ page, until, go }) => {
      await page.waitForSelector("button.main");
      await page.focus("button.main");
      await page.keyboard.press("Enter");
      await until(".state", /Step [1-9]\d* of/);
      await page.keyboard.press("Enter");
      const paused = stepOf(await until(".state", /Paused at step \d+/));
      await go("?another-reader#slots?size=24&cell=gru&lr=0.01");
      await until(".notice.note", /A run with other settings is kept/);
      const values = await page.$$eval(".fields input", (all) => all.map((one) => (one as HTMLInputElement).value));
      expect(values).toEqual(expect.arrayContaining(["24", "0.01"]));
      await page.focus(".notice.note button");
      await page.keyboard.press("Enter");
      expect(stepOf(await until(".state", /Paused at step \d+/))).toBeGreaterThanOrEqual(paused);
      await page.waitForFunction(() => location.hash.includes("size=12"));
      // the sentence field is reached by Tab and typed into
      for (let i = 0; i < 40; ++i) {
        if (await page.evaluate(() => document.activeElement?.classList.contains("sentence") ?? false)) break;
        await page.keyboard.press("Tab");
      }
      await page.keyboard.type(" and Tokyo");
      await until(".tokens", /Tokyo/);
    }),
  );

  test("falls off the cliff without clipping, as the lecture tells", { timeout: TIME }, (context) =>
    visit({ name, context }, async ({ page, click, until }) => {
      await page.waitForSelector(".settings select");
      await page.select(".settings select", "flying-off");
      await page.waitForFunction(() => location.hash.includes("lr=0.00085"));
      await click(/Run/);
      await until(".notice.error", /step 28: the loss is not finite.*flew off/);
      await click("Reset");
      await page.select(".settings select", "clipped");
      await click(/Run/);
      await until(".state", /Trained for 400 steps.* loss 0\.00/);
    }),
  );

  test("takes the reader's own text, and says what is wrong with it", { timeout: TIME }, (context) =>
    visit({ name, context, hash: "#slots?data=own&size=8&epochs=1" }, async ({ page, click, until }) => {
      await page.waitForSelector("textarea");
      await page.type("textarea", "leave\nTaipei B-departure\n");
      await until(".notice.error", /line 1/);
      const text = "leave O\nTaipei B-departure\n\narrive O\nTaipei B-dest\n\n".repeat(10);
      await openFile(page, ".conll", file("travel.conll", text));
      await until(".settings [role=status]", /18 sentences to train on, 2 to score with/);
      await openFile(page, ".conll", file("large.txt", "leave O\n".repeat(50 * 2 ** 17)));
      await until(".notice.error", /This file has 50\.0 MB; the page takes up to 20\.0 MB/);
      await openFile(page, ".conll", file("picture.png", Uint8Array.of(137, 80, 78, 71, 0, 0, 0)));
      await until(".notice.error", /picture\.png is not text/);
      expect(await page.$eval("textarea", (one) => (one as HTMLTextAreaElement).value)).toBe(text);
      await click(/Run/);
      await until(".state", /Trained for \d+ steps/);
    }),
  );

  test(
    "refuses a file that is no model, goes on with the network it has, and ends at a reset",
    { timeout: TIME },
    (context) =>
      visit({ name, context, hash: "#slots?size=8" }, async ({ page, click, until }) => {
        await click("Step");
        await until(".state", /Paused at step 1 of/);
        await openFile(page, ".safetensors", file("broken.safetensors", "no model at all"));
        await until(".notice.error", /safetensors/);
        const foreign = writeSafetensors([{ name: "weight", shape: [2], data: Float32Array.of(1, 2) }], {});
        await openFile(page, ".safetensors", file("other.safetensors", foreign));
        await until(".notice.error", /tagger|bptt/);
        await click("Step");
        await until(".state", /Paused at step 2 of/);
        // a reset while it trains ends the training
        await click(/Run/);
        await until(".state", /Step \d+ of/);
        await click("Reset");
        await until(".state", /Not trained yet/);
      }),
  );

  test("says when nothing can be kept", { timeout: TIME }, (context) =>
    visit({ name, context, hash: "#slots?size=8" }, async ({ page, click, until }) => {
      await page.evaluate(() => {
        IDBObjectStore.prototype.put = () => {
          throw new DOMException("The disk is full.", "QuotaExceededError");
        };
      });
      await click("Step");
      await until(".notice.warning", /Nothing can be kept.*The disk is full/);
      await until(".state", /Paused at step 1 of/);
    }),
  );

  test("says when WebAssembly is blocked", { timeout: TIME }, (context) =>
    visit(
      { name, context },
      async ({ click, until }) => {
        await click(/Run/);
        await until(".notice.error", /WebAssembly is not allowed/);
      },
      {
        headers: { "content-security-policy": "script-src 'self'" },
        expected: /WebAssembly|wasm|Content-Security-Policy|Content Security Policy/i,
      },
    ),
  );
});
