import * as Plot from "@observablehq/plot";
import { timesAfter } from "../data/times.js";
import type { Forecast, SeriesTable } from "../index.js";
import { across, hall, upright } from "./axes.js";
import { figureOf } from "./figures.js";
import { keyOf, lookOf } from "./looks.js";
import { type Panel, type Picture, panel } from "./picture.js";

/** A forecast, and how many rows of the series it knows. */
export interface ForecastMade {
  readonly after: number;
  readonly forecast: Forecast;
}

/** Rows before the first forecast that are drawn: three times as many as are forecast, within these. */
const [FEWEST, MOST] = [24, 240];

const [TRUTH, GUESS] = [lookOf(5), lookOf(1)];

/**
 * A series, forecasts of it with their intervals, and, where the series goes on, what came in truth: a panel for each target. Forecasts that follow each other are drawn as one
 * line that is broken where the next one begins.
 */
export function forecastPicture(series: SeriesTable, forecasts: readonly ForecastMade[]): Picture {
  const [one] = forecasts;
  const { targets = [], level } = one?.forecast ?? {};
  const end = Math.max(series.rows.length, ...forecasts.map(({ after, forecast }) => after + forecast.values.length));
  const begin = one?.after ?? series.rows.length;
  const first = Math.max(0, begin - Math.min(MOST, Math.max(FEWEST, 3 * (end - begin))));
  const isKnown = begin < series.rows.length;
  const reach = Math.max(0, ...forecasts.map(({ forecast }) => forecast.values.length));
  return {
    name: "forecast",
    title: `${targets.map(called).join(", ")}: forecast ${reach} ${reach === 1 ? "step" : "steps"} ahead`,
    caption: [
      forecasts.length === 1
        ? "What comes behind the dashed line, seen from the rows before it."
        : `${forecasts.length} forecasts of ${reach === 1 ? "one step" : `${reach} steps at most`}, each from all rows before it${reach > 1 ? "; a new one begins where the line is broken" : ""}.`,
      ...(level === undefined
        ? []
        : [
            `The band should hold ${figureOf(100 * level)} % of the true values.`,
            ...(isKnown ? [held(series, forecasts)] : []),
          ]),
    ].join(" "),
    keys: [
      keyOf(isKnown ? "series, and what came in truth" : "series", { color: TRUTH.color, dash: "" }),
      keyOf("forecast", GUESS),
      ...(level === undefined ? [] : [{ text: "prediction interval", color: GUESS.color, mark: "band" as const }]),
    ],
    panels: targets.map((name, k) =>
      targetPanel(series, forecasts, { name, k, first, end, alone: targets.length === 1 }),
    ),
  };
}

/** Columns without names have numbers. */
const called = (name: string): string => (/^\d+$/.test(name) ? `column ${name}` : name);

/** How much of the truth lies within the band. */
function held({ columns, rows }: SeriesTable, forecasts: readonly ForecastMade[]): string {
  let [inside, all] = [0, 0];
  for (const { after, forecast } of forecasts)
    for (const [h, low] of (forecast.lower ?? []).entries())
      for (const [k, name] of forecast.targets.entries()) {
        const truth = rows[after + h]?.[columns.indexOf(name)];
        if (truth === undefined) continue;
        all += 1;
        if ((low[k] ?? 0) <= truth && truth <= (forecast.upper?.[h]?.[k] ?? 0)) inside += 1;
      }
  return `Here it holds ${inside} of ${all}.`;
}

interface Place {
  readonly name: string;
  readonly k: number;
  /** Rows that are drawn. */
  readonly first: number;
  readonly end: number;
  readonly alone: boolean;
}

function targetPanel(
  series: SeriesTable,
  forecasts: readonly ForecastMade[],
  { name, k, first, end, alone }: Place,
): Panel {
  const { columns, rows, times } = series;
  const column = columns.indexOf(name);
  const { x, scale } = axisOf(times, rows.length, end);
  const truth = rows.slice(first).map((row, i) => ({ x: x(first + i), y: row[column] ?? 0 }));
  const made = forecasts.map(({ after, forecast: { values, lower, upper } }) =>
    values.map((row, h) => ({
      x: x(after + h),
      y: row[k] ?? 0,
      low: lower?.[h]?.[k] ?? row[k] ?? 0,
      high: upper?.[h]?.[k] ?? row[k] ?? 0,
    })),
  );
  // forecasts of one step each are one line
  const parts = made.every(({ length }) => length === 1) ? [made.flat()] : made;
  const begin = forecasts[0]?.after ?? end;
  return panel(
    {
      ...hall({ height: 480 }),
      x: across(times ? "time" : "row", { ...scale, domain: [x(first), x(Math.max(first + 1, end - 1))] }),
      y: upright(called(name), { nice: true }),
      marks: [
        ...parts.map((points) =>
          Plot.areaY(points, { x: "x", y1: "low", y2: "high", fill: GUESS.color, fillOpacity: 0.22 }),
        ),
        Plot.ruleX(ends(parts), {
          x: "x",
          y1: "low",
          y2: "high",
          stroke: GUESS.color,
          strokeOpacity: 0.3,
          strokeWidth: 6,
        }),
        Plot.ruleX([x(begin)], { stroke: "var(--quiet)", strokeDasharray: "4 4" }),
        Plot.lineY(truth, { x: "x", y: "y", stroke: TRUTH.color, strokeWidth: 2.5 }),
        ...parts.map((points) =>
          Plot.lineY(points, { x: "x", y: "y", stroke: GUESS.color, strokeWidth: 4, strokeDasharray: GUESS.dash }),
        ),
        Plot.dot(ends(parts), { x: "x", y: "y", fill: GUESS.color, r: 5 }),
      ],
    },
    alone ? undefined : called(name),
  );
}

/** Of parts of one step, which no line shows. */
const ends = <Point>(parts: readonly (readonly Point[])[]): Point[] =>
  parts.flatMap((points) => (points.length === 1 ? points : []));

/** Where rows stand: at their times, if those are numbers; else side by side, with their times as names. */
function axisOf(times: readonly string[] | undefined, count: number, end: number) {
  const names = times && [...times.slice(0, count), ...(timesAfter(times, Math.max(0, end - count)) ?? [])];
  const isNumeric = names?.length === end && names.every((name) => name !== "" && Number.isFinite(Number(name)));
  const x = (row: number): number => (isNumeric ? Number(names?.[row]) : row);
  const tickFormat = (value: number): string =>
    isNumeric || names === undefined
      ? String(value)
      : (names[value] ?? (Number.isInteger(value) ? `+${value - count + 1}` : ""));
  return { x, scale: { tickFormat } };
}
