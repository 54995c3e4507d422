/** The task inside a worker: what the page's side asks of it. */

import type { SaveOptions } from "../formats/safetensors.js";
import { loadKernel } from "../kernel/load.js";
import type { Report, Stopped } from "../train/reports.js";
import type { WorkerReport } from "./crew.js";
import { sentError } from "./errors.js";
import { Helper, type HelperSetup, type HelperTask } from "./helper.js";
import { invoke, Moved, Peer } from "./peer.js";
import { Run } from "./run.js";
import type { Fact, Facts, PageSide, Sent, SentFunctions, SentVectors, TaskName, TrainRequest } from "./sides.js";
import { TASKS, type Task } from "./tasks.js";
import { type Channel, portChannel, type WebPort } from "./threads.js";
import { Workers } from "./workers.js";

export class Host {
  readonly #page: Peer<PageSide>;
  readonly #helper = new Helper();
  readonly #lists = new Map<number, unknown[]>();
  /** What calls gave that stays here. */
  readonly #kept = new Map<number, object>();
  #lastKept = 0;
  #task: Task | undefined;
  #getters: readonly string[] = [];
  #run: Run | undefined;
  #workers: Workers | undefined;

  constructor(channel: Channel) {
    this.#page = new Peer<PageSide>(channel, this);
    this.#page.ready();
  }

  async kernel(module: WebAssembly.Module): Promise<void> {
    await loadKernel(module);
  }

  /** Helps another thread, which is at the other end of this port. */
  adopt(port: WebPort): void {
    new Peer(portChannel(port), this.#helper);
  }

  setup(setup: HelperSetup): Promise<void> {
    return this.#helper.setup(setup);
  }

  part(task: HelperTask): ReturnType<Helper["part"]> {
    return this.#helper.part(task);
  }

  async create(name: TaskName, options: object | undefined): Promise<Facts> {
    const { task, getters } = TASKS[name];
    this.#task = await task.create(options as never);
    this.#getters = getters;
    return this.#facts();
  }

  async load(name: TaskName, bytes: Uint8Array): Promise<Facts> {
    const { task, getters } = TASKS[name];
    this.#task = await task.load(bytes);
    this.#getters = getters;
    return this.#facts();
  }

  append(list: number, items: readonly unknown[]): void {
    const known = this.#lists.get(list) ?? [];
    known.push(...items);
    this.#lists.set(list, known);
  }

  async prepare(data: Sent, options: Sent, vectors: SentVectors | undefined): Promise<Facts> {
    await this.#own.prepare(this.#take(data), this.#take(options, this.#vectors(vectors)));
    return this.#facts();
  }

  async train(request: TrainRequest): Promise<Stopped> {
    const { data, validation, vectors, workers, sharedMemory, ahead, isAborted } = request;
    const { report, onWorker, ...options } = this.#take<TrainOptions>(request.options);
    const run = new Run(ahead);
    this.#run = run;
    if (isAborted) run.abort();
    this.#workers =
      workers > 1
        ? new Workers(workers, (worker, setup) => this.#hire(worker, setup), {
            ...(sharedMemory !== undefined && { sharedMemory }),
            ...(onWorker && { onWorker }),
          })
        : undefined;
    const given = {
      ...options,
      signal: run.signal,
      ...(validation && { validation: this.#take(validation) }),
      ...this.#vectors(vectors),
      ...(this.#workers && { workers: this.#workers }),
    };
    let isFirst = true;
    try {
      return await run.pump(this.#own.train(this.#take(data), given as never), (next) => {
        // the model is there now, with its vocabulary
        if (isFirst) this.#page.tell("facts", [this.#facts()]);
        isFirst = false;
        report(next);
      });
    } finally {
      this.#run = undefined;
      this.#page.tell("facts", [this.#facts()]);
      await this.#workers?.close();
    }
  }

  want(): void {
    this.#run?.want();
  }

  leave(): void {
    this.#run?.leave();
  }

  abort(): void {
    this.#run?.abort();
  }

  async pause(): Promise<void> {
    await this.#run?.pause();
  }

  resume(): void {
    this.#run?.resume();
  }

  /** A thread that was hired has ended. */
  lose(worker: number, error: Error): void {
    this.#workers?.lose(worker, error);
  }

  /** What a method of the task gives. */
  ask(method: string, values: readonly Sent[]): unknown {
    return invoke(
      this.#own,
      method,
      values.map((value) => this.#take(value)),
    );
  }

  /** The same, where it stays here: a stream, a text that is being written. The answer is its number. */
  keep(method: string, values: readonly Sent[]): number {
    const kept = this.ask(method, values) as object;
    this.#lastKept += 1;
    this.#kept.set(this.#lastKept, kept);
    return this.#lastKept;
  }

  /** What a method of something that stays here gives. The other side asks nothing of what it has dropped. */
  askKept(kept: number, method: string, values: readonly unknown[]): unknown {
    return invoke(this.#kept.get(kept) as object, method, values);
  }

  drop(kept: number): void {
    this.#kept.delete(kept);
  }

  async save(options: SaveOptions): Promise<Moved<Uint8Array<ArrayBuffer>>> {
    await this.#run?.atReport();
    return moved(await this.#own.save(options as never));
  }

  async checkpoint(): Promise<Moved<Uint8Array<ArrayBuffer>>> {
    await this.#run?.atReport();
    return moved(await this.#own.checkpoint());
  }

  get #own(): Task {
    return this.#task as Task;
  }

  /** The other side has a value of another kind where it sent one: the task says what it expects. */
  #take<T = never>(sent: Sent, more?: object): T {
    if ("list" in sent) {
      const list = this.#lists.get(sent.list) ?? [];
      this.#lists.delete(sent.list);
      return list as T;
    }
    const { value, functions } = sent;
    return (functions || more ? { ...(value as object), ...this.#functions(functions), ...more } : value) as T;
  }

  /** Functions that call those of the caller. */
  #functions({ number, names }: SentFunctions = { number: 0, names: [] }): object {
    return Object.fromEntries(
      names.map((name) => [name, (...values: unknown[]) => this.#page.tell("hear", [number, name, values])]),
    );
  }

  #vectors(sent: SentVectors | undefined): object | undefined {
    if (sent === undefined) return undefined;
    if ("value" in sent) return { vectors: sent.value };
    const page = this.#page;
    const pieces = {
      ...sent,
      async *[Symbol.asyncIterator]() {
        try {
          for (;;) {
            const { done, value } = await page.call("piece", []);
            if (done) return;
            yield value as Uint8Array;
          }
        } finally {
          page.tell("endPieces", []);
        }
      },
    };
    return { vectors: pieces };
  }

  async #hire(worker: number, setup: HelperSetup): Promise<Peer<Helper>> {
    return new Peer<Helper>(portChannel(await this.#page.call("hire", [worker, setup])));
  }

  #facts(): Facts {
    return Object.fromEntries(this.#getters.map((getter) => [getter, fact(() => Reflect.get(this.#own, getter))]));
  }
}

interface TrainOptions {
  readonly report: (report: Report) => void;
  readonly onWorker?: (report: WorkerReport) => void;
}

function fact(read: () => unknown): Fact {
  try {
    return { value: read() };
  } catch (error) {
    return { error: sentError(error) };
  }
}

const moved = (bytes: Uint8Array<ArrayBuffer>) => new Moved(bytes, [bytes.buffer]);
