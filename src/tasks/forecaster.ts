import { knownOptions, positiveInteger, rangeError, wholeNumber } from "../check.js";
import type { SaveOptions } from "../formats/safetensors.js";
import { historyOf } from "../train/history.js";
import { trainOptionNames } from "../train/options.js";
import { Pace } from "../train/pace.js";
import type {
  EpochReport,
  EvaluationReport,
  History,
  Report,
  StepReport,
  Stopped,
  TrainingPlan,
} from "../train/reports.js";
import type { TrainingState } from "../train/state.js";
import { readForecaster, writeForecaster } from "./forecaster/file.js";
import { ForecastModel, need } from "./forecaster/model.js";
import {
  checkTrainOptions,
  type ForecasterOptions,
  type ForecasterTrainOptions,
  forecasterTraining,
  type ResolvedForecasterOptions,
  resolveForecasterOptions,
  share,
} from "./forecaster/options.js";
import type { Forecast, ForecastEvaluation } from "./forecaster/results.js";
import type { ForecastSeries } from "./forecaster/table.js";
import { Runs } from "./shared/run.js";
import { bytesOf, type ModelSource } from "./shared/source.js";

export interface ForecasterFitOptions extends ForecasterTrainOptions {
  readonly onStep?: (report: StepReport) => void;
  readonly onEvaluation?: (report: EvaluationReport<ForecastEvaluation>) => void;
  readonly onEpoch?: (report: EpochReport<ForecastEvaluation>) => void;
}

export interface ForecastOptions {
  /** How far ahead, at most the horizon. Default: the horizon. */
  readonly steps?: number;
  /** Share of the true values that should lie within the prediction intervals. Default: the option `level` of the forecaster. */
  readonly level?: number;
}

export interface ForecastEvaluationOptions extends Pick<ForecastOptions, "level"> {
  /** Rows at the end that are forecast. Default: all that have a window, and a season, before them. */
  readonly heldOut?: number;
}

/**
 * Forecasts a numeric series of one or several channels: a window of rows goes through recurrent layers, and the state at its end gives all steps of the
 * horizon at once, with prediction intervals.
 */
export class Forecaster {
  readonly #options: ResolvedForecasterOptions;
  readonly #runs: Runs<ForecastEvaluation>;
  #model: ForecastModel | undefined;

  private constructor(options: ResolvedForecasterOptions, model?: ForecastModel, state?: TrainingState) {
    this.#options = options;
    this.#model = model;
    this.#runs = new Runs("forecaster", state);
  }

  /**
   * @param options see ForecasterOptions; all have defaults
   * @throws RangeError, TypeError BPTT_OPTION
   */
  static async create(options: ForecasterOptions = {}): Promise<Forecaster> {
    return new Forecaster(resolveForecasterOptions(options));
  }

  /**
   * @param source what `save` or `checkpoint` gave: bytes, a Blob, a Response or a URL
   * @throws Error BPTT_FILE for a file that is truncated, foreign, of another task or of a later format
   */
  static async load(source: ModelSource | Promise<Response>): Promise<Forecaster> {
    const { model, state } = await readForecaster(await bytesOf(await source));
    return new Forecaster(model.options, model, state);
  }

  /** Every option with its value. */
  get options(): ResolvedForecasterOptions {
    return this.#model?.options ?? this.#options;
  }

  /** Names of the columns that it reads: the targets, and those that only inform. Columns without names are called by their numbers, from 0. */
  get columns(): readonly string[] {
    return need(this.#model, "columns").columns;
  }

  /** How many numbers the network has learned. */
  get parameterCount(): number {
    return need(this.#model, "parameterCount").network.parameters.size;
  }

  /**
   * Fixes columns, scales and seasons by this series, but its last `validation` rows, and makes the network with its first weights. `train` does so itself with
   * the first series that it sees.
   *
   * @throws RangeError, TypeError BPTT_DATA, BPTT_OPTION; Error BPTT_MEMORY
   */
  async prepare(series: ForecastSeries, options: Pick<ForecasterTrainOptions, "validation"> = {}): Promise<void> {
    knownOptions("prepare", options, ["validation"]);
    const held = wholeNumber("validation", options.validation ?? 0);
    this.#model = await ForecastModel.fromSeries(this.#options, series, held);
  }

  /**
   * Trains on all windows of a series, and reports every step, evaluation and epoch. Leaving the loop stops training; the weights stay as they are then.
   * When training ends, in whatever way, the errors of the forecasts are learned for the prediction intervals: those of the `validation` rows, or without
   * any those of the training. Called again, it goes on with the same columns, scales and weights; with `resume` behind `load` of a checkpoint it goes on with
   * that run.
   *
   * @param series one channel as numbers, [T][channels] rows, or what `readSeries` gives; the earliest row first, without gaps
   * @returns why training ended
   * @throws RangeError BPTT_NON_FINITE when loss or gradient is not finite (its `place` says where; the last good weights stay)
   * @throws RangeError, TypeError BPTT_DATA, BPTT_OPTION; Error BPTT_MEMORY, BPTT_ORDER
   */
  async *train(
    series: ForecastSeries,
    options: ForecasterTrainOptions = {},
  ): AsyncGenerator<Report<ForecastEvaluation>, Stopped> {
    checkTrainOptions(options);
    const { validation = 0, ...rest } = options;
    let trained: ForecastModel | undefined;
    const onPlan = (plan: TrainingPlan) => {
      trained = this.#model;
      // those of weights that change now
      if (trained) trained.residuals = undefined;
      rest.onPlan?.(plan);
    };
    try {
      const run = { seed: this.options.seed, defaults: forecasterTraining };
      return yield* this.#runs.train({ ...rest, onPlan }, run, async () => {
        this.#model ??= await ForecastModel.fromSeries(this.#options, series, validation);
        return this.#model.job(series, validation);
      });
    } finally {
      await trained?.calibrate(series, validation, new Pace());
    }
  }

  /** The same training, with its reports collected. */
  async fit(series: ForecastSeries, options: ForecasterFitOptions = {}): Promise<History<ForecastEvaluation>> {
    knownOptions("fit", options, [...trainOptionNames, "validation", "onStep", "onEvaluation", "onEpoch"]);
    const { onStep, onEvaluation, onEpoch, ...rest } = options;
    return historyOf(this.train(series, rest), {
      ...(onStep && { onStep }),
      ...(onEvaluation && { onEvaluation }),
      ...(onEpoch && { onEpoch }),
    });
  }

  /**
   * The model with all that its training needs to go on, for a file: see SequenceTagger.checkpoint. To be called at a report, inside the loop of `train`.
   *
   * @throws Error BPTT_ORDER when no training is under way
   */
  async checkpoint(): Promise<Uint8Array<ArrayBuffer>> {
    const state = this.#runs.save();
    return writeForecaster(need(this.#model, "checkpoint"), { state });
  }

  /**
   * Errors over rolling origins at the end of a series, beside those of the naive and of the seasonal forecast: from every row from which on all steps of the
   * horizon are known and held out.
   *
   * @throws RangeError, TypeError BPTT_DATA, BPTT_OPTION; Error BPTT_ORDER before there is a model
   */
  async evaluate(series: ForecastSeries, options: ForecastEvaluationOptions = {}): Promise<ForecastEvaluation> {
    knownOptions("evaluate", options, ["heldOut", "level"]);
    const { heldOut, level } = options;
    if (heldOut !== undefined) positiveInteger("heldOut", heldOut);
    if (level !== undefined) share("level", level);
    return need(this.#model, "evaluate").evaluate(series, heldOut, level, new Pace());
  }

  /**
   * What comes behind the last row of a series, which has the window's rows or more.
   *
   * @throws RangeError, TypeError BPTT_DATA, BPTT_OPTION; Error BPTT_ORDER before there is a model
   */
  async forecast(series: ForecastSeries, options: ForecastOptions = {}): Promise<Forecast> {
    knownOptions("forecast", options, ["steps", "level"]);
    const model = need(this.#model, "forecast");
    const { horizon } = model.options;
    const steps = positiveInteger("steps", options.steps ?? horizon);
    if (steps > horizon)
      throw rangeError(
        "BPTT_OPTION",
        `steps: expected at most ${horizon}, the horizon that was trained, got ${steps}; train with a larger horizon`,
      );
    if (options.level !== undefined) share("level", options.level);
    return model.forecast(series, steps, options.level, new Pace());
  }

  /**
   * The whole model as one file: safetensors with PyTorch's names; the same model gives the same bytes.
   *
   * @param options dtype "f16": half the bytes, for models that are downloaded; loading gives f32
   * @throws RangeError BPTT_FILE for weights that f16 cannot hold (65520 and above); BPTT_OPTION
   */
  async save(options: SaveOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    return writeForecaster(need(this.#model, "save"), options);
  }
}
