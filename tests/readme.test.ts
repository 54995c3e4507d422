// Every example of the README and of the guide to training runs, and prints what its comments say.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

const readme = readFileSync("README.md", "utf8");
const pages = {
  "README.md": readme,
  "docs/training.md": readFileSync("docs/training.md", "utf8"),
  "docs/workers.md": readFileSync("docs/workers.md", "utf8"),
};
/** Inside the package, so that "bptt" is the package itself. */
const folder = resolve("build/readme");
const work = mkdtempSync(join(tmpdir(), "bptt-readme-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const blocks = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map(([, code]) => code ?? "");

const run = (command: string, args: readonly string[], input?: string): string =>
  execFileSync(command, args, {
    cwd: work,
    encoding: "utf8",
    ...(input !== undefined && { input }),
    stdio: ["pipe", "pipe", "pipe"],
  });

/** What `console.log(...); // text` promises. */
const promises = (code: string): string[] =>
  [...code.matchAll(/console\.log\(.*\/\/ (.*)$/gm)].map(([, text]) => text ?? "");

describe.each(Object.entries(pages))("the JavaScript of %s", (page, text) => {
  mkdirSync(folder, { recursive: true });
  test.each(blocks(text, "js").map((code, number) => ({ code, number })))(
    "example $number",
    { timeout: 120_000 },
    ({ code, number }) => {
      const file = join(folder, `${page.replace(/\W/g, "-")}-${number}.mjs`);
      writeFileSync(file, code);
      const lines = run(process.execPath, [file]).split("\n");
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
    const output = run(process.execPath, [cli, ...args], echoed);
    if (args[0] === "tag") expect(output).toMatch(/B-dest|B-departure/);
    if (args[0] === "evaluate") expect(output).toMatch(/entity F1 \d+\.\d\d/);
  }
});

test("the README names the two commands", () => {
  for (const command of ["npm ci && npm start", "npm ci && npm test"]) expect(readme).toContain(command);
});
