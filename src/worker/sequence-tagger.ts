import { knownOptions, plainError, show, typeError, wholeNumber } from "../check.js";
import type { Example } from "../data/example.js";
import type { SaveOptions } from "../formats/safetensors.js";
import { bytesOf, type ModelSource } from "../tasks/shared/source.js";
import type { VectorOptions } from "../tasks/shared/vectors.js";
import type { ResolvedTaggerOptions, TaggerOptions } from "../tasks/tagger/options.js";
import type { Evaluation, TaggedText } from "../tasks/tagger/results.js";
import type { TaggerTrainOptions } from "../tasks/tagger/train-options.js";
import { historyOf, type Listeners } from "../train/history.js";
import { checkSignal, trainOptionNames } from "../train/options.js";
import type { History, Report, Stopped } from "../train/reports.js";
import { receivedError } from "./errors.js";
import { Page } from "./page.js";
import { Reports } from "./reports.js";
import type { Fact, Facts, TrainRequest } from "./sides.js";
import { TaggerStream } from "./stream.js";
import type { ThreadWorker } from "./threads.js";
import type { WorkersOptions } from "./workers.js";

/** Where a tagger works. */
export interface ThreadOptions {
  /**
   * Makes the worker (and those that help it) from `bptt/worker-thread`, where a page's content policy forbids blob: addresses. Default: from the code inside this
   * package.
   */
  readonly worker?: () => ThreadWorker;
}

export interface RemoteTrainOptions extends Omit<TaggerTrainOptions, "workers" | "flow">, WorkersOptions {
  /** Threads that compute, the tagger's own among them; `shards` is then as many, unless given. They change nothing but the time. Default 0: its own alone. */
  readonly workers?: number;
  /**
   * How many reports the training may be further than the loop over them. 0: it waits at every report, so that what the loop does (save, checkpoint, leave) meets
   * the weights of that very report. Default 64.
   */
  readonly ahead?: number;
}

export interface RemoteFitOptions extends RemoteTrainOptions, Listeners<Evaluation> {}

const AHEAD = 64;
// a probe of the gradient flow has functions, which no message carries
const own = trainOptionNames.filter((name) => name !== "flow");
const names = [...own, "validation", "vectors", "onVectors", "ahead", "sharedMemory", "onWorker"];

/**
 * The SequenceTagger of bptt in a worker: the same methods, reports, errors and bytes, while the page stays free. `close()` ends the worker.
 */
export class SequenceTagger {
  readonly #page: Page;
  #isTraining = false;

  private constructor(page: Page) {
    this.#page = page;
  }

  /**
   * @param options see TaggerOptions; all have defaults
   * @throws RangeError, TypeError BPTT_OPTION; Error BPTT_WORKER where no worker can be started
   */
  static create(options: TaggerOptions = {}, thread: ThreadOptions = {}): Promise<SequenceTagger> {
    return SequenceTagger.#open(thread, ({ host }) => host.call("create", [options]));
  }

  /**
   * @param source what `save` or `checkpoint` gave: bytes, a Blob, a Response or a URL
   * @throws Error BPTT_FILE for a file that is truncated, foreign, of another task or of a later format; Error BPTT_WORKER
   */
  static async load(source: ModelSource | Promise<Response>, thread: ThreadOptions = {}): Promise<SequenceTagger> {
    const given = await source;
    const bytes = await bytesOf(given);
    // the caller's own bytes stay the caller's
    const isOurs = given instanceof Blob || given instanceof Response || given instanceof URL;
    return SequenceTagger.#open(thread, ({ host }) =>
      host.call("load", [bytes], isOurs ? [bytes.buffer as ArrayBuffer] : []),
    );
  }

  static async #open(thread: ThreadOptions, make: (page: Page) => Promise<Facts>): Promise<SequenceTagger> {
    knownOptions("worker", thread, ["worker"]);
    const page = await Page.open(thread.worker);
    try {
      page.known = await make(page);
      return new SequenceTagger(page);
    } catch (error) {
      await page.host.end(closed());
      throw error;
    }
  }

  /** Every option with its value. */
  get options(): ResolvedTaggerOptions {
    return this.#facts.options;
  }

  /** The tags that the model knows, "O" first. */
  get tags(): readonly string[] {
    return factOf(this.#facts.tags);
  }

  /** How many numbers the network has learned. */
  get parameterCount(): number {
    return factOf(this.#facts.parameterCount);
  }

  /** See SequenceTagger of bptt. */
  async prepare(examples: Iterable<Example>, options: VectorOptions = {}): Promise<void> {
    knownOptions("prepare", options, ["vectors", "onVectors"]);
    const vectors = this.#page.sendVectors(options);
    this.#page.known = await this.#page.host.call("prepare", [await this.#page.send(examples), vectors, {}]);
    this.#rethrow();
  }

  /**
   * Trains in the worker, and reports every step, evaluation and epoch. The training goes on while the loop is busy, `ahead` reports at most. Leaving the loop
   * stops it after its current step; the weights stay as they are then.
   *
   * @throws as SequenceTagger of bptt; Error BPTT_WORKER, BPTT_MEMORY when the worker ends
   */
  async *train(
    examples: Iterable<Example>,
    options: RemoteTrainOptions = {},
  ): AsyncGenerator<Report<Evaluation>, Stopped> {
    knownOptions("train", options, names);
    const { validation, vectors, onVectors, signal, onWorker, sharedMemory, ...rest } = options;
    const { workers = 0, ahead = AHEAD, ...plain } = rest;
    if (signal !== undefined) checkSignal(signal);
    if (this.#isTraining)
      throw plainError(
        "BPTT_ORDER",
        "train: this tagger is in training already; wait for the end of that run (or leave its loop), or use another tagger",
      );
    this.#isTraining = true;
    const { host } = this.#page;
    const abort = () => host.tell("abort", []);
    try {
      const request: TrainRequest = {
        options: plain,
        ...{ workers: wholeNumber("workers", workers), ahead: wholeNumber("ahead", ahead) },
        ...{ isAborted: signal?.aborted ?? false },
        examples: await this.#page.send(examples),
        ...(validation !== undefined && { validation: await this.#page.send(validation) }),
        ...(vectors !== undefined && { vectors: this.#page.sendVectors({ vectors, onVectors }) }),
        ...(sharedMemory !== undefined && { sharedMemory }),
      };
      const ending = host.call("train", [request]);
      signal?.addEventListener("abort", abort);
      const reports = new Reports(ending, onWorker);
      this.#page.listener = reports;
      try {
        for (;;) {
          host.tell("want", []);
          const report = await reports.next();
          this.#rethrow();
          if (report === undefined) return await ending;
          yield report;
        }
      } finally {
        host.tell("leave", []);
        await reports.end;
      }
    } finally {
      signal?.removeEventListener("abort", abort);
      this.#page.listener = undefined;
      await this.#page.endHelpers();
      this.#isTraining = false;
    }
  }

  /** The same training, with its reports collected. */
  async fit(examples: Iterable<Example>, options: RemoteFitOptions = {}): Promise<History<Evaluation>> {
    if (typeof options !== "object" || options === null)
      throw typeError("BPTT_OPTION", `fit: expected an object of options, got ${show(options)}`);
    const { onStep, onEvaluation, onEpoch, ...rest } = options;
    return historyOf(this.train(examples, rest), { onStep, onEvaluation, onEpoch });
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

  /** See SequenceTagger of bptt. */
  async evaluate(examples: Iterable<Example>): Promise<Evaluation> {
    return this.#page.host.call("evaluate", [await this.#page.send(examples)]);
  }

  /** See SequenceTagger of bptt. */
  tag(input: string | readonly string[]): Promise<TaggedText> {
    return this.#page.host.call("tag", [input]);
  }

  /** See SequenceTagger of bptt. */
  async tagAll(inputs: Iterable<string | readonly string[]>): Promise<TaggedText[]> {
    return this.#page.host.call("tagAll", [await this.#page.send(inputs)]);
  }

  /**
   * A stream: tags come token by token, before the text ends. Any number of streams may run side by side, also while the tagger trains.
   *
   * @throws Error BPTT_ORDER before there is a model; RangeError BPTT_OPTION for a bidirectional tagger, which needs the whole text; Error BPTT_WORKER
   */
  async stream(): Promise<TaggerStream> {
    const { host } = this.#page;
    return new TaggerStream(host, await host.call("stream", []));
  }

  /** The whole model as one file; during a training, as it is at its next report. */
  save(options: SaveOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    return this.#page.host.call("save", [options]);
  }

  /** See SequenceTagger of bptt. The training may be `ahead` of the loop: the checkpoint is where the training is. */
  checkpoint(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#page.host.call("checkpoint", []);
  }

  /** Ends the worker and those that help it, and frees all streams. Open calls reject, and so does every later one (BPTT_ORDER). */
  async close(): Promise<void> {
    await Promise.all([this.#page.host.end(closed()), this.#page.endHelpers()]);
    this.#page.known = undefined;
  }

  get #facts(): Facts {
    if (this.#page.known === undefined) throw closed();
    return this.#page.known;
  }

  #underWay(method: string) {
    if (!this.#isTraining)
      throw plainError("BPTT_ORDER", `${method}: there is no training under way; call it while train() or fit() runs`);
    return this.#page.host;
  }

  /** What a callback of the caller threw. */
  #rethrow(): void {
    const { thrown } = this.#page;
    this.#page.thrown = undefined;
    if (thrown) throw thrown.error;
  }
}

function factOf<T>(fact: Fact<T>): T {
  if ("error" in fact) throw receivedError(fact.error);
  return fact.value;
}

const closed = () => plainError("BPTT_ORDER", "worker: this tagger is closed; create or load another");
