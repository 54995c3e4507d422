import { knownOptions, positiveInteger } from "../check.js";
import type { Arena, Pointer } from "../kernel/memory.js";
import { ArgumentRecord } from "../kernel/record.js";
import type { Parameters } from "../parameters.js";
import { uniform } from "./initializers.js";
import type { Blocks, Flow, Layer, LayerParameter, Pass, Place, PlacedBatch } from "./layer.js";
import { nonFiniteAt, packedSize } from "./layer.js";

export interface LinearOptions {
  /** Width of the output. */
  readonly outFeatures: number;
}

export interface LinearDescription extends LinearOptions {
  readonly type: "linear";
}

/** y = x W^T + b, PyTorch's nn.Linear: weight [outFeatures, inFeatures], first values uniform in 1 / sqrt(inFeatures). */
export function linear(options: LinearOptions): LinearDescription {
  knownOptions("linear", options, ["outFeatures"]);
  return { type: "linear", outFeatures: positiveInteger("linear: outFeatures", options.outFeatures) };
}

export class LinearLayer implements Layer {
  readonly name: string;
  readonly outFeatures: number;
  readonly parameters: readonly LayerParameter[];
  readonly #inFeatures: number;
  #record?: ArgumentRecord<"LINEAR">;
  #parameters?: Parameters;
  #packedVersion = 0;
  #packedBackVersion = 0;
  #input: Flow = { values: 0, gradient: 0 };
  #output: Flow = { values: 0, gradient: 0 };
  #rows = 0;

  constructor(name: string, inFeatures: number, outFeatures: number) {
    const bound = uniform(1 / Math.sqrt(inFeatures));
    this.name = name;
    this.outFeatures = outFeatures;
    this.#inFeatures = inFeatures;
    this.parameters = [
      { name: `${name}.weight`, shape: [outFeatures, inFeatures], initialize: bound },
      { name: `${name}.bias`, shape: [outFeatures], initialize: bound },
    ];
  }

  bind(arena: Arena, parameters: Parameters): void {
    const { kernel } = arena;
    const [I, O] = [this.#inFeatures, this.outFeatures];
    const place = (name: string) => 4 * parameters.get(`${this.name}.${name}`).offset;
    this.#parameters = parameters;
    this.#record = new ArgumentRecord(arena, "LINEAR");
    this.#record.write({
      I,
      O,
      weight: parameters.values + place("weight"),
      bias: parameters.values + place("bias"),
      dWeight: parameters.gradients + place("weight"),
      dBias: parameters.gradients + place("bias"),
      packed: arena.allocate(4 * packedSize(kernel, I, O)),
      packedBack: arena.allocate(4 * packedSize(kernel, O, I)),
    });
    this.#packedVersion = this.#packedBackVersion = 0;
  }

  place(blocks: Blocks, placed: PlacedBatch, input: Flow): Flow {
    const bytes = 4 * placed.rows * this.outFeatures;
    this.#rows = placed.rows;
    this.#input = input;
    this.#output = { values: blocks.take(bytes), gradient: placed.training ? blocks.take(bytes) : 0 };
    this.#record?.write({
      N: this.#rows,
      x: input.values,
      y: this.#output.values,
      dy: this.#output.gradient,
      dx: input.gradient,
      scratch: placed.scratch,
    });
    return this.#output;
  }

  forward({ kernel }: Pass): void {
    const version = this.#parameters?.version ?? 0;
    if (this.#packedVersion !== version) kernel.linearPack(this.#pointer);
    this.#packedVersion = version;
    kernel.linearForward(this.#pointer);
  }

  backward({ kernel }: Pass): void {
    const version = this.#parameters?.version ?? 0;
    if (this.#input.gradient !== 0) {
      if (this.#packedBackVersion !== version) kernel.linearPackBack(this.#pointer);
      this.#packedBackVersion = version;
      kernel.fill(this.#input.gradient, 0, this.#rows * this.#inFeatures);
    }
    kernel.linearBackward(this.#pointer);
  }

  findNonFinite(direction: "forward" | "backward"): Place | undefined {
    if (this.#parameters === undefined) return undefined;
    const tensor = direction === "forward" ? "y" : "dy";
    const matrix = direction === "forward" ? this.#output.values : this.#output.gradient;
    const at = nonFiniteAt(this.#parameters.arena, matrix, this.#rows, this.outFeatures, "up");
    return at && { layer: this.name, tensor, ...at };
  }

  get #pointer(): Pointer {
    return this.#record?.pointer ?? 0;
  }
}
