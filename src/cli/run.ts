import type { EpochReport, EvaluationReport, Report, SaveOptions, Stopped, TrainOptions } from "../index.js";
import type { RunFolder } from "../node.js";
import { openWorkers } from "../worker.js";
import { type Checkpointed, Checkpoints } from "./checkpoints.js";
import { saveModel } from "./output.js";
import { progressFor, type Score, showPlan } from "./progress.js";
import { watch } from "./watch.js";

/** Both end the training with everything saved. */
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** What a run keeps of the command itself. */
export interface CommandOptions extends SaveOptions {
  readonly output?: string;
  readonly checkpointEvery?: number;
}

/** The training of a model of any task. */
export interface Job {
  readonly model: Checkpointed & { save(options: SaveOptions): Promise<Uint8Array> };
  /** Trains until its end, or until before the first step the signal comes. */
  readonly train: (options: TrainOptions) => AsyncGenerator<Report, Stopped>;
  readonly plan: { readonly options: { readonly command: CommandOptions; readonly training: TrainOptions } };
  /** The model comes from a checkpoint of the run. */
  readonly resume?: boolean;
  /** What the bar shows of a validation. */
  readonly score: Score;
  readonly flags: { readonly json?: boolean; readonly open?: boolean; readonly workers?: number };
  /** Called with the first report, when options and data have been accepted. */
  readonly folder: () => Promise<RunFolder>;
}

interface Outcome {
  readonly seconds: number;
  readonly stopped: string;
}

/** Trains with the threads that are wanted, and ends with the scores of the test data. */
export async function trainAndTest(job: Job, test: (seconds: number) => Promise<void>): Promise<void> {
  const { workers: threads } = job.flags;
  const workers = threads === undefined ? undefined : await openWorkers(threads);
  const { seconds, stopped } = await trainInFolder(job, workers).finally(() => workers?.close());
  if (stopped === "aborted") process.exit(130);
  await test(seconds);
}

/** Trains, keeps the run in its folder, and saves what has been learned in every case, also when training fails. */
async function trainInFolder(job: Job, workers?: TrainOptions["workers"]): Promise<Outcome> {
  const { model, plan, flags } = job;
  const { output, checkpointEvery } = plan.options.command;
  const run = new Session(job);
  const stop = new AbortController();
  // before the first step there is nothing to keep; later the loop is left after a step
  const early = new AbortController();
  const onSignal = () => {
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
    if (!run.folder) early.abort();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  const progress = progressFor(flags, job.score);
  const checkpoints = new Checkpoints(model, checkpointEvery);
  let stopped = "failed";
  let failure: unknown;
  try {
    const reports = job.train({
      ...plan.options.training,
      onPlan: (memory) => showPlan(memory, flags),
      ...{ signal: early.signal, ...(workers && { workers }), ...(job.resume && { resume: true }) },
    });
    for (;;) {
      const { done, value } = await reports.next();
      if (done) {
        stopped = value;
        break;
      }
      const folder = await run.take(value);
      progress.show(value);
      if (!stop.signal.aborted) {
        await checkpoints.after(value, folder);
        continue;
      }
      await checkpoints.write(value.step, folder);
      stopped = "aborted";
      await reports.return("aborted");
      break;
    }
    progress.end();
    if (stopped !== "aborted") await run.begin();
    if (stopped === "early") run.announceEarly(plan.options.training.earlyStopping);
    return { seconds: run.seconds, stopped };
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    progress.end();
    await run.finish(stopped, failure, output);
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}

/** A report with the scores of a validation. */
type Scored = EpochReport | EvaluationReport;

/** The folder of a training that is under way, once it has begun. */
class Session {
  folder: RunFolder | undefined;
  readonly #job: Job;
  #endWatch: (() => Promise<void>) | undefined;
  #last: Scored | undefined;
  #best: Scored | undefined;

  constructor(job: Job) {
    this.#job = job;
  }

  /** Of all parts of the run together. */
  get seconds(): number {
    return this.#last?.seconds ?? 0;
  }

  async begin(): Promise<RunFolder> {
    if (this.folder) return this.folder;
    this.folder = await this.#job.folder();
    for (const report of this.folder.earlier) this.#note(report as never);
    if (this.#job.flags.open) this.#endWatch = watch(this.folder.path);
    return this.folder;
  }

  async take(report: Report): Promise<RunFolder> {
    const folder = await this.begin();
    folder.append(report);
    this.#note(report);
    return folder;
  }

  #note(report: Report): void {
    if (report.type !== "epoch" && report.type !== "evaluation") return;
    this.#last = report;
    if (report.best) this.#best = report;
  }

  /** The best weights are back: says from when they are. */
  announceEarly(earlyStopping: TrainOptions["earlyStopping"]): void {
    const [last, best] = [this.#last, this.#best];
    if (last === undefined || best === undefined) return;
    if (this.#job.flags.json)
      process.stdout.write(`${JSON.stringify({ type: "end", stopped: "early", bestEpoch: best.epoch })}\n`);
    process.stderr.write(
      `stopped early after ${timeOf(last)}: no better ${earlyStopping?.metric} than that of ${timeOf(best)}, whose weights are kept\n`,
    );
  }

  /** Model, last line, report; each also if another could not be written. */
  async finish(stopped: string, failure: unknown, output: string | undefined): Promise<void> {
    const { folder } = this;
    const { dtype } = this.#job.plan.options.command;
    // options or data that were refused must not replace an older model
    if (folder === undefined) {
      if (stopped === "aborted") process.stderr.write("stopped before the first step; nothing was saved\n");
      return;
    }
    try {
      const front = stopped === "aborted" ? "stopped; " : "";
      await saveModel(await this.#job.model.save({ dtype: dtype ?? "f32" }), { folder, output, front });
      // where reports could not be written there is nothing to end: the run can be gone on with when there is room
      if (codeOf(failure) !== "BPTT_FILE") await this.#end(folder, stopped, failure);
    } finally {
      await folder.close();
      await this.#endWatch?.();
    }
    process.stderr.write(
      stopped === "aborted"
        ? `to go on: bptt resume ${quoted(folder.path)}\n`
        : `the run is in ${folder.path} (report.html shows it)\n`,
    );
  }

  async #end(folder: RunFolder, stopped: string, failure: unknown): Promise<void> {
    try {
      folder.end(stopped, failure instanceof Error ? { message: failure.message } : {});
      await folder.close();
      // loaded now, since drawing needs more code than training
      const { writeReport } = await import("./show.js");
      await writeReport([folder.path]);
    } catch (error) {
      process.stderr.write(`bptt: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    }
  }
}

const timeOf = ({ type, step, epoch }: Scored): string => (type === "epoch" ? `epoch ${epoch}` : `step ${step}`);

const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined);

/** As a shell takes it. */
const quoted = (path: string): string => (/^[\w./:@+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);
