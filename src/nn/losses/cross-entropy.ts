import { fraction, nonNegativeNumber, rangeError, show, typeError } from "../../check.js";
import type { Batch } from "../../data/batch.js";
import type { Arena, Pointer } from "../../kernel/memory.js";
import type { PlacedNetwork } from "../room.js";
import { goalsOf } from "./goals.js";
import type { Loss, LossOptions, LossPlace, Weight } from "./loss.js";

export class CrossEntropy implements Loss {
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
