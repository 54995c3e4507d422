// The page's room of gradient flow, in real browsers: cells side by side, kept over a reload, and the words that move a tag.

import { describe, expect, test } from "vitest";
import { BROWSERS, visit } from "./support/web.js";

const TIME = 240_000;

describe.each(BROWSERS)("%s", (name) => {
  test("cells learn side by side; pause and reload lose nothing", { timeout: TIME }, (context) =>
    visit({ name, context, hash: "#flow?steps=60&cells=rnn,lstm" }, async ({ page, click, until }) => {
      await until(".state", /Not trained yet/);
      await click("Step");
      const paused = /Paused at step (\d+) of 60/.exec(await until(".state", /Paused at step \d+ of 60/))?.[1];
      await page.reload();
      await until(".state", new RegExp(`Paused at step ${paused} of 60`));
      await click(/Run/);
      await until(".state", /Trained for 60 steps/);
      expect(await page.$$eval(".maps figure", (maps) => maps.length)).toBe(2);
      const rows = await page.$$eval(".figures tbody tr", (all) => all.map((row) => row.textContent));
      expect(rows).toHaveLength(2);
      for (const row of rows) expect(row).toMatch(/\d\.\d/);
    }),
  );

  test("figures by name; bad numbers and no cell are told", { timeout: TIME }, (context) =>
    visit({ name, context, hash: "#flow?lang=en" }, async ({ page, until, go }) => {
      await until(".state", /Not trained yet/);
      await page.select(".figure select, .settings select", "exploding");
      await page.waitForFunction(() => location.hash.includes("radii=1"));
      await go("?none#flow?cells=");
      await until("body", /Choose one network or more|Not trained yet/);
    }),
  );

  test("a sentence's words move its tags: trained, typed, chosen with arrows", { timeout: TIME }, (context) =>
    visit({ name, context, hash: "#flow?readers=rnn" }, async ({ page, click, until }) => {
      await click("Train the taggers");
      await until(".state", /F1/);
      const word = await page.waitForSelector(".words input[type=radio]:checked");
      await word?.focus();
      await page.keyboard.press("ArrowLeft");
      await page.waitForFunction(() => location.hash.includes("word="));
      expect(await page.$$eval(".influence li", (bars) => bars.length)).toBeGreaterThan(1);
    }),
  );
});
