// The forecaster: it learns, beats both baselines, has intervals that hold, is saved whole and goes on from a checkpoint.

import { describe, expect, test } from "vitest";
import { Forecaster, type ForecasterOptions, readSafetensors, readSeries } from "../src/index.js";
import { Random } from "../src/random.js";
import { problem, sameBytes } from "./support/tagging.js";
import { waves } from "./support/waves.js";

/** The target repeats what the first channel was two steps ago; the third channel never changes. */
function echoes(count: number, seed = 1): number[][] {
  const random = new Random(seed);
  const cause = Array.from({ length: count }, () => random.uniform(-1, 1));
  return cause.map((value, t) => [value, 100 + 20 * (cause[t - 2] ?? 0), 0.1]);
}

const SMALL = { horizon: 5, window: 19, hiddenSize: 13 } satisfies ForecasterOptions;
const series = waves(500);
const forecaster = await Forecaster.create(SMALL);
await forecaster.fit(series.slice(0, 440), { epochs: 40 });

describe("a forecaster", () => {
  test("of one channel has less error than the naive and the best seasonal forecast, at every step ahead", async () => {
    const scores = await forecaster.evaluate(series, { heldOut: 60 });
    expect([scores.origins, scores.horizon, scores.bySteps.length]).toEqual([56, 5, 5]);
    for (const { mae, rmse, mase, naive, seasonal } of [scores, ...scores.bySteps]) {
      expect(mae).toBeLessThan(0.8 * Math.min(naive.mae, seasonal.mae));
      expect(rmse).toBeLessThan(0.8 * Math.min(naive.rmse, seasonal.rmse));
      expect(mase).toBeLessThan(0.8 * Math.min(naive.mase, seasonal.mase));
    }
    expect(scores.byTarget["0"]).toMatchObject({ mae: scores.mae, rmse: scores.rmse, naive: scores.naive });
  });

  test("is scored as one does by hand", async () => {
    const { mae, rmse, mase, naive, seasonal, byTarget, coverage } = await forecaster.evaluate(series, { heldOut: 60 });
    const season = byTarget["0"]?.season ?? 0;
    const train = series.slice(0, 440);
    const scale = train.slice(1).reduce((sum, y, t) => sum + Math.abs(y - (train[t] ?? 0)), 0) / 439;
    const sums = { network: 0, squares: 0, naive: 0, seasonal: 0, inside: 0 };
    for (let origin = 439; origin < 495; ++origin) {
      const { values, lower, upper } = await forecaster.forecast(series.slice(0, origin + 1));
      for (let h = 0; h < 5; ++h) {
        const y = series[origin + 1 + h] ?? 0;
        const error = Math.abs((values[h]?.[0] ?? 0) - y);
        sums.network += error;
        sums.squares += error * error;
        sums.naive += Math.abs((series[origin] ?? 0) - y);
        sums.seasonal += Math.abs((series[origin + 1 + h - season] ?? 0) - y);
        if ((lower?.[h]?.[0] ?? 0) <= y && y <= (upper?.[h]?.[0] ?? 0)) sums.inside += 1;
      }
    }
    expect(mae).toBeCloseTo(sums.network / 280, 8);
    expect(rmse).toBeCloseTo(Math.sqrt(sums.squares / 280), 8);
    expect(mase).toBeCloseTo(mae / scale, 8);
    expect(naive.mae).toBeCloseTo(sums.naive / 280, 8);
    expect(season).toBeGreaterThan(4);
    expect(seasonal.mae).toBeCloseTo(sums.seasonal / 280, 8);
    expect(coverage).toBeCloseTo(sums.inside / 280, 8);
  });

  test("finds the season of a series that has one, in its training part alone", async () => {
    const weekly = Array.from({ length: 140 }, (_, t) => [3, 1, 4, 1, 5, 9, 2][t % 7] ?? 0);
    const one = await Forecaster.create({ ...SMALL, window: 5, horizon: 11 });
    await one.fit(weekly.slice(0, 105), { epochs: 1 });
    // another season in the held-out part changes nothing
    const broken = weekly.map((value, t) => (t < 105 ? value : t % 3));
    const { byTarget, seasonal } = await one.evaluate(weekly, { heldOut: 35 });
    expect([byTarget["0"]?.season, seasonal.mae]).toEqual([7, 0]);
    expect((await one.evaluate(broken, { heldOut: 35 })).byTarget["0"]?.season).toBe(7);
  });

  test("of several channels learns from one what comes in another; a channel that never changes does no harm", async () => {
    const rows = echoes(400);
    const columns = ["cause", "echo", "still"];
    const one = await Forecaster.create({ ...SMALL, horizon: 2, window: 5, targets: ["echo"] });
    await one.fit({ columns, rows: rows.slice(0, 340) }, { epochs: 40 });
    const { mae, naive, byTarget } = await one.evaluate({ columns, rows }, { heldOut: 60 });
    expect(Object.keys(byTarget)).toEqual(["echo"]);
    expect(mae).toBeLessThan(0.3 * naive.mae);
    const shuffled = { columns: ["still", "echo", "cause"], rows: rows.map((row) => row.toReversed()) };
    expect(await one.forecast(shuffled)).toEqual(await one.forecast({ columns, rows }));
    const again = await Forecaster.load(await one.save());
    expect(await again.forecast(rows)).toEqual(await one.forecast({ columns, rows }));
  });

  test("forecasts several targets in their own units", async () => {
    const rows = waves(500).map((value) => [value, -1000 * value]);
    const one = await Forecaster.create({ ...SMALL, horizon: 3 });
    await one.fit(rows.slice(0, 440), { epochs: 30 });
    const { byTarget } = await one.evaluate(rows, { heldOut: 60 });
    const [small, large] = [byTarget["0"], byTarget["1"]];
    expect((large?.mae ?? 0) / (small?.mae ?? 1)).toBeGreaterThan(300);
    for (const target of [small, large]) expect(target?.mae).toBeLessThan(0.8 * (target?.naive.mae ?? 0));
    const { targets, values } = await one.forecast(rows);
    expect([targets, values.length]).toEqual([["0", "1"], 3]);
    for (const [first = 0, second = 0] of values) expect(second / first).toBeCloseTo(-1000, -2);
  });

  test("does not care in which units its series is", async () => {
    const one = await Forecaster.create(SMALL);
    await one.fit(
      series.slice(0, 440).map((y) => 1024 * y),
      { epochs: 3 },
    );
    const other = await Forecaster.create(SMALL);
    await other.fit(series.slice(0, 440), { epochs: 3 });
    const [large, small] = [await one.forecast(series.map((y) => 1024 * y)), await other.forecast(series)];
    expect(large.values.flat()).toEqual(small.values.flat().map((y) => 1024 * y));
  });

  test("with the reference last goes with a series that drifts away", async () => {
    const drifting = waves(300).map((value, t) => value + 5 * t);
    const errors = async (reference: "last" | "mean") => {
      const one = await Forecaster.create({ ...SMALL, reference });
      await one.fit(drifting.slice(0, 200), { epochs: 20 });
      return one.evaluate(drifting, { heldOut: 60 });
    };
    const [last, mean] = [await errors("last"), await errors("mean")];
    expect(last.mae).toBeLessThan(0.3 * mean.mae);
    expect(last.mae).toBeLessThan(last.naive.mae);
  });
});

describe("prediction intervals", () => {
  const random = new Random(3);
  const noisy = Array.from({ length: 1000 }, (_, t) => ([3, 1, 4, 1, 5, 9, 2][t % 7] ?? 0) + random.uniform(-1, 1));

  test.each([0.5, 0.9])("of level %d learned from held-out rows hold about that share", async (level) => {
    const one = await Forecaster.create({ ...SMALL, level });
    await one.fit(noisy.slice(0, 600), { epochs: 8, validation: 300 });
    const scores = await one.evaluate(noisy, { heldOut: 400 });
    expect(scores.level).toBe(level);
    expect(Math.abs((scores.coverage ?? 0) - level)).toBeLessThan(0.08);
    const byStep = scores.bySteps.map(({ coverage = 0 }) => coverage);
    expect(byStep.reduce((sum, share) => sum + share, 0) / 5).toBeCloseTo(scores.coverage ?? 0, 10);
  });

  test("are those errors of the held-out rows: with n of them the (n + 1) level-th", async () => {
    const one = await Forecaster.create({ horizon: 1, window: 7, hiddenSize: 5 });
    const rows = noisy.slice(0, 100);
    await one.fit(rows, { epochs: 2, validation: 19 });
    const errors: number[] = [];
    for (let origin = 80; origin < 99; ++origin) {
      const { values } = await one.forecast(rows.slice(0, origin + 1));
      errors.push(Math.abs((values[0]?.[0] ?? 0) - (rows[origin + 1] ?? 0)));
    }
    errors.sort((a, b) => a - b);
    for (const [level, place] of [
      [0.9, 18],
      [0.5, 10],
      [0.95, 19],
    ] as const) {
      const { values, lower, upper } = await one.forecast(rows, { level });
      const [[value = 0] = [], [low = 0] = [], [high = 0] = []] = [values[0], lower?.[0], upper?.[0]];
      expect(value - low).toBeCloseTo(errors[place - 1] ?? 0, 4);
      expect(high - value).toBeCloseTo(errors[place - 1] ?? 0, 4);
    }
    await expect(one.forecast(rows, { level: 0.99 })).rejects.toThrow(
      problem("BPTT_DATA", "^level: expected 99 errors or more for intervals of 0.99, got 19; ask for a smaller level"),
    );
  });

  test("are left out by default where there are too few errors", async () => {
    const one = await Forecaster.create({ horizon: 1, window: 7, hiddenSize: 5 });
    await one.fit(noisy.slice(0, 100), { epochs: 1, validation: 5 });
    const forecast = await one.forecast(noisy);
    expect(Object.keys(forecast)).toEqual(["targets", "values"]);
    expect(await one.evaluate(noisy)).not.toHaveProperty("coverage");
  });
});

describe("a file", () => {
  test("that was saved answers the same, and is saved as the same bytes", async () => {
    const file = await forecaster.save();
    const again = await Forecaster.load(file);
    expect(await again.evaluate(series)).toEqual(await forecaster.evaluate(series));
    expect(await again.forecast(series, { steps: 2, level: 0.5 })).toEqual(
      await forecaster.forecast(series, { steps: 2, level: 0.5 }),
    );
    expect(sameBytes(await again.save(), file)).toBe(true);
    expect(readSafetensors(file).metadata.task).toBe("forecaster");
    expect([again.options, again.parameterCount, again.columns]).toEqual([
      forecaster.options,
      forecaster.parameterCount,
      ["0"],
    ]);
  });

  test("with the same seed is the same, with another one not", async () => {
    const made = async (seed: number) => {
      const one = await Forecaster.create({ ...SMALL, seed });
      await one.fit(series, { epochs: 2 });
      return one.save();
    };
    expect(sameBytes(await made(1), await made(1))).toBe(true);
    expect(sameBytes(await made(1), await made(2))).toBe(false);
  });

  test("of a checkpoint goes on to the bytes of a run that was never stopped", async () => {
    const run = { epochs: 4, batchSize: 16, validation: 40, accumulate: 2 } as const;
    const whole = await Forecaster.create(SMALL);
    let middle: Uint8Array | undefined;
    for await (const report of whole.train(series, run))
      if (report.type === "step" && report.step === 11) middle = await whole.checkpoint();
    const again = await Forecaster.load(middle ?? new Uint8Array());
    expect(await again.forecast(series)).not.toHaveProperty("lower");
    await expect(again.forecast(series, { level: 0.9 })).rejects.toThrow(
      problem("BPTT_DATA", "^level: this model is a checkpoint, .* go on with resume"),
    );
    await again.fit(series, { resume: true, validation: 40 });
    expect(sameBytes(await again.save(), await whole.save())).toBe(true);
    const other = await Forecaster.load(middle ?? new Uint8Array());
    await expect(
      other.fit(
        series.map((y) => 2 * y),
        { resume: true, validation: 40 },
      ),
    ).rejects.toMatchObject({
      code: "BPTT_DATA",
    });
  });

  test("of a training that stopped early has the best weights", async () => {
    const one = await Forecaster.create(SMALL);
    const { epochs, stopped } = await one.fit(series, {
      epochs: 300,
      validation: 40,
      earlyStopping: { metric: "lossPerToken", patience: 3 },
    });
    expect(stopped).toBe("early");
    const best = Math.min(...epochs.map(({ validation }) => validation?.lossPerToken ?? 1));
    expect((await one.evaluate(series, { heldOut: 40 })).lossPerToken).toBe(best);
  });

  test("of a training that was left has intervals", async () => {
    const one = await Forecaster.create(SMALL);
    for await (const { step } of one.train(series)) if (step === 3) break;
    expect(await one.forecast(series)).toHaveProperty("lower");
  });
});

test("a series that was read is forecast by its columns' names", async () => {
  const text = `month,sales\n${waves(60)
    .map((y, t) => `${2000 + Math.floor(t / 12)}-${String((t % 12) + 1).padStart(2, "0")},${y}`)
    .join("\n")}\n`;
  const one = await Forecaster.create({ window: 12, hiddenSize: 5 });
  await one.fit(readSeries(text), { epochs: 1 });
  expect((await one.forecast(readSeries(text))).targets).toEqual(["sales"]);
});
