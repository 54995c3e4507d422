import { rangeError, show } from "../check.js";
import type { Batch } from "../data/batch.js";
import type { Arena } from "../kernel/memory.js";
import type { Carried } from "./bind.js";
import type { Flow } from "./layer.js";

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
    const { whole } = carried;
    if (whole !== undefined) {
      const reason = whole.sides
        ? "reads from both ends, so it needs the whole sequence; use a network with bidirectional: false"
        : "needs the whole sequence; use last(), which says at each step what it knows so far";
      throw rangeError("BPTT_OPTION", `stream: the layer ${whole.name} ${reason}`);
    }
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

/** What stands in the one row of a network's output, of K numbers. isLogits: whether they are those of classes. */
export function streamedStep(arena: Arena, { values, gradient }: Flow, K: number, isLogits: boolean): StreamedStep {
  const logits = new Float32Array(K);
  arena.readF32(values, logits);
  if (!isLogits) return { logits, probabilities: new Float32Array(0) };
  const probabilities = new Float32Array(K);
  arena.kernel.softmaxForward(gradient, values, 1, K);
  arena.readF32(gradient, probabilities);
  return { logits, probabilities };
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
