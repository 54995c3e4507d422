// What a forecaster refuses, and with which words.

import { describe, expect, test } from "vitest";
import { Forecaster, type ForecasterOptions, LanguageModel } from "../src/index.js";
import { problem } from "./support/tagging.js";
import { waves } from "./support/waves.js";

const SMALL = { horizon: 5, window: 19, hiddenSize: 13 } satisfies ForecasterOptions;
const series = waves(500);
const forecaster = await Forecaster.create(SMALL);
await forecaster.fit(series, { epochs: 1 });

describe("refused", () => {
  const fitted = async (options: ForecasterOptions, rows: unknown, training = {}) =>
    (await Forecaster.create(options)).fit(rows as number[], training);
  const still = { columns: ["y", "still"], rows: series.map((y) => [y, 0.1]) };

  test.each<[what: string, options: ForecasterOptions, rows: unknown, code: string, message: string]>([
    [
      "a gap",
      SMALL,
      [1, Number.NaN, 3],
      "BPTT_DATA",
      "series: row 1, column 0: expected a finite number below 3.4e38, got NaN; fill",
    ],
    [
      "a hole",
      SMALL,
      [
        [1, 2],
        [3, undefined],
      ],
      "BPTT_DATA",
      "series: row 1, column 1: .*, got undefined; fill the gap",
    ],
    ["text", SMALL, ["1", "2"], "BPTT_DATA", 'series: row 0, column 0: expected a finite number below 3.4e38, got "1"'],
    ["a number beyond 32 bits", SMALL, [1, 1e39], "BPTT_DATA", "series: row 1, column 0: .* below 3.4e38, got 1e\\+39"],
    [
      "a row of another width",
      SMALL,
      [[1, 2], [3]],
      "BPTT_DATA",
      "series: row 1: expected 2 numbers, one for each channel, got 1; give every row",
    ],
    [
      "one name for two columns",
      SMALL,
      { columns: ["a", "a"], rows: [[1, 2]] },
      "BPTT_DATA",
      'series: columns: expected different names, got \\["a","a"\\]',
    ],
    [
      "names that are no list",
      SMALL,
      { columns: "ab", rows: [[1, 2]] },
      "BPTT_DATA",
      'series: columns: expected different names, got "ab"',
    ],
    ["nothing", SMALL, [], "BPTT_DATA", "series: expected one row or more, got none"],
    [
      "no series",
      SMALL,
      "1 2 3",
      "BPTT_DATA",
      'series: expected a list of numbers, a list of rows, or what readSeries gives, got "1 2 3"',
    ],
    [
      "a horizon longer than the series",
      { horizon: 900 },
      series,
      "BPTT_DATA",
      "series: expected 924 rows or more \\(window 24 \\+ horizon 900\\), got 500; give a longer series, or",
    ],
    [
      "a window longer than the series",
      { window: 900 },
      series,
      "BPTT_DATA",
      "series: expected 901 rows or more \\(window 900 \\+ horizon 1\\), got 500",
    ],
    [
      "a constant target",
      SMALL,
      still,
      "BPTT_DATA",
      "series: column still: expected a target that changes, got 0.1 in all 500 rows of the training; leave it out of targets",
    ],
    [
      "an unknown target",
      { targets: ["z"] },
      still,
      "BPTT_OPTION",
      "targets: expected columns of the series \\(y, still\\), got z",
    ],
    ["no target", { targets: [] }, still, "BPTT_OPTION", "targets: expected a list of columns"],
    ["half a step", { horizon: 1.5 }, series, "BPTT_OPTION", "horizon: expected a positive integer, got 1.5"],
    [
      "a level of 90",
      { level: 90 },
      series,
      "BPTT_OPTION",
      "level: expected a number between 0 and 1, such as 0.9, got 90",
    ],
    ["an unknown option", { lag: 3 } as object, series, "BPTT_OPTION", 'Forecaster: unknown option "lag"'],
  ])("in training: %s", async (_, options, rows, code, message) => {
    await expect(fitted(options, rows)).rejects.toThrow(problem(code, `^${message}`));
  });

  test("a validation that leaves too few rows, or has fewer than the horizon", async () => {
    await expect(fitted(SMALL, series, { validation: 490 })).rejects.toThrow(
      problem("BPTT_DATA", "^series: expected 24 rows or more before the 490 that are held out .*, got 10"),
    );
    await expect(fitted(SMALL, series, { validation: 3 })).rejects.toThrow(
      problem("BPTT_DATA", "^series: expected 5 held-out rows or more \\(horizon\\), got 3; hold more rows out"),
    );
    await expect(fitted(SMALL, series, { truncate: 3 })).rejects.toThrow(
      problem("BPTT_OPTION", "^truncate: a forecaster"),
    );
  });

  test("in a forecast: too few rows, other columns, more steps than the horizon, no model", async () => {
    await expect(forecaster.forecast(series.slice(0, 18))).rejects.toThrow(
      problem("BPTT_DATA", "^series: expected 19 rows or more \\(window 19\\), got 18"),
    );
    await expect(forecaster.forecast(still)).rejects.toThrow(
      problem(
        "BPTT_DATA",
        "^series: expected the columns of the training \\(0\\), got y, still; give a series that has 0",
      ),
    );
    await expect(forecaster.forecast(still.rows)).rejects.toThrow(
      problem("BPTT_DATA", "^series: expected 1 channels \\(0\\), as in the training, got 2"),
    );
    await expect(forecaster.forecast(series, { steps: 6 })).rejects.toThrow(
      problem(
        "BPTT_OPTION",
        "^steps: expected at most 5, the horizon that was trained, got 6; train with a larger horizon",
      ),
    );
    await expect((await Forecaster.create()).forecast(series)).rejects.toThrow(
      problem("BPTT_ORDER", "^forecast: the forecaster knows no series yet"),
    );
  });

  test("files of another task, and damaged ones", async () => {
    const other = await LanguageModel.create({ hiddenSize: 3, embeddingDim: 3 });
    await other.prepare("abc");
    await expect(Forecaster.load(await other.save())).rejects.toThrow(
      problem(
        "BPTT_FILE",
        '^model file: expected a forecaster, got a model of the task "language-model"; load it with LanguageModel$',
      ),
    );
    await expect(LanguageModel.load(await forecaster.save())).rejects.toThrow(
      problem("BPTT_FILE", 'got a model of the task "forecaster"; load it with Forecaster$'),
    );
    const bytes = await forecaster.save();
    await expect(Forecaster.load(bytes.slice(0, -3))).rejects.toMatchObject({ code: "BPTT_FILE" });
  });
});
