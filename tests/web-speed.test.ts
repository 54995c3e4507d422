// The page's room of speed, in real browsers: it measures, stops, and finds the bytes of Node.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { BROWSERS, visit } from "./support/web.js";

const TIME = 180_000;
/** What Node's ten steps give. */
const DIGEST = /`([0-9a-f]{16})`/.exec(readFileSync("docs/compatibility.md", "utf8"))?.[1] ?? "none";

describe.each(BROWSERS)("%s", (name) => {
  test("measures everything, and the weights are those of Node", { timeout: TIME }, (context) =>
    visit({ name, context, hash: "#speed?pace=quick" }, async ({ page, click, until }) => {
      await click("Step");
      await until(".state", /1 of 6 measured/);
      await click(/Run/);
      await until(".state", /Measured on/);
      expect(await page.$$eval("tbody tr", (rows) => rows.length)).toBe(4);
      expect(await until("#digest", /./)).toContain(DIGEST);
      await until(".notice", /Yes: the same bytes as in Node/);
      await page.reload();
      await until(".state", /Measured on/);
      await click("Reset");
      await until(".state", /Nothing measured yet/);
    }),
  );
});
