import { finiteNumber, knownOptions, positiveInteger, rangeError, show, typeError } from "../../check.js";
import type { Pointer } from "../../kernel/memory.js";
import { ArgumentRecord } from "../../kernel/record.js";
import { type LabArena, openLab } from "../kernel.js";
import { type Interval, interval, limited, places } from "../surface/grid.js";
import { Work, type WorkOptions, workNames } from "../work.js";

interface InputOptions {
  /** Steps T. Default: as many as there are inputs, 1000 without. */
  readonly seqLen?: number;
  /** x_1 to x_T, finite; zeros follow if they are fewer. Default 1, then zeros. */
  readonly input?: ArrayLike<number>;
}

export interface NeuronOptions extends InputOptions {
  /** The recurrent weight. */
  readonly w: number;
}

/** One run of the linear neuron. What is beyond f64 is Infinity, or NaN where two of them meet. */
export interface NeuronRun {
  readonly w: number;
  /** [T]: the outputs y_1 to y_T, which are the hidden states. */
  readonly y: Float64Array;
  /** dy_T/dw. */
  readonly dw: number;
  /** [T]: dy_T/dh_1 to dy_T/dh_T, the gradient as it travels back through time. */
  readonly dh: Float64Array;
}

/**
 * The lecture's linear neuron, h_t = w h_{t-1} + x_t with h_0 = 0 and y_t = h_t, with the gradient of its last output by backpropagation through time,
 * in f64. With the default input, y_T = w^(T-1) and dy_T/dw = (T-1) w^(T-2): over 1000 steps 20,751.6 and 2.05e7 at w = 1.01, nothing at w = 0.01.
 *
 * @throws TypeError, RangeError BPTT_OPTION; Error BPTT_MEMORY for more steps than fit into memory
 */
export async function linearNeuron(options: NeuronOptions): Promise<NeuronRun> {
  knownOptions("linearNeuron", options, ["w", "seqLen", "input"]);
  const w = finiteNumber("linearNeuron: w", options.w);
  const neuron = new Neuron(await openLab(), inputOf("linearNeuron", options), 1, true);
  neuron.run(Float64Array.of(w, w));
  return { w, y: neuron.outputs(), dw: neuron.gradients()[0] ?? 0, dh: neuron.backThroughTime() };
}

export interface NeuronSweepOptions extends InputOptions, WorkOptions {
  /** From where to where the recurrent weight goes. */
  readonly w: Interval;
  /** How many weights, both ends among them. Default 201. */
  readonly count?: number;
}

/** The linear neuron over a range of weights. */
export interface NeuronSweep {
  /** [count] */
  readonly w: Float64Array;
  /** [count]: y_T at each weight. */
  readonly y: Float64Array;
  /** [count]: dy_T/dw at each weight. */
  readonly dw: Float64Array;
}

/**
 * Last output and gradient of the linear neuron (`linearNeuron`) over a range of recurrent weights: flat below 1, a wall above.
 *
 * @throws TypeError, RangeError BPTT_OPTION; Error BPTT_MEMORY for more steps than fit into memory; the signal's reason
 */
export async function linearNeuronSweep(options: NeuronSweepOptions): Promise<NeuronSweep> {
  knownOptions("linearNeuronSweep", options, ["w", "count", "seqLen", "input", ...workNames]);
  const range = interval("linearNeuronSweep: w", options.w);
  const count = positiveInteger("linearNeuronSweep: count", options.count ?? 201);
  const input = inputOf("linearNeuronSweep", options);
  limited("linearNeuronSweep: count", String(count), count, SECONDS * input.length);
  const work = new Work(options);
  const neuron = new Neuron(await openLab(), input, SIDE_BY_SIDE, false);
  const w = places(range, count);
  const [y, dw] = [new Float64Array(count), new Float64Array(count)];
  const lanes = 2 * SIDE_BY_SIDE;
  for (let at = 0; at < count; at += lanes) {
    const size = Math.min(lanes, count - at);
    neuron.run(Float64Array.from({ length: lanes }, (_, k) => w[at + Math.min(k, size - 1)] ?? 0));
    y.set(neuron.lastOutputs().subarray(0, size), at);
    dw.set(neuron.gradients().subarray(0, size), at);
    await work.rest((at + size) / count);
  }
  return { w, y, dw };
}

/** Vectors of two weights, as many as hide how long one step takes. */
const SIDE_BY_SIDE = 8;
/** That one step of one weight takes, there and back, roughly. */
const SECONDS = 2e-9;

function inputOf(where: string, { seqLen, input }: InputOptions): Float64Array {
  if (input !== undefined && (typeof input !== "object" || input === null || typeof input.length !== "number"))
    throw typeError("BPTT_OPTION", `${where}: input: expected an array of numbers, got ${show(input)}`);
  const given = input === undefined ? [1] : Array.from(input);
  const length = positiveInteger(`${where}: seqLen`, seqLen ?? (input === undefined ? 1000 : given.length));
  if (given.length > length)
    throw rangeError(
      "BPTT_OPTION",
      `${where}: input: ${given.length} values for ${length} steps; give fewer, or a larger seqLen`,
    );
  const x = new Float64Array(length);
  given.forEach((value, t) => {
    x[t] = finiteNumber(`${where}: input[${t}]`, value);
  });
  return x;
}

/** The kernel's linear neuron for 2 * vectors weights at a time. */
class Neuron {
  readonly #arena: LabArena;
  readonly #record: ArgumentRecord<"NEURON">;
  readonly #T: number;
  readonly #lanes: number;
  readonly #w: Pointer;
  readonly #h: Pointer;
  readonly #dh: Pointer;
  readonly #dw: Pointer;

  constructor(arena: LabArena, input: Float64Array, vectors: number, keepsGradients: boolean) {
    const T = input.length;
    const row = 16 * vectors;
    this.#arena = arena;
    this.#record = new ArgumentRecord(arena, "NEURON");
    this.#T = T;
    this.#lanes = 2 * vectors;
    const x = arena.allocate(8 * T);
    this.#w = arena.allocate(row);
    this.#h = arena.allocate(row * T);
    this.#dh = arena.allocate(keepsGradients ? row * T : row);
    this.#dw = arena.allocate(row);
    arena.f64(x, T).set(input);
    const pointers = { x, w: this.#w, h: this.#h, dh: this.#dh, dw: this.#dw };
    this.#record.write({ ...pointers, T, vectors, dhStride: keepsGradients ? row : 0 });
  }

  run(w: Float64Array): void {
    this.#arena.f64(this.#w, this.#lanes).set(w);
    this.#arena.kernel.neuronRun(this.#record.pointer);
  }

  /** [T] of the first weight. */
  outputs(): Float64Array {
    return this.#first(this.#h);
  }

  /** [T] of the first weight. */
  backThroughTime(): Float64Array {
    return this.#first(this.#dh);
  }

  /** [lanes] */
  lastOutputs(): Float64Array {
    return this.#arena.f64(this.#h + 8 * this.#lanes * (this.#T - 1), this.#lanes).slice();
  }

  /** [lanes] */
  gradients(): Float64Array {
    return this.#arena.f64(this.#dw, this.#lanes).slice();
  }

  #first(pointer: Pointer): Float64Array {
    const all = this.#arena.f64(pointer, this.#T * this.#lanes);
    return Float64Array.from({ length: this.#T }, (_, t) => all[t * this.#lanes] ?? 0);
  }
}
