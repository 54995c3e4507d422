import type { Arena, Pointer } from "../kernel/memory.js";
import type { Parameters } from "../parameters.js";
import type { Cell } from "./cells/cell.js";
import type { RecurrentDescription } from "./cells/options.js";
import { Direction } from "./direction.js";
import type { Blocks, Flow, Layer, LayerParameter, Pass, Place, PlacedBatch, StateBlock } from "./layer.js";

/** One layer of a recurrent stack: one direction, or two that write side by side or are added. */
export class RecurrentLayer implements Layer {
  readonly name: string;
  readonly outFeatures: number;
  readonly parameters: readonly LayerParameter[];
  readonly takesDistinct: boolean;
  readonly #inFeatures: number;
  readonly sides: readonly Direction[];
  /** Whether the outputs of two directions are added. */
  readonly #sums: boolean;
  #input: Flow = { values: 0, gradient: 0 };
  #inputRows = 0;
  #output: Flow = { values: 0, gradient: 0 };
  /** What the second direction gives, if it is added. */
  #second: Pointer = 0;
  #rows = 0;

  /** level: the number of the layer in its stack, as in weight_ih_l0. */
  constructor(name: string, level: number, inFeatures: number, cell: Cell, description: RecurrentDescription) {
    const suffixes = description.bidirectional ? [`_l${level}`, `_l${level}_reverse`] : [`_l${level}`];
    this.name = `${name}_l${level}`;
    this.#sums = description.bidirectional && description.merge === "sum";
    this.outFeatures = (this.#sums ? 1 : suffixes.length) * description.hiddenSize;
    this.takesDistinct = cell.takesDistinct ?? true;
    this.#inFeatures = inFeatures;
    this.sides = suffixes.map(
      (suffix, number) => new Direction(name, suffix, number === 1, inFeatures, cell, description),
    );
    this.parameters = this.sides.flatMap((direction) => direction.parameters);
  }

  get directions(): number {
    return this.#sums ? 0 : this.sides.length;
  }

  /** A layer that reads from both ends needs the whole sequence. */
  get carriedValues(): number | undefined {
    return this.sides.length === 1 ? this.sides[0]?.carriedValues : undefined;
  }

  bind(arena: Arena, parameters: Parameters, carried: Pointer): void {
    for (const direction of this.sides) direction.bind(arena, parameters, carried);
  }

  place(blocks: Blocks, placed: PlacedBatch, input: Flow): Flow {
    const bytes = 4 * placed.rows * this.outFeatures;
    const output = { values: blocks.take(bytes), gradient: placed.training ? blocks.take(bytes) : 0 };
    this.#second = this.#sums ? blocks.take(bytes) : 0;
    this.sides.forEach((direction, number) => {
      const values = number === 1 && this.#sums ? this.#second : output.values;
      const side = this.#sums ? 0 : 4 * number * direction.hiddenSize;
      const own = { values: values + side, gradient: output.gradient + side };
      direction.place(blocks, placed, input, own, this.outFeatures);
    });
    this.#input = input;
    this.#output = output;
    this.#rows = placed.rows;
    this.#inputRows = input.distinct?.most ?? placed.rows;
    return output;
  }

  forward(pass: Pass): void {
    for (const direction of this.sides) direction.forward(pass);
    if (this.#sums) pass.kernel.add(this.#output.values, this.#second, this.#rows * this.outFeatures);
  }

  backward(pass: Pass): void {
    if (this.#input.gradient !== 0) pass.kernel.fill(this.#input.gradient, 0, this.#inputRows * this.#inFeatures);
    for (const direction of this.sides) direction.backward(pass);
  }

  get states(): readonly StateBlock[] {
    return this.sides.flatMap((direction) => direction.states);
  }

  findNonFinite(direction: "forward" | "backward"): Place | undefined {
    for (const side of this.sides) {
      const place = side.findNonFinite(direction);
      if (place) return { layer: this.name, ...place };
    }
    return undefined;
  }
}
