import { knownOptions, rangeError } from "../check.js";
import type { Arena, Pointer } from "../kernel/memory.js";
import { cellKinds } from "./cells.js";
import { DropoutLayer } from "./dropout.js";
import type { Blocks, Flow, Layer, LayerParameter, Pass, Place, PlacedBatch } from "./layer.js";

export interface LastDescription {
  readonly type: "last";
}

/**
 * One row for each sequence, what the recurrent layer below knows at its end: of a forward direction the output of the last step, of a reverse
 * direction that of the first step, side by side (Keras' Bidirectional with return_sequences=False). Dropout may stand between. A stream,
 * which does not know its end, gives after each step what it would give if that were the last.
 */
export function last(): LastDescription {
  return { type: "last" };
}

/** below: the layers that stand before it. Throws RangeError, TypeError BPTT_OPTION. */
export function buildLast(name: string, description: LastDescription, below: readonly Layer[]): Layer {
  knownOptions("last", description, ["type"]);
  const recurrent = below.findLast((layer) => !(layer instanceof DropoutLayer));
  if (recurrent?.directions === undefined)
    throw rangeError(
      "BPTT_OPTION",
      `network: ${name}: expected a recurrent layer below (dropout may stand between), got ${recurrent?.name ?? "none"}; put it behind ${Object.keys(cellKinds).join(", ")}`,
    );
  if (recurrent.directions === 0)
    throw rangeError(
      "BPTT_OPTION",
      `network: ${name}: ${recurrent.name} adds its directions, so their ends cannot be told apart; use merge: "concat"`,
    );
  return new LastLayer(name, recurrent.outFeatures, recurrent.directions);
}

class LastLayer implements Layer {
  readonly name: string;
  readonly outFeatures: number;
  readonly parameters: readonly LayerParameter[] = [];
  /** D: how many directions lie side by side in a row; each is copied by itself. */
  readonly #directions: number;
  #arena?: Arena;
  #placed?: PlacedBatch;
  /** [B, D] which of the N * D outputs of the directions below are taken. */
  #index: Pointer = 0;
  #input: Flow = { values: 0, gradient: 0 };
  #output: Flow = { values: 0, gradient: 0 };

  constructor(name: string, features: number, directions: number) {
    this.name = name;
    this.outFeatures = features;
    this.#directions = directions;
  }

  /** B sequences of one step: the rows of step 0 name each sequence once. */
  readonly behind = (placed: PlacedBatch): PlacedBatch => ({ ...placed, rows: placed.size, steps: 1 });

  readonly rowBefore = (row: number): number => {
    const D = this.#directions;
    return Math.floor((this.#arena?.getI32(this.#index + 4 * D * row) ?? 0) / D);
  };

  bind(arena: Arena): void {
    this.#arena = arena;
  }

  place(blocks: Blocks, placed: PlacedBatch, input: Flow): Flow {
    const bytes = 4 * placed.size * this.outFeatures;
    this.#placed = placed;
    this.#input = input;
    this.#index = blocks.take(4 * placed.size * this.#directions);
    this.#output = { values: blocks.take(bytes), gradient: input.gradient === 0 ? 0 : blocks.take(bytes) };
    return this.#output;
  }

  // rows of a table are picked and added to as an embedding's are

  forward({ kernel }: Pass): void {
    this.#findEnds();
    kernel.embeddingForward(this.#output.values, this.#input.values, this.#index, this.#count, this.#width);
  }

  backward({ kernel }: Pass): void {
    if (this.#input.gradient === 0) return;
    kernel.fill(this.#input.gradient, 0, (this.#placed?.rows ?? 0) * this.outFeatures);
    kernel.embeddingBackward(this.#input.gradient, this.#output.gradient, this.#index, this.#count, this.#width);
  }

  findNonFinite(): Place | undefined {
    return undefined;
  }

  /** The sequences that run at step t and no longer at the next one end there. */
  #findEnds(): void {
    const [arena, placed, D] = [this.#arena, this.#placed, this.#directions];
    if (arena === undefined || placed === undefined) return;
    let row = 0;
    for (let t = 0; t < placed.steps; ++t) {
      const running = arena.getI32(placed.batchSizes + 4 * t);
      const on = t + 1 < placed.steps ? arena.getI32(placed.batchSizes + 4 * (t + 1)) : 0;
      for (let b = on; b < running; ++b) arena.setI32(this.#index + 4 * D * b, D * (row + b));
      row += running;
    }
    for (let d = 1; d < D; ++d)
      for (let b = 0; b < placed.size; ++b) arena.setI32(this.#index + 4 * (D * b + d), D * b + d);
  }

  get #count(): number {
    return (this.#placed?.size ?? 0) * this.#directions;
  }

  get #width(): number {
    return this.outFeatures / this.#directions;
  }
}
