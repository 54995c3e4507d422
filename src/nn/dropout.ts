import { flag, fraction, knownOptions } from "../check.js";
import type { Kernel } from "../kernel/load.js";
import type { Arena, Pointer } from "../kernel/memory.js";
import { mix } from "../random.js";
import type { Blocks, Flow, Layer, LayerParameter, Pass, Place, PlacedBatch } from "./layer.js";

export interface DropoutOptions {
  /** One mask for all steps of a sequence (variational dropout, Gal and Ghahramani 2016). Default false. */
  readonly locked?: boolean;
}

export interface DropoutDescription extends DropoutOptions {
  readonly type: "dropout";
  readonly p: number;
}

/**
 * Sets each value to zero with probability p in training and multiplies the others by 1 / (1 - p) (Srivastava et al. 2014). The mask is a
 * function of seed, step, layer, sequence, time (not if locked) and unit.
 *
 * @param p in [0, 1)
 * @throws RangeError, TypeError BPTT_OPTION
 */
export function dropout(p: number, options: DropoutOptions = {}): DropoutDescription {
  knownOptions("dropout", options, ["locked"]);
  const locked = flag("dropout: locked", options.locked ?? false);
  return { type: "dropout", p: fraction("dropout: p", p), ...(locked && { locked }) };
}

export class DropoutLayer implements Layer {
  readonly name: string;
  readonly outFeatures: number;
  readonly parameters: readonly LayerParameter[] = [];
  readonly #p: number;
  readonly #locked: boolean;
  readonly #number: number;
  #placed?: PlacedBatch;
  #keys: Pointer = 0;
  #input: Flow = { values: 0, gradient: 0 };
  #output: Flow = { values: 0, gradient: 0 };

  /** number: tells the masks of several dropout layers apart. */
  constructor(name: string, features: number, { p, locked = false }: Omit<DropoutDescription, "type">, number: number) {
    this.name = name;
    this.outFeatures = features;
    this.#p = p;
    this.#locked = locked;
    this.#number = number;
  }

  readonly passesThrough = (training: boolean): boolean => !training || this.#p === 0;

  bind(_arena: Arena): void {}

  place(blocks: Blocks, placed: PlacedBatch, input: Flow): Flow {
    this.#placed = placed;
    this.#input = input;
    if (this.passesThrough(placed.training)) {
      this.#output = input;
      return input;
    }
    const bytes = 4 * placed.rows * this.outFeatures;
    this.#keys = blocks.take(4 * placed.rows);
    this.#output = { values: blocks.take(bytes), gradient: input.gradient === 0 ? 0 : blocks.take(bytes) };
    return this.#output;
  }

  forward({ kernel, seed }: Pass): void {
    if (this.#placed === undefined || this.#output === this.#input) return;
    const { rows, sequences, times } = this.#placed;
    kernel.dropoutKeys(this.#keys, sequences, this.#locked ? 0 : times, rows, mix(seed, this.#number) | 0);
    this.#apply(kernel, this.#output.values, this.#input.values);
  }

  backward({ kernel }: Pass): void {
    if (this.#output !== this.#input && this.#input.gradient !== 0)
      this.#apply(kernel, this.#input.gradient, this.#output.gradient);
  }

  findNonFinite(): Place | undefined {
    return undefined;
  }

  #apply(kernel: Kernel, y: Pointer, x: Pointer): void {
    kernel.dropoutApply(y, x, this.#keys, this.#placed?.rows ?? 0, this.outFeatures, this.#p);
  }
}
