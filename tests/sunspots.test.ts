// A real series, yearly sunspots: a forecaster has less error on the last 60 years than the naive and the best seasonal forecast.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Forecaster, type ForecasterOptions, readSeries } from "../src/index.js";

const DATA = process.env.BPTT_DATA ?? join(import.meta.dirname, "../../shared/data");
const file = join(DATA, "sunspots/sunspots_yearly.dat");
const missing = !existsSync(file);
if (missing) console.log(`sunspots: skipped, since ${file} is missing; BPTT_DATA names the folder of the data`);

const shown = ({ mae, rmse }: { readonly mae: number; readonly rmse: number }) =>
  `${mae.toFixed(2)} (RMSE ${rmse.toFixed(2)})`;

describe.skipIf(missing)("sunspots", () => {
  const scored = async (options: ForecasterOptions) => {
    const table = readSeries(readFileSync(file));
    expect([table.columns, table.rows.length, table.times?.at(-60)]).toEqual([["1"], 309, "1949"]);
    const forecaster = await Forecaster.create({ window: 16, ...options });
    await forecaster.fit({ ...table, rows: table.rows.slice(0, -60) });
    const scores = await forecaster.evaluate(table, { heldOut: 60 });
    const { horizon, naive, seasonal } = scores;
    console.log(
      `sunspots, horizon ${horizon}: MAE ${shown(scores)}, naive ${shown(naive)}, seasonal ${shown(seasonal)}`,
    );
    return scores;
  };

  test.each([1, 2, 3])("one year ahead have about half the error of both, with the seed %i", async (seed) => {
    const { mae, rmse, naive, seasonal, origins, byTarget } = await scored({ seed });
    expect([origins, byTarget["1"]?.season]).toEqual([60, 11]);
    expect(mae).toBeLessThan(0.6 * Math.min(naive.mae, seasonal.mae));
    expect(rmse).toBeLessThan(0.6 * Math.min(naive.rmse, seasonal.rmse));
  });

  test("eleven years ahead have half the error of the naive forecast, and up to the second year less than the seasonal one", async () => {
    const { mae, rmse, naive, bySteps } = await scored({ horizon: 11 });
    expect([mae < 0.6 * naive.mae, rmse < 0.6 * naive.rmse]).toEqual([true, true]);
    for (const step of bySteps.slice(0, 2)) expect(step.mae).toBeLessThan(0.9 * step.seasonal.mae);
  });
});
