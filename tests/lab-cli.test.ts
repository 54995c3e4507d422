// bptt lab: reports, pictures and summaries; what a caption says is the command that made it.

import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { command } from "./support/command.js";

let folder = "";
const at = (name = "") => join(folder, name);
const run = (...args: string[]) => command(["lab", ...args], { cwd: folder });
const text = (name: string) => readFile(at(name), "utf8");

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bptt-lab-"));
});
afterAll(() => rm(folder, { recursive: true }));

const SMALL = ["--size", "24"];
const RUNS: readonly (readonly string[])[] = [
  ["neuron"],
  ["neuron", "--preset", "neuron-table"],
  ["neuron", "--preset", "neuron-sweep", "--count", "11"],
  ["neuron", "--w", "0.5,-1.2", "--seq-len", "20", "--input", "1,0,2", "--sweep", "-1,1", "--count", "7"],
  ["surface", "--preset", "story", ...SMALL],
  ["surface", "--preset", "cliff", ...SMALL, "--budget", "1500"],
  ["surface", "--preset", "steady-rate", "--b", "-4,-1", ...SMALL, "--steps", "40", "--clip-value", "0.5"],
  ["surface", "--preset", "optimizers", ...SMALL, "--steps", "60"],
  ["surface", "--preset", "rate"],
  ["surface", "--preset", "bifurcation", "--seq-len", "30"],
];

describe("reports", () => {
  test.each(RUNS)("%s %s %s: the command in the captions makes the same report and pictures", async (...args) => {
    expect(await run(...args, "-o", "one.html", "--svg", "one")).toMatchObject({ code: 0, stderr: "" });
    const page = await text("one.html");
    const captions = [...page.matchAll(/<code>(.*?)<\/code>/g)].map(([, caption]) => caption ?? "");
    const figures = page.match(/<figure class="picture"/g)?.length;
    expect(captions).toHaveLength(figures ?? 0);
    expect(captions.length).toBeGreaterThan(0);
    expect(new Set(captions)).toEqual(new Set([["bptt lab", ...args].join(" ")]));
    const [, ...again] = captions[0]?.split(" ") ?? [];
    expect(await command([...again, "--output", "two.html", "--svg", "two"], { cwd: folder })).toMatchObject({
      code: 0,
    });
    expect(await text("two.html")).toBe(page);
    const files = await readdir(at("one"));
    expect(await readdir(at("two"))).toEqual(files);
    for (const name of files) {
      const svg = await text(join("one", name));
      expect(svg).toContain(`>${captions[0]?.slice(0, 40)}`);
      expect(await text(join("two", name))).toBe(svg);
      expect(page).toContain(`id="${name.replace(".svg", "")}"`);
    }
    // nothing from elsewhere: no address but that of SVG's names
    expect(page.replace(/<script[\s\S]*?<\/script>/g, "")).not.toMatch(/https?:\/\/(?!www\.w3\.org\/)|<link|@import/);
    expect(page.length).toBeLessThan(1_500_000);
    await Promise.all(["one", "two"].map((name) => rm(at(name), { recursive: true, force: true })));
  });

  test("without a place they go to lab-<name>.html here, and the summary has the key figures", async () => {
    const { stdout } = await run("neuron");
    expect(stdout).toContain("1.01      20,751.6              2.05256 × 10⁷\n");
    expect(stdout).toContain("\nthe report went to lab-neuron.html\n");
    expect(existsSync(at("lab-neuron.html"))).toBe(true);
    const story = await run("surface", ...SMALL);
    expect(story.stdout).toMatch(/unclipped +leaves the map at step 102, after a gradient of norm 165\.81;/);
    expect(story.stdout).toMatch(/clipped +stays on the map; 3 clipped;/);
    expect(existsSync(at("lab-surface.html"))).toBe(true);
  });

  test("a start, a rate and a threshold of one's own change both ways; the map's sides are the ways' too", async () => {
    const args = [
      "--start",
      "5,-2.5",
      "--lr",
      "0.3",
      "--clip-norm",
      "0.5",
      "--steps",
      "40",
      "--w",
      "3,20",
      "--b",
      "-4,20",
    ];
    const { stdout } = await run("surface", ...SMALL, ...args);
    expect(stdout).toMatch(/unclipped +stays on the map; 0 clipped; ends at w = 15\.6228, b = 16\.035,/);
    expect(stdout).toMatch(/clipped +stays on the map; [1-9]\d* clipped/);
  });
});

describe("refused, before anything is written", () => {
  test.each([
    [["bogus"], "unknown command 'bogus'; see bptt lab --help"],
    [["neuron", "--bogus"], "unknown option '--bogus'; see bptt lab neuron --help"],
    [["neuron", "--w", "1,x"], "expected a number"],
    [["neuron", "--seq-len", "0"], "linearNeuron: seqLen: expected a positive integer, got 0 (BPTT_OPTION)"],
    [["neuron", "--sweep", "1"], "--sweep: expected two numbers with a comma between them, got 1 (BPTT_OPTION)"],
    [["neuron", "--preset", "story"], "Allowed choices are neuron-table, neuron-sweep"],
    [["surface", "--size", "40000"], "oneUnitSurface: size: 40000 x 40000 is 1600000000 points"],
    [["surface", "--w", "7,3"], "expected [from, to], both finite and from below to, got [7, 3]; turn them round"],
    [
      ["surface", "--clip-norm", "1", "--clip-value", "1"],
      "--clip-norm and --clip-value: expected one of them, got both",
    ],
    [["surface", "--clip-norm", "-1"], "descend: clip: norm: expected a positive number, got -1"],
    [["surface", "--preset", "rate", "--lr", "1"], "--lr: the preset rate has none; leave it out"],
    [["surface", "--preset", "story", "--budget", "9"], "--budget: the preset story has none"],
    [["surface", "--preset", "optimizers", "--optimizer", "adam"], "--optimizer: the preset optimizers has none"],
    [["neuron", "-o", "nowhere/a.html"], "--output: the folder nowhere is not there or cannot be written"],
    [["neuron", "--svg", "empty", "--svg-width", "300"], "--svg-width: expected 526 to 1016 pixels, got 300"],
    [["neuron", "--svg-width", "700"], "--svg-width: it does nothing without --svg"],
    [["neuron", "--svg", "file"], "--svg: file is a file; give the name of a folder"],
  ])("%j", async (args, message) => {
    await writeFile(at("file"), "");
    await mkdir(at("empty"), { recursive: true });
    const place = args.includes("-o") ? [] : ["-o", "empty/report.html"];
    const outcome = await run(...args, ...place);
    expect(outcome.stderr).toContain(message);
    expect(outcome.stderr).toMatch(/^bptt: [^\n]*\n$/);
    expect(outcome.code).not.toBe(0);
    expect(await readdir(at("empty"))).toEqual([]);
  });
});

test.skipIf(process.platform === "win32")("Ctrl-C stops the work, and nothing is written", async () => {
  await mkdir(at("stopped"));
  // a large map: seconds of work
  const outcome = await command(["lab", "surface", "--size", "4096", "--seq-len", "1000"], {
    cwd: at("stopped"),
    during: (child) => setTimeout(() => child.kill("SIGINT"), 3000),
  });
  expect(outcome).toEqual({ code: 130, stdout: "", stderr: "bptt: stopped; nothing was written\n" });
  expect(await readdir(at("stopped"))).toEqual([]);
});

test("the tasks go on under their name", async () => {
  const { stdout } = await run("tasks", "--help");
  for (const name of ["adding", "temporal-order", "sines"]) expect(stdout).toContain(name);
});
