import { knownOptions, positiveInteger } from "../check.js";
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
}

export interface EmbeddingDescription extends EmbeddingOptions {
  readonly type: "embedding";
}

/** A learned row for each token, PyTorch's nn.Embedding: weight [numEmbeddings, embeddingDim], first values normal with deviation 1. */
export function embedding(options: EmbeddingOptions): EmbeddingDescription {
  knownOptions("embedding", options, ["numEmbeddings", "embeddingDim"]);
  return {
    type: "embedding",
    numEmbeddings: positiveInteger("embedding: numEmbeddings", options.numEmbeddings),
    embeddingDim: positiveInteger("embedding: embeddingDim", options.embeddingDim),
  };
}

export class EmbeddingLayer implements Layer {
  readonly name: string;
  readonly outFeatures: number;
  readonly parameters: readonly LayerParameter[];
  #arena?: Arena;
  #table: Pointer = 0;
  #dTable: Pointer = 0;
  #tokens: Pointer = 0;
  #output: Flow = { values: 0, gradient: 0 };
  #rows = 0;

  constructor(name: string, description: EmbeddingDescription) {
    const { numEmbeddings, embeddingDim } = description;
    this.name = name;
    this.outFeatures = embeddingDim;
    this.parameters = [{ name: `${name}.weight`, shape: [numEmbeddings, embeddingDim], initialize: normal(1) }];
  }

  bind(arena: Arena, parameters: Parameters): void {
    const { offset } = parameters.get(`${this.name}.weight`);
    this.#arena = arena;
    this.#table = parameters.values + 4 * offset;
    this.#dTable = parameters.gradients + 4 * offset;
  }

  place(blocks: Blocks, placed: PlacedBatch, input: Flow): Flow {
    const bytes = 4 * placed.rows * this.outFeatures;
    this.#rows = placed.rows;
    this.#tokens = input.values;
    this.#output = { values: blocks.take(bytes), gradient: placed.training ? blocks.take(bytes) : 0 };
    return this.#output;
  }

  forward({ kernel }: Pass): void {
    kernel.embeddingForward(this.#output.values, this.#table, this.#tokens, this.#rows, this.outFeatures);
  }

  backward({ kernel }: Pass): void {
    kernel.embeddingBackward(this.#dTable, this.#output.gradient, this.#tokens, this.#rows, this.outFeatures);
  }

  findNonFinite(direction: "forward" | "backward"): Place | undefined {
    if (this.#arena === undefined) return undefined;
    const tensor = direction === "forward" ? "y" : "dy";
    const matrix = direction === "forward" ? this.#output.values : this.#output.gradient;
    const at = nonFiniteAt(this.#arena, matrix, this.#rows, this.outFeatures, "up");
    return at && { layer: this.name, tensor, ...at };
  }
}
