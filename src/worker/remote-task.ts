import { knownOptions, plainError, show, typeError, wholeNumber } from "../check.js";
import type { SaveOptions } from "../formats/safetensors.js";
import type { VectorOptions } from "../tasks/shared/vectors.js";
import { historyOf, type Listeners } from "../train/history.js";
import { checkSignal, type TrainOptions, trainOptionNames } from "../train/options.js";
import type { History, Report, Stopped, Validation } from "../train/reports.js";
import { Kept } from "./kept.js";
import type { Page } from "./page.js";
import type { Answer } from "./peer.js";
import { Reports } from "./reports.js";
import type { Sent, TrainRequest } from "./sides.js";
import type { WorkersOptions } from "./workers.js";

/** What the training of a task in a worker has in place of its `workers` and `flow`. */
export interface RemoteTraining extends WorkersOptions {
  /** Threads that compute, the task's own among them; `shards` is then as many, unless given. They change nothing but the time. Default 0: its own alone. */
  readonly workers?: number;
  /**
   * How many reports the training may be further than the loop over them. 0: it waits at every report, so that what the loop does (save, checkpoint, leave) meets
   * the weights of that very report. Default 64.
   */
  readonly ahead?: number;
}

/** What a task has in this thread. */
interface Task {
  readonly parameterCount: number;
  evaluate(data: never): Promise<Validation>;
}

type DataOf<T extends Task> = Parameters<T["evaluate"]>[0];
type MetricsOf<T extends Task> = Awaited<ReturnType<T["evaluate"]>>;
type Known = Omit<TrainOptions, "workers" | "flow"> & RemoteTraining & VectorOptions & { validation?: unknown };

const AHEAD = 64;
// a probe of the gradient flow is asked within the step, for which no message is fast enough
const own = trainOptionNames.filter((name) => name !== "flow");
const names = [...own, "validation", "ahead", "sharedMemory", "onWorker"];

/** What those that read words have beside. */
export const VECTOR_OPTIONS = ["vectors", "onVectors"];

/** What the tasks in a worker have in common: the methods, reports, errors and bytes of the same task of bptt, while the page stays free. `close()` ends the worker. */
export abstract class RemoteTask<T extends Task, Options extends RemoteTraining> {
  readonly #page: Page;
  readonly #names: readonly string[];
  #isTraining = false;

  /**
   * @param more options that its training has beside those that every task has
   * @internal
   */
  constructor(page: Page, more: readonly string[] = []) {
    this.#page = page;
    this.#names = [...names, ...more];
  }

  /** How many numbers the network has learned. */
  get parameterCount(): number {
    return this.fact("parameterCount");
  }

  /**
   * Trains in the worker, and reports every step, evaluation and epoch. The training goes on while the loop is busy, `ahead` reports at most. Leaving the loop
   * stops it after its current step; the weights stay as they are then.
   *
   * @throws as the same task of bptt; Error BPTT_WORKER, BPTT_MEMORY when the worker ends
   */
  async *train(data: DataOf<T>, options: Options = {} as Options): AsyncGenerator<Report<MetricsOf<T>>, Stopped> {
    knownOptions("train", options, this.#names);
    const { validation, vectors, signal, sharedMemory, ...rest }: Known = options;
    const { workers = 0, ahead = AHEAD, ...plain } = rest;
    if (signal !== undefined) checkSignal(signal);
    const { host, title } = this.#page;
    if (this.#isTraining)
      throw plainError(
        "BPTT_ORDER",
        `train: this ${title} is in training already; wait for the end of that run (or leave its loop), or use another ${title}`,
      );
    this.#isTraining = true;
    const abort = () => host.tell("abort", []);
    const reports = new Reports<MetricsOf<T>>();
    const callbacks = this.#page.lend(plain, { report: (report: Report<MetricsOf<T>>) => reports.add(report) });
    try {
      const request: TrainRequest = {
        options: callbacks.sent,
        ...{ workers: wholeNumber("workers", workers), ahead: wholeNumber("ahead", ahead) },
        data: await this.sent(data),
        ...(validation !== undefined && { validation: await this.sent(validation) }),
        ...(vectors !== undefined && { vectors: this.#page.sendVectors(vectors) }),
        ...(sharedMemory !== undefined && { sharedMemory }),
        // last: it may be aborted while the data are on their way
        isAborted: signal?.aborted ?? false,
      };
      const ending = host.call("train", [request]);
      const end = reports.until(ending);
      signal?.addEventListener("abort", abort);
      try {
        for (;;) {
          host.tell("want", []);
          const report = await reports.next();
          callbacks.rethrow();
          if (report === undefined) return await ending;
          yield report;
        }
      } finally {
        host.tell("leave", []);
        await end;
      }
    } finally {
      signal?.removeEventListener("abort", abort);
      this.#page.takeBack(callbacks);
      await this.#page.endHelpers();
      this.#isTraining = false;
    }
  }

  /** The same training, with its reports collected. */
  async fit(
    data: DataOf<T>,
    options: Options & Listeners<MetricsOf<T>> = {} as Options,
  ): Promise<History<MetricsOf<T>>> {
    if (typeof options !== "object" || options === null)
      throw typeError("BPTT_OPTION", `fit: expected an object of options, got ${show(options)}`);
    const { onStep, onEvaluation, onEpoch, ...rest }: Listeners<MetricsOf<T>> = options;
    return historyOf(this.train(data, rest as Options), { onStep, onEvaluation, onEpoch });
  }

  /**
   * Lets the training under way wait at its next report, and resolves when it does. Signals and leaving end it there.
   *
   * @throws Error BPTT_ORDER without a training
   */
  async pause(): Promise<void> {
    await this.#underWay("pause").call("pause", []);
  }

  /**
   * Lets it go on.
   *
   * @throws Error BPTT_ORDER without a training
   */
  async resume(): Promise<void> {
    await this.#underWay("resume").call("resume", []);
  }

  /** See the same task of bptt. */
  async evaluate(data: DataOf<T>): Promise<MetricsOf<T>> {
    return (await this.ask("evaluate", await this.sent(data))) as MetricsOf<T>;
  }

  /** The whole model as one file; during a training, as it is at its next report. */
  save(options: SaveOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    return this.#page.host.call("save", [options]);
  }

  /** See the same task of bptt. The training may be `ahead` of the loop: the checkpoint is where the training is. */
  checkpoint(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#page.host.call("checkpoint", []);
  }

  /** Ends the worker and those that help it, and frees all that it kept. Open calls reject, and so does every later one (BPTT_ORDER). */
  close(): Promise<void> {
    return this.#page.close();
  }

  /** Data on their way: lists go in pieces. @internal */
  protected sent(data: unknown): Promise<Sent> {
    return this.#page.send(data);
  }

  /** What a getter of the task says. @internal */
  protected fact<Getter extends keyof T & string>(getter: Getter): T[Getter] {
    return this.#page.fact(getter) as T[Getter];
  }

  /** What a method of the task answers. @internal */
  protected ask<Method extends keyof T & string>(method: Method, ...values: Sent[]): Promise<Answer<T[Method]>> {
    return this.#page.host.call("ask", [method, values]) as Promise<Answer<T[Method]>>;
  }

  /** What a method of the task gives, and the worker keeps. @internal */
  protected async keep<Kind extends object>(method: keyof T & string, ...values: Sent[]): Promise<Kept<Kind>> {
    const { host } = this.#page;
    return new Kept(host, await host.call("keep", [method, values]));
  }

  /** @internal */
  protected prepareWith(data: unknown, options: object = {}): Promise<void> {
    const { vectors, ...rest }: VectorOptions = options;
    const page = this.#page;
    return page.lending(rest, async (options) =>
      page.facts(await page.host.call("prepare", [await this.sent(data), options, page.sendVectors(vectors)])),
    );
  }

  /** The same as `ask`, with options that may have functions. @internal */
  protected askWith<Method extends keyof T & string>(method: Method, options: object): Promise<Answer<T[Method]>> {
    return this.#page.lending(options, (sent) => this.ask(method, sent));
  }

  /** A generator of the task, which goes on there as it is asked here, and ends there when it is left here. @internal */
  protected async *iterate<Value, End>(method: keyof T & string, options: object): AsyncGenerator<Value, End> {
    const page = this.#page;
    const callbacks = page.lend(options);
    try {
      const kept = await this.keep<AsyncGenerator<Value, End>>(method, callbacks.sent);
      try {
        for (;;) {
          const { done, value } = await kept.call("next");
          callbacks.rethrow();
          if (done) return value;
          yield value;
        }
      } finally {
        kept.tell("return", undefined as End);
        kept.drop();
      }
    } finally {
      page.takeBack(callbacks);
    }
  }

  #underWay(method: string) {
    if (!this.#isTraining)
      throw plainError("BPTT_ORDER", `${method}: there is no training under way; call it while train() or fit() runs`);
    return this.#page.host;
  }
}
