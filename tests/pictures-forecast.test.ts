// The picture of a forecast: what it shows, and what its words say.

import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import type { SeriesTable } from "../src/index.js";
import { type ForecastMade, forecastPicture, pictureHtml, pictureSvg } from "../src/pictures/index.js";

const { document } = parseHTML("<html><body></body></html>");

const series: SeriesTable = {
  columns: ["sales", "price"],
  rows: Array.from({ length: 40 }, (_, t) => [t % 7, 100 + t]),
  times: Array.from({ length: 40 }, (_, t) => `${2020 + Math.floor(t / 12)}-${String((t % 12) + 1).padStart(2, "0")}`),
};

const made = (after: number, steps: number): ForecastMade => {
  const values = Array.from({ length: steps }, (_, h) => [(after + h) % 7]);
  const moved = (by: number) => values.map(([value = 0]) => [value + by]);
  return { after, forecast: { targets: ["sales"], values, lower: moved(-1), upper: moved(1), level: 0.9 } };
};

test("of what comes: the series, the forecast, its band, and months that go on", () => {
  const picture = forecastPicture(series, [made(40, 5)]);
  expect([picture.name, picture.title]).toEqual(["forecast", "sales: forecast 5 steps ahead"]);
  expect(picture.keys.map(({ text }) => text)).toEqual(["series", "forecast", "prediction interval"]);
  expect(picture.caption).toBe(
    "What comes behind the dashed line, seen from the rows before it. The band should hold 90 % of the true values.",
  );
  const svg = pictureSvg(picture, { document }) ?? "";
  expect(svg).toBe(pictureSvg(forecastPicture(series, [made(40, 5)]), { document }));
  expect(svg).toMatch(/>2021-\d\d</);
  expect(svg).toMatch(/>2023-0[5-9]<|>sales</);
  expect(svg).not.toMatch(/NaN|undefined|var\(/);
  expect(pictureHtml(picture, { document })).toContain('aria-label="sales: forecast 5 steps ahead"');
});

test("of held-out rows: as many forecasts, and how much of the truth the band holds", () => {
  const off = made(37, 3);
  const { upper = [], lower = [] } = off.forecast;
  const above = {
    ...off,
    forecast: { ...off.forecast, lower: lower.map(([x = 0]) => [x + 9]), upper: upper.map(([x = 0]) => [x + 9]) },
  };
  const { caption, keys } = forecastPicture(series, [made(30, 7), above]);
  expect(caption).toBe(
    "2 forecasts of 7 steps at most, each from all rows before it; a new one begins where the line is broken. The band should hold 90 % of the true values. Here it holds 7 of 10.",
  );
  expect(keys[0]?.text).toBe("series, and what came in truth");
  const steps = Array.from({ length: 10 }, (_, i) => made(30 + i, 1));
  const one = forecastPicture(series, steps);
  expect(one.caption).toMatch(/^10 forecasts of one step, each from all rows before it\. /);
  // one line over all ten, and one band
  const svg = pictureSvg(one, { document }) ?? "";
  expect(svg.match(/fill-opacity="0.22"/g)).toHaveLength(1);
});

test("without intervals has no band, and of several targets has a panel each", () => {
  const forecast = {
    targets: ["0", "1"],
    values: [
      [1, 2],
      [3, 4],
    ],
  };
  const rows = series.rows;
  const { panels, keys, title } = forecastPicture({ columns: ["0", "1"], rows }, [{ after: 40, forecast }]);
  expect(title).toBe("column 0, column 1: forecast 2 steps ahead");
  expect(panels.map((one) => one.title)).toEqual(["column 0", "column 1"]);
  expect(keys).toHaveLength(2);
});
