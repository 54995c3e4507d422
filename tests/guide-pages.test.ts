// The guide in two languages, the code that it quotes, and its pictures.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { FENCE, prose } from "./support/guide.js";

const english = readFileSync("docs/why-rnns-are-hard.md", "utf8");
const chinese = readFileSync("docs/why-rnns-are-hard.zh.md", "utf8");
const work = mkdtempSync(join(tmpdir(), "bptt-guide-pages-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const sections = (page: string): string[] => prose(page).split(/^## /m);
const links = (page: string): string[] => [...page.matchAll(/\]\((why\/.*?)\)/g)].map(([, target]) => target ?? "");

describe("the Chinese page", () => {
  test("has the same blocks of code in the same order, and the same pictures", () => {
    expect(chinese.match(FENCE)).toEqual(english.match(FENCE));
    expect(links(chinese)).toEqual(links(english));
  });

  test("has the same figures in each section", () => {
    const figures = (text: string) => (text.match(/\d(?:[\d,.]*\d)?[⁰¹²³⁴⁵⁶⁷⁸⁹]*/g) ?? []).sort();
    expect(sections(chinese)).toHaveLength(sections(english).length);
    for (const [k, section] of sections(chinese).entries())
      expect(figures(section), section.slice(0, 20)).toEqual(figures(sections(english)[k] ?? ""));
    expect(figures(prose(english)).length).toBeGreaterThan(100);
  });

  test("is written in traditional characters", () => {
    expect(chinese.match(/\p{Script=Han}/gu)?.length).toBeGreaterThan(3000);
    // forms that only the simplified script has
    expect(chinese.match(/[网这们为说训练权单层忆传过还让两习题难损误动学实经]/gu) ?? []).toEqual([]);
  });
});

describe("quoted code", () => {
  const quotes = [...english.matchAll(/^<!-- quoted: (\S+) -->\n```ts\n((?:(?!```).*\n)*)```$/gm)];

  test("each quotation is of the file that it names, line by line", () => {
    for (const [, file = "", code = ""] of quotes) expect(`\n${readFileSync(file, "utf8")}`).toContain(`\n${code}`);
  });

  test("all TypeScript of the page is quoted, about 40 lines", () => {
    expect(quotes).toHaveLength([...english.matchAll(/^```ts$/gm)].length);
    const lines = quotes.reduce((sum, [, , code = ""]) => sum + code.trimEnd().split("\n").length, 0);
    expect(lines).toBeGreaterThanOrEqual(35);
    expect(lines).toBeLessThanOrEqual(45);
  });
});

describe("pictures", () => {
  test("the command that makes them writes the very bytes that stand in docs/why", { timeout: 240_000 }, () => {
    execFileSync(process.execPath, ["scripts/guide-pictures.mjs", work], { stdio: "pipe" });
    const names = readdirSync(work).sort();
    expect(names).toEqual(readdirSync("docs/why").sort());
    for (const name of names)
      expect(readFileSync(join(work, name)).equals(readFileSync(join("docs/why", name))), name).toBe(true);
  });

  test("the page shows all of them, and no others", () => {
    expect(links(english).sort()).toEqual(
      readdirSync("docs/why")
        .map((name) => `why/${name}`)
        .sort(),
    );
  });
});
