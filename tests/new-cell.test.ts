// docs/new-cell.md, followed step by step in a copy of the repository.

import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";

const copy = mkdtempSync(join(tmpdir(), "bptt-new-cell-"));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

interface Step {
  readonly file: string;
  /** The beginning of the line before which the text is put; a new file without it. */
  readonly before: string | undefined;
  readonly text: string;
}

function stepsOf(page: string): Step[] {
  return [...page.matchAll(/^```ts file=(\S+)(?: before="([^"\n]+)")?\n(.*?)^```$/gms)].map(
    ([, file = "", before, text = ""]) => ({ file, before, text }),
  );
}

function follow({ file, before, text }: Step): void {
  const path = join(copy, file);
  if (before === undefined) {
    writeFileSync(path, text, { flag: "wx" });
    return;
  }
  const old = readFileSync(path, "utf8");
  expect(old.split(`\n${before}`), `${file} has one line that begins with ${before}`).toHaveLength(2);
  writeFileSync(
    path,
    old.replace(`\n${before}`, () => `\n${text}${before}`),
  );
}

const run = (...args: string[]) =>
  execFileSync(process.execPath, args, { cwd: copy, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } });

test("the page's cell compiles, is typed, and agrees with its textbook version", { timeout: 300_000 }, () => {
  for (const part of ["assembly", "src", "tests", "bench", "scripts", "asconfig.json", "package.json", "tsconfig.json"])
    cpSync(part, join(copy, part), { recursive: true });
  symlinkSync(resolve("node_modules"), join(copy, "node_modules"), "junction");
  const steps = stepsOf(readFileSync("docs/new-cell.md", "utf8"));
  expect(new Set(steps.map(({ file }) => file)).size).toBe(7);
  steps.forEach(follow);
  run("node_modules/assemblyscript/bin/asc.js", "assembly/index.ts", "--target", "release");
  run(
    "node_modules/assemblyscript/bin/asc.js",
    "assembly/lab.ts",
    "--target",
    "release",
    "--outFile",
    "build/lab.wasm",
  );
  run("scripts/inline-kernel.mjs");
  run("node_modules/typescript/bin/tsc", "--noEmit");
  const files = ["kernel", "reference", "stream", "states", "batch-invariance"].map((name) => `tests/${name}.test.ts`);
  const report = run("node_modules/vitest/vitest.mjs", "run", ...files, "-t", "leaky", "--root", copy);
  expect(report).toMatch(/Test Files {2}5 passed/);
  expect(report).toMatch(/Tests {2}[2-9]\d passed/);
});
