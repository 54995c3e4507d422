import { rangeError, show } from "../check.js";
import type { Batch } from "../data/batch.js";
import type { Arena, Pointer } from "../kernel/memory.js";
import type { Parameters } from "../parameters.js";
import type { Layer } from "./layer.js";

/** The block in which the layers keep the values that a stream hands on, and whose they are. */
export interface Carried {
  readonly arena: Arena;
  readonly block: Pointer;
  readonly count: number;
  /** The name of a layer that needs whole sequences. */
  readonly whole: string | undefined;
  owner?: NetworkStream;
}

/** Binds layers to memory, each with its part of the block of carried values. */
export function bindLayers(layers: readonly Layer[], arena: Arena, parameters: Parameters): Carried {
  const sizes = layers.map((layer) => ("carriedValues" in layer ? layer.carriedValues : 0));
  const count = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  const block = arena.allocate(4 * count);
  let at = block;
  layers.forEach((layer, number) => {
    layer.bind(arena, parameters, at);
    at += 4 * (sizes[number] ?? 0);
  });
  return { arena, block, count, whole: layers[sizes.indexOf(undefined)]?.name };
}

/** What a network says of one step (with last(): of the sequence so far), [K] each. */
export interface StreamedStep {
  readonly logits: Float32Array;
  /** Their softmax; empty for a network of numbers, with the loss "mse". */
  readonly probabilities: Float32Array;
}

/** Runs one step whose states begin or go on. */
type Run = (batch: Batch, carried: "first" | "next") => StreamedStep;

/** One sequence that is given to a network step by step. Made by `network.stream()`. */
export class NetworkStream {
  readonly #carried: Carried;
  readonly #run: Run;
  readonly #values: Float32Array;
  #steps = 0;

  /** @internal */
  constructor(carried: Carried, run: Run) {
    if (carried.whole !== undefined)
      throw rangeError(
        "BPTT_OPTION",
        `stream: the layer ${carried.whole} reads from both ends, so it needs the whole sequence; use a network with bidirectional: false`,
      );
    this.#carried = carried;
    this.#run = run;
    this.#values = new Float32Array(carried.count);
  }

  /** Steps since the stream began. */
  get steps(): number {
    return this.#steps;
  }

  /**
   * Takes one step.
   *
   * @param input a token, or the features [inputSize] of one step
   * @throws RangeError BPTT_DATA for a token out of range or features of another width
   */
  push(input: number | ArrayLike<number>): StreamedStep {
    if (typeof input === "number" ? !Number.isInteger(input) : typeof input?.length !== "number")
      throw rangeError("BPTT_DATA", `stream: expected a token or the features of one step, got ${show(input)}`);
    this.#take();
    const step = this.#run(oneStep(input), this.#steps === 0 ? "first" : "next");
    this.#steps += 1;
    return step;
  }

  /** Begins again, without a memory of what was. */
  reset(): void {
    this.#steps = 0;
  }

  /** Streams share one block: the last one's values are put away when another takes its turn. */
  #take(): void {
    const { arena, block, owner } = this.#carried;
    if (owner === this) return;
    if (owner) arena.readF32(block, owner.#values);
    arena.writeF32(block, this.#values);
    this.#carried.owner = this;
  }
}

const ONE = Int32Array.of(1);
const ZERO = Int32Array.of(0);

function oneStep(input: number | ArrayLike<number>): Batch {
  const batch = {
    size: 1,
    steps: 1,
    rows: 1,
    batchSizes: ONE,
    lengths: ONE,
    order: ZERO,
    sequences: ZERO,
    times: ZERO,
  };
  if (typeof input === "number") return { ...batch, tokens: Int32Array.of(input) };
  return { ...batch, features: Float32Array.from(input) };
}
