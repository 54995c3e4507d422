import type { Host } from "./host.js";
import type { Answer, Peer, Values } from "./peer.js";

/** Something of a task that stays in the worker: its methods are called there, in the order of the calls. */
export class Kept<T extends object> {
  readonly #host: Peer<Host>;
  readonly #number: number;

  constructor(host: Peer<Host>, number: number) {
    this.#host = host;
    this.#number = number;
  }

  call<Method extends keyof T & string>(method: Method, ...values: Values<T[Method]>): Promise<Answer<T[Method]>> {
    return this.#host.call("askKept", [this.#number, method, values]) as Promise<Answer<T[Method]>>;
  }

  /** A call that nobody waits for. */
  tell<Method extends keyof T & string>(method: Method, ...values: Values<T[Method]>): void {
    this.#host.tell("askKept", [this.#number, method, values]);
  }

  /** Frees it, behind the calls that were made before. */
  drop(): void {
    this.#host.tell("drop", [this.#number]);
  }
}
