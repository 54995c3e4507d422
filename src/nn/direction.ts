import type { Kernel } from "../kernel/load.js";
import type { Arena, Pointer } from "../kernel/memory.js";
import { ArgumentRecord } from "../kernel/record.js";
import type { Parameters } from "../parameters.js";
import type { Cell, CellParameter } from "./cells/cell.js";
import type { RecurrentDescription } from "./cells/options.js";
import { constant, glorot, identity, masked, orthogonal, uniform } from "./initializers.js";
import type {
  Blocks,
  Descent,
  Flow,
  Initializer,
  LayerParameter,
  Pass,
  Place,
  PlacedBatch,
  StateBlock,
} from "./layer.js";
import { nonFiniteAt, packedSize } from "./layer.js";

/** A state that counts steps: its first value alone says something, and nobody learns it. */
export const CLOCK = "clock";

/** One direction: the kernel's recurrent walk with one cell. */
export class Direction {
  readonly parameters: readonly LayerParameter[];
  readonly #name: (parameter: string) => string;
  readonly hiddenSize: number;
  readonly #isReverse: boolean;
  readonly #inFeatures: number;
  readonly cell: Cell;
  /** States that the layer learns the first values of. */
  readonly #learned: readonly string[];
  #parameters?: Parameters;
  record?: ArgumentRecord<"RECURRENT">;
  #gates: Pointer = 0;
  #state: Pointer = 0;
  /** [S, B, H] each: where this batch begins, if its states are given or learned, and the gradient of that. */
  #first: Pointer = 0;
  #dState: Pointer = 0;
  #sequences = 0;
  /** Room for the states that a stream hands on, and where the states of this pass begin: there, or 0. */
  #carried: Pointer = 0;
  #initial: Pointer = 0;
  #rows = 0;
  #packedVersion = 0;
  #descent: Descent | undefined;
  #packedBackVersion = 0;

  constructor(
    name: string,
    suffix: string,
    isReverse: boolean,
    inFeatures: number,
    cell: Cell,
    { hiddenSize, inputInit, recurrentInit, initialStates }: RecurrentDescription,
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
    this.#isReverse = isReverse;
    this.#inFeatures = inFeatures;
    this.hiddenSize = hiddenSize;
    this.cell = cell;
    const own = cell.initializers ?? {};
    const weightHh = own.weight_hh ?? initializers[recurrentInit] ?? bound;
    this.#learned = initialStates === "learned" ? cell.states.filter((state) => state !== CLOCK) : [];
    const declared: readonly (readonly [CellParameter | `${string}0`, readonly number[], Initializer])[] = [
      ["weight_ih", [width, inFeatures], own.weight_ih ?? initializers[inputInit] ?? bound],
      ["weight_hh", [width, hiddenSize], cell.usesRecurrent ? masked(weightHh, cell.usesRecurrent) : weightHh],
      ["bias_ih", [width], own.bias_ih ?? bound],
      ["bias_hh", [width], own.bias_hh ?? bound],
      ...this.#learned.map((state) => [`${state}0`, [hiddenSize], constant(0)] as const),
    ];
    this.parameters = declared.map(([parameter, shape, initialize]) => ({
      name: this.#name(parameter),
      shape,
      initialize,
    }));
  }

  get carriedValues(): number {
    return this.cell.states.length * this.hiddenSize;
  }

  bind(arena: Arena, parameters: Parameters, carried: Pointer): void {
    const { kernel } = arena;
    this.#carried = carried;
    const [I, H, G, { apart }] = [this.#inFeatures, this.hiddenSize, this.cell.gates.length, this.cell];
    const { options = [], groups = 1 } = this.cell;
    const at = (block: Pointer, name: string) => block + 4 * parameters.get(this.#name(name)).offset;
    const packed = (K: number, width: number) => groups * packedSize(kernel, K, width / groups);
    const packedBack = (width: number, columns: number) => groups * packedSize(kernel, width / groups, columns);
    const own = arena.allocate(8 * options.length);
    arena.f64(own, options.length).set(options);
    this.#parameters = parameters;
    this.record = new ArgumentRecord(arena, "RECURRENT");
    this.record.write({
      I,
      H,
      G,
      S: this.cell.states.length,
      joined: G - apart,
      reverse: this.#isReverse ? 1 : 0,
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
      packedHh: arena.allocate(4 * (packed(H, (G - apart) * H) + apart * packedSize(kernel, H, H))),
      bias: arena.allocate(4 * G * H),
      packedIhBack: arena.allocate(4 * packedBack(G * H, I)),
      packedHhBack: arena.allocate(4 * (packedBack((G - apart) * H, H) + apart * packedSize(kernel, H, H))),
    });
    this.#packedVersion = this.#packedBackVersion = 0;
  }

  /** output: where this direction writes; ldy: elements from one row of it to the next. */
  place(blocks: Blocks, placed: PlacedBatch, input: Flow, output: Flow, ldy: number): void {
    const { size: B, steps: T, rows: N } = placed;
    const [H, G, S] = [this.hiddenSize, this.cell.gates.length, this.cell.states.length];
    this.#rows = N;
    this.#sequences = B;
    this.#gates = blocks.take(4 * N * G * H);
    this.#state = blocks.take(4 * S * B * H);
    this.#first = blocks.take(4 * S * B * H);
    this.#dState = placed.training ? blocks.take(4 * S * B * H) : 0;
    this.#initial = 0;
    this.record?.write({
      T,
      B,
      N,
      ldy,
      batchSizes: placed.batchSizes,
      x: input.values,
      index: input.distinct?.index ?? 0,
      distinct: input.distinct?.count ?? 0,
      projections: input.distinct ? blocks.take(4 * input.distinct.most * G * H) : 0,
      y: output.values,
      gates: this.#gates,
      hPrev: blocks.take(4 * N * H),
      saved: blocks.take(4 * N * H * this.cell.saved),
      work: blocks.take(4 * B * H * this.cell.work),
      state: this.#state,
      initial: 0,
      dy: output.gradient,
      dx: input.gradient,
      dState: this.#dState,
      dFinal: 0,
      omega: placed.omega && this.cell.omega ? blocks.take(4 * N * H) : 0,
      scratch: placed.scratch,
    });
  }

  /** The states of the last pass, and where the next one's may be put. */
  get states(): readonly StateBlock[] {
    const bytes = 4 * this.#sequences * this.hiddenSize;
    return this.cell.states.map((state, number) => ({
      name: this.#name(state),
      size: this.hiddenSize,
      width: state === CLOCK ? 1 : this.hiddenSize,
      initial: this.#first + number * bytes,
      newest: this.#state + number * bytes,
      isLearned: this.#learned.length > 0,
    }));
  }

  forward({ kernel, carried, hasStates }: Pass): void {
    const version = this.#parameters?.version ?? 0;
    if (this.#packedVersion !== version) (this.cell.pack ?? packAll)(kernel, this.#pointer);
    this.#packedVersion = version;
    const isLearned = this.#learned.length > 0 && carried !== "next";
    if (isLearned) this.#begin(kernel);
    const first = isLearned || hasStates ? this.#first : 0;
    const initial = carried === "next" ? this.#carried : first;
    if (this.#initial !== initial) this.record?.write({ initial });
    this.#initial = initial;
    this.cell.forward(kernel, this.#pointer);
    if (carried) this.#parameters?.arena.copyF32(this.#carried, this.#state, this.carriedValues);
  }

  /** The learned states, the same for every sequence. */
  #begin(kernel: Kernel): void {
    const [B, H] = [this.#sequences, this.hiddenSize];
    kernel.fill(this.#first, 0, this.cell.states.length * B * H);
    this.#learned.forEach((state, number) => {
      const { values, offset } = this.#parameter(`${state}0`);
      kernel.broadcastRow(this.#first + 4 * number * B * H, values + 4 * offset, B, H, H);
    });
  }

  backward({ kernel, descent }: Pass): void {
    const version = this.#parameters?.version ?? 0;
    if (this.#packedBackVersion !== version) (this.cell.packBack ?? packAllBack)(kernel, this.#pointer);
    this.#packedBackVersion = version;
    this.#descend(descent);
    this.cell.backward(kernel, this.#pointer);
    const [B, H] = [this.#sequences, this.hiddenSize];
    this.#learned.forEach((state, number) => {
      const { gradients, offset } = this.#parameter(`${state}0`);
      kernel.columnSums(gradients + 4 * offset, this.#dState + 4 * number * B * H, B, H, H);
    });
  }

  /** Writes only what is new: most steps are like the last. */
  #descend(descent: Descent | undefined): void {
    if (descent === undefined) return;
    const { stepNorm, omegaFactor, clippedSteps, omegaSum } = descent;
    const last = this.#descent;
    if (last?.stepNorm !== stepNorm || last.omegaFactor !== omegaFactor)
      this.record?.write({ stepNorm, omegaFactor, clippedSteps, omegaSum });
    this.#descent = descent;
  }

  #parameter(name: string) {
    const { values, gradients } = this.#parameters as Parameters;
    return { values, gradients, offset: (this.#parameters as Parameters).get(this.#name(name)).offset };
  }

  /** The gates hold activations after the forward pass and their gradients after the backward pass. */
  findNonFinite(direction: "forward" | "backward"): Omit<Place, "layer"> | undefined {
    if (this.#parameters === undefined) return undefined;
    const order = (direction === "backward") === !this.#isReverse ? "down" : "up";
    const width = this.cell.gates.length * this.hiddenSize;
    const at = nonFiniteAt(this.#parameters.arena, this.#gates, this.#rows, width, order);
    if (at === undefined) return undefined;
    const gate = this.cell.gates[Math.floor(at.unit / this.hiddenSize)];
    const tensor = `${direction === "backward" ? "dGates" : "gates"}${this.#isReverse ? " (reverse)" : ""}`;
    return { tensor, ...(gate !== undefined && { gate }), row: at.row, unit: at.unit % this.hiddenSize };
  }

  get #pointer(): Pointer {
    return this.record?.pointer ?? 0;
  }
}

const packAll = (kernel: Kernel, record: Pointer): void => kernel.recurrentPack(record);
const packAllBack = (kernel: Kernel, record: Pointer): void => kernel.recurrentPackBack(record);
