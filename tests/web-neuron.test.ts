// The page's room of the linear neuron, in real browsers: dragged with the keyboard, the lecture's figures come out.

import { describe, test } from "vitest";
import { BROWSERS, visit } from "./support/web.js";

const TIME = 120_000;

describe.each(BROWSERS)("%s", (name) => {
  test("w is dragged by keys, kept as a line, and a link brings it back", { timeout: TIME }, (context) =>
    visit({ name, context, hash: "#neuron" }, async ({ page, click, until, go }) => {
      await page.focus("input[type=range]");
      for (let i = 0; i < 10; ++i) await page.keyboard.press("ArrowRight");
      await until(".state", /w = 1\.01: output after 1000 steps 20,751\.6, gradient dy\/dw 2\.05 × 10⁷/);
      // 1.01 has its line already
      for (let i = 0; i < 2; ++i) await page.keyboard.press("ArrowRight");
      await click("Keep this w as a line");
      await page.waitForFunction(() => /compare=[^&]*1\.012/.test(location.hash) && location.hash.includes("w=1.012"));
      const link = await page.evaluate(() => location.hash);
      await click("Reset");
      await page.waitForFunction(() => !location.hash.includes("w=1.012"));
      await go(link);
      await until(".state", /w = 1\.012: output after 1000 steps/);
    }),
  );

  test("the lecture's weights by name; a length that is none is told", { timeout: TIME }, (context) =>
    visit({ name, context, hash: "#neuron?w=0.99" }, async ({ page, until }) => {
      await until(".state", /w = 0\.99: output after 1000 steps 4\.3\d* × 10⁻⁵/);
      for (const field of await page.$$('input[inputmode="decimal"]')) {
        if ((await field.evaluate((one) => (one as HTMLInputElement).value)) !== "1000") continue;
        await field.focus();
        await field.evaluate((one) => (one as HTMLInputElement).select());
        await page.keyboard.type("20x");
      }
      await until(".wrong", /from 10 to 10000/);
      // the last length that was one stays
      await until(".state", /output after 20 steps/);
    }),
  );
});
