import { instantiateKernel, type Kernel } from "../../src/kernel/load.js";
import { Arena, type Pointer } from "../../src/kernel/memory.js";
import { Random } from "../../src/random.js";

/** A kernel with its memory and a generator, for tests that call the kernel's door directly. */
export class Scratch {
  readonly kernel: Kernel;
  readonly arena: Arena;
  readonly random: Random;

  private constructor(kernel: Kernel, seed: number) {
    this.kernel = kernel;
    this.arena = new Arena(kernel);
    this.random = new Random(seed);
  }

  static async create(seed = 1): Promise<Scratch> {
    return new Scratch(await instantiateKernel(), seed);
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

  i32(content: ArrayLike<number>): Pointer {
    const pointer = this.arena.allocate(4 * content.length);
    this.arena.i32(pointer, content.length).set(content);
    return pointer;
  }

  /** A copy of what lies there now. */
  read(pointer: Pointer, count: number): Float32Array {
    return this.arena.f32(pointer, count).slice();
  }
}
