// The page's room of the cliff, in real browsers: the lecture's story step by step, a ball dropped by hand and by key, and a map where WebGL is missing.

import { describe, expect, test } from "vitest";
import { BROWSERS, visit } from "./support/web.js";

const TIME = 150_000;

describe.each(BROWSERS)("%s", (name) => {
  test("one step too far: the ball leaves the map at step 29, the clipped one stays", { timeout: TIME }, (context) =>
    visit({ name, context, hash: "#cliff" }, async ({ page, click, until, go }) => {
      await click(/To the longest gradient: step 29/);
      const told = await until(".told", /71\.5/);
      expect(told).toContain("(15.6, 16.0), off the map");
      await page.waitForFunction(() => location.hash.includes("at=29"));
      await click("Step");
      await until(".error-map", /off at step 30/);
      const link = await page.evaluate(() => location.hash);
      await click("Reset");
      await page.waitForFunction(() => !location.hash.includes("at="));
      await go(link.replace("#cliff?", "#cliff?lang=zh&"));
      await until("body", /第 30 步/);
    }),
  );

  test("a ball is dropped with the mouse and with keys; a rate that is none is told", { timeout: TIME }, (context) =>
    visit({ name, context, hash: "#cliff" }, async ({ page, until }) => {
      const map = await page.waitForSelector(".error-map button");
      await map?.evaluate((one) => one.scrollIntoView({ block: "center" }));
      await map?.click();
      await page.waitForFunction(() => /[?&]w=/.test(location.hash) && /[?&]b=/.test(location.hash));
      const before = await page.evaluate(() => location.hash);
      await map?.focus();
      await page.keyboard.press("ArrowLeft");
      await page.keyboard.press("Enter");
      await page.waitForFunction((old) => location.hash !== old, {}, before);
      await page.select(".figure select", "story");
      await page.waitForFunction(() => location.hash.includes("lr=0.05"));
      for (const field of await page.$$('input[inputmode="decimal"]')) {
        if ((await field.evaluate((one) => (one as HTMLInputElement).value)) !== "0.05") continue;
        await field.focus();
        await field.evaluate((one) => (one as HTMLInputElement).select());
        await page.keyboard.type("abc");
      }
      await until(".wrong", /from/);
    }),
  );

  test("without WebGL the map says all", { timeout: TIME }, (context) =>
    visit({ name, context, hash: "?no-webgl#cliff" }, async ({ page, go, until }) => {
      await page.evaluateOnNewDocument(() => {
        const original = HTMLCanvasElement.prototype.getContext;
        HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string, ...more: never[]) {
          return kind.startsWith("webgl") ? null : original.call(this, kind as "2d", ...more);
        } as typeof original;
      });
      await go("?again#cliff");
      await until(".relief-missing", /./);
      expect(await page.$(".error-map svg")).not.toBeNull();
    }),
  );
});
