// The public API of forecasters as a program uses it. Compiled by `npm run check`, never run.

import {
  type Forecast,
  type ForecastEvaluation,
  Forecaster,
  type History,
  passengerSeries,
  readSeries,
} from "../src/index.js";
import { forecastPicture, type Picture } from "../src/pictures/index.js";

/** Forecasting. */
export async function forecasting(file: Blob): Promise<Picture> {
  const table = await readSeries(file, { columns: ["passengers", 2], time: "month" });
  const forecaster = await Forecaster.create({
    cell: "gru",
    horizon: 12,
    window: 24,
    targets: ["passengers"],
    level: 0.8,
  });
  for await (const report of forecaster.train(table, { epochs: 2, validation: 36 }))
    if (report.type === "epoch") report.validation?.seasonal.mae satisfies number | undefined;
  const history: History<ForecastEvaluation> = await forecaster.fit([1, 2, 3], { onEpoch: ({ step }) => step });
  await forecaster.fit([[1, 2], Float32Array.of(3, 4)], { earlyStopping: { metric: "lossPerToken", patience: 3 } });
  const { byTarget, bySteps, coverage } = await forecaster.evaluate(Float64Array.of(1, 2), { heldOut: 24 });
  byTarget.passengers?.season satisfies number | undefined;
  bySteps[0]?.naive.rmse satisfies number | undefined;
  coverage satisfies number | undefined;
  const forecast: Forecast = await forecaster.forecast(passengerSeries({ count: 36 }), { steps: 3, level: 0.5 });
  forecast.lower?.[0]?.[0] satisfies number | undefined;
  // @ts-expect-error a forecaster reads a window from its beginning to its end
  await Forecaster.create({ bidirectional: true });
  console.log(history.stopped, forecaster.columns);
  return forecastPicture(table, [{ after: table.rows.length, forecast }]);
}
