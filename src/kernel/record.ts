import { plainError } from "../check.js";
import { fieldsOf, type RecordFields } from "./fields.js";
import type { AnyKernel, Kernel, LabKernel } from "./load.js";
import type { Arena, Pointer } from "./memory.js";

type Suffix<Prefix extends string> = keyof Kernel | keyof LabKernel extends infer Name
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
  readonly #arena: Arena<AnyKernel>;
  readonly #fields: RecordFields["fields"];

  /** prefix: the first part of the offsets' names, such as "LINEAR". Every field begins as 0. */
  constructor(arena: Arena<AnyKernel>, prefix: Prefix) {
    const found = fieldsOf(arena.kernel, prefix);
    if (found === undefined)
      throw plainError("BPTT_WASM", `The kernel has no record ${prefix}; expected the kernel of this version`);
    this.#arena = arena;
    this.pointer = arena.allocate(found.size);
    this.#fields = found.fields;
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

  /** What a field has now; the kernel may have written it. */
  read(name: keyof Fields<Prefix>): number {
    const field = this.#fields.get(String(name));
    if (field === undefined) throw plainError("BPTT_WASM", `The kernel's record has no field ${String(name)}`);
    const at = this.pointer + field.offset;
    return field.isWide ? this.#arena.getF64(at) : this.#arena.getI32(at);
  }
}
