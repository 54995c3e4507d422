import { knownOptions, oneOf, rangeError, show, typeError } from "../../check.js";
import { type Batch, packMembers, type Sequence } from "../../data/batch.js";
import { embedding } from "../../nn/embedding.js";
import type { LayerDescription } from "../../nn/layers.js";
import { Network } from "../../nn/network.js";

export interface ConnectivityOptions {
  /** What is derived: the network's output of the class before softmax (default), or its probability behind it. */
  readonly of?: "logit" | "probability";
  /**
   * Number of the class, the same at every step or one for each row of output. Default: the most probable one at each step; with the loss "mse" output 0.
   */
  readonly classes?: number | readonly number[];
}

/** How strongly each step of the input moves the output at each step. */
export interface Connectivity {
  /** The class at each row of output. */
  readonly classes: readonly number[];
  /** What was derived there: its logit, or its probability. */
  readonly values: readonly number[];
  /**
   * [T][T] row t, column s: ||d(output_t)/d(x_s)||, the Euclidean norm of the gradient of the class's logit (or probability) at step t by the input of step
   * s: by its embedding vector, or its features. Zero for s > t where all layers read forwards. One row for a network with last().
   */
  readonly matrix: readonly (readonly number[])[];
}

/** Rows of a batch at most, unless one sequence has more. */
const ROWS = 4096;

/**
 * How strongly each input moves each output: the figure of Madsen, "Visualizing memorization in RNNs" (Distill, 2019), by gradients of logits. Dropout is off. A
 * copy of the network computes it, so the network stays as it is. T backward passes of T steps, in batches.
 *
 * @param sequence tokens, or features with length; what it is to teach is not looked at
 * @throws RangeError, TypeError BPTT_OPTION, BPTT_DATA; Error BPTT_MEMORY
 */
export async function networkConnectivity(
  network: Network,
  sequence: Sequence,
  options: ConnectivityOptions = {},
): Promise<Connectivity> {
  knownOptions("connectivity", options, ["of", "classes"]);
  const of = oneOf("connectivity: of", options.of ?? "logit", ["logit", "probability"]);
  const isNumbers = network.options.loss === "mse";
  if (isNumbers && of === "probability")
    throw rangeError(
      "BPTT_OPTION",
      'connectivity: of: a network with the loss "mse" has no probabilities; use "logit"',
    );
  const inputs = inputsOf(network, sequence);
  const T = inputs.length;
  const copies = Math.max(1, Math.min(T, Math.floor(ROWS / T)));
  const twin = await Twin.create(network, inputs, copies);
  const outputs = twin.outputs;
  const K = network.outFeatures;
  const classes = classesOf(options.classes, outputs, K, isNumbers);
  const probabilities = isNumbers ? outputs : twin.softmax(outputs);
  const derived = classes.map((k, t) => {
    const p = row(probabilities, t, K);
    return Float64Array.from({ length: K }, (_, j) => {
      const own = j === k ? 1 : 0;
      return of === "logit" ? own : (p[k] ?? 0) * (own - (p[j] ?? 0));
    });
  });
  const said = of === "logit" ? outputs : probabilities;
  return { classes, values: classes.map((k, t) => said[t * K + k] ?? Number.NaN), matrix: twin.gradients(derived) };
}

/** The vectors that enter the first recurrent layer's input: rows of the embedding, or features. */
function inputsOf(network: Network, sequence: Sequence): Float32Array[] {
  const { tokens, features, length } = sequence ?? {};
  const [first] = network.layers;
  const shared = tokens ? { tokens } : features ? { features, ...(length !== undefined && { length }) } : {};
  const batch: Batch = packMembers([shared], [0]);
  if (first?.type === "embedding") {
    const { numEmbeddings: V, embeddingDim: E } = first;
    if (!batch.tokens)
      throw rangeError("BPTT_DATA", "connectivity: the network begins with an embedding; give a sequence with tokens");
    const table = network.parameters.read("embedding.weight");
    return Array.from(batch.tokens, (token) => {
      if (token >= 0 && token < V) return row(table, token, E);
      throw rangeError("BPTT_DATA", `connectivity: token ${token}: expected 0 to ${V - 1} (numEmbeddings)`);
    });
  }
  const { inputSize = 0 } = network.options;
  const width = (batch.features?.length ?? 0) / batch.rows;
  if (width !== inputSize)
    throw rangeError("BPTT_DATA", `connectivity: expected features of width ${inputSize} in each step, got ${width}`);
  return Array.from({ length: batch.steps }, (_, t) => row(batch.features ?? new Float32Array(0), t, inputSize));
}

function classesOf(given: unknown, outputs: Float32Array, K: number, isNumbers: boolean): number[] {
  const rows = outputs.length / K;
  const best = (t: number) => row(outputs, t, K).reduce((best, y, k, all) => (y > (all[best] ?? 0) ? k : best), 0);
  if (given === undefined) return Array.from({ length: rows }, (_, t) => (isNumbers ? 0 : best(t)));
  const list: unknown[] = Array.isArray(given) ? given : new Array(rows).fill(given);
  if (list.length !== rows)
    throw rangeError("BPTT_OPTION", `connectivity: classes: expected ${rows}, one for each output, got ${list.length}`);
  return list.map((k) => {
    if (typeof k === "number" && Number.isInteger(k) && k >= 0 && k < K) return k;
    const make = typeof k === "number" ? rangeError : typeError;
    throw make("BPTT_OPTION", `connectivity: classes: expected numbers from 0 to ${K - 1}, got ${show(k)}`);
  });
}

/**
 * A copy of a network in which every input of every copy of the sequence is a row of an embedding by itself, so that the gradient of the table is that of the
 * inputs. Its loss is half the squared distance from goals, so that goals decide which gradient enters its output.
 */
class Twin {
  readonly outputs: Float32Array;
  readonly #network: Network;
  readonly #copies: number;
  readonly #T: number;
  readonly #E: number;
  /** Whether there is one row of output for the whole sequence. */
  readonly #isWhole: boolean;

  private constructor(network: Network, T: number, E: number, copies: number) {
    this.#network = network;
    this.#copies = copies;
    this.#T = T;
    this.#E = E;
    this.#isWhole = network.layers.some(({ type }) => type === "last" || type === "pool");
    this.outputs = network.predict(packMembers([{ tokens: this.#tokens(0) }], [0]));
    if (!this.outputs.every(Number.isFinite))
      throw rangeError(
        "BPTT_DATA",
        "connectivity: the network's output is not finite; its weights are spoilt, or the input is",
      );
  }

  static async create(network: Network, inputs: readonly Float32Array[], copies: number): Promise<Twin> {
    const [T, E] = [inputs.length, inputs[0]?.length ?? 0];
    const [first, ...others] = network.layers;
    const above = first === undefined || first.type === "embedding" ? others : [first, ...others];
    const table = embedding({ numEmbeddings: copies * T, embeddingDim: E });
    const twin = await Network.create([table, ...above.flatMap(withoutDropout)], { loss: "mse", reduction: "sum" });
    const weights = new Float32Array(copies * T * E);
    for (let at = 0; at < copies * T; ++at) weights.set(inputs[at % T] ?? [], at * E);
    for (const { name } of twin.parameters)
      twin.parameters.write(name, name === "embedding.weight" ? weights : network.parameters.read(name));
    return new Twin(twin, T, E, copies);
  }

  softmax(logits: Float32Array): Float32Array {
    return this.#network.softmax(logits);
  }

  /** Norms [T] by input for each row of output, from the gradient [K] that enters it. */
  gradients(derived: readonly Float64Array[]): number[][] {
    const all: number[][] = [];
    for (let first = 0; first < derived.length; first += this.#copies)
      all.push(...this.#some(first, derived.slice(first, first + this.#copies)));
    return all;
  }

  /** first: which row of output the first of them is. */
  #some(first: number, derived: readonly Float64Array[]): number[][] {
    const [T, E, network] = [this.#T, this.#E, this.#network];
    const scales = derived.map((gradient, copy) => scaleOf(gradient, row(this.outputs, first + copy, gradient.length)));
    const sequences = derived.map((gradient, copy): Sequence => {
      const goals = this.outputs.slice();
      gradient.forEach((g, k) => {
        const at = (first + copy) * gradient.length + k;
        goals[at] = (goals[at] ?? 0) - ((scales[copy] ?? 1) * g) / 2;
      });
      return { tokens: this.#tokens(copy), ...(this.#isWhole ? { target: goals } : { targets: goals }) };
    });
    network.zeroGrad();
    network.forward(packMembers(sequences, [...sequences.keys()]));
    network.backward();
    const gradients = network.parameters.readGradient("embedding.weight");
    return derived.map((_, copy) =>
      Array.from({ length: T }, (_, s) => {
        const own = row(gradients, copy * T + s, E);
        const scale = scales[copy] ?? 1;
        return Math.sqrt(own.reduce((sum, g) => sum + (g / scale) * (g / scale), 0));
      }),
    );
  }

  #tokens(copy: number): number[] {
    return Array.from({ length: this.#T }, (_, s) => copy * this.#T + s);
  }
}

/** What a gradient is multiplied with so that it loses no digits beside the outputs: a power of two that makes it as large. */
function scaleOf(gradient: Float64Array, outputs: Float32Array): number {
  const largest = (values: ArrayLike<number>) => Array.from(values).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const [own, beside] = [largest(gradient), largest(outputs)];
  let scale = 1;
  while (own > 0 && scale * own < beside) scale *= 2;
  return scale;
}

const withoutDropout = (layer: LayerDescription): LayerDescription[] => {
  if (layer.type === "dropout") return [];
  return ["dropout" in layer ? { ...layer, dropout: 0 } : layer];
};

const row = (matrix: Float32Array, number: number, width: number): Float32Array =>
  matrix.slice(number * width, (number + 1) * width);
