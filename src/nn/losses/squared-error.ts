import { rangeError } from "../../check.js";
import type { Batch } from "../../data/batch.js";
import type { Arena } from "../../kernel/memory.js";
import type { PlacedNetwork } from "../room.js";
import { goalsOf } from "./goals.js";
import type { Loss, LossPlace, Weight } from "./loss.js";

export class SquaredError implements Loss {
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
