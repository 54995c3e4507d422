// The pictures of experiments, and `bptt lab tasks` from end to end: whole, with runs that fail, and interrupted.

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseHTML } from "linkedom";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ExperimentRun, ExperimentSummary } from "../src/lab/index.js";
import { pictureSvg, tasksPictures } from "../src/pictures/index.js";
import { command, jsonLines, linesOf } from "./support/command.js";

const options = {
  about: "The task: to remember.",
  judge: "wrong",
  success: () => 0.01,
  baseline: () => 0.75,
  steps: 500,
} as const;

const run = (cell: string, seed: number, more: Partial<ExperimentRun>): ExperimentRun => ({
  ...{ cell, seqLen: 7, clip: { norm: 1 }, omega: 0, seed, ended: "steps", succeeded: false },
  ...{ error: 0.75, steps: 500, seconds: 3, ...more },
});

/** One run of each end. */
const RUNS = [
  run("lstm", 1, { ended: "success", succeeded: true, error: 0, steps: 40, stepsToSuccess: 40 }),
  run("lstm", 2, { ended: "success", succeeded: true, error: 0.005, steps: 60, stepsToSuccess: 60 }),
  run("rnn", 1, {}),
  run("rnn", 2, { ended: "non-finite", error: 0.8 }),
  run("rnn", 3, { ended: "error", error: Number.NaN, message: "no memory" }),
];
const of = (cell: string, more: Partial<ExperimentSummary>): ExperimentSummary => ({
  ...{ cell, seqLen: 7, clip: { norm: 1 }, omega: 0, runs: 2, succeeded: 0, successRate: 0 },
  ...{ medianError: 0.775, nonFinite: 0, incomplete: 0, ...more },
});
const SUMMARY = [
  of("lstm", { succeeded: 2, successRate: 1, medianSteps: 50, medianError: 0.0025 }),
  of("rnn", { nonFinite: 1, incomplete: 1 }),
];

const { document } = parseHTML("<html><body></body></html>");

describe("the pictures", () => {
  const pictures = tasksPictures(RUNS, SUMMARY, { ...options, planned: 6 });

  test("say what succeeded, and that and why the result is partial", () => {
    expect(pictures.map(({ name }) => name)).toEqual(["tasks-success", "tasks-steps", "tasks-table"]);
    for (const { title } of pictures) expect(title).toMatch(/ \(partial: 4 of 6 runs\)$/);
    expect(pictures[0]?.caption).toContain("lstm: 2 of 2 (median 50 steps); rnn: 0 of 2, 1 flew off.");
    expect(pictures[0]?.caption).toContain(
      "4 of 6 runs have a verdict, 1 stopped with an error (no memory), 1 were not made or not finished.",
    );
    expect(pictures[1]?.caption).toContain("1 run made no mistake and stands at the left edge.");
    expect(pictures[2]?.table).toEqual({
      head: ["", "succeeded", "steps", "wrong", "flew off", "no verdict"],
      rows: [
        ["lstm", "2 of 2", "50", "0.25", "0", "0"],
        ["rnn", "0 of 2", "-", "77.5", "1", "1"],
      ],
    });
  });

  test("a whole result has no word of that", () => {
    const whole = tasksPictures(RUNS.slice(0, 3), SUMMARY, { ...options, planned: 3 });
    for (const { title, caption } of whole) expect(title + caption).not.toContain("partial");
  });

  test("each end of a run has a mark and a key of its own, and each run a dot", () => {
    expect(pictures[0]?.keys.map(({ text, mark }) => [text, mark])).toEqual([
      ...[
        ["succeeded", "dot"],
        ["failed", "ring"],
        ["flew off", "cross"],
        ["no verdict", "star"],
      ],
    ]);
    const [success] = pictures;
    const svg = success ? (pictureSvg({ ...success, keys: [] }, { document }) ?? "") : "";
    const groups = svg.match(/<g [^>]*aria-label="dot"[^>]*>.*?<\/g>/g) ?? [];
    expect(groups.map((group) => group.match(/<(circle|path)/g)?.length)).toEqual([2, 1, 1, 1]);
    expect(svg).toContain(">2 of 2</text>");
  });

  test("are the same bytes twice, whatever the runs took", () => {
    const svgOf = (runs: readonly ExperimentRun[]) =>
      tasksPictures(runs, SUMMARY, { ...options, planned: 6 }).map((one) => pictureSvg(one, { document }));
    expect(svgOf(RUNS.map((one) => ({ ...one, seconds: 99 })))).toEqual(svgOf(RUNS));
  });

  test("rows are named by what differs: clipping, length and omega", () => {
    const clips = [false, { norm: 1 }] as const;
    const summary = clips.flatMap((clip) => [0, 0.5].map((omega) => of("rnn", { clip, omega })));
    const rows = tasksPictures([], summary, { ...options, planned: 1 })[2]?.table?.rows.map(([name]) => name);
    expect(rows).toEqual(["no clipping", "no clipping, omega 0.5", "clip norm 1", "clip norm 1, omega 0.5"]);
    const lengths = tasksPictures([], [of("rnn", {}), of("rnn", { seqLen: 13 })], { ...options, planned: 1 });
    expect(lengths[2]?.table?.rows.map(([name]) => name)).toEqual(["rnn, T 7", "rnn, T 13"]);
  });
});

describe("bptt lab tasks", () => {
  let cwd = "";
  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), "bptt-tasks-"));
  });
  afterAll(() => rm(cwd, { recursive: true }));
  const lab = (...args: string[]) => command(["lab", "tasks", ...args], { cwd });
  const SMALL = ["--seeds", "2", "--steps", "40", "--lengths", "10", "--hidden-size", "7"];

  test("writes the same report twice, with the command that made it", async () => {
    const pages: string[] = [];
    for (const name of ["one", "two"]) {
      const { code, stdout, stderr } = await lab(...SMALL, "-o", `${name}.html`, "--svg", name);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(linesOf(stdout).slice(-2)).toEqual([`the report went to ${name}.html`, `2 pictures went to ${name}`]);
      expect((await readdir(join(cwd, name))).sort()).toEqual(["tasks-steps.svg", "tasks-success.svg"]);
      pages.push(await readFile(join(cwd, `${name}.html`), "utf8"));
    }
    expect(pages[0]).toBe(pages[1]);
    expect(pages[0]).toContain("bptt lab tasks --lengths 10 --hidden-size 7 --steps 40 --seeds 2");
  });

  test("half of the runs have no room: the report of the others is written, and says so", async () => {
    const args = ["--cell", "lstm", "--hidden-size", "32", "--batch-size", "2000", "--seeds", "1", "--steps", "2"];
    const { code, stdout, stderr } = await lab(...args, "--lengths", "10,20000", "-o", "half.html");
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^bptt: 1 of 2 runs stopped with an error: A batch of 2000 sequences .*; the others are kept\n$/,
    );
    expect(stdout).toContain("the report went to half.html");
    const page = await readFile(join(cwd, "half.html"), "utf8");
    expect(page).toContain(" (partial: 1 of 2 runs)</h2>");
    expect(page).toContain("1 of 2 runs have a verdict, 1 stopped with an error (A batch of 2000 sequences");
  });

  test("--json leaves the report out, so what belongs to it is refused", async () => {
    for (const [flag, value] of [
      ["--svg", "x"],
      ["--svg-width", "700"],
    ] as const)
      expect((await lab("--json", flag, value)).stderr).toContain(`--json and ${flag}: expected one of them, got both`);
  });

  test("an LSTM in the experiment with a regulariser is run without it, and that is said", async () => {
    const args = [
      "clipping",
      "--cell",
      "rnn,lstm",
      ...SMALL,
      "--steps",
      "3",
      "--seeds",
      "1",
      "--clips",
      "none,value:0.5",
    ];
    const { code, stdout, stderr } = await lab(...args, "--json");
    expect(code).toBe(0);
    expect(stderr).toBe("lstm: only rnn and irnn have the regulariser, so omega is left out there\n");
    expect(jsonLines(stdout).map(({ cell, clip, omega }) => [cell, clip, omega])).toEqual([
      ["rnn", false, 0],
      ["rnn", false, 0.5],
      ["rnn", { value: 0.5 }, 0],
      ["rnn", { value: 0.5 }, 0.5],
      ["lstm", false, 0],
      ["lstm", { value: 0.5 }, 0],
    ]);
  });

  test("Ctrl-C keeps the runs so far, and marks the report", async () => {
    const args = [
      "lab",
      "tasks",
      "--cell",
      "rnn",
      "--seeds",
      "50",
      "--steps",
      "100",
      "--lengths",
      "10",
      "-o",
      "cut.html",
    ];
    const { code, stdout, stderr } = await command(args, {
      cwd,
      during: (child) => {
        // once: the second one would end the process at once. The first line says what is run.
        let lines = 0;
        child.stdout.on("data", (text: string) => {
          const before = lines;
          lines += text.split("\n").length - 1;
          if (before < 2 && lines >= 2) child.kill("SIGINT");
        });
      },
    });
    expect(code).toBe(130);
    const [, judged] = /^bptt: interrupted: (\d+) of 50 runs have a verdict and are kept\n$/.exec(stderr) ?? [];
    expect(Number(judged)).toBeGreaterThan(0);
    expect(Number(judged)).toBeLessThan(50);
    expect(linesOf(stdout).at(-1)).toBe("the report went to cut.html");
    expect(await readFile(join(cwd, "cut.html"), "utf8")).toContain(`(partial: ${judged} of 50 runs)`);
  });

  const refused: readonly [string, string[], string][] = [
    ["a name", ["juggling"], "Allowed choices are adding"],
    ["a cell", ["--cell", "lstm,gur"], "Allowed choices are rnn, gru"],
    [
      "a clipping",
      ["--clips", "none,norm:0"],
      '--clips: expected none, or norm, value, tensorNorm or stepNorm with a positive number behind a colon, such as norm:1, got "norm:0"',
    ],
    ["no seeds", ["--seeds", "0"], "--seeds: expected 1 or more, got 0"],
    ["a length", ["--lengths", "2"], "temporal-order needs"],
    ["a report of JSON lines", ["--json", "-o", "a.html"], "--json and --output: expected one of them, got both"],
  ];
  test.each(refused)("refuses %s, and writes nothing", async (_, args, message) => {
    const { code, stderr } = await lab(...args);
    expect(code).toBe(1);
    expect(linesOf(stderr)).toEqual([expect.stringContaining(message)]);
    expect(await readdir(cwd)).not.toContain("lab-tasks.html");
  });
});
