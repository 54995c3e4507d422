import { instantiateKernel, type Kernel } from "../../src/kernel/load.js";
import { Arena, type Pointer } from "../../src/kernel/memory.js";
import { ArgumentRecord } from "../../src/kernel/record.js";
import { Random } from "../../src/random.js";
import { sameBits } from "./cases.js";

/** Elements behind the end of a guarded block: more than the widest store of the kernel. */
const GUARD = 16;

/** A kernel with its memory and a generator, for tests that call the kernel's door directly. */
export class Scratch {
  readonly kernel: Kernel;
  readonly arena: Arena;
  readonly random: Random;
  readonly #guards: { readonly pointer: Pointer; readonly words: Int32Array }[] = [];

  private constructor(kernel: Kernel, seed: number) {
    this.kernel = kernel;
    this.arena = new Arena(kernel);
    this.random = new Random(seed);
  }

  static async create(seed = 1): Promise<Scratch> {
    return new Scratch(await instantiateKernel(), seed);
  }

  /** A record that lists all of n values: see assembly/optim/rows.ts. */
  whole(n: number): Pointer {
    const record = new ArgumentRecord(this.arena, "ROWS");
    record.write({ n, width: 1, listed: -1 });
    return record.pointer;
  }

  /** Numbers in [-1, 1). */
  values(count: number): Float32Array {
    return Float32Array.from({ length: count }, () => this.random.uniform(-1, 1));
  }

  /** Copies numbers into a new block (a count makes zeros). */
  f32(content: ArrayLike<number> | number): Pointer {
    const count = typeof content === "number" ? content : content.length;
    const pointer = this.arena.allocate(4 * count);
    if (typeof content !== "number") this.arena.f32(pointer, count).set(content);
    return pointer;
  }

  /** As f32, with NaN behind the end: whatever takes it in shows. */
  input(content: ArrayLike<number>): Pointer {
    return this.f32([...Array.from(content), ...new Array<number>(GUARD).fill(Number.NaN)]);
  }

  /** As f32, with a guard behind the end that `unharmed` looks at. */
  output(content: ArrayLike<number> | number): Pointer {
    const values = typeof content === "number" ? new Float32Array(content) : Float32Array.from(content);
    const pointer = this.f32([...values, ...new Array<number>(GUARD).fill(7)]);
    const guard = pointer + 4 * values.length;
    this.#guards.push({ pointer: guard, words: this.arena.i32(guard, GUARD).slice() });
    return pointer;
  }

  /** Nothing was written behind the end of any output. */
  unharmed(what: string): void {
    for (const { pointer, words } of this.#guards) sameBits(this.arena.i32(pointer, GUARD), words, `${what}, guard`);
  }

  i32(content: ArrayLike<number>): Pointer {
    const pointer = this.arena.allocate(4 * content.length);
    this.arena.i32(pointer, content.length).set(content);
    return pointer;
  }

  f64(content: ArrayLike<number>): Pointer {
    const pointer = this.arena.allocate(8 * content.length);
    this.arena.f64(pointer, content.length).set(content);
    return pointer;
  }

  /** A copy of what lies there now. */
  read(pointer: Pointer, count: number): Float32Array {
    return this.arena.f32(pointer, count).slice();
  }
}
