import { knownOptions, positiveInteger, wholeNumber } from "../../check.js";
import { Random } from "../../random.js";
import type { SeriesTable } from "../series.js";

export interface PassengerOptions {
  /** Months. Default 240. */
  readonly count?: number;
  /** Same seed, same series, of which a smaller count gives the first months. Default 1. */
  readonly seed?: number;
}

/**
 * A monthly series made for this library: the passengers of an airport, in thousands, and the price of a flight. Passengers have a season of twelve months, a slow growth, and
 * fall two months after the price has risen.
 *
 * @throws RangeError, TypeError BPTT_OPTION
 */
export function passengerSeries(options: PassengerOptions = {}): SeriesTable {
  knownOptions("passengerSeries", options, ["count", "seed"]);
  const count = positiveInteger("count", options.count ?? 240);
  const random = new Random(wholeNumber("seed", options.seed ?? 1), "passengers");
  const prices = [120, 120];
  const season = [0, 0.5];
  const rows = Array.from({ length: count }, (_, t) => {
    // a wave of twelve steps by its recurrence: x(t+1) = 2 cos(30°) x(t) - x(t-1)
    season.push(Math.sqrt(3) * (season[t + 1] ?? 0) - (season[t] ?? 0));
    prices.push(120 + 0.8 * ((prices[t + 1] ?? 0) - 120) + random.uniform(-20, 20));
    const wanted = 400 + t + 60 * (season[t] ?? 0) - 1.5 * ((prices[t] ?? 0) - 120);
    return [tenths(wanted + random.uniform(-6, 6)), tenths(prices[t + 2] ?? 0)];
  });
  return { columns: ["passengers", "price"], rows, times: rows.map((_, t) => monthAfter(2000, t)) };
}

const tenths = (value: number): number => Math.round(10 * value) / 10;

const monthAfter = (year: number, months: number): string =>
  `${year + Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, "0")}`;
