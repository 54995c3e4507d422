import { plainError, rangeError } from "../../check.js";
import { type Sequence, unpack } from "../../data/batch.js";
import { Network } from "../../nn/network.js";
import type { TrainingJob } from "../../train/job.js";
import type { Pace } from "../../train/pace.js";
import type { Channel } from "../classifier/inputs.js";
import { answerBatches } from "../shared/batches.js";
import { type Baseline, baselineOf } from "./baselines.js";
import { halfWidths, neededWidths, type Residuals, someOf } from "./intervals.js";
import { forecasterLayers, type ResolvedForecasterOptions } from "./options.js";
import { type Forecast, type ForecastEvaluation, METRICS } from "./results.js";
import { compare } from "./score.js";
import { type ForecastSeries, namesOf, tableOf, valuesOf } from "./table.js";
import { referenceOf, scalesOf, type Values, type WindowPlan, windowAt } from "./windows.js";

/** All of a forecaster but its weights and the errors of its forecasts. */
export interface ForecasterParts {
  readonly options: ResolvedForecasterOptions;
  /** [C] names of the columns that it reads. */
  readonly columns: readonly string[];
  readonly channels: readonly Channel[];
  /** [K] of each target. */
  readonly baselines: readonly Baseline[];
}

/** What a forecaster is once it has seen a series. */
export class ForecastModel implements ForecasterParts {
  readonly options: ResolvedForecasterOptions;
  readonly columns: readonly string[];
  readonly channels: readonly Channel[];
  readonly baselines: readonly Baseline[];
  readonly network: Network;
  /** Of the last training; undefined until it has ended. */
  residuals: Residuals | undefined;
  readonly #plan: WindowPlan;

  private constructor({ options, columns, channels, baselines }: ForecasterParts, network: Network) {
    this.options = options;
    this.columns = columns;
    this.channels = channels;
    this.baselines = baselines;
    this.network = network;
    const targets = (options.targets ?? []).map((name) => columns.indexOf(name));
    this.#plan = { ...options, channels, targets };
  }

  /** With its first weights. Throws RangeError BPTT_OPTION for targets that are no columns. */
  static async create(parts: ForecasterParts): Promise<ForecastModel> {
    const { options, columns } = parts;
    const { horizon, targets = [], seed } = options;
    const strange = targets.find((name) => !columns.includes(name));
    if (strange !== undefined)
      throw rangeError(
        "BPTT_OPTION",
        `targets: expected columns of the series (${columns.join(", ")}), got ${strange}`,
      );
    const layers = forecasterLayers(options, horizon * targets.length);
    const network = await Network.create(layers, { seed, loss: "mse", inputSize: columns.length });
    return new ForecastModel(parts, network);
  }

  /** Scales and baselines of all rows but the last `held`, and a network with its first weights. */
  static async fromSeries(
    options: ResolvedForecasterOptions,
    series: ForecastSeries,
    held: number,
  ): Promise<ForecastModel> {
    const table = tableOf(series);
    const columns = namesOf(table);
    const all: Values = { values: valuesOf(table, columns), width: columns.length };
    const rows = table.rows.length - held;
    const { window, horizon, targets = columns } = options;
    needRows(rows, window + horizon, `window ${window} + horizon ${horizon}`, held);
    for (const name of targets) {
      const column = columns.indexOf(name);
      if (column >= 0 && isConstant(all, column, rows))
        throw rangeError(
          "BPTT_DATA",
          `series: column ${name}: expected a target that changes, got ${table.rows[0]?.[column]} in all ${rows} rows of the training; leave it out of targets (as an input it does no harm)`,
        );
    }
    const baselines = targets.map((name) => baselineOf(all, columns.indexOf(name), rows, horizon));
    return ForecastModel.create({
      options: { ...options, targets },
      columns,
      channels: scalesOf(all, rows),
      baselines,
    });
  }

  /** What is trained: all windows before the last `held` rows; those rows are the validation. */
  job(series: ForecastSeries, held: number): TrainingJob<ForecastEvaluation> {
    const all = this.#values(series);
    const { window, horizon } = this.options;
    const rows = rowsIn(all) - held;
    needRows(rows, window + horizon, `window ${window} + horizon ${horizon}`, held);
    const validation = held > 0 && this.#origins(all, held);
    return {
      network: this.network,
      sequences: range(window - 1, rows - horizon).map((origin) => windowAt(all, this.#plan, origin)),
      metrics: METRICS,
      ...(validation && {
        validate: (pace: Pace) => this.#score(all, validation, undefined, pace),
        identify: (fingerprint) => fingerprint.addAll(all.values),
      }),
    };
  }

  /** Learns the errors of the forecasts, for the intervals: those of the last `held` rows, or without any those of the training. */
  async calibrate(series: ForecastSeries, held: number, pace: Pace): Promise<void> {
    const all = this.#values(series);
    const { horizon, window } = this.options;
    const origins = someOf(held > 0 ? this.#origins(all, held) : range(window - 1, rowsIn(all) - horizon));
    const K = this.#plan.targets.length;
    const { outputs, sequences } = await this.#outputs(all, origins, pace);
    this.residuals = Array.from({ length: horizon * K }, (_, place) => {
      const errors = sequences.map(({ target }, i) => Math.abs((outputs[i]?.[place] ?? 0) - at(target, place)));
      return errors.sort((a, b) => a - b);
    });
  }

  /** Over the last `held` rows, or all that have a window and a season before them. */
  async evaluate(series: ForecastSeries, held: number | undefined, level: number | undefined, pace: Pace) {
    const all = this.#values(series);
    if (level !== undefined) neededWidths(this.residuals, level);
    return this.#score(all, this.#origins(all, held), level ?? this.options.level, pace);
  }

  async forecast(series: ForecastSeries, steps: number, level: number | undefined, pace: Pace): Promise<Forecast> {
    const all = this.#values(series);
    const { window, level: usual, targets = [] } = this.options;
    needRows(rowsIn(all), window, `window ${window}`, 0);
    const origin = rowsIn(all) - 1;
    const { outputs } = await this.#outputs(all, [origin], pace);
    const K = targets.length;
    const [values] = this.#unscaled(all, [origin], outputs);
    const widths = level === undefined ? halfWidths(this.residuals, usual) : neededWidths(this.residuals, level);
    const halves = widths && this.#inUnits(widths);
    const rows = (side: -1 | 0 | 1) =>
      range(0, steps).map((h) =>
        range(0, K).map((k) => (values?.[h * K + k] ?? 0) + (side === 0 ? 0 : side * (halves?.[h * K + k] ?? 0))),
      );
    return {
      targets,
      values: rows(0),
      ...(halves && { lower: rows(-1), upper: rows(1), level: level ?? usual }),
    };
  }

  #values(series: ForecastSeries): Values {
    return { values: valuesOf(tableOf(series), this.columns), width: this.columns.length };
  }

  /** Rows from which on the whole horizon lies within the last `held` rows. */
  #origins(all: Values, held: number | undefined): number[] {
    const { window, horizon } = this.options;
    const before = Math.max(window, ...this.baselines.map(({ season }) => season));
    const rows = rowsIn(all);
    const first = held === undefined ? before : rows - held;
    if (held !== undefined && held < horizon)
      throw rangeError(
        "BPTT_DATA",
        `series: expected ${horizon} held-out rows or more (horizon), got ${held}; hold more rows out, or use a smaller horizon`,
      );
    needRows(
      rows,
      before + (held ?? horizon),
      `${before} before the first forecast + ${held ?? horizon} to forecast`,
      0,
    );
    return range(first - 1, rows - horizon);
  }

  async #score(
    series: Values,
    origins: readonly number[],
    level: number | undefined,
    pace: Pace,
  ): Promise<ForecastEvaluation> {
    const { outputs, sequences } = await this.#outputs(series, origins, pace);
    let loss = 0;
    for (const [i, { target }] of sequences.entries())
      for (const [place, output] of (outputs[i] ?? new Float32Array()).entries()) {
        const difference = output - at(target, place);
        loss += difference * difference;
      }
    const widths = level === undefined ? undefined : halfWidths(this.residuals, level);
    const compared = compare({
      series,
      plan: this.#plan,
      names: this.options.targets ?? [],
      baselines: this.baselines,
      origins,
      forecasts: this.#unscaled(series, origins, outputs),
      widths: widths && this.#inUnits(widths),
    });
    const lossPerToken = loss / (origins.length * this.network.outFeatures);
    return { loss, lossPerToken, ...compared, ...(widths && level !== undefined && { level }) };
  }

  async #outputs(series: Values, origins: readonly number[], pace: Pace) {
    const sequences: Sequence[] = await pace.map(origins, (origin) => windowAt(series, this.#plan, origin));
    const outputs: Float32Array[] = [];
    for (const { batch, members } of answerBatches(sequences)) {
      unpack(batch, this.network.predict(batch), this.network.outFeatures).forEach((row, place) => {
        outputs[members[place] ?? 0] = row;
      });
      await pace.rest();
    }
    return { outputs, sequences };
  }

  #unscaled(series: Values, origins: readonly number[], outputs: readonly Float32Array[]): Float64Array[] {
    const { targets } = this.#plan;
    return origins.map((origin, i) => {
      const references = targets.map((column) => referenceOf(series, this.#plan, origin, column));
      const changes = this.#inUnits(outputs[i] ?? []);
      return Float64Array.from(changes, (change, place) => (references[place % targets.length] ?? 0) + change);
    });
  }

  /** [H * K] numbers of the network in the units of the series. */
  #inUnits(scaled: ArrayLike<number>): number[] {
    const { targets, channels } = this.#plan;
    return Array.from(
      scaled,
      (value, place) => value * (channels[targets[place % targets.length] ?? 0]?.deviation ?? 1),
    );
  }
}

const rowsIn = ({ values, width }: Values): number => values.length / width;

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);

const at = (target: Sequence["target"], place: number): number =>
  typeof target === "number" ? target : (target?.[place] ?? 0);

function isConstant({ values, width }: Values, column: number, rows: number): boolean {
  for (let t = 1; t < rows; ++t) if (values[t * width + column] !== values[column]) return false;
  return true;
}

function needRows(rows: number, needed: number, why: string, held: number): void {
  if (rows >= needed) return;
  const without = held > 0 ? ` before the ${held} that are held out` : "";
  throw rangeError(
    "BPTT_DATA",
    `series: expected ${needed} rows or more${without} (${why}), got ${Math.max(0, rows)}; give a longer series, or use a smaller window or horizon`,
  );
}

/** The model of a forecaster that has one. Throws Error BPTT_ORDER otherwise. */
export function need(model: ForecastModel | undefined, method: string): ForecastModel {
  if (model === undefined)
    throw plainError(
      "BPTT_ORDER",
      `${method}: the forecaster knows no series yet; call train(), fit() or prepare() with one first, or load a model`,
    );
  return model;
}
