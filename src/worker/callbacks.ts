import type { Sent } from "./sides.js";

export type Functions = Readonly<Record<string, ((value: never) => void) | undefined>>;

/** The functions in a caller's options, while another thread has the rest of them. They are called here, when it says so. */
export class Callbacks {
  /** By which the other thread names them. */
  readonly number: number;
  /** The options for the other thread. */
  readonly sent: Sent;
  readonly #functions: ReadonlyMap<string, unknown>;
  #thrown: { readonly error: unknown } | undefined;

  /**
   * @param options what is no object stays as it is, for the task to refuse
   * @param more functions beside those of the options
   */
  constructor(number: number, options: unknown, more: Functions = {}) {
    this.number = number;
    const isObject = typeof options === "object" && options !== null && !Array.isArray(options);
    const entries = isObject ? Object.entries(options) : [];
    const isFunction = ([, value]: readonly [string, unknown]) => typeof value === "function";
    this.#functions = new Map([...entries, ...Object.entries(more)].filter(isFunction));
    const value = isObject ? Object.fromEntries(entries.filter((entry) => !isFunction(entry))) : options;
    const names = [...this.#functions.keys()];
    this.sent = names.length > 0 ? { value, functions: { number, names } } : { value };
  }

  call(name: string, values: readonly unknown[]): void {
    try {
      Reflect.apply(this.#functions.get(name) as () => void, undefined, values);
    } catch (error) {
      this.#thrown ??= { error };
    }
  }

  /** Throws what a function has thrown. */
  rethrow(): void {
    if (this.#thrown) throw this.#thrown.error;
  }
}
