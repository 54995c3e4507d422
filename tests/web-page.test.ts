// The page in real browsers: every room opens, fits, can be used with the keyboard, in both languages and themes, and is small at first.

import { describe, expect, test } from "vitest";
import { rooms } from "./support/rooms.js";
import { accessibilityProblems, BROWSERS, overflow, sentBytes, visit } from "./support/web.js";

const TIME = 180_000;
/** Bytes, compressed, before a room with three.js is opened. */
const FIRST_LOAD = 300_000;

describe.each(BROWSERS)("%s", (name) => {
  test("the first load is small, from its own folder alone", { timeout: TIME }, (context) =>
    visit({ name, context }, async ({ page, until }) => {
      await until(".state", /Not trained yet/);
      // what the page itself needs; the service worker then fetches the rest, for later without a network
      const first = await page.evaluate(() => [
        location.href,
        ...performance.getEntriesByType("resource").map((entry) => entry.name),
      ]);
      expect(first.filter((url) => !url.includes("/lectures/rnn/") && !url.startsWith("blob:"))).toEqual([]);
      const bytes = [...new Set(first)].reduce((sum, url) => sum + sentBytes(url), 0);
      expect(bytes).toBeGreaterThan(50_000);
      expect(bytes).toBeLessThan(FIRST_LOAD);
    }),
  );

  test("names its rooms", { timeout: TIME }, (context) =>
    visit({ name, context }, async ({ page }) => {
      await page.waitForSelector("nav a");
      const names = await page.$$eval("nav a", (links) => links.map((link) => link.textContent));
      expect(names).toEqual(rooms.map(({ title }) => title.en));
    }),
  );

  describe.each(rooms)("room $name", ({ name: room, title }) => {
    test("fits into 360 and 1440 pixels, without what keeps people out", { timeout: TIME }, (context) =>
      visit({ name, context }, async ({ page, go, until }) => {
        for (const [lang, theme, width] of [
          ["en", "light", 1440],
          ["zh", "dark", 360],
          ["en", "dark", 360],
          ["zh", "light", 1440],
        ] as const) {
          await page.setViewport({ width, height: 900 });
          await go(`?${lang}${theme}#${room}?lang=${lang}&theme=${theme}`);
          await until("h1", new RegExp(title[lang]));
          expect(await page.evaluate(() => document.documentElement.lang)).toBe(lang === "en" ? "en" : "zh-Hant");
          expect(await overflow(page), `${lang} ${theme} ${width}`).toBeLessThanOrEqual(0);
          expect(await accessibilityProblems(page)).toEqual([]);
        }
      }),
    );

    test("is reached and left with the keyboard", { timeout: TIME }, (context) =>
      visit({ name, context }, async ({ page, until }) => {
        await page.waitForSelector("nav a");
        const isAt = (text: string) =>
          page.evaluate((wanted) => document.activeElement?.getAttribute("href")?.startsWith(wanted) ?? false, text);
        for (let i = 0; i < 30 && !(await isAt(`#${room}`)); ++i) await page.keyboard.press("Tab");
        // the first link of the page goes to the present room; the room's own is in the bar
        while (
          (await page.evaluate(() => document.activeElement?.closest("nav") === null)) ||
          !(await isAt(`#${room}`))
        )
          await page.keyboard.press("Tab");
        await page.keyboard.press("Enter");
        await until("h1", new RegExp(title.en));
        expect(await page.evaluate(() => location.hash)).toMatch(new RegExp(`^#${room}`));
      }),
    );
  });
});
