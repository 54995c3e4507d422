import { plainError } from "../check.js";
import type { Kernel } from "./load.js";
import type { Arena, Pointer } from "./memory.js";

type Suffix<Prefix extends string> = keyof Kernel extends infer Name
  ? Name extends `${Prefix}_${infer Field}`
    ? Exclude<Field, "SIZE">
    : never
  : never;

/** The fields of one of the kernel's argument records, as its exported offsets name them. */
export type Fields<Prefix extends string> = {
  readonly [Field in Suffix<Prefix> as Field extends `${infer Name}_f64` ? Name : Field]: number;
};

/** An argument record in the kernel's memory, written at the offsets that the kernel itself exports. */
export class ArgumentRecord<Prefix extends string> {
  readonly pointer: Pointer;
  readonly #arena: Arena;
  readonly #size: number;
  readonly #fields: readonly { readonly name: string; readonly offset: number; readonly isWide: boolean }[];

  /** prefix: the first part of the offsets' names, such as "LINEAR" */
  constructor(arena: Arena, prefix: Prefix) {
    const offsets = Object.entries(arena.kernel).flatMap(([name, value]) =>
      name.startsWith(`${prefix}_`) ? [{ name: name.slice(prefix.length + 1), offset: offsetOf(value) }] : [],
    );
    const size = offsets.find(({ name }) => name === "SIZE")?.offset;
    if (size === undefined)
      throw plainError("BPTT_WASM", `The kernel has no record ${prefix}; expected the kernel of this version`);
    this.#arena = arena;
    this.#size = size;
    this.pointer = arena.allocate(size);
    this.#fields = offsets
      .filter(({ name }) => name !== "SIZE")
      .map(({ name, offset }) => ({ name: name.replace(/_f64$/, ""), offset, isWide: name.endsWith("_f64") }));
  }

  /** Every field is written; the compiler refuses a call that leaves one out. */
  write(values: Fields<Prefix>): void {
    const words = this.#arena.i32(this.pointer, this.#size >> 2);
    const wide = this.#arena.f64(this.pointer, this.#size >> 3);
    const numbers: Readonly<Record<string, number>> = values;
    for (const { name, offset, isWide } of this.#fields) {
      const value = numbers[name] ?? Number.NaN;
      if (isWide) wide[offset >> 3] = value;
      else words[offset >> 2] = value;
    }
  }
}

function offsetOf(value: unknown): number {
  return value instanceof WebAssembly.Global ? Number(value.value) : Number.NaN;
}
