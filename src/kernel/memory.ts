import { plainError } from "../check.js";
import type { AnyKernel, Kernel } from "./load.js";

/** A byte address in the kernel's memory. */
export type Pointer = number;

const PAGE = 65536;
/** Bytes that WebAssembly's 32-bit addresses reach. */
export const MEMORY_LIMIT = 2 ** 32;
/** The alignment of every tensor: a cache line. */
const LINE = 64;

/** How many bytes a block takes once it is aligned. */
export const aligned = (bytes: number): number => Math.ceil(bytes / LINE) * LINE;

interface Views {
  readonly words: Int32Array;
  readonly floats: Float32Array;
  readonly doubles: Float64Array;
}

/**
 * The memory of one kernel instance: the only maker of views. Blocks follow each other and live as long as the model. A view dies
 * when the memory grows, so views are made where they are used and never kept.
 */
export class Arena<K extends AnyKernel = Kernel> {
  readonly kernel: K;
  #end: number;
  /** Of the whole memory, until it grows. */
  #whole: Views | undefined;
  /** Blocks that were given back, by their size. */
  readonly #free = new Map<number, Pointer[]>();
  #lent: (() => void)[] | undefined;
  /** Never used: see Ballast. */
  readonly #ballast = new Ballast();

  constructor(kernel: K) {
    this.kernel = kernel;
    this.#end = aligned(kernel.heapBase() >>> 0);
  }

  /** Bytes in use. */
  get bytes(): number {
    return this.#end;
  }

  /** Bytes among them that wait for blocks of their size. */
  get unused(): number {
    return [...this.#free].reduce((sum, [size, blocks]) => sum + size * blocks.length, 0);
  }

  /** From here on counts as the other does at this moment. */
  protected follow(other: Arena<AnyKernel>): void {
    this.#end = other.#end;
    this.#free.clear();
    for (const [size, blocks] of other.#free) this.#free.set(size, [...blocks]);
  }

  /** A block of zeros. Throws Error BPTT_MEMORY when the memory cannot grow; nothing is lost then. */
  allocate(bytes: number): Pointer {
    const size = aligned(bytes);
    const used = this.#free.get(size)?.pop();
    const pointer = used ?? this.#append(size);
    // memory that nobody has had is zero
    if (used !== undefined) this.i32(pointer, size / 4).fill(0);
    this.#lent?.push(() => this.free(pointer, size));
    return pointer;
  }

  /** Gives a block back: a later one of the same size takes its place. @internal */
  free(pointer: Pointer, size: number): void {
    if (size > 0) this.#free.set(size, [...(this.#free.get(size) ?? []), pointer]);
  }

  /** Makes memory for `bytes` in all, without taking any. Throws Error BPTT_MEMORY when it cannot grow; nothing is lost then. */
  reserve(bytes: number): void {
    this.grow(bytes);
  }

  /**
   * What `make` made, and a function that gives the blocks it allocated back: later blocks of the same size take their place. For
   * what lives shorter than the model, such as the moments of an optimiser.
   */
  lend<T>(make: () => T): { readonly made: T; readonly giveBack: () => void } {
    const blocks: (() => void)[] = [];
    this.#lent = blocks;
    try {
      const made = make();
      return { made, giveBack: () => blocks.splice(0).forEach((free) => void free()) };
    } finally {
      this.#lent = undefined;
    }
  }

  /** A block that can be planned anew: see Zone. */
  zone(): Zone {
    return new Zone(this);
  }

  /** Lengthens the last block in place; false if other blocks follow it. @internal */
  extend(pointer: Pointer, bytes: number, capacity: number): boolean {
    if (pointer + capacity !== this.#end) return false;
    this.grow(pointer + aligned(bytes));
    this.#end = pointer + aligned(bytes);
    return true;
  }

  f32(pointer: Pointer, count: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.kernel.memory.buffer as ArrayBuffer, pointer, count);
  }

  f64(pointer: Pointer, count: number): Float64Array<ArrayBuffer> {
    return new Float64Array(this.kernel.memory.buffer as ArrayBuffer, pointer, count);
  }

  i32(pointer: Pointer, count: number): Int32Array<ArrayBuffer> {
    return new Int32Array(this.kernel.memory.buffer as ArrayBuffer, pointer, count);
  }

  /** Copies numbers into a block; like those below it makes no view. */
  writeF32(pointer: Pointer, values: ArrayLike<number>): void {
    this.#views().floats.set(values, pointer >>> 2);
  }

  writeI32(pointer: Pointer, values: ArrayLike<number>): void {
    this.#views().words.set(values, pointer >>> 2);
  }

  readF32(pointer: Pointer, into: Float32Array): void {
    const { floats } = this.#views();
    for (let i = 0, from = pointer >>> 2; i < into.length; ++i, ++from) into[i] = floats[from] ?? Number.NaN;
  }

  /** Copies f32 values from one block to another. */
  copyF32(to: Pointer, from: Pointer, count: number): void {
    this.#views().floats.copyWithin(to >>> 2, from >>> 2, (from >>> 2) + count);
  }

  setI32(pointer: Pointer, value: number): void {
    this.#views().words[pointer >>> 2] = value;
  }

  setF64(pointer: Pointer, value: number): void {
    this.#views().doubles[pointer >>> 3] = value;
  }

  getI32(pointer: Pointer): number {
    return this.#views().words[pointer >>> 2] ?? 0;
  }

  getF64(pointer: Pointer): number {
    return this.#views().doubles[pointer >>> 3] ?? 0;
  }

  #views(): Views {
    const { buffer } = this.kernel.memory;
    if (this.#whole?.words.buffer !== buffer)
      this.#whole = {
        words: new Int32Array(buffer),
        floats: new Float32Array(buffer),
        doubles: new Float64Array(buffer),
      };
    return this.#whole;
  }

  #append(size: number): Pointer {
    const pointer = this.#end;
    this.grow(pointer + size);
    this.#end = pointer + size;
    return pointer;
  }

  /** One line more than asked for: the kernel's last vector of a block may read beyond its end. */
  protected grow(end: number): void {
    const missing = end + LINE - this.kernel.memory.buffer.byteLength;
    if (missing <= 0) return;
    try {
      this.kernel.memory.grow(Math.ceil(missing / PAGE));
    } catch (error) {
      throw plainError(
        "BPTT_MEMORY",
        `The kernel's memory cannot grow to ${mebibytes(end)} MiB (WebAssembly allows ${mebibytes(MEMORY_LIMIT)} at most); ` +
          "use a smaller batchSize, shorter sequences or a smaller network",
        error,
      );
    }
    this.#ballast.follow(this.kernel.memory.buffer.byteLength);
  }
}

/** Smaller memories are not worth it. */
const LIGHT = 2 ** 20;
const HEAVIEST = 2 ** 30;

/**
 * An ArrayBuffer that nobody touches, about as large as a kernel's memory. Some engines (V8 14, measured) do not count WebAssembly's memory when they
 * decide to collect garbage, so that dropped models pile up to gigabytes; they do count this. Pages that were never touched cost no memory.
 */
class Ballast {
  #block: ArrayBuffer | undefined;

  follow(bytes: number): void {
    const wanted = Math.min(bytes, HEAVIEST);
    if (wanted < LIGHT || wanted <= 1.25 * (this.#block?.byteLength ?? 0)) return;
    this.#block = undefined;
    try {
      this.#block = new ArrayBuffer(wanted);
    } catch {
      // only the collector comes later then
    }
  }
}

/** As figures of memory are told. */
export const mebibytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20);

/** A part of the arena whose content lives for one batch and which grows to the largest batch seen. */
export class Zone {
  readonly #arena: Arena<AnyKernel>;
  #pointer: Pointer = 0;
  #capacity = 0;
  #used = 0;

  /** like: a zone whose block is taken over. */
  constructor(arena: Arena<AnyKernel>, like?: Zone) {
    this.#arena = arena;
    if (like === undefined) return;
    this.#pointer = like.#pointer;
    this.#capacity = like.#capacity;
  }

  /** Bytes of its block. */
  get bytes(): number {
    return this.#capacity;
  }

  /** Forgets the content and makes room for `bytes` in all. */
  reset(bytes: number): void {
    this.#used = 0;
    if (aligned(bytes) <= this.#capacity) return;
    if (!(this.#capacity > 0 && this.#arena.extend(this.#pointer, bytes, this.#capacity))) {
      const pointer = this.#arena.allocate(bytes);
      this.#arena.free(this.#pointer, this.#capacity);
      this.#pointer = pointer;
    }
    this.#capacity = aligned(bytes);
  }

  /** The next block; its content is what an earlier batch left there. */
  take(bytes: number): Pointer {
    const pointer = this.#pointer + this.#used;
    this.#used += aligned(bytes);
    if (this.#used > this.#capacity)
      throw plainError("BPTT_MEMORY", `Zone: ${this.#used} bytes taken of ${this.#capacity} planned`);
    return pointer;
  }
}
