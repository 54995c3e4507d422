// Reports of runs: what the page says, what the charts keep, and that texts stay texts.

import { describe, expect, test } from "vitest";
import { digits } from "../src/drawing/digits.js";
import { smoothed, thinned } from "../src/drawing/thin.js";
import type { Run, RunReport } from "../src/node.js";
import { reportPage } from "../src/report/index.js";
import { seriesOf } from "../src/report/series.js";

const step = (number: number, more: object = {}): RunReport => ({
  type: "step",
  step: number,
  steps: 40,
  epoch: number > 20 ? 2 : 1,
  epochs: 2,
  lossPerToken: 3 / number,
  gradNorm: 8 / number,
  clipped: number < 3,
  clippedShare: Math.min(1, 2 / number),
  clipThreshold: 3,
  learningRate: number < 30 ? 0.01 : 0.005,
  tokensPerSecond: 12_345.678,
  ...more,
});

const epoch = (number: number, f1: number): RunReport => ({
  type: "epoch",
  epoch: number,
  epochs: 2,
  step: 20 * number,
  lossPerToken: 1 / number,
  validation: { loss: 70, lossPerToken: 0.7 / number, f1, accuracy: 0.5, support: 17, byLabel: {} },
  best: true,
  seconds: 1.5 * number,
});

const run = (path: string, more: Partial<Run> = {}, options: object = {}): Run => ({
  path,
  description: {
    format: 1,
    version: "0.1.0",
    task: "tagger",
    start: "2026-01-02T03:04:05.678Z",
    folder: "data",
    data: { train: "train.conll" },
    options: { network: { hiddenSize: 7, cell: "lstm" }, training: { optimizer: { lr: 0.01 } }, ...options },
  },
  reports: [
    ...Array.from({ length: 20 }, (_, index) => step(index + 1)),
    epoch(1, 0.25),
    ...Array.from({ length: 20 }, (_, index) => step(index + 21)),
    epoch(2, 0.75),
    { type: "end", stopped: "finished" },
  ],
  checkpoints: [],
  stopped: "finished",
  running: false,
  ...more,
});

/** The text of a row of a table. */
const row = (page: string, head: string): string[] => {
  const [, cells = ""] = new RegExp(`<tr><th scope="row">${head}</th>(.*?)</tr>`).exec(page) ?? [];
  return [...cells.matchAll(/<td>(.*?)<\/td>/g)].map(([, cell = ""]) => cell);
};

const titles = (page: string): string[] => [...page.matchAll(/<h3>(.*?)<\/h3>/g)].map(([, title = ""]) => title);

describe("one run", () => {
  const page = reportPage([run("runs/first")]);

  test("the summary says what came of it, with four digits at most", () => {
    const facts: Record<string, string> = {
      state: "finished",
      began: "2026-01-02 03:04:05 UTC",
      steps: "40 of 40",
      epochs: "2 of 2",
      best: "entity F1 75 % in epoch 2",
      "loss per token, last step": "0.075 nats",
      time: "3 s",
      "tokens per second": "12.35k",
      "clipped steps": "5 %",
      "skipped steps": "0",
      "data: train": "train.conll",
    };
    for (const [name, value] of Object.entries(facts)) expect([name, ...row(page, name)]).toEqual([name, value]);
  });

  test("options are a table, and every metric has a chart but losses and counts", () => {
    expect(row(page, "network.hiddenSize")).toEqual(["7"]);
    expect(row(page, "training.optimizer.lr")).toEqual(["0.01"]);
    expect(titles(page)).toEqual([
      "Loss per token, logarithmic",
      "Gradient norm before clipping",
      "Learning rate",
      "Share of steps clipped so far",
      "Validation: entity F1",
      "Validation: token accuracy",
    ]);
    for (const text of ["threshold 3", "clipped (2 of 40)", "rate drop", "best: 75 % in epoch 2"])
      expect(page).toContain(text);
  });

  test("it needs no network and no script; numbers of the charts are numbers", () => {
    expect(page).not.toMatch(/<script|<link|<img|(?:src|href)=|url\(|@import/);
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
    expect(reportPage([run("a")], { live: true })).toContain("<script>");
  });
});

test("several runs: one colour and name each in the same charts, options that differ apart from the common ones", () => {
  const page = reportPage([run("runs/one"), run("runs/two", {}, { network: { hiddenSize: 13, cell: "lstm" } })]);
  expect(row(page, "network.hiddenSize")).toEqual(["7", "13"]);
  const [shown = "", folded = ""] = page.split("<details");
  expect(shown).not.toContain("network.cell");
  expect(folded).toContain("network.cell");
  expect(titles(page)).toHaveLength(6);
  for (const [name, color] of [
    ["one", "var(--run0)"],
    ["two", "var(--run1)"],
  ])
    expect(page).toMatch(
      new RegExp(`<li><svg[^>]*>[^/]*stroke="${color?.replace(/[()]/g, "\\$&")}"[^/]*/></svg>${name}</li>`),
    );
  const same = reportPage([run("a/run"), run("b/run")]);
  expect(same).toContain("<h1>a/run <small>and</small> b/run</h1>");
  expect(same).toContain("All options are equal.");
});

test.each([
  ["classifier", { accuracy: 0.5 }, "Training of a classifier", "Loss per sequence", "0.075 nats", "accuracy"],
  ["language-model", {}, "Training of a language-model", "Loss per token", "0.075 nats", undefined],
  ["forecaster", {}, "Training of a forecaster", "Loss per value", "0.075 squared deviations", undefined],
])("a %s's report speaks of what its loss is a mean over", (task, scores, heading, chart, last, metric) => {
  const one = run("runs/one");
  const reports = one.reports.map((report) =>
    report.type === "epoch" ? { ...report, validation: { loss: 70, lossPerToken: 0.7, ...scores } } : report,
  );
  const page = reportPage([{ ...one, reports, description: { ...one.description, task } }]);
  expect(page).toContain(`<p>${heading}</p>`);
  expect(titles(page)[0]).toBe(`${chart}, logarithmic`);
  expect(row(page, `${chart.replace("L", "l")}, last step`)).toEqual([last]);
  const validations = titles(page).filter((title) => title.startsWith("Validation"));
  expect(validations).toEqual(metric === undefined ? [] : [`Validation: ${metric}`]);
});

test("runs of several tasks have one scale for losses that mean different things, and it names none of them", () => {
  const [tagger, other] = [run("a/tagger"), run("a/forecaster")];
  const page = reportPage([tagger, { ...other, description: { ...other.description, task: "forecaster" } }]);
  expect(titles(page)[0]).toBe("Mean loss, logarithmic");
  expect(page).toContain("Training of a tagger and forecaster");
});

describe("runs that are not as they should be", () => {
  test("one without steps says so", () => {
    const page = reportPage([run("empty", { reports: [], stopped: undefined, running: true })]);
    expect(page).toContain("No step has been reported yet.");
    expect(row(page, "state")).toEqual(["running"]);
    expect(row(page, "steps")).toEqual(["0"]);
  });

  test("one that was cut off, one that failed and one of other versions are drawn as far as they go", () => {
    const cut = { reports: [step(1), step(2)], stopped: undefined };
    expect(row(reportPage([run("cut", cut)]), "state")).toEqual(["cut off; it can be gone on with"]);
    const end = { type: "end", stopped: "failed", message: "step 3: <no>" };
    expect(row(reportPage([run("f", { reports: [step(1), end], stopped: "failed" })]), "state")).toEqual([
      "failed: step 3: &lt;no&gt;",
    ]);
    const strange = [
      { type: "of later days" },
      { type: "step", step: 1 },
      { type: "step", lossPerToken: 1 },
      { type: "epoch" },
    ];
    expect(reportPage([run("strange", { reports: strange })])).toContain("No step has been reported yet.");
  });

  test("a step that was skipped has no numbers and a mark that names the place", () => {
    const nonFinite = { step: 3, quantity: "gradient", parameter: "lstm.weight_hh_l0" };
    const skipped = step(3, { lossPerToken: null, gradNorm: null, skippedSteps: 1, nonFinite });
    const page = reportPage([run("skipped", { reports: [step(1), step(2), skipped, step(4, { skippedSteps: 1 })] })]);
    expect(row(page, "skipped steps")).toEqual(["1"]);
    expect(page).toContain("step 3 skipped: lstm.weight_hh_l0 not finite");
    expect(page).not.toContain("NaN");
  });

  test("texts are texts: names, options and data cannot add elements", () => {
    const evil = `"><script>alert('1')</script>&`;
    const page = reportPage([run(`runs/${evil.replace("/", "")}`, {}, { [evil]: evil })]);
    expect(page).not.toContain("<script");
    expect(row(page, "&quot;&gt;&lt;script&gt;alert\\(&#39;1&#39;\\)&lt;/script&gt;&amp;")).toEqual([
      "&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;",
    ]);
  });
});

describe("curves", () => {
  test("thinning keeps every spike, the order of steps and the ends of ranges", () => {
    const points = Array.from({ length: 50_021 }, (_, index) => ({ step: index + 1, value: index % 7 }));
    points[31_117] = { step: 31_118, value: 1000 };
    points[40_009] = { step: 40_010, value: -1000 };
    const kept = thinned(points);
    expect(kept.length).toBeLessThanOrEqual(800);
    expect(kept.length).toBeGreaterThan(600);
    for (const value of [1000, -1000]) expect(kept.filter((point) => point.value === value)).toHaveLength(1);
    expect(kept).toEqual([...kept].sort((one, other) => one.step - other.step));
    expect(thinned(points.slice(0, 13))).toEqual(points.slice(0, 13));
  });

  test("smoothing keeps a line where it is and takes the noise away", () => {
    const line = Array.from({ length: 1001 }, (_, index) => ({ step: index, value: 2 * index + (index % 2 ? 5 : -5) }));
    for (const { step, value } of smoothed(line).slice(30, -30)) expect(Math.abs(value - 2 * step)).toBeLessThan(0.6);
    expect(smoothed([])).toEqual([]);
    expect(smoothed([{ step: 1, value: 3 }])).toEqual([{ step: 1, value: 3 }]);
  });

  test("an evaluation that stands in two reports counts once; a rate that falls all the time has no drop", () => {
    const { type: _, ...scores } = epoch(1, 0.5);
    const falling = Array.from({ length: 7 }, (_, index) => step(index + 1, { learningRate: 1 / (index + 1) }));
    const series = seriesOf(run("x", { reports: [...falling, { type: "evaluation", ...scores }, epoch(1, 0.5)] }), "x");
    expect(series.validations).toHaveLength(1);
    expect(series.happenings).toEqual([]);
    const constant = seriesOf(run("y"), "y");
    expect(constant.happenings.map(({ kind, step }) => `${kind} ${step}`)).toEqual(["rate drop 30"]);
  });

  test.each([
    [0, "0"],
    [0.000012345, "0.00001234"],
    [1.23456e-9, "1.235e-9"],
    [-0.5, "-0.5"],
    [9999.4, "9999"],
    [10_000, "10k"],
    [123_456, "123.5k"],
    [999_999, "1M"],
    [2_500_000_000, "2.5G"],
    [Number.NaN, "-"],
  ])("%d is shown as %s", (value, text) => {
    expect(digits(value)).toBe(text);
  });
});
