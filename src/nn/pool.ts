import { knownOptions, oneOf, rangeError } from "../check.js";
import type { Arena, Pointer } from "../kernel/memory.js";
import type { Blocks, Flow, Layer, LayerParameter, Pass, Place, PlacedBatch } from "./layer.js";

const MODES = ["mean", "max"] as const;

export interface PoolDescription {
  readonly type: "pool";
  readonly mode: "mean" | "max";
}

/**
 * One row for each sequence: the mean, or the largest, of each number over its steps (Keras' GlobalAveragePooling1D and GlobalMaxPooling1D, without
 * padding). It needs whole sequences.
 */
export function pool(mode: PoolDescription["mode"]): PoolDescription {
  return { type: "pool", mode: oneOf("pool: mode", mode, MODES) };
}

/** Throws RangeError, TypeError BPTT_OPTION. */
export function buildPool(name: string, { mode, type: _, ...rest }: PoolDescription, width: number): Layer {
  knownOptions("pool", rest, []);
  return new PoolLayer(name, width, pool(mode).mode);
}

/** Throws RangeError BPTT_OPTION for a layer over time behind one that leaves one row for each sequence. */
export function refuseBehindWhole(name: string, below: readonly Layer[]): void {
  const head = below.find(({ behind }) => behind !== undefined);
  if (head)
    throw rangeError(
      "BPTT_OPTION",
      `network: ${name} stands behind ${head.name}, where one row for each sequence is left; put it before`,
    );
}

class PoolLayer implements Layer {
  readonly name: string;
  readonly outFeatures: number;
  readonly parameters: readonly LayerParameter[] = [];
  /** It knows a sequence when it has seen all of it. */
  readonly carriedValues = undefined;
  readonly #mode: PoolDescription["mode"];
  #arena?: Arena;
  #placed?: PlacedBatch;
  /** [B, H] of "max": which number of the input is the largest. */
  #index: Pointer = 0;
  #input: Flow = { values: 0, gradient: 0 };
  #output: Flow = { values: 0, gradient: 0 };

  constructor(name: string, features: number, mode: PoolDescription["mode"]) {
    this.name = name;
    this.outFeatures = features;
    this.#mode = mode;
  }

  /** B sequences of one step: the rows of step 0 name each sequence once. */
  readonly behind = (placed: PlacedBatch): PlacedBatch => ({ ...placed, rows: placed.size, steps: 1 });

  /** The sequence's last. */
  readonly rowBefore = (sequence: number): number => {
    let first = 0;
    for (let t = 1; t < (this.#placed?.steps ?? 0) && this.#running(t) > sequence; ++t) first += this.#running(t - 1);
    return first + sequence;
  };

  bind(arena: Arena): void {
    this.#arena = arena;
  }

  place(blocks: Blocks, placed: PlacedBatch, input: Flow): Flow {
    const bytes = 4 * placed.size * this.outFeatures;
    this.#placed = placed;
    this.#input = input;
    this.#index = this.#mode === "max" ? blocks.take(bytes) : 0;
    this.#output = { values: blocks.take(bytes), gradient: input.gradient === 0 ? 0 : blocks.take(bytes) };
    return this.#output;
  }

  forward({ kernel }: Pass): void {
    const { steps = 0, size = 0, batchSizes = 0 } = this.#placed ?? {};
    const [y, x, H] = [this.#output.values, this.#input.values, this.outFeatures];
    if (this.#mode === "max") kernel.maxPoolForward(y, this.#index, x, batchSizes, steps, H);
    else kernel.meanPoolForward(y, x, batchSizes, steps, size, H);
  }

  backward({ kernel }: Pass): void {
    const { steps = 0, size = 0, rows = 0, batchSizes = 0 } = this.#placed ?? {};
    const [dy, dx, H] = [this.#output.gradient, this.#input.gradient, this.outFeatures];
    if (dx === 0) return;
    if (this.#mode === "max") kernel.maxPoolBackward(dx, dy, this.#index, rows, size, H);
    else kernel.meanPoolBackward(dx, dy, batchSizes, steps, size, H);
  }

  findNonFinite(): Place | undefined {
    return undefined;
  }

  #running(t: number): number {
    return this.#arena?.getI32((this.#placed?.batchSizes ?? 0) + 4 * t) ?? 0;
  }
}
