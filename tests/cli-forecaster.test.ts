// Forecasters by the command: train, evaluate, forecast and resume in processes of their own.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Forecaster, readSeries } from "../src/index.js";
import { loadFile } from "../src/node.js";
import { command, jsonLines, linesOf } from "./support/command.js";
import { sameBytes } from "./support/tagging.js";
import { waves } from "./support/waves.js";

const ROWS = waves(150).map((y, t) => `${1850 + t},${y.toFixed(2)},${(y * y).toFixed(1)},n${t}`);
const TEXT = `year,level,square,note\n${ROWS.join("\n")}\n`;
const SMALL = ["--hidden-size", "7", "--window", "11", "--horizon", "3", "--epochs", "3"];
const COLUMNS = ["--columns", "level,square", "--targets", "level"];

let folder = "";
const at = (name: string) => join(folder, name);
const run = (...args: string[]) => command(args, { cwd: folder });
const train = (...args: string[]) => run("train", "forecaster", "waves.csv", ...SMALL, ...COLUMNS, ...args);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bptt-forecaster-"));
  await writeFile(at("waves.csv"), TEXT);
  const { code } = await train("--held-out", "30", "--validation", "40", "-o", "model.safetensors");
  expect(code).toBe(0);
});
afterAll(() => rm(folder, { recursive: true }));

const table = () => readSeries(TEXT, { columns: ["level", "square"] });

describe("train forecaster", () => {
  test("trains as the library does, and prints the errors over the rows that are held out beside both baselines", async () => {
    const all = table();
    const model = await Forecaster.create({ hiddenSize: 7, window: 11, horizon: 3, targets: ["level"] });
    await model.fit({ ...all, rows: all.rows.slice(0, -30) }, { epochs: 3, validation: 40 });
    const { code, stdout, stderr } = await train("--held-out", "30", "--validation", "40", "-o", "again.safetensors");
    expect(code).toBe(0);
    expect(sameBytes(await loadFile(at("again.safetensors")), await model.save())).toBe(true);
    const { mae, naive, seasonal, coverage = 0, byTarget } = await model.evaluate(all, { heldOut: 30 });
    const lines = linesOf(stdout);
    expect(lines[0]).toMatch(/^column level +MAE +RMSE +MASE$/);
    for (const [i, [name, error]] of [
      ["network", mae],
      ["naive", naive.mae],
      ["seasonal", seasonal.mae],
    ].entries())
      expect(lines[i + 1]).toMatch(new RegExp(`^ +${name} +${Number(error).toFixed(3)} `));
    expect(lines).toContain(
      `28 forecasts of 3 steps, each from one row later; season of ${byTarget.level?.season} rows, chosen on the training part`,
    );
    expect(lines).toContain(`intervals of 90.00 % hold ${(100 * coverage).toFixed(2)} % of the true values`);
    expect(stderr).toMatch(/\nepoch 3\/3 loss \d\.\d{4} \| validation loss \d\.\d{4} MAE \d+\.\d+ MASE \d\.\d{3} \|/);
    expect(stderr).toMatch(/the run is in runs\/forecaster-[\d-]+ \(report.html shows it\)/);
  });

  test("a run that was stopped goes on to the same model and scores; its report is in its own units", async () => {
    const more = ["--epochs", "40", "--held-out", "20", "--validation", "30", "--patience", "40"];
    expect((await train("--run", "whole", ...more)).code).toBe(0);
    const stopped = await command(
      ["train", "forecaster", "waves.csv", ...SMALL, ...COLUMNS, ...more, "--run", "stopped", "--json"],
      { cwd: folder, during: (child) => child.stdout.once("data", () => child.kill("SIGINT")) },
    );
    expect(stopped.code).toBe(130);
    const { code, stdout, stderr } = await run("resume", "stopped", "--json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^going on after step \d+\n/) });
    expect(jsonLines(stdout).at(-1)).toMatchObject({ type: "evaluation", origins: 18, horizon: 3 });
    const [one, other] = await Promise.all(
      ["whole", "stopped"].map((name) => loadFile(at(`${name}/model.safetensors`))),
    );
    expect(sameBytes(one ?? new Uint8Array(1), other ?? new Uint8Array())).toBe(true);
    const report = await readFile(at("stopped/report.html"), "utf8");
    expect(report).toContain("squared deviations");
    expect(report).not.toContain("nats");
  });
});

describe("evaluate", () => {
  test("scores the last rows, or as many as can be, at a level", async () => {
    const model = await Forecaster.load(await loadFile(at("model.safetensors")));
    const { code, stdout } = await run("evaluate", "model.safetensors", "waves.csv", "--level", "0.5", "--json");
    expect(code).toBe(0);
    const scores = await model.evaluate(table(), { level: 0.5 });
    expect(jsonLines(stdout)).toEqual([{ type: "evaluation", ...scores }]);
    const last = await run("evaluate", "model.safetensors", "waves.csv", "--held-out", "30");
    expect(last.stdout).toMatch(/\n28 forecasts of 3 steps/);
  });
});

describe("forecast", () => {
  test("prints what comes, with the years that it comes in, from a file and from standard input", async () => {
    const model = await Forecaster.load(await loadFile(at("model.safetensors")));
    const { values, lower, upper } = await model.forecast(table());
    const { code, stdout } = await run("forecast", "model.safetensors", "waves.csv");
    expect(code).toBe(0);
    const lines = linesOf(stdout);
    expect(lines[0]).toMatch(/^ +level +from +to$/);
    for (let h = 0; h < 3; ++h)
      expect(lines[h + 1]).toBe(
        lines[h + 1] && `${2000 + h}  ${[values, lower, upper].map((rows) => rows?.[h]?.[0]?.toFixed(3)).join("  ")}`,
      );
    const piped = await command(["forecast", "model.safetensors"], { cwd: folder, input: TEXT });
    expect(piped.stdout).toBe(stdout);
  });

  test("--json gives the same numbers; held-out rows are forecast one horizon after the other", async () => {
    const model = await Forecaster.load(await loadFile(at("model.safetensors")));
    const all = table();
    const { stdout } = await run("forecast", "model.safetensors", "waves.csv", "--held-out", "5", "--json");
    expect(jsonLines(stdout)).toEqual([
      {
        ...{ type: "forecast", times: ["1995", "1996", "1997"] },
        ...(await model.forecast({ ...all, rows: all.rows.slice(0, -5) })),
      },
      {
        ...{ type: "forecast", times: ["1998", "1999"] },
        ...(await model.forecast({ ...all, rows: all.rows.slice(0, -2) }, { steps: 2 })),
      },
    ]);
  });

  test("a folder for pictures that cannot be made is named; the forecast is told", async () => {
    const { code, stdout, stderr } = await run("forecast", "model.safetensors", "waves.csv", "--svg", "waves.csv");
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: "bptt: --svg: the folder waves.csv cannot be made; give another (BPTT_FILE)\n",
    });
    expect(linesOf(stdout)[0]).toMatch(/^ +level +from +to$/);
  });

  test("says that a model has too few errors for intervals", async () => {
    expect((await train("--columns", "level", "--validation", "8", "-o", "few.safetensors")).code).toBe(0);
    const { code, stdout, stderr } = await run("forecast", "few.safetensors", "waves.csv");
    expect(code).toBe(0);
    expect(linesOf(stdout)[0]).toMatch(/^ +level$/);
    expect(stderr).toMatch(/^no prediction intervals: training left too few errors for them; /);
  });

  test("takes rows whose first column is no time, if that is said", async () => {
    const text = TEXT.replace("\n1900,", "\n1901,");
    const odd = await command(["forecast", "model.safetensors"], { cwd: folder, input: text });
    expect(odd.stderr).toMatch(/^bptt: standard input:52: column year: .* or set time to false \(--no-time\)/);
    const { stdout } = await command(["forecast", "model.safetensors", "--no-time"], { cwd: folder, input: text });
    expect(linesOf(stdout)[1]).toMatch(/^\+1 /);
  });

  test("draws a page and a file", async () => {
    const { code, stderr } = await run("forecast", "model.safetensors", "waves.csv", "-o", "f.html", "--svg", "drawn");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "the report went to f.html\n1 picture went to drawn\n" });
    for (const name of ["f.html", "drawn/forecast.svg"]) {
      const text = await readFile(at(name), "utf8");
      expect(text).toContain("level: forecast 3 steps ahead");
      expect(text).toContain("bptt forecast model.safetensors waves.csv");
    }
  });
});

describe("refused", () => {
  test.each([
    [
      "train forecaster gap.csv",
      "gap\\.csv:3: column b: expected a finite number below 3.4e38, got an empty cell; fill the gap, or .* \\(BPTT_DATA\\)",
    ],
    [
      "train forecaster text.csv",
      'text\\.csv:3: column b: expected a finite number below 3.4e38, got "x"; .* \\(BPTT_DATA\\)',
    ],
    ["train forecaster wide.csv", "wide\\.csv:3: expected 2 cells, as in the first line, got 3; .* \\(BPTT_DATA\\)"],
    ["train forecaster empty.csv", "empty\\.csv: empty: expected rows of numbers, got no text \\(BPTT_DATA\\)"],
    [
      "train forecaster waves.csv --columns height",
      'columns: expected columns of the data \\(year, level, square, note\\), .* got "height" \\(BPTT_OPTION\\)',
    ],
    [
      "train forecaster waves.csv --columns level --targets square",
      "targets: expected columns of the series \\(level\\), got square \\(BPTT_OPTION\\)",
    ],
    [
      "train forecaster waves.csv --columns level --horizon 200",
      "series: expected 224 rows or more .*, got 150; .* \\(BPTT_DATA\\)",
    ],
    [
      "train forecaster waves.csv --columns level --held-out 150",
      "--held-out: expected less than the 150 rows of the series, got 150; .* \\(BPTT_DATA\\)",
    ],
    [
      "train forecaster waves.csv --columns level --horizon 5 --held-out 2",
      "--held-out: expected the 5 rows of the horizon or more, got 2; hold more out \\(BPTT_OPTION\\)",
    ],
    [
      "train forecaster waves.csv --columns level --held-out 0",
      "--held-out: expected a positive integer, got 0 \\(BPTT_OPTION\\)",
    ],
    [
      "train forecaster waves.csv --columns level --truncate 5",
      "truncate: a forecaster learns from whole windows; .* \\(BPTT_OPTION\\)",
    ],
    [
      "train --epochs 3 forecaster waves.csv",
      "train: --epochs: options of forecaster stand behind it; move it there \\(BPTT_OPTION\\)",
    ],
    [
      "forecast model.safetensors waves.csv --steps 4",
      "steps: expected at most 3, the horizon that was trained, got 4; .* \\(BPTT_OPTION\\)",
    ],
    [
      "forecast model.safetensors waves.csv --level 0.99",
      "level: expected 99 errors or more for intervals of 0\\.99, got 38; .* \\(BPTT_DATA\\)",
    ],
    [
      "forecast model.safetensors gap.csv",
      'columns: expected columns of the data \\(a, b\\), .* got "level" \\(BPTT_OPTION\\)',
    ],
    ["forecast model.safetensors waves.csv --open", "--open: it does nothing without --output; .* \\(BPTT_OPTION\\)"],
    [
      "tag model.safetensors leave",
      'model file: expected a sequence-tagger, got a model of the task "forecaster"; load it with Forecaster \\(BPTT_FILE\\)',
    ],
    [
      "evaluate model.safetensors waves.csv --tag-column 1",
      "--token-column, --tag-column, --label-column: a forecaster reads numbers, .* \\(BPTT_OPTION\\)",
    ],
  ])("bptt %s", async (line, message) => {
    await writeFile(at("gap.csv"), "a,b\n1,2\n4,\n");
    await writeFile(at("text.csv"), "a,b\n1,2\n4,x\n");
    await writeFile(at("wide.csv"), "a,b\n1,2\n4,5,6\n");
    await writeFile(at("empty.csv"), "");
    const { code, stdout, stderr } = await run(...line.split(" "));
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(new RegExp(`^bptt: ${message}\\n$`));
  });
});
