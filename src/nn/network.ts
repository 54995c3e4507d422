import {
  knownOptions,
  nonNegativeNumber,
  oneOf,
  plainError,
  positiveInteger,
  positiveNumber,
  rangeError,
  show,
  wholeNumber,
} from "../check.js";
import type { Batch } from "../data/batch.js";
import { instantiateKernel } from "../kernel/load.js";
import { Arena, type Pointer } from "../kernel/memory.js";
import { Parameters } from "../parameters.js";
import { mix, Random } from "../random.js";
import { bindLayers, type Carried } from "./bind.js";
import type { Descent, Layer, Pass, Place } from "./layer.js";
import { buildLayers, type LayerDescription } from "./layers.js";
import { type Loss, makeLoss, type Weight } from "./loss.js";
import type { BackwardOptions, BackwardResult, ForwardOptions, LossResult, NetworkOptions } from "./network-options.js";
import { type Likeness, type PlacedNetwork, Room } from "./room.js";
import { giveStates, readStates, type States } from "./states.js";
import { NetworkStream, streamedStep } from "./stream.js";

interface RunOptions extends Pick<ForwardOptions, "initialStates"> {
  readonly training: boolean;
  readonly step: number;
  readonly carried?: "first" | "next";
}

/**
 * A stack of layers with its parameters, gradients and activations in one kernel instance; the garbage collector frees it as a whole.
 */
export class Network {
  readonly parameters: Parameters;
  readonly layers: readonly LayerDescription[];
  /** K: width of the last layer. */
  readonly outFeatures: number;
  readonly reduction: "mean" | "sum";
  /** With `layers` all that another thread needs to make the same network. @internal */
  readonly options: NetworkOptions;
  readonly #arena: Arena;
  readonly #layers: readonly Layer[];
  readonly #backwards: readonly Layer[];
  readonly #room: Room;
  readonly #carried: Carried;
  readonly #seed: number;
  readonly #inputSize: number | undefined;
  readonly #numEmbeddings: number;
  readonly #loss: Loss;
  /** The weight of Pascanu's regulariser, or 0. */
  readonly omega: number;
  /** [1] f64, [1] i32: see Descent. */
  readonly #counts: Pointer;
  /** Bytes that were in use when everything was made. */
  readonly #made: number;
  #order: ArrayLike<number> = [];
  #pass: Pass;
  #divisor = 0;
  #step = 0;

  private constructor(arena: Arena, layers: readonly LayerDescription[], options: NetworkOptions) {
    this.layers = layers;
    this.options = options;
    this.reduction = oneOf("network: reduction", options.reduction ?? "mean", ["mean", "sum"]);
    this.#seed = wholeNumber("network: seed", options.seed ?? 0);
    this.#inputSize =
      options.inputSize === undefined ? undefined : positiveInteger("network: inputSize", options.inputSize);
    this.#arena = arena;
    this.#layers = buildLayers(layers, this.#inputSize);
    this.#backwards = this.#layers.toReversed();
    this.outFeatures = this.#layers.at(-1)?.outFeatures ?? 0;
    const first = layers[0];
    this.#numEmbeddings = first?.type === "embedding" ? first.numEmbeddings : 0;
    const whole = this.#layers.some(({ behind }) => behind !== undefined);
    this.#loss = makeLoss(options, { arena, outFeatures: this.outFeatures, whole });
    const declared = this.#layers.flatMap((layer) => layer.parameters);
    this.parameters = new Parameters(arena, declared);
    for (const { name, shape, initialize } of declared)
      initialize(arena, this.parameters.address(name), shape, new Random(this.#seed, name));
    this.#carried = bindLayers(this.#layers, arena, this.parameters);
    this.omega = nonNegativeNumber("network: omega", options.omega ?? 0);
    if (this.omega > 0 && !this.#layers.some(({ sides }) => sides?.[0]?.cell.omega))
      throw rangeError("BPTT_OPTION", "network: omega: the regulariser needs an rnn or irnn layer; leave omega out");
    const { goalSize } = this.#loss;
    this.#room = new Room(arena, this.#layers, { inputSize: this.#inputSize ?? 1, goalSize, omega: this.omega > 0 });
    this.#counts = arena.allocate(16);
    this.#pass = { kernel: arena.kernel, training: false, seed: 0 };
    this.#made = arena.bytes;
  }

  /**
   * @param layers descriptions such as embedding({...}), lstm({...}), linear({...})
   * @throws RangeError, TypeError BPTT_OPTION; Error BPTT_MEMORY, BPTT_WASM
   */
  static async create(layers: readonly LayerDescription[], options: NetworkOptions = {}): Promise<Network> {
    const names = ["loss", "reduction", "classWeights", "labelSmoothing", "inputSize", "omega", "seed"];
    knownOptions("network", options, names);
    return new Network(new Arena(await instantiateKernel()), layers, options);
  }

  /** Clears the gradients: backward() accumulates. */
  zeroGrad(): void {
    this.parameters.zeroGrad();
  }

  /**
   * The loss of a batch with labels (or targets: see NetworkOptions.loss).
   *
   * @throws RangeError BPTT_DATA for a batch without them or with others, or tokens and labels out of range; Error BPTT_MEMORY
   */
  forward(batch: Batch, options: ForwardOptions = {}): LossResult {
    knownOptions("forward", options, ["training", "step", "initialStates"]);
    const { count, weight } = this.#loss.weigh(batch);
    const training = options.training ?? true;
    const step = options.step ?? (training ? ++this.#step : this.#step);
    const loss = this.#loss.forward(batch, this.#run(batch, { ...options, training, step }));
    this.#divisor = weight;
    return { loss, lossPerToken: weight > 0 ? loss / weight : 0, count };
  }

  /**
   * Backpropagation through time for the batch of the last `forward`: adds the gradient of the loss to the parameters' gradients.
   *
   * @throws Error BPTT_ORDER without a forward pass in training
   */
  backward(options: BackwardOptions = {}): BackwardResult {
    const { placed } = this.#room;
    if (placed === undefined || !placed.training || this.#divisor < 0)
      throw plainError("BPTT_ORDER", "backward: call forward(batch) first; each forward pass serves one backward pass");
    knownOptions("backward", options, ["divisor", "stepNorm", "sequences"]);
    const own = this.reduction === "mean" ? this.#divisor : 1;
    const divisor = nonNegativeNumber("backward: divisor", options.divisor ?? own);
    this.#loss.backward(placed, divisor > 0 ? 1 / divisor : 0);
    const sequences = this.reduction === "mean" ? placed.size : 1;
    const pass = { ...this.#pass, descent: this.#descent(options.stepNorm, options.sequences ?? sequences) };
    for (const layer of this.#backwards) layer.backward(pass);
    this.#divisor = -1;
    const { clippedSteps, omegaSum } = pass.descent;
    return { clippedSteps: this.#arena.getI32(clippedSteps), omega: this.#arena.getF64(omegaSum) };
  }

  #descent(stepNorm: number | undefined, sequences: number): Descent {
    const [omegaSum, clippedSteps] = [this.#counts, this.#counts + 8];
    this.#arena.setF64(omegaSum, 0);
    this.#arena.setI32(clippedSteps, 0);
    return {
      stepNorm: stepNorm === undefined ? 0 : positiveNumber("backward: stepNorm", stepNorm),
      omegaFactor: this.omega / positiveNumber("backward: sequences", sequences),
      ...{ omegaSum, clippedSteps },
    };
  }

  /** How many labels (or rows of targets) count, and what the mean loss is divided by: see LossResult. */
  weigh(batch: Batch): Weight {
    return this.#loss.weigh(batch);
  }

  /** The output [N, K] (logits, unless the loss is "mse"), or [B, K] behind last(), in packed order; `unpack` brings it into the caller's. */
  predict(batch: Batch, options: Pick<ForwardOptions, "initialStates"> = {}): Float32Array {
    knownOptions("predict", options, ["initialStates"]);
    this.#run(batch, { ...options, training: false, step: this.#step });
    return this.logits();
  }

  /**
   * The states in which the sequences of the last batch ended: give them to `forward` or `predict` as initialStates to go on.
   *
   * @throws Error BPTT_ORDER before the first pass
   */
  finalStates(): States {
    if (this.#room.placed === undefined)
      throw plainError("BPTT_ORDER", "finalStates: call forward(batch) or predict(batch) first");
    return readStates(this.#layers, this.#arena, this.#order);
  }

  /** The output of the last pass, as `predict` gives it. */
  logits(): Float32Array {
    const { placed } = this.#room;
    return this.#arena.f32(placed?.output.values ?? 0, (placed?.outputRows ?? 0) * this.outFeatures).slice();
  }

  /** Softmax of logits [N, K] by the kernel. It takes the place of the last batch. */
  softmax(logits: Float32Array): Float32Array {
    const K = this.outFeatures;
    if (logits.length % K !== 0)
      throw rangeError("BPTT_DATA", `softmax: expected rows of ${K} logits, got ${logits.length} numbers`);
    return this.#mapped(logits, (at, n) => this.#arena.kernel.softmaxForward(at, at, n / K, K));
  }

  /** Sigmoid of logits by the kernel, for the loss "binaryCrossEntropy". It takes the place of the last batch. */
  sigmoid(logits: Float32Array): Float32Array {
    return this.#mapped(logits, (at, n) => this.#arena.kernel.sigmoidForward(at, at, n));
  }

  #mapped(values: Float32Array, map: (at: Pointer, count: number) => void): Float32Array {
    const { placed } = this.#room;
    const fits = placed && values.length <= placed.outputRows * this.outFeatures;
    // where the output's gradient would go: no need to plan the room anew, as for each token of a text
    const at = fits ? placed.output.gradient : this.#room.take(4 * values.length);
    this.#divisor = -1;
    this.#arena.writeF32(at, values);
    map(at, values.length);
    return this.#arena.f32(at, values.length).slice();
  }

  /**
   * A stream: the network step by step, its states carried from one to the next, with the very bits that a whole sequence gets. Any
   * number of streams may run over the same weights. With last() each step gives what the network says of the sequence so far.
   *
   * @throws RangeError BPTT_OPTION for a network with a layer that reads from both ends
   */
  stream(): NetworkStream {
    return new NetworkStream(this.#carried, (batch, carried) => {
      const { output } = this.#run(batch, { training: false, step: this.#step, carried });
      return streamedStep(this.#arena, output, this.outFeatures, this.#loss.name === "crossEntropy");
    });
  }

  /** Where the first value that is not finite arose in the last pass: along the layers, or back along them. */
  findNonFinite(direction: "forward" | "backward"): Place | undefined {
    if (this.#room.placed === undefined) return undefined;
    for (const layer of direction === "forward" ? this.#layers : this.#backwards) {
      const place = layer.findNonFinite(direction);
      if (place === undefined) continue;
      const before = this.#layers.slice(0, this.#layers.indexOf(layer)).find(({ rowBefore }) => rowBefore);
      return { ...place, row: before?.rowBefore?.(place.row) ?? place.row };
    }
    return undefined;
  }

  /** Layers like these, bound to nothing, and the room that they would stand in: see planMemory. @internal */
  likeness(): Likeness {
    return {
      layers: buildLayers(this.layers, this.#inputSize),
      bound: this.#layers,
      room: this.#room,
      made: this.#made,
    };
  }

  /** Bytes of the kernel's memory in use. */
  get bytes(): number {
    return this.#arena.bytes;
  }

  #run(batch: Batch, { training, step, initialStates, carried }: RunOptions): PlacedNetwork {
    this.#checkInput(batch);
    const placed = this.#room.place(batch, training);
    const arena = this.#arena;
    this.#order = batch.order;
    if (initialStates) giveStates(this.#layers, arena, batch, initialStates);
    arena.writeI32(placed.batchSizes, batch.batchSizes);
    arena.writeI32(placed.sequences, batch.sequences);
    arena.writeI32(placed.times, batch.times);
    if (batch.tokens) arena.writeI32(placed.input, batch.tokens);
    else if (batch.features) arena.writeF32(placed.input, batch.features);
    this.#pass = {
      kernel: arena.kernel,
      training,
      seed: mix(this.#seed >>> 0, step),
      ...(carried && { carried }),
      ...(initialStates && { hasStates: true }),
    };
    this.#divisor = -1;
    for (const layer of this.#layers) layer.forward(this.#pass);
    return placed;
  }

  #checkInput({ tokens, features, rows }: Batch): void {
    if (this.#numEmbeddings > 0) {
      if (!tokens) throw rangeError("BPTT_DATA", "network: it begins with an embedding, so sequences need tokens");
      for (const token of tokens)
        if (token < 0 || token >= this.#numEmbeddings)
          throw rangeError(
            "BPTT_DATA",
            `network: token ${token}: expected 0 to ${this.#numEmbeddings - 1} (numEmbeddings)`,
          );
      return;
    }
    const width = features === undefined ? 0 : features.length / rows;
    if (width !== this.#inputSize)
      throw rangeError(
        "BPTT_DATA",
        `network: expected features of width ${show(this.#inputSize)} in each step, got ${width}`,
      );
  }
}
