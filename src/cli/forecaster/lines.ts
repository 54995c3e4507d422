import type { ComparedErrors, Forecast, ForecastErrors, ForecastEvaluation } from "../../index.js";
import { percent } from "../progress.js";

/** The errors of the network and of both baselines: of all targets together, of each, and of the first and the last step ahead. */
export function errorLines({ byTarget, bySteps, origins, horizon, level, ...all }: ForecastEvaluation): string[] {
  const targets = Object.entries(byTarget);
  const [first, last] = [bySteps[0], bySteps.at(-1)];
  const parts: [string, ComparedErrors][] = [
    ...targets.map(([name, errors]): [string, ComparedErrors] => [`column ${name}`, errors]),
    ...(targets.length > 1 ? [["all columns", all] as [string, ComparedErrors]] : []),
    ...(horizon > 1 && first && last
      ? ([
          ["1 step ahead", first],
          [`${horizon} steps ahead`, last],
        ] as const)
      : []
    ).map(([name, errors]): [string, ComparedErrors] => [targets.length > 1 ? `all columns, ${name}` : name, errors]),
  ];
  const seasons = targets.map(([name, { season }]) => (targets.length > 1 ? `${season} (${name})` : String(season)));
  return [
    ...parts.flatMap(([name, errors], i) => [...(i > 0 ? [""] : []), ...table(name, errors)]),
    "",
    `${origins} forecasts of ${horizon} ${horizon === 1 ? "step" : "steps"}, each from one row later; season of ${seasons.join(", ")} rows, chosen on the training part`,
    ...(all.coverage !== undefined && level !== undefined
      ? [`intervals of ${percent(level)} % hold ${percent(all.coverage)} % of the true values`]
      : []),
  ];
}

function table(name: string, { naive, seasonal, ...network }: ComparedErrors): string[] {
  const width = Math.max(12, name.length);
  const rows: [string, ForecastErrors][] = [
    ["network", network],
    ["naive", naive],
    ["seasonal", seasonal],
  ];
  return [
    `${name.padEnd(width)} ${["MAE", "RMSE", "MASE"].map((word) => word.padStart(10)).join("")}`,
    ...rows.map(
      ([method, { mae, rmse, mase }]) =>
        `${`  ${method}`.padEnd(width)} ${[mae, rmse, mase].map((error) => figure(error).padStart(10)).join("")}`,
    ),
  ];
}

/** Forecasts that follow each other, a line for each step; times: what the steps are called. */
export function forecastLines(forecasts: readonly (Forecast & { readonly times: readonly string[] })[]): string[] {
  const { targets, level } = forecasts[0] ?? { targets: [] };
  const times = forecasts.flatMap((one) => one.times);
  const values = forecasts.flatMap((one) => one.values);
  const [lower, upper] = [forecasts.flatMap((one) => one.lower ?? []), forecasts.flatMap((one) => one.upper ?? [])];
  const hasIntervals = level !== undefined;
  const heads = targets.flatMap((name) => [name, ...(hasIntervals ? ["from", "to"] : [])]);
  const rows = values.map((row, h) =>
    row.flatMap((value, k) => [value, ...(hasIntervals ? [lower[h]?.[k] ?? 0, upper[h]?.[k] ?? 0] : [])].map(figure)),
  );
  const width = Math.max(4, ...times.map(({ length }) => length));
  const widths = heads.map((head, c) => 2 + Math.max(head.length, ...rows.map((row) => row[c]?.length ?? 0)));
  const line = (name: string, cells: readonly string[]) =>
    `${name.padEnd(width)}${cells.map((cell, c) => cell.padStart(widths[c] ?? 0)).join("")}`;
  return [
    line("", heads),
    ...rows.map((row, h) => line(times[h] ?? "", row)),
    ...(level === undefined ? [] : ["", `from, to: where ${percent(level)} % of the true values should lie`]),
  ];
}

/** Enough digits to tell errors apart, and no zeros to count. */
const figure = (value: number): string =>
  Math.abs(value) >= 1e6 || (value !== 0 && Math.abs(value) < 1e-3)
    ? value.toExponential(3)
    : value.toFixed(Math.abs(value) >= 1000 ? 1 : Math.abs(value) >= 100 ? 2 : 3);
