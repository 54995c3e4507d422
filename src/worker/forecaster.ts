import { knownOptions } from "../check.js";
import type {
  ForecasterOptions,
  ForecasterTrainOptions,
  ResolvedForecasterOptions,
} from "../tasks/forecaster/options.js";
import type { Forecast, ForecastEvaluation } from "../tasks/forecaster/results.js";
import type { ForecastSeries } from "../tasks/forecaster/table.js";
import type { Forecaster as Direct, ForecastEvaluationOptions, ForecastOptions } from "../tasks/forecaster.js";
import type { ModelSource } from "../tasks/shared/source.js";
import type { Listeners } from "../train/history.js";
import { createTask, loadTask, type ThreadOptions } from "./open-task.js";
import type { Page } from "./page.js";
import { RemoteTask, type RemoteTraining } from "./remote-task.js";
import type { Sent } from "./sides.js";

export interface RemoteForecasterTrainOptions
  extends Omit<ForecasterTrainOptions, "workers" | "flow">,
    RemoteTraining {}

export interface RemoteForecasterFitOptions extends RemoteForecasterTrainOptions, Listeners<ForecastEvaluation> {}

/**
 * The Forecaster of bptt in a worker: the same methods, reports, errors and bytes, while the page stays free. `close()` ends the worker.
 */
export class Forecaster extends RemoteTask<Direct, RemoteForecasterTrainOptions> {
  private constructor(page: Page) {
    super(page);
  }

  /**
   * @param options see ForecasterOptions; all have defaults
   * @throws RangeError, TypeError BPTT_OPTION; Error BPTT_WORKER where no worker can be started
   */
  static async create(options: ForecasterOptions = {}, thread: ThreadOptions = {}): Promise<Forecaster> {
    return new Forecaster(await createTask("forecaster", options, thread));
  }

  /**
   * @param source what `save` or `checkpoint` gave: bytes, a Blob, a Response or a URL
   * @throws Error BPTT_FILE for a file that is truncated, foreign, of another task or of a later format; Error BPTT_WORKER
   */
  static async load(source: ModelSource | Promise<Response>, thread: ThreadOptions = {}): Promise<Forecaster> {
    return new Forecaster(await loadTask("forecaster", source, thread));
  }

  /** Every option with its value. */
  get options(): ResolvedForecasterOptions {
    return this.fact("options");
  }

  /** See Forecaster of bptt. */
  get columns(): readonly string[] {
    return this.fact("columns");
  }

  /** See Forecaster of bptt. */
  async prepare(series: ForecastSeries, options: Pick<ForecasterTrainOptions, "validation"> = {}): Promise<void> {
    knownOptions("prepare", options, ["validation"]);
    await this.prepareWith(series, options);
  }

  /** See Forecaster of bptt. */
  override async evaluate(
    series: ForecastSeries,
    options: ForecastEvaluationOptions = {},
  ): Promise<ForecastEvaluation> {
    return this.ask("evaluate", await this.sent(series), { value: options });
  }

  /** See Forecaster of bptt. */
  async forecast(series: ForecastSeries, options: ForecastOptions = {}): Promise<Forecast> {
    return this.ask("forecast", await this.sent(series), { value: options });
  }

  /** A series is numbers, which go at once. @internal */
  protected override async sent(series: unknown): Promise<Sent> {
    return { value: series };
  }
}
