// The commands train, evaluate and classify with a classifier, as a user calls them.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { command, jsonLines } from "./support/command.js";

const work = mkdtempSync(join(tmpdir(), "bptt-classifier-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const bptt = (...args: string[]): string =>
  execFileSync(process.execPath, [resolve("dist/cli.js"), ...args], { cwd: work, encoding: "utf8", stdio: "pipe" });

const failure = (...args: string[]): string => {
  try {
    return bptt(...args);
  } catch (error) {
    return String((error as { stderr: unknown }).stderr);
  }
};

const pairs = [
  ["arrival", "we arrive now"],
  ["departure", "we leave now"],
] as const;
const small = ["--hidden-size", "8", "--embedding-dim", "8", "--dropout", "0", "--word-dropout", "0", "--epochs", "60"];

test.each([
  ["lines.tsv", pairs.map(([label, text]) => `${label}\t${text}\n`)],
  ["lines.jsonl", pairs.map(([label, text]) => `${JSON.stringify({ text, label })}\n`)],
])("%s: trained, scored, classified", (name, lines) => {
  writeFileSync(join(work, name), lines.join(""));
  bptt("train", "classifier", name, "-o", `${name}.model`, "--pooling", "mean", ...small);
  expect(bptt("evaluate", `${name}.model`, name)).toMatch(/accuracy 100\.00, macro F1 100\.00 over 2 sequences/);
  const answers = bptt("classify", `${name}.model`, "we leave now", "we arrive now").trim().split("\n");
  expect(answers.map((line) => JSON.parse(line).label)).toEqual(["departure", "arrival"]);
});

test("a run that was stopped goes on to the same model", { timeout: 120_000 }, async () => {
  writeFileSync(join(work, "pairs.tsv"), pairs.map(([label, text]) => `${label}\t${text}\n`).join(""));
  const args = ["train", "classifier", "pairs.tsv", "--validation", "pairs.tsv", "--test", "pairs.tsv", ...small];
  expect(bptt(...args, "--run", "whole")).toMatch(/macro F1 .* over 2 sequences, loss .*\ntrained in/);
  const stopped = await command([...args, "--run", "stopped", "--json"], {
    cwd: work,
    during: (child) => child.stdout.once("data", () => child.kill("SIGINT")),
  });
  expect(stopped.code).toBe(130);
  const { code, stdout, stderr } = await command(["resume", "stopped", "--json"], { cwd: work });
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^going on after step \d+\n/) });
  expect(jsonLines(stdout).at(-1)).toMatchObject({ type: "evaluation", sequences: 2 });
  const [one, other] = ["whole", "stopped"].map((run) => readFileSync(join(work, run, "model.safetensors")));
  expect(other?.equals(one as Buffer)).toBe(true);
});

test("what does not fit is refused", () => {
  writeFileSync(join(work, "bad.tsv"), "arrival\twe arrive\nwe leave\n");
  expect(failure("train", "classifier", "bad.tsv")).toMatch(
    /bad\.tsv:2: expected a label, a tab and a text, got "we leave"/,
  );
  expect(failure("train", "classifier", "bad.tsv", "--scheme", "IO")).toMatch(
    /--scheme: a classifier has no such option/,
  );
  expect(failure("train", "classifier", "travel:en", "--tag-column", "1")).toMatch(
    /--token-column, --tag-column: a classifier reads text, which has no columns; leave them out/,
  );
  expect(failure("train", "tagger", "travel:en", "--pooling", "max")).toMatch(/--pooling: a tagger has no such option/);
});
