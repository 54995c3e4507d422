import { flag, knownOptions, positiveInteger } from "../check.js";
import type { Arena, Pointer } from "../kernel/memory.js";
import type { Parameters } from "../parameters.js";
import { normal } from "./initializers.js";
import type { Blocks, Flow, Layer, LayerParameter, Pass, Place, PlacedBatch } from "./layer.js";
import { nonFiniteAt } from "./layer.js";

export interface EmbeddingOptions {
  /** V: how many tokens have a row. */
  readonly numEmbeddings: number;
  /** Width of a row. */
  readonly embeddingDim: number;
  /** Training does not move the rows: for vectors that were trained elsewhere. Default false. */
  readonly frozen?: boolean;
}

export interface EmbeddingDescription extends EmbeddingOptions {
  readonly type: "embedding";
}

/**
 * A learned row for each token, PyTorch's nn.Embedding: weight [numEmbeddings, embeddingDim], first values normal with deviation 1. A frozen one has
 * no gradient; clipping does not count it, and optimisers do not touch it.
 */
export function embedding(options: EmbeddingOptions): EmbeddingDescription {
  knownOptions("embedding", options, ["numEmbeddings", "embeddingDim", "frozen"]);
  return {
    type: "embedding",
    numEmbeddings: positiveInteger("embedding: numEmbeddings", options.numEmbeddings),
    embeddingDim: positiveInteger("embedding: embeddingDim", options.embeddingDim),
    frozen: flag("embedding: frozen", options.frozen ?? false),
  };
}

export class EmbeddingLayer implements Layer {
  readonly name: string;
  readonly outFeatures: number;
  readonly parameters: readonly LayerParameter[];
  readonly #numEmbeddings: number;
  readonly #frozen: boolean;
  #arena?: Arena;
  #rowList: Pointer = 0;
  #table: Pointer = 0;
  #dTable: Pointer = 0;
  /** [V] zeros, for the kernel's use. */
  #seen: Pointer = 0;
  #input: Pointer = 0;
  /** The tokens whose rows are given: all N, or the U distinct ones. */
  #tokens: Pointer = 0;
  #output: Flow = { values: 0, gradient: 0 };
  #rows = 0;
  #given = 0;

  constructor(name: string, description: EmbeddingDescription) {
    const { numEmbeddings, embeddingDim, frozen = false } = description;
    this.name = name;
    this.outFeatures = embeddingDim;
    this.parameters = [{ name: `${name}.weight`, shape: [numEmbeddings, embeddingDim], initialize: normal(1), frozen }];
    this.#numEmbeddings = numEmbeddings;
    this.#frozen = frozen;
  }

  bind(arena: Arena, parameters: Parameters): void {
    const { offset } = parameters.get(`${this.name}.weight`);
    parameters.trackRows(`${this.name}.weight`);
    this.#arena = arena;
    this.#rowList = parameters.rows.pointer;
    this.#table = parameters.values + 4 * offset;
    this.#dTable = parameters.gradients + 4 * offset;
    this.#seen = arena.allocate(4 * this.#numEmbeddings);
  }

  place(blocks: Blocks, { rows, training, distinct }: PlacedBatch, input: Flow): Flow {
    const most = distinct ? Math.min(rows, this.#numEmbeddings) : rows;
    const bytes = 4 * most * this.outFeatures;
    this.#rows = rows;
    this.#input = input.values;
    this.#tokens = distinct ? blocks.take(4 * most) : input.values;
    this.#output = {
      values: blocks.take(bytes),
      // no gradient to write to: the layers above leave theirs of the input out
      gradient: training && !this.#frozen ? blocks.take(bytes) : 0,
      ...(distinct && { distinct: { index: blocks.take(4 * rows), count: blocks.take(4), most } }),
    };
    return this.#output;
  }

  forward({ kernel }: Pass): void {
    const { values, distinct } = this.#output;
    this.#given = this.#rows;
    if (distinct) {
      this.#given = kernel.distinctTokens(this.#tokens, distinct.index, this.#input, this.#rows, this.#seen);
      this.#arena?.setI32(distinct.count, this.#given);
    }
    kernel.embeddingForward(values, this.#table, this.#tokens, this.#given, this.outFeatures);
  }

  backward({ kernel }: Pass): void {
    if (this.#frozen) return;
    kernel.rowsAdd(this.#rowList, this.#tokens, this.#given);
    kernel.embeddingBackward(this.#dTable, this.#output.gradient, this.#tokens, this.#given, this.outFeatures);
  }

  findNonFinite(direction: "forward" | "backward"): Place | undefined {
    if (this.#arena === undefined) return undefined;
    const tensor = direction === "forward" ? "y" : "dy";
    const { values, gradient, distinct } = this.#output;
    const matrix = direction === "forward" ? values : gradient;
    const at = nonFiniteAt(this.#arena, matrix, this.#given, this.outFeatures, "up");
    if (at === undefined) return undefined;
    const row = distinct ? this.#arena.i32(distinct.index, this.#rows).indexOf(at.row) : at.row;
    return { layer: this.name, tensor, row, unit: at.unit };
  }
}
