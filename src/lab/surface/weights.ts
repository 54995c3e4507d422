import type { Pointer } from "../../kernel/memory.js";
import type { Network } from "../../nn/network.js";
import { type Parameters, RowList } from "../../parameters.js";
import type { Plane } from "./directions.js";

/** Numbers of a cache line: where vectors are read at their best. */
const LINE = 16;

/** A direction with the part of the flat block in which it is not zero. */
export interface Way {
  readonly direction: Float64Array;
  readonly from: number;
  readonly end: number;
}

export function wayOf(direction: Float64Array): Way {
  const moves = (value: number) => value !== 0;
  const first = direction.findIndex(moves);
  return { direction, from: first - (first % LINE), end: direction.findLastIndex(moves) + 1 };
}

/**
 * Moves the weights of a network over a plane, by the kernel: in f32, as fl(x * d1) + fl(fl(y * d2) + origin), with x and y in f32 too. So weights depend
 * on the point and not on the way there, and at (0, 0) they are the origin. Takes three blocks of the kernel's memory, to be lent.
 */
export class PlaneWeights {
  readonly #network: Network;
  readonly #origin: Float32Array;
  /** The network's own weights, while they are out of place. */
  readonly #own: Float32Array;
  /** [count]: the weights where x is 0, and y is #row. */
  readonly #base: Pointer;
  readonly #x: PlacedWay;
  readonly #y: PlacedWay;
  #row = Number.NaN;
  /** Whether the network has weights of this row. */
  #isPlaced = false;

  constructor(network: Network, { origin }: Plane, x: Way, y: Way) {
    const { parameters } = network;
    const { arena, count } = parameters;
    this.#network = network;
    this.#origin = origin;
    this.#own = new Float32Array(count);
    this.#base = arena.allocate(4 * count);
    this.#x = new PlacedWay(parameters, x);
    this.#y = new PlacedWay(parameters, y);
  }

  /** Runs work that moves the weights, and puts the network's own back, also when it throws. */
  borrow<T>(work: () => T): T {
    const { parameters } = this.#network;
    this.#own.set(parameters.arena.f32(parameters.values, parameters.count));
    this.#isPlaced = false;
    try {
      return work();
    } finally {
      parameters.restore(this.#own);
      // takes the place of the last batch, whose weights were not these
      this.#network.softmax(new Float32Array(0));
    }
  }

  /** Only within `borrow`. */
  move(x: number, y: number): void {
    const { parameters } = this.#network;
    const { arena, values, count } = parameters;
    if (y !== this.#row) {
      arena.writeF32(this.#base, this.#origin);
      arena.writeF32(values, this.#origin);
      this.#y.step(this.#base, values, y);
    }
    if (y !== this.#row || !this.#isPlaced) arena.copyF32(values, this.#base, count);
    this.#row = y;
    this.#isPlaced = true;
    this.#x.step(values, this.#base, x);
    parameters.touch();
  }
}

class PlacedWay {
  readonly #parameters: Parameters;
  readonly #offset: number;
  readonly #count: number;
  readonly #direction: Pointer;
  readonly #rows: RowList;

  constructor(parameters: Parameters, { direction, from, end }: Way) {
    const { arena } = parameters;
    this.#parameters = parameters;
    this.#offset = 4 * from;
    this.#count = end - from;
    this.#direction = arena.allocate(4 * this.#count);
    arena.writeF32(this.#direction, direction.subarray(from, end));
    // of a block without a table: one pass over all of it
    this.#rows = new RowList(arena, this.#count);
  }

  /** to = from + factor * direction, where the direction is not zero. */
  step(to: Pointer, from: Pointer, factor: number): void {
    const { arena } = this.#parameters;
    const at = to + this.#offset;
    arena.copyF32(at, this.#direction, this.#count);
    arena.kernel.scale(at, factor, this.#count);
    arena.kernel.rowsAccumulate(this.#rows.pointer, at, from + this.#offset);
  }
}
