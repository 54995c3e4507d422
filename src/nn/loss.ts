import { fraction, nonNegativeNumber, oneOf, rangeError, show, typeError } from "../check.js";
import type { Batch } from "../data/batch.js";
import { type GoalKind, goalKinds } from "../data/goals.js";
import type { Arena, Pointer } from "../kernel/memory.js";
import type { PlacedNetwork } from "./room.js";

export interface LossOptions {
  /**
   * "crossEntropy" (default): softmax cross-entropy over the last layer's output [K]; sequences bring `labels`, or one `label` behind last().
   * "mse": squared error against numbers; sequences bring `targets`, or one `target` behind last().
   */
  readonly loss?: "crossEntropy" | "mse";
  /** [K] a weight for each class (PyTorch's `weight`); the mean is then divided by the sum of the labels' weights. */
  readonly classWeights?: readonly number[];
  /** In [0, 1): this share of a label is spread evenly over all classes (PyTorch's `label_smoothing`; Szegedy et al. 2016). Default 0. */
  readonly labelSmoothing?: number;
}

/** How many rows have a goal, and what the mean loss is divided by. */
export interface Weight {
  readonly count: number;
  readonly weight: number;
}

/** The end of a network: what its output is compared with, and how. */
export interface Loss {
  readonly name: "crossEntropy" | "mse";
  /** Numbers in a row of goals. */
  readonly goalSize: number;
  /** Throws RangeError BPTT_DATA for a batch with other goals than the network needs, or with classes out of range. */
  weigh(batch: Batch): Weight;
  /** The sum of the losses of a batch that is placed; the output's gradient keeps what backward needs. */
  forward(batch: Batch, placed: PlacedNetwork): number;
  /** Leaves the gradient of `factor` times the loss. */
  backward(placed: PlacedNetwork, factor: number): void;
}

/** whole: whether there is one row of output for each sequence (last()). */
export interface LossPlace {
  readonly arena: Arena;
  readonly outFeatures: number;
  readonly whole: boolean;
}

/** Throws RangeError or TypeError BPTT_OPTION. */
export function makeLoss(options: LossOptions, place: LossPlace): Loss {
  const name = oneOf("network: loss", options.loss ?? "crossEntropy", ["crossEntropy", "mse"]);
  if (name === "crossEntropy") return new CrossEntropy(options, place);
  for (const option of ["classWeights", "labelSmoothing"] as const)
    if (options[option] !== undefined)
      throw rangeError("BPTT_OPTION", `network: ${option}: the loss "mse" has no classes; leave it out`);
  return new SquaredError(place);
}

class CrossEntropy implements Loss {
  readonly name = "crossEntropy";
  readonly goalSize = 1;
  readonly #arena: Arena;
  readonly #classes: number;
  readonly #kind: "label" | "labels";
  readonly #classWeights: readonly number[] | undefined;
  /** [2, K] see assembly/loss.ts, or 0 where every label counts 1. */
  readonly #weights: Pointer;

  constructor(options: LossOptions, { arena, outFeatures: K, whole }: LossPlace) {
    this.#arena = arena;
    this.#classes = K;
    this.#kind = whole ? "label" : "labels";
    this.#classWeights = checkWeights(options.classWeights, K);
    const smoothing = fraction("network: labelSmoothing", options.labelSmoothing ?? 0);
    const plain = this.#classWeights === undefined && smoothing === 0;
    this.#weights = plain ? 0 : arena.allocate(8 * K);
    if (plain) return;
    const weights = this.#classWeights ?? new Array<number>(K).fill(1);
    const block = arena.f32(this.#weights, 2 * K);
    block.set(weights.map((weight) => (1 - smoothing) * weight));
    block.set(
      weights.map((weight) => (smoothing / K) * weight),
      K,
    );
  }

  weigh(batch: Batch): Weight {
    let count = 0;
    let weight = 0;
    for (const label of goalsOf(batch, this.#kind, this.name)) {
      if (label >= this.#classes)
        throw rangeError(
          "BPTT_DATA",
          `network: label ${label}: expected 0 to ${this.#classes - 1}, or a negative one to ignore`,
        );
      if (label < 0) continue;
      count += 1;
      weight += this.#classWeights?.[label] ?? 1;
    }
    return { count, weight };
  }

  forward(batch: Batch, { output, goals, outputRows }: PlacedNetwork): number {
    const { kernel } = this.#arena;
    this.#arena.writeI32(goals, goalsOf(batch, this.#kind, this.name));
    const [probabilities, logits] = [output.gradient, output.values];
    return kernel.crossEntropyForward(probabilities, logits, goals, this.#weights, outputRows, this.#classes);
  }

  backward({ output, goals, outputRows }: PlacedNetwork, factor: number): void {
    const { kernel } = this.#arena;
    kernel.crossEntropyBackward(output.gradient, goals, this.#weights, outputRows, this.#classes, factor);
  }
}

class SquaredError implements Loss {
  readonly name = "mse";
  readonly goalSize: number;
  readonly #arena: Arena;
  readonly #kind: "target" | "targets";

  constructor({ arena, outFeatures, whole }: LossPlace) {
    this.#arena = arena;
    this.goalSize = outFeatures;
    this.#kind = whole ? "target" : "targets";
  }

  weigh(batch: Batch): Weight {
    const { length } = goalsOf(batch, this.#kind, this.name);
    const count = this.#kind === "target" ? batch.size : batch.rows;
    if (length !== count * this.goalSize)
      throw rangeError(
        "BPTT_DATA",
        `network: expected ${this.#kind} of width ${this.goalSize}, as many numbers as the output has, got width ${length / count}`,
      );
    return { count, weight: length };
  }

  forward(batch: Batch, { output, goals, outputRows }: PlacedNetwork): number {
    this.#arena.writeF32(goals, goalsOf(batch, this.#kind, this.name));
    return this.#arena.kernel.squaredErrorForward(output.gradient, output.values, goals, outputRows * this.goalSize);
  }

  backward({ output, outputRows }: PlacedNetwork, factor: number): void {
    this.#arena.kernel.squaredErrorBackward(output.gradient, outputRows * this.goalSize, factor);
  }
}

function checkWeights(weights: readonly number[] | undefined, K: number): readonly number[] | undefined {
  if (weights === undefined) return undefined;
  if (!Array.isArray(weights))
    throw typeError("BPTT_OPTION", `network: classWeights: expected an array of numbers, got ${show(weights)}`);
  const checked = weights.map((weight) => nonNegativeNumber("network: classWeights", weight));
  if (checked.length !== K)
    throw rangeError(
      "BPTT_OPTION",
      `network: classWeights: expected ${K} weights, one for each output, got ${checked.length}`,
    );
  return checked;
}

/** The goals of a batch, if they are what the network learns from. */
function goalsOf<Kind extends GoalKind>(batch: Batch, kind: Kind, loss: string): NonNullable<Batch[Kind]> {
  const goals = batch[kind];
  if (goals !== undefined && goals !== null) return goals;
  const other = goalKinds.find((name) => batch[name] !== undefined);
  if (other === undefined)
    throw rangeError("BPTT_DATA", `forward: the batch has no ${kind}; give ${kind}, or call predict()`);
  const rows = kind === "label" || kind === "target" ? "one row for each sequence, by last()" : "one row for each step";
  throw rangeError("BPTT_DATA", `forward: expected sequences with ${kind} (loss ${show(loss)}, ${rows}), got ${other}`);
}
