import type { Batch } from "../data/batch.js";
import { type Arena, aligned, type Pointer, Zone } from "../kernel/memory.js";
import type { Blocks, Flow, Layer, PlacedBatch } from "./layer.js";

/** The blocks of a whole network for one size of batch. */
export interface PlacedNetwork extends PlacedBatch {
  /** Tokens [N], or features [N, inputSize]. */
  readonly input: Pointer;
  /** What the last layer gives, and its gradient (before the backward pass what the loss keeps there). */
  readonly output: Flow;
  /** Rows of the output: N, or B behind last(). */
  readonly outputRows: number;
  /** What the output should be, one row for each of its rows: labels, or numbers. */
  readonly goals: Pointer;
}

/** Sizes of a batch: B sequences, T steps of the longest, N rows (the sum of the lengths). */
export type BatchShape = Pick<Batch, "size" | "steps" | "rows">;

/** What a network lends to its plan. @internal */
export interface Likeness {
  readonly layers: readonly Layer[];
  /** Those at work. */
  readonly bound: readonly Layer[];
  readonly room: Room;
  /** Bytes of what the network took when it was made, the kernel's own included. */
  readonly made: number;
}

/** The memory in which batches are worked on: planned anew when the size of the batch changes, and as large as the largest needs it. */
export class Room {
  readonly #layers: readonly Layer[];
  readonly #inputSize: number;
  readonly #goalSize: number;
  readonly #zone: Zone;
  readonly #scratch: Pointer;
  readonly #omega: boolean;
  #placed?: PlacedNetwork;

  /** Sizes of one row: inputSize is 1 for tokens, goalSize 1 for labels; omega: whether the backward pass has Pascanu's regulariser. */
  constructor(
    arena: Arena,
    layers: readonly Layer[],
    { inputSize, goalSize, omega }: { readonly inputSize: number; readonly goalSize: number; readonly omega: boolean },
  ) {
    this.#omega = omega;
    this.#layers = layers;
    this.#inputSize = inputSize;
    this.#goalSize = goalSize;
    this.#scratch = arena.allocate(4 * arena.kernel.gemmScratch());
    this.#zone = arena.zone();
  }

  /** The blocks of the last batch, unless there are none any more. */
  get placed(): PlacedNetwork | undefined {
    return this.#placed;
  }

  /** Blocks for this batch: those of the last one if the sizes are the same. */
  place(batch: Batch, training: boolean): PlacedNetwork {
    const last = this.#placed;
    const { size, steps, rows } = batch;
    if (last?.training === training && last.rows === rows && last.steps === steps && last.size === size) return last;
    // measuring places the layers too: until there is memory for this batch, there is none to go back through
    this.#placed = undefined;
    this.#zone.reset(this.#measure(this.#layers, batch, training));
    this.#placed = this.#plan(this.#zone, this.#layers, batch, training);
    return this.#placed;
  }

  /**
   * What the room would be with such a batch, tried in an arena that only counts.
   *
   * @param layers such as these, but bound to that arena: those at work keep their places
   * @returns bytes of the whole room
   */
  tryPlace(arena: Arena, layers: readonly Layer[], shape: BatchShape, training: boolean): number {
    const zone = new Zone(arena, this.#zone);
    zone.reset(this.#measure(layers, shape, training));
    return zone.bytes;
  }

  /** One block in place of the last batch's. */
  take(bytes: number): Pointer {
    this.#placed = undefined;
    this.#zone.reset(aligned(bytes));
    return this.#zone.take(bytes);
  }

  #measure(layers: readonly Layer[], shape: BatchShape, training: boolean): number {
    const measure = new Measure();
    this.#plan(measure, layers, shape, training);
    return measure.bytes;
  }

  #plan(blocks: Blocks, layers: readonly Layer[], { size, steps, rows }: BatchShape, training: boolean): PlacedNetwork {
    const placed = {
      size,
      steps,
      rows,
      training,
      batchSizes: blocks.take(4 * steps),
      sequences: blocks.take(4 * rows),
      times: blocks.take(4 * rows),
      input: blocks.take(4 * rows * this.#inputSize),
      scratch: this.#scratch,
      omega: this.#omega && training,
      distinct: layers.slice(1).find((layer) => !layer.passesThrough?.(training))?.takesDistinct === true,
    };
    let flow: Flow = { values: placed.input, gradient: 0 };
    let seen: PlacedBatch = placed;
    for (const layer of layers) {
      flow = layer.place(blocks, seen, flow);
      seen = layer.behind?.(seen) ?? seen;
    }
    const outputRows = seen.rows;
    const width = layers.at(-1)?.outFeatures ?? 0;
    const gradient = flow.gradient || blocks.take(4 * outputRows * width);
    const goals = blocks.take(4 * outputRows * this.#goalSize);
    return { ...placed, output: { values: flow.values, gradient }, outputRows, goals };
  }
}

/** Adds up what a plan would take. */
class Measure implements Blocks {
  bytes = 0;

  take(bytes: number): Pointer {
    const pointer = this.bytes;
    this.bytes += aligned(bytes);
    return pointer;
  }
}
