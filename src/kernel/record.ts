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
  readonly #fields: ReadonlyMap<string, { readonly offset: number; readonly isWide: boolean }>;

  /** prefix: the first part of the offsets' names, such as "LINEAR". Every field begins as 0. */
  constructor(arena: Arena, prefix: Prefix) {
    const offsets = Object.entries(arena.kernel).flatMap(([name, value]) =>
      name.startsWith(`${prefix}_`) ? [{ name: name.slice(prefix.length + 1), offset: offsetOf(value) }] : [],
    );
    const size = offsets.find(({ name }) => name === "SIZE")?.offset;
    if (size === undefined)
      throw plainError("BPTT_WASM", `The kernel has no record ${prefix}; expected the kernel of this version`);
    this.#arena = arena;
    this.pointer = arena.allocate(size);
    this.#fields = new Map(
      offsets
        .filter(({ name }) => name !== "SIZE")
        .map(({ name, offset }) => [name.replace(/_f64$/, ""), { offset, isWide: name.endsWith("_f64") }]),
    );
  }

  /** Sets these fields; the others stay as they are. */
  write(values: Partial<Fields<Prefix>>): void {
    for (const [name, value] of Object.entries(values)) {
      const field = this.#fields.get(name);
      if (field === undefined || typeof value !== "number") continue;
      if (field.isWide) this.#arena.setF64(this.pointer + field.offset, value);
      else this.#arena.setI32(this.pointer + field.offset, value);
    }
  }

  /** A field of 32 bits. */
  read(name: keyof Fields<Prefix> & string): number {
    return this.#arena.getI32(this.pointer + (this.#fields.get(name)?.offset ?? Number.NaN));
  }
}

function offsetOf(value: unknown): number {
  return value instanceof WebAssembly.Global ? Number(value.value) : Number.NaN;
}
