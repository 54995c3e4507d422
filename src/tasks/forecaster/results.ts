import type { Validation } from "../../train/reports.js";

/** How far forecasts are from the truth. */
export interface ForecastErrors {
  /** Mean absolute error, in the units of the series. */
  readonly mae: number;
  /** Root of the mean squared error. */
  readonly rmse: number;
  /** Mean absolute error in units of that of the naive forecast one step ahead on the training part (Hyndman and Koehler 2006). */
  readonly mase: number;
}

/** The errors of the network beside those of two forecasts that need no training. */
export interface ComparedErrors extends ForecastErrors {
  /** Share of the true values that lay within the prediction intervals; left out where there are none. */
  readonly coverage?: number;
  /** The last value, for all steps ahead. */
  readonly naive: ForecastErrors;
  /** The value of one season ago; the season is the best one of the training part. */
  readonly seasonal: ForecastErrors;
}

/**
 * Scores over rolling origins: from every row from which on all steps of the horizon are known, the forecast of the whole horizon. Errors are means over all
 * targets and steps ahead.
 */
export interface ForecastEvaluation extends Validation, ComparedErrors {
  /** Squared error in units of the training's deviation: the sum, and the mean. */
  readonly loss: number;
  readonly lossPerToken: number;
  readonly byTarget: Readonly<Record<string, ComparedErrors & { readonly season: number }>>;
  /** Of 1, 2, ... steps ahead. */
  readonly bySteps: readonly ComparedErrors[];
  /** Forecasts that were made, and how many steps each has. */
  readonly origins: number;
  readonly horizon: number;
  /** Of the intervals; left out where there are none. */
  readonly level?: number;
}

/** The numbers of an evaluation that early stopping and schedules may watch. */
export const METRICS = ["loss", "lossPerToken"] as const;

/** What comes behind a series. */
export interface Forecast {
  /** [K] names of the columns that are forecast. */
  readonly targets: readonly string[];
  /** [steps][K] */
  readonly values: readonly (readonly number[])[];
  /** [steps][K] ends of the prediction intervals; left out where there are none. */
  readonly lower?: readonly (readonly number[])[];
  readonly upper?: readonly (readonly number[])[];
  /** Share of the true values that should lie within the intervals. */
  readonly level?: number;
}
