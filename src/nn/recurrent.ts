import type { Kernel } from "../kernel/load.js";
import type { Arena, Pointer } from "../kernel/memory.js";
import { ArgumentRecord } from "../kernel/record.js";
import type { Parameters } from "../parameters.js";
import type { Cell, CellParameter } from "./cells/cell.js";
import type { RecurrentDescription } from "./cells/options.js";
import { glorot, identity, masked, orthogonal, uniform } from "./initializers.js";
import type { Blocks, Flow, Initializer, Layer, LayerParameter, Pass, Place, PlacedBatch } from "./layer.js";
import { nonFiniteAt } from "./layer.js";

/** One layer of a recurrent stack: one direction, or two that write side by side. */
export class RecurrentLayer implements Layer {
  readonly name: string;
  readonly outFeatures: number;
  readonly parameters: readonly LayerParameter[];
  readonly takesDistinct: boolean;
  readonly #inFeatures: number;
  readonly #directions: readonly Direction[];
  #input: Flow = { values: 0, gradient: 0 };
  #inputRows = 0;

  /** level: the number of the layer in its stack, as in weight_ih_l0. */
  constructor(name: string, level: number, inFeatures: number, cell: Cell, description: RecurrentDescription) {
    const suffixes = description.bidirectional ? [`_l${level}`, `_l${level}_reverse`] : [`_l${level}`];
    this.name = `${name}_l${level}`;
    this.outFeatures = suffixes.length * description.hiddenSize;
    this.takesDistinct = cell.takesDistinct ?? true;
    this.#inFeatures = inFeatures;
    this.#directions = suffixes.map(
      (suffix, number) => new Direction(name, suffix, number, inFeatures, suffixes.length, cell, description),
    );
    this.parameters = this.#directions.flatMap((direction) => direction.parameters);
  }

  get directions(): number {
    return this.#directions.length;
  }

  /** A layer that reads from both ends needs the whole sequence. */
  get carriedValues(): number | undefined {
    return this.#directions.length === 1 ? this.#directions[0]?.carriedValues : undefined;
  }

  bind(arena: Arena, parameters: Parameters, carried: Pointer): void {
    for (const direction of this.#directions) direction.bind(arena, parameters, carried);
  }

  place(blocks: Blocks, placed: PlacedBatch, input: Flow): Flow {
    const bytes = 4 * placed.rows * this.outFeatures;
    const output = { values: blocks.take(bytes), gradient: placed.training ? blocks.take(bytes) : 0 };
    for (const direction of this.#directions) direction.place(blocks, placed, input, output);
    this.#input = input;
    this.#inputRows = input.distinct?.most ?? placed.rows;
    return output;
  }

  forward(pass: Pass): void {
    for (const direction of this.#directions) direction.forward(pass);
  }

  backward(pass: Pass): void {
    if (this.#input.gradient !== 0) pass.kernel.fill(this.#input.gradient, 0, this.#inputRows * this.#inFeatures);
    for (const direction of this.#directions) direction.backward(pass);
  }

  findNonFinite(direction: "forward" | "backward"): Place | undefined {
    for (const side of this.#directions) {
      const place = side.findNonFinite(direction);
      if (place) return { layer: this.name, ...place };
    }
    return undefined;
  }
}

/** One direction: the kernel's recurrent walk with one cell. */
class Direction {
  readonly parameters: readonly LayerParameter[];
  readonly #name: (parameter: string) => string;
  readonly #number: number;
  readonly #count: number;
  readonly #inFeatures: number;
  readonly #hiddenSize: number;
  readonly #cell: Cell;
  #parameters?: Parameters;
  #record?: ArgumentRecord<"RECURRENT">;
  #gates: Pointer = 0;
  #state: Pointer = 0;
  /** Room for the states that a stream hands on, and where the states of this pass begin: there, or 0. */
  #carried: Pointer = 0;
  #initial: Pointer = 0;
  #rows = 0;
  #packedVersion = 0;
  #packedBackVersion = 0;

  constructor(
    name: string,
    suffix: string,
    number: number,
    inFeatures: number,
    count: number,
    cell: Cell,
    { hiddenSize, inputInit, recurrentInit }: RecurrentDescription,
  ) {
    const width = cell.gates.length * hiddenSize;
    const bound = uniform(1 / Math.sqrt(hiddenSize));
    const initializers: Readonly<Record<string, Initializer>> = {
      uniform: bound,
      glorot: glorot(cell.gates.length),
      orthogonal,
      identity,
    };
    this.#name = (parameter) => `${name}.${parameter}${suffix}`;
    this.#number = number;
    this.#count = count;
    this.#inFeatures = inFeatures;
    this.#hiddenSize = hiddenSize;
    this.#cell = cell;
    const own = cell.initializers ?? {};
    const weightHh = own.weight_hh ?? initializers[recurrentInit] ?? bound;
    const declared: readonly (readonly [CellParameter, readonly number[], Initializer])[] = [
      ["weight_ih", [width, inFeatures], own.weight_ih ?? initializers[inputInit] ?? bound],
      ["weight_hh", [width, hiddenSize], cell.usesRecurrent ? masked(weightHh, cell.usesRecurrent) : weightHh],
      ["bias_ih", [width], own.bias_ih ?? bound],
      ["bias_hh", [width], own.bias_hh ?? bound],
    ];
    this.parameters = declared.map(([parameter, shape, initialize]) => ({
      name: this.#name(parameter),
      shape,
      initialize,
    }));
  }

  get carriedValues(): number {
    return this.#cell.states.length * this.#hiddenSize;
  }

  bind(arena: Arena, parameters: Parameters, carried: Pointer): void {
    const { kernel } = arena;
    this.#carried = carried;
    const [I, H, G, { apart }] = [this.#inFeatures, this.#hiddenSize, this.#cell.gates.length, this.#cell];
    const { options = [], groups = 1 } = this.#cell;
    const at = (block: Pointer, name: string) => block + 4 * parameters.get(this.#name(name)).offset;
    const packed = (K: number, width: number) => groups * kernel.packedSize(K, width / groups);
    const packedBack = (width: number, columns: number) => groups * kernel.packedSize(width / groups, columns);
    const own = arena.allocate(8 * options.length);
    arena.f64(own, options.length).set(options);
    this.#parameters = parameters;
    this.#record = new ArgumentRecord(arena, "RECURRENT");
    this.#record.write({
      I,
      H,
      G,
      S: this.#cell.states.length,
      joined: G - apart,
      reverse: this.#number,
      weightIh: at(parameters.values, "weight_ih"),
      weightHh: at(parameters.values, "weight_hh"),
      biasIh: at(parameters.values, "bias_ih"),
      biasHh: at(parameters.values, "bias_hh"),
      dWeightIh: at(parameters.gradients, "weight_ih"),
      dWeightHh: at(parameters.gradients, "weight_hh"),
      dBiasIh: at(parameters.gradients, "bias_ih"),
      dBiasHh: at(parameters.gradients, "bias_hh"),
      options: own,
      packedIh: arena.allocate(4 * packed(I, G * H)),
      packedHh: arena.allocate(4 * (packed(H, (G - apart) * H) + apart * kernel.packedSize(H, H))),
      bias: arena.allocate(4 * G * H),
      packedIhBack: arena.allocate(4 * packedBack(G * H, I)),
      packedHhBack: arena.allocate(4 * (packedBack((G - apart) * H, H) + apart * kernel.packedSize(H, H))),
    });
    this.#packedVersion = this.#packedBackVersion = 0;
  }

  place(blocks: Blocks, placed: PlacedBatch, input: Flow, output: Flow): void {
    const { size: B, steps: T, rows: N } = placed;
    const [H, G, S] = [this.#hiddenSize, this.#cell.gates.length, this.#cell.states.length];
    const side = 4 * H * this.#number;
    this.#rows = N;
    this.#gates = blocks.take(4 * N * G * H);
    this.#state = blocks.take(4 * S * B * H);
    this.#initial = 0;
    this.#record?.write({
      T,
      B,
      N,
      ldy: this.#count * H,
      batchSizes: placed.batchSizes,
      x: input.values,
      index: input.distinct?.index ?? 0,
      distinct: input.distinct?.count ?? 0,
      projections: input.distinct ? blocks.take(4 * input.distinct.most * G * H) : 0,
      y: output.values + side,
      gates: this.#gates,
      hPrev: blocks.take(4 * N * H),
      saved: blocks.take(4 * N * H * this.#cell.saved),
      work: blocks.take(4 * B * H * this.#cell.work),
      state: this.#state,
      initial: 0,
      dy: output.gradient + side,
      dx: input.gradient,
      dState: placed.training ? blocks.take(4 * S * B * H) : 0,
      dFinal: 0,
      scratch: placed.scratch,
    });
  }

  forward({ kernel, carried }: Pass): void {
    const version = this.#parameters?.version ?? 0;
    if (this.#packedVersion !== version) (this.#cell.pack ?? packAll)(kernel, this.#pointer);
    this.#packedVersion = version;
    const initial = carried === "next" ? this.#carried : 0;
    if (this.#initial !== initial) this.#record?.write({ initial });
    this.#initial = initial;
    this.#cell.forward(kernel, this.#pointer);
    if (carried) this.#parameters?.arena.copyF32(this.#carried, this.#state, this.carriedValues);
  }

  backward({ kernel }: Pass): void {
    const version = this.#parameters?.version ?? 0;
    if (this.#packedBackVersion !== version) (this.#cell.packBack ?? packAllBack)(kernel, this.#pointer);
    this.#packedBackVersion = version;
    this.#cell.backward(kernel, this.#pointer);
  }

  /** The gates hold activations after the forward pass and their gradients after the backward pass. */
  findNonFinite(direction: "forward" | "backward"): Omit<Place, "layer"> | undefined {
    if (this.#parameters === undefined) return undefined;
    const order = (direction === "backward") === (this.#number === 0) ? "down" : "up";
    const width = this.#cell.gates.length * this.#hiddenSize;
    const at = nonFiniteAt(this.#parameters.arena, this.#gates, this.#rows, width, order);
    if (at === undefined) return undefined;
    const gate = this.#cell.gates[Math.floor(at.unit / this.#hiddenSize)];
    const tensor = `${direction === "backward" ? "dGates" : "gates"}${this.#number === 0 ? "" : " (reverse)"}`;
    return { tensor, ...(gate !== undefined && { gate }), row: at.row, unit: at.unit % this.#hiddenSize };
  }

  get #pointer(): Pointer {
    return this.#record?.pointer ?? 0;
  }
}

const packAll = (kernel: Kernel, record: Pointer): void => kernel.recurrentPack(record);
const packAllBack = (kernel: Kernel, record: Pointer): void => kernel.recurrentPackBack(record);
