import { Arena, type Pointer } from "./memory.js";

/** An arena without memory, which counts what another would take from where it stands: what is written to it goes nowhere. For plans. */
export class DryArena extends Arena {
  readonly #original: Arena;

  constructor(original: Arena) {
    super(original.kernel);
    this.#original = original;
    this.restart();
  }

  /** Forgets what it has counted. */
  restart(): void {
    this.follow(this.#original);
  }

  protected override grow(): void {}

  override f32(_: Pointer, count: number): Float32Array<ArrayBuffer> {
    return new Float32Array(count);
  }

  override f64(_: Pointer, count: number): Float64Array<ArrayBuffer> {
    return new Float64Array(count);
  }

  override i32(_: Pointer, count: number): Int32Array<ArrayBuffer> {
    return new Int32Array(count);
  }

  override writeF32(): void {}
  override writeI32(): void {}
  override readF32(): void {}
  override copyF32(): void {}
  override setI32(): void {}
  override setF64(): void {}
}
