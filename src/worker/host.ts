/** The tagger inside a worker: what the page's side asks of it. */

import type { Example } from "../data/example.js";
import type { SaveOptions } from "../formats/safetensors.js";
import { loadKernel } from "../kernel/load.js";
import { SequenceTagger } from "../tasks/sequence-tagger.js";
import type { VectorOptions } from "../tasks/shared/vectors.js";
import type { TaggerOptions } from "../tasks/tagger/options.js";
import type { Evaluation, TaggedText } from "../tasks/tagger/results.js";
import type { StreamedTag, TaggerStream } from "../tasks/tagger/stream.js";
import type { Stopped } from "../train/reports.js";
import { sentError } from "./errors.js";
import { Helper, type HelperSetup, type HelperTask } from "./helper.js";
import { Moved, Peer } from "./peer.js";
import { Run } from "./run.js";
import type { Fact, Facts, PageSide, SentList, SentVectors, TrainRequest } from "./sides.js";
import { type Channel, portChannel, type WebPort } from "./threads.js";
import { Workers } from "./workers.js";

export class Host {
  readonly #page: Peer<PageSide>;
  readonly #helper = new Helper();
  readonly #lists = new Map<number, unknown[]>();
  readonly #streams = new Map<number, TaggerStream>();
  #lastStream = 0;
  #tagger: SequenceTagger | undefined;
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

  async create(options: TaggerOptions | undefined): Promise<Facts> {
    this.#tagger = await SequenceTagger.create(options);
    return this.#facts();
  }

  async load(bytes: Uint8Array): Promise<Facts> {
    this.#tagger = await SequenceTagger.load(bytes);
    return this.#facts();
  }

  append(list: number, items: readonly unknown[]): void {
    const known = this.#lists.get(list) ?? [];
    known.push(...items);
    this.#lists.set(list, known);
  }

  async prepare(examples: SentList, vectors: SentVectors | undefined, options: object): Promise<Facts> {
    await this.#own.prepare(this.#take(examples), { ...options, ...this.#vectors(vectors) });
    return this.#facts();
  }

  async train(request: TrainRequest): Promise<Stopped> {
    const { examples, validation, vectors, options, workers, sharedMemory } = request;
    const run = new Run(request.ahead);
    this.#run = run;
    if (request.isAborted) run.abort();
    this.#workers =
      workers > 1
        ? new Workers(workers, (worker, setup) => this.#hire(worker, setup), {
            ...(sharedMemory !== undefined && { sharedMemory }),
            onWorker: (report) => this.#page.tell("worker", [report]),
          })
        : undefined;
    const reports = this.#own.train(this.#take(examples), {
      ...options,
      signal: run.signal,
      ...(validation && { validation: this.#take(validation) }),
      ...this.#vectors(vectors),
      ...(this.#workers && { workers: this.#workers }),
    });
    let isFirst = true;
    try {
      return await run.pump(reports, (report) => {
        // vocabulary and tags are there now
        if (isFirst) this.#page.tell("facts", [this.#facts()]);
        isFirst = false;
        this.#page.tell("report", [report]);
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

  evaluate(examples: SentList): Promise<Evaluation> {
    return this.#own.evaluate(this.#take(examples));
  }

  tag(input: string | readonly string[]): Promise<TaggedText> {
    return this.#own.tag(input);
  }

  tagAll(inputs: SentList): Promise<TaggedText[]> {
    return this.#own.tagAll(this.#take(inputs));
  }

  /** The number of a new stream. */
  stream(): number {
    const stream = this.#own.stream();
    this.#lastStream += 1;
    this.#streams.set(this.#lastStream, stream);
    return this.#lastStream;
  }

  push(stream: number, token: string): StreamedTag {
    return this.#streamOf(stream).push(token);
  }

  resetStream(stream: number): void {
    this.#streamOf(stream).reset();
  }

  closeStream(stream: number): void {
    this.#streams.delete(stream);
  }

  async save(options: SaveOptions): Promise<Moved<Uint8Array<ArrayBuffer>>> {
    await this.#run?.atReport();
    return moved(await this.#own.save(options));
  }

  async checkpoint(): Promise<Moved<Uint8Array<ArrayBuffer>>> {
    await this.#run?.atReport();
    return moved(await this.#own.checkpoint());
  }

  get #own(): SequenceTagger {
    return this.#tagger as SequenceTagger;
  }

  /** The other side asks for none that it has closed. */
  #streamOf(stream: number): TaggerStream {
    return this.#streams.get(stream) as TaggerStream;
  }

  /** The other side has a value of another kind where it sent one: the tagger says what it expects. */
  #take<T = Example>(sent: SentList): T[] {
    if (!("list" in sent)) return sent.value as T[];
    const list = this.#lists.get(sent.list) ?? [];
    this.#lists.delete(sent.list);
    return list as T[];
  }

  #vectors(sent: SentVectors | undefined): VectorOptions {
    if (sent === undefined) return {};
    const onVectors: VectorOptions["onVectors"] = (coverage) => this.#page.tell("coverage", [coverage]);
    if ("value" in sent) return { vectors: sent.value as VectorOptions["vectors"], onVectors };
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
    return { vectors: pieces, onVectors };
  }

  async #hire(worker: number, setup: HelperSetup): Promise<Peer<Helper>> {
    return new Peer<Helper>(portChannel(await this.#page.call("hire", [worker, setup])));
  }

  #facts(): Facts {
    const tagger = this.#own;
    return {
      options: tagger.options,
      tags: fact(() => tagger.tags),
      parameterCount: fact(() => tagger.parameterCount),
    };
  }
}

function fact<T>(read: () => T): Fact<T> {
  try {
    return { value: read() };
  } catch (error) {
    return { error: sentError(error) };
  }
}

const moved = (bytes: Uint8Array<ArrayBuffer>) => new Moved(bytes, [bytes.buffer]);
