/** The caller's side of a task in a worker: what the worker asks of it, and the threads that it has started for the worker. */

import { type CodedError, plainError } from "../check.js";
import { streamChunks } from "../data/bytes.js";
import { loadKernel } from "../kernel/load.js";
import { Callbacks, type Functions } from "./callbacks.js";
import { receivedError } from "./errors.js";
import type { HelperSetup } from "./helper.js";
import type { Host } from "./host.js";
import { Moved, Peer } from "./peer.js";
import type { Facts, PageSide, Sent, SentVectors, TaskName } from "./sides.js";
import { startThread, type ThreadWorker } from "./threads.js";

/** Items of a list that are sent at once: a page must not stand still while a long one is copied. */
const PIECE = 256;

export class Page implements PageSide {
  readonly host: Peer<Host>;
  /** Of the task, in messages. */
  readonly title: string;
  readonly #make: (() => ThreadWorker) | undefined;
  readonly #helpers = new Map<number, Peer<Host>>();
  readonly #callbacks = new Map<number, Callbacks>();
  /** Undefined until the worker has made its task, and behind its end. */
  #known: Facts | undefined;
  /** Of lists and callbacks. */
  #last = 0;
  #pieces: AsyncIterator<unknown> | undefined;

  private constructor(name: TaskName, make: (() => ThreadWorker) | undefined) {
    this.title = name.replace("-", " ");
    this.#make = make;
    this.host = new Peer<Host>(startThread(make), this);
    this.host.onEnd = () => void this.endHelpers();
  }

  /** Starts a worker, which gets the compiled kernel. */
  static async open(name: TaskName, make: (() => ThreadWorker) | undefined): Promise<Page> {
    const module = await loadKernel();
    const page = new Page(name, make);
    await page.host.call("kernel", [module]);
    return page;
  }

  facts(facts: Facts): void {
    this.#known = facts;
  }

  /** What a getter of the task says. */
  fact(getter: string): unknown {
    const fact = this.#known?.[getter];
    if (fact === undefined) throw this.#closed();
    if ("error" in fact) throw receivedError(fact.error);
    return fact.value;
  }

  hear(functions: number, name: string, values: readonly unknown[]): void {
    this.#callbacks.get(functions)?.call(name, values);
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

  /** Ends the worker and those that help it. */
  async close(): Promise<void> {
    await Promise.all([this.host.end(this.#closed()), this.endHelpers()]);
    this.#known = undefined;
  }

  async endHelpers(): Promise<void> {
    const helpers = [...this.#helpers.values()];
    this.#helpers.clear();
    await Promise.all(helpers.map((helper) => helper.end(plainError("BPTT_ORDER", "the training has ended"))));
  }

  /** Sends a list in pieces; what is no list goes as it is, and the worker's task refuses it. */
  async send(items: unknown): Promise<Sent> {
    if (typeof items !== "object" || items === null || !(Symbol.iterator in items)) return { value: items };
    this.#last += 1;
    const list = this.#last;
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

  /** Options on their way: the functions among them stay here, and are called until they are taken back. */
  lend(options: unknown, more?: Functions): Callbacks {
    this.#last += 1;
    const callbacks = new Callbacks(this.#last, options, more);
    this.#callbacks.set(this.#last, callbacks);
    return callbacks;
  }

  takeBack({ number }: Callbacks): void {
    this.#callbacks.delete(number);
  }

  /** The same while the work goes on. What the functions throw comes out at its end. */
  async lending<T>(options: unknown, work: (options: Sent) => Promise<T>): Promise<T> {
    const callbacks = this.lend(options);
    try {
      const answer = await work(callbacks.sent);
      callbacks.rethrow();
      return answer;
    } finally {
      this.takeBack(callbacks);
    }
  }

  /** Blobs are cloned, streams are read here and sent piece by piece as the worker asks for them. */
  sendVectors(vectors: unknown): SentVectors | undefined {
    if (vectors === undefined) return undefined;
    if (typeof vectors !== "object" || vectors === null || vectors instanceof Blob) return { value: vectors };
    if (typeof ReadableStream !== "undefined" && vectors instanceof ReadableStream)
      this.#pieces = streamChunks(vectors);
    else if (Symbol.asyncIterator in vectors)
      this.#pieces = (vectors as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    else return { value: vectors };
    const name: unknown = Reflect.get(vectors, "name");
    return typeof name === "string" ? { name } : {};
  }

  #closed(): CodedError {
    return plainError("BPTT_ORDER", `worker: this ${this.title} is closed; create or load another`);
  }
}
