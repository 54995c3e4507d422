/** The caller's side of a tagger in a worker: what the worker asks of it, and the threads that it has started for the worker. */

import { plainError } from "../check.js";
import { streamChunks } from "../data/bytes.js";
import type { VectorCoverage } from "../data/word-vectors.js";
import { loadKernel } from "../kernel/load.js";
import type { VectorOptions } from "../tasks/shared/vectors.js";
import type { Evaluation } from "../tasks/tagger/results.js";
import type { Report } from "../train/reports.js";
import type { WorkerReport } from "./crew.js";
import type { HelperSetup } from "./helper.js";
import type { Host } from "./host.js";
import { Moved, Peer } from "./peer.js";
import type { Facts, PageSide, SentList, SentVectors } from "./sides.js";
import { startThread, type ThreadWorker } from "./threads.js";

/** Items of a list that are sent at once: a page must not stand still while a long one is copied. */
const PIECE = 256;

/** What a training in the worker tells its caller. */
export interface Listener {
  report(report: Report<Evaluation>): void;
  worker(report: WorkerReport): void;
}

export class Page implements PageSide {
  readonly host: Peer<Host>;
  readonly #make: (() => ThreadWorker) | undefined;
  readonly #helpers = new Map<number, Peer<Host>>();
  /** Undefined until the worker has made its tagger. */
  known: Facts | undefined;
  listener: Listener | undefined;
  #lists = 0;
  #pieces: AsyncIterator<unknown> | undefined;
  #onVectors: VectorOptions["onVectors"];
  /** What a caller's own function threw. */
  thrown: { readonly error: unknown } | undefined;

  private constructor(make: (() => ThreadWorker) | undefined) {
    this.#make = make;
    this.host = new Peer<Host>(startThread(make), this);
    this.host.onEnd = () => void this.endHelpers();
  }

  /** Starts a worker, which gets the compiled kernel. */
  static async open(make: (() => ThreadWorker) | undefined): Promise<Page> {
    const module = await loadKernel();
    const page = new Page(make);
    await page.host.call("kernel", [module]);
    return page;
  }

  facts(facts: Facts): void {
    this.known = facts;
  }

  report(report: Report<Evaluation>): void {
    this.listener?.report(report);
  }

  worker(report: WorkerReport): void {
    this.listener?.worker(report);
  }

  coverage(coverage: VectorCoverage): void {
    try {
      this.#onVectors?.(coverage);
    } catch (error) {
      this.thrown = { error };
    }
  }

  async piece(): Promise<{ readonly done: boolean; readonly value?: unknown }> {
    const { done = false, value } = (await this.#pieces?.next()) ?? { done: true };
    return done ? { done } : { done, value };
  }

  async endPieces(): Promise<void> {
    const pieces = this.#pieces;
    this.#pieces = undefined;
    await pieces?.return?.();
  }

  /** A thread that helps the worker, at the other end of the port. Shared memory goes to it from here: Firefox loses what has some behind a port. */
  async hire(worker: number, setup: HelperSetup): Promise<Moved<MessagePort>> {
    const helper = new Peer<Host>(startThread(this.#make));
    this.#helpers.set(worker, helper);
    await helper.call("kernel", [await loadKernel()]);
    await helper.call("setup", [setup]);
    helper.onEnd = (cause) => {
      this.#helpers.delete(worker);
      this.host.tell("lose", [worker, cause]);
    };
    const { port1, port2 } = new MessageChannel();
    helper.tell("adopt", [port1], [port1]);
    return new Moved(port2, [port2]);
  }

  async endHelpers(): Promise<void> {
    const helpers = [...this.#helpers.values()];
    this.#helpers.clear();
    await Promise.all(helpers.map((helper) => helper.end(plainError("BPTT_ORDER", "the training has ended"))));
  }

  /** Sends a list in pieces; what is no list goes as it is, and the worker's tagger refuses it. */
  async send(items: unknown): Promise<SentList> {
    if (typeof items !== "object" || items === null || !(Symbol.iterator in items)) return { value: items };
    this.#lists += 1;
    const list = this.#lists;
    let piece: unknown[] = [];
    const post = async () => {
      this.host.tell("append", [list, piece]);
      piece = [];
      await new Promise<void>((resolve) => setTimeout(resolve));
    };
    for (const item of items as Iterable<unknown>) {
      piece.push(item);
      if (piece.length === PIECE) await post();
    }
    this.host.tell("append", [list, piece]);
    return { list };
  }

  /** Blobs are cloned, streams are read here and sent piece by piece as the worker asks for them. */
  sendVectors({ vectors, onVectors }: VectorOptions): SentVectors | undefined {
    this.#onVectors = onVectors;
    if (vectors === undefined) return undefined;
    if (typeof vectors !== "object" || vectors === null || vectors instanceof Blob) return { value: vectors };
    if (typeof ReadableStream !== "undefined" && vectors instanceof ReadableStream)
      this.#pieces = streamChunks(vectors);
    else if (Symbol.asyncIterator in vectors) this.#pieces = vectors[Symbol.asyncIterator]();
    else return { value: vectors };
    const name: unknown = Reflect.get(vectors, "name");
    return typeof name === "string" ? { name } : {};
  }
}
