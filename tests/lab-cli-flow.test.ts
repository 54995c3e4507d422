// bptt lab flow and bptt lab connectivity: reports, pictures and summaries, the lecture's claims in them, and what is refused.

import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SequenceTagger } from "../src/index.js";
import { saveFile } from "../src/node.js";
import { command } from "./support/command.js";

let folder = "";
const at = (name: string) => join(folder, name);
const run = (...args: string[]) => command(["lab", ...args], { cwd: folder });
const text = (name: string) => readFile(at(name), "utf8");

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bptt-lab-flow-"));
  const tagger = await SequenceTagger.create({ cell: "gru", hiddenSize: 5, embeddingDim: 3, seed: 1 });
  await tagger.prepare([{ tokens: ["leave", "Taipei"], tags: ["O", "B-departure"] }]);
  await saveFile(at("model.safetensors"), await tagger.save());
});
afterAll(() => rm(folder, { recursive: true }));

const SMALL = ["--hidden-size", "7", "--seq-len", "17", "--sequences", "3"];
const LITTLE = ["--hidden-size", "5", "--epochs", "1", "--examples", "40"];

describe("reports", () => {
  test.each([
    [["flow", "--preset", "cells", ...SMALL, "--train-steps", "12"], 4],
    [["flow", "--preset", "lstm", ...SMALL, "--train-steps", "12"], 4],
    [["flow", "--preset", "vanishing", ...SMALL], 3],
    [["flow", "--preset", "exploding", ...SMALL], 3],
    [["flow", "--cell", "gru,scrn", ...SMALL, "--train-steps", "0", "--seed", "5"], 3],
    [["flow", "--radius", "0.5,2", ...SMALL, "--train-steps", "3", "--lr", "0.1"], 4],
    [["connectivity", ...LITTLE], 2],
    [["connectivity", "--preset", "far", "--cell", "gru", ...LITTLE, "--seed", "2"], 1],
    [["connectivity", "--text", "it's Taipei", "--token", "taipei", "--cell", "rnn,lstm", ...LITTLE], 1],
    [["connectivity", "--text", "leave Taipei", "--model", "model.safetensors"], 1],
  ] as const)("%j: %d pictures, and the same bytes again", async (args, count) => {
    for (const name of ["one", "two"])
      expect(await run(...args, "-o", `${name}.html`, "--svg", name)).toMatchObject({ code: 0, stderr: "" });
    const page = await text("one.html");
    expect(page.match(/<figure class="picture"/g)).toHaveLength(count);
    expect(page).not.toMatch(/NaN|undefined/);
    expect(await text("two.html")).toBe(page);
    const files = await readdir(at("one"));
    expect(files).toHaveLength(count);
    for (const name of files) expect(await text(join("two", name))).toBe(await text(join("one", name)));
    await Promise.all(["one", "two"].map((name) => rm(at(name), { recursive: true })));
  });
});

/** What is left of the gradient at the first step, of each row of the summary. */
const left = (stdout: string): Record<string, number> =>
  Object.fromEntries(
    [...stdout.matchAll(/^(\S.*?) {2,}\S+ +(\S+)$/gm)].map(([, name, share]) => [name, Number(share)]),
  );

test("the presets show what they say: small recurrent weights let the gradient vanish, large ones let it explode", async () => {
  const vanishing = left((await run("flow", "--preset", "vanishing", "-o", "a.html")).stdout);
  expect(vanishing["radius 0.5"]).toBeLessThan(1e-12);
  expect(vanishing["radius 0.7"]).toBeLessThan(1e-6);
  expect(vanishing["radius 0.9"]).toBeLessThan(1e-3);
  const exploding = left((await run("flow", "--preset", "exploding", "-o", "a.html")).stdout);
  expect(exploding["radius 1"]).toBeLessThan(1);
  expect(exploding["radius 2"]).toBeGreaterThan(100);
  expect(exploding["radius 3"]).toBeGreaterThan(1e5);
  // weights that were scaled to 1 are not above it
  expect(await text("a.html")).toContain("It is above 1 for 4 of 5 gates");
});

test("the preset lstm: an LSTM keeps the gradient if its forget gates begin open, and then learns what an RNN does not", async () => {
  const { stdout } = await run("flow", "--preset", "lstm", "-o", "a.html");
  const row = (name: string) => {
    const [, ...figures] = new RegExp(`^${name} +(\\S+) -> (\\S+) +(\\S+) -> (\\S+)$`, "m").exec(stdout) ?? [];
    return figures.map(Number);
  };
  const [, rnn = 0, lost = 1] = row("rnn");
  const [, usual = 0, few = 1] = row("lstm, usual");
  const [, chrono = 1, kept = 0] = row("lstm, chrono");
  for (const share of [lost, few]) expect(share).toBeLessThan(1e-8);
  expect(kept).toBeGreaterThan(1e-3);
  for (const loss of [rnn, usual]) expect(loss).toBeGreaterThan(1.2);
  expect(chrono).toBeLessThan(0.01);
});

test("connectivity: what an LSTM and a GRU remember over eleven words, an RNN has forgotten, and it takes the city for the destination", async () => {
  const { stdout } = await run("connectivity", "--preset", "far", "-o", "far.html");
  expect(stdout).toMatch(/rnn +Taipei is B-dest, moved most by “Taipei”/);
  for (const cell of ["lstm", "gru"]) expect(stdout).toMatch(new RegExp(`${cell} +Taipei is B-departure,`));
  const caption = (await text("far.html")).replaceAll(" × 10⁻⁴", "e-4");
  const cue = (cell: string) =>
    Number(new RegExp(`The ${cell} says \\S+ “depart”, 11 words before, moves it by ([\\d.e-]+),`).exec(caption)?.[1]);
  expect(cue("rnn")).toBeLessThan(0.001);
  expect(cue("lstm")).toBeGreaterThan(0.01);
  expect(cue("gru")).toBeGreaterThan(0.01);
});

test.each([
  [["flow", "--cell", "rnn,bogus"], "expected cells of rnn, gru, lstm, irnn, clockwork, scrn, got bogus"],
  [["flow", "--cell", "rnn", "--preset", "lstm"], "'--cell <list>' cannot be used with option '--preset <name>'"],
  [["flow", "--preset", "story"], "Allowed choices are cells, vanishing, exploding, lstm"],
  [["flow", "--seq-len", "9"], "--seq-len: expected 10 or more, got 9 (BPTT_OPTION)"],
  [["flow", "--hidden-size", "0"], "--hidden-size: expected a positive integer, got 0 (BPTT_OPTION)"],
  [["flow", "--radius", "1,-1"], "--radius: expected a positive number, got -1 (BPTT_OPTION)"],
  [["flow", "--train-steps", "-1"], "--train-steps: expected"],
  [["flow", "--lr", "0"], "--lr: expected a positive number, got 0"],
  [["connectivity", "--text", " "], "--text: expected a sentence, got none (BPTT_OPTION)"],
  [
    ["connectivity", "--token", "bogus"],
    '--token: expected one of leave Taipei on November 2nd and arrive at Kaohsiung we have to depart , if it is not too much trouble in, got "bogus"',
  ],
  [["connectivity", "--model", "model.safetensors", "--epochs", "2"], "cannot be used with option"],
  [["connectivity", "--model", "missing"], "missing"],
  [["connectivity", "--model", "empty"], "(BPTT_FILE)"],
  [["connectivity", "--text", "a", "--preset", "far"], "cannot be used with option"],
  [["connectivity", "--epochs", "0"], "--epochs: expected a positive integer, got 0"],
] as const)("refused with one line, and nothing is written: %j", async (args, message) => {
  await writeFile(at("empty"), "");
  const outcome = await run(...args, "-o", "refused.html");
  expect(outcome.stderr).toContain(message);
  expect(outcome.stderr).toMatch(/^bptt: [^\n]*\n$/);
  expect(outcome.code).not.toBe(0);
  expect(await readdir(folder)).not.toContain("refused.html");
});

test.skipIf(process.platform === "win32").each([
  ["flow", "--train-steps", "1000000"],
  ["connectivity", "--epochs", "10000"],
])("Ctrl-C stops %s, and nothing is written", async (...args) => {
  const outcome = await command(["lab", ...args, "-o", "stopped.html"], {
    cwd: folder,
    during: (child) => setTimeout(() => child.kill("SIGINT"), 3000),
  });
  expect(outcome).toEqual({ code: 130, stdout: "", stderr: "bptt: stopped; nothing was written\n" });
  expect(await readdir(folder)).not.toContain("stopped.html");
});
