// Every example of the README and of the guides runs, and prints what its comments say.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { blocks, promises, runExample, runProgram } from "./support/examples.js";

const readme = readFileSync("README.md", "utf8");
const pages = {
  "README.md": readme,
  "docs/training.md": readFileSync("docs/training.md", "utf8"),
  "docs/custom-task.md": readFileSync("docs/custom-task.md", "utf8"),
  "docs/workers.md": readFileSync("docs/workers.md", "utf8"),
};
const work = mkdtempSync(join(tmpdir(), "bptt-readme-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe.each(Object.entries(pages))("the JavaScript of %s", (page, text) => {
  test.each(blocks(text, "js").map((code, number) => ({ code, number })))(
    "example $number",
    { timeout: 120_000 },
    ({ code, number }) => {
      const lines = runExample(`${page}-${number}`, code, work).split("\n");
      for (const promise of promises(code)) expect(lines).toContain(promise);
    },
  );
});

test("the README's commands", { timeout: 120_000 }, () => {
  const cli = resolve("dist/cli.js");
  const lines = blocks(readme, "sh").flatMap((code) => code.trim().split("\n"));
  expect(lines.length).toBeGreaterThan(3);
  for (const line of lines) {
    const [, echoed, rest] = /^(?:echo "(.*)" \| )?npx bptt (.*)$/.exec(line) ?? [];
    expect(rest, line).toBeDefined();
    const args = [...(rest ?? "").matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
    const output = runProgram(process.execPath, [cli, ...args], work, echoed);
    if (args[0] === "tag") expect(output).toMatch(/B-dest|B-departure/);
    if (args[0] === "evaluate")
      expect(output).toMatch(
        /(entity|macro) F1 \d+\.\d\d|nats \(\d\.\d{4} bits\) per character|\n {2}seasonal +\d+\.\d+/,
      );
    if (args[1] === "forecaster") {
      const told = /<!-- passengers -->\n```text\n([^`]*)```/.exec(readme)?.[1] ?? "missing";
      expect(output).toContain(told);
    }
    if (args[0] === "forecast") expect(output).toMatch(/\n20\d\d-\d\d +\d+\.\d+/);
    if (args[0] === "classify")
      expect(JSON.parse(output)).toMatchObject({ label: expect.stringMatching(/^(one way|return trip)$/) });
    if (args[0] === "generate") expect(output).toMatch(/^leave Taipei/);
  }
});

test("the task of one's own takes less than 60 lines", () => {
  const [code = ""] = blocks(pages["docs/custom-task.md"], "js");
  expect(code.trim().split("\n").length).toBeLessThan(60);
});

test("the README names the two commands", () => {
  for (const command of ["npm ci && npm start", "npm ci && npm test"]) expect(readme).toContain(command);
});
