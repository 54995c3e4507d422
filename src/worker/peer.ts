import { plainError, typeError } from "../check.js";
import { receivedError, type SentError, sentError } from "./errors.js";
import type { Channel } from "./threads.js";

/** A value whose buffers move instead of being copied. */
export class Moved<T> {
  readonly value: T;
  readonly transfer: readonly Transferable[];

  constructor(value: T, transfer: readonly Transferable[]) {
    this.value = value;
    this.transfer = transfer;
  }
}

type Unmoved<T> = T extends Moved<infer Value> ? Value : T;

/** What the other side gives for a call, and what it takes. */
export type Answer<Method> = Method extends (...values: never[]) => infer T ? Unmoved<Awaited<T>> : never;
export type Values<Method> = Method extends (...values: infer T) => unknown ? T : never;

type Message =
  | { readonly type: "ready" }
  | { readonly type: "call"; readonly id?: number; readonly method: string; readonly values: readonly unknown[] }
  | { readonly type: "answer"; readonly id: number; readonly value: unknown }
  | { readonly type: "error"; readonly id: number; readonly error: SentError };

interface Open {
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Calls between two threads, in both directions, in the order in which they were made. Remote: what the other side answers.
 */
export class Peer<Remote extends object> {
  readonly #channel: Channel;
  readonly #methods: object;
  readonly #open = new Map<number, Open>();
  #last = 0;
  #end: Error | undefined;
  #onEnd: ((cause: Error) => void) | undefined;

  /** methods: what this side answers. */
  constructor(channel: Channel, methods: object = {}) {
    this.#channel = channel;
    this.#methods = methods;
    channel.listen(
      (message) => this.#receive(message as Message),
      (cause) => this.end(cause),
    );
    channel.hold(false);
  }

  /** Called once, when the other side is gone. */
  set onEnd(hear: (cause: Error) => void) {
    if (this.#end) hear(this.#end);
    else this.#onEnd = hear;
  }

  /** Tells the other side that its messages are heard from now on. */
  ready(): void {
    this.#channel.post({ type: "ready" } satisfies Message, []);
  }

  /** The other side's answer. It rejects with the other side's error, or when that side is gone. */
  call<Name extends keyof Remote & string>(
    method: Name,
    values: Values<Remote[Name]>,
    transfer: readonly Transferable[] = [],
  ): Promise<Answer<Remote[Name]>> {
    return new Promise((resolve, reject) => {
      if (this.#end) return reject(this.#end);
      this.#last += 1;
      const id = this.#last;
      this.#post({ type: "call", id, method, values }, transfer);
      this.#open.set(id, { resolve, reject });
      this.#channel.hold(true);
    });
  }

  /** A call that nobody waits for. */
  tell<Name extends keyof Remote & string>(
    method: Name,
    values: Values<Remote[Name]>,
    transfer: readonly Transferable[] = [],
  ): void {
    if (!this.#end) this.#post({ type: "call", method, values }, transfer);
  }

  /** Every open call rejects with this, and every later one. */
  end(cause: Error): Promise<void> {
    if (this.#end) return Promise.resolve();
    this.#end = cause;
    for (const { reject } of this.#open.values()) reject(cause);
    this.#open.clear();
    this.#channel.hold(false);
    this.#onEnd?.(cause);
    return this.#channel.end();
  }

  #post(message: Message & { readonly type: "call" }, transfer: readonly Transferable[]): void {
    try {
      this.#channel.post(message, transfer);
    } catch (error) {
      throw typeError(
        "BPTT_DATA",
        `this cannot be sent to a worker (${String(error)}); give plain data: no functions, no classes of your own`,
        error,
      );
    }
  }

  #receive(message: Message): void {
    if (message.type === "ready" || this.#end) return;
    if (message.type === "call") return void this.#answer(message);
    const open = this.#open.get(message.id);
    this.#open.delete(message.id);
    if (this.#open.size === 0) this.#channel.hold(false);
    if (message.type === "answer") open?.resolve(message.value as never);
    else open?.reject(receivedError(message.error));
  }

  async #answer({ id, method, values }: Message & { readonly type: "call" }): Promise<void> {
    const reply = (message: Message, transfer: readonly Transferable[] = []) => {
      if (id !== undefined && !this.#end) this.#channel.post(message, transfer);
    };
    try {
      const answer = await invoke(this.#methods, method, values);
      if (answer instanceof Moved) reply({ type: "answer", id: id ?? 0, value: answer.value }, answer.transfer);
      else reply({ type: "answer", id: id ?? 0, value: answer });
    } catch (error) {
      // nobody waits for it, so it must not be lost
      if (id === undefined) throw error;
      reply({ type: "error", id: id ?? 0, error: sentError(error) });
    }
  }
}

/** A call by name. */
export function invoke(target: object, method: string, values: readonly unknown[]): unknown {
  const call: unknown = Reflect.get(target, method);
  if (typeof call !== "function")
    throw plainError("BPTT_WORKER", `worker: there is no ${method}; both sides must be of the same version of bptt`);
  return Reflect.apply(call, target, values);
}
