import { rangeError } from "../../check.js";
import type { Batch } from "../../data/batch.js";
import type { Arena } from "../../kernel/memory.js";
import type { PlacedNetwork } from "../room.js";
import { goalsOf } from "./goals.js";
import type { Loss, LossPlace, Weight } from "./loss.js";

/** A loss that compares each number of the output with one of the targets. */
export abstract class NumberLoss implements Loss {
  readonly name: Loss["name"];
  readonly goalSize: number;
  protected readonly arena: Arena;
  readonly #kind: "target" | "targets";

  constructor(name: Loss["name"], { arena, outFeatures, whole }: LossPlace) {
    this.name = name;
    this.arena = arena;
    this.goalSize = outFeatures;
    this.#kind = whole ? "target" : "targets";
  }

  weigh(batch: Batch): Weight {
    const { length } = this.goals(batch);
    const count = this.#kind === "target" ? batch.size : batch.rows;
    if (length !== count * this.goalSize)
      throw rangeError(
        "BPTT_DATA",
        `network: expected ${this.#kind} of width ${this.goalSize}, as many numbers as the output has, got width ${length / count}`,
      );
    return { count, weight: length };
  }

  abstract forward(batch: Batch, placed: PlacedNetwork): number;
  abstract backward(placed: PlacedNetwork, factor: number): void;

  protected goals(batch: Batch): Float32Array {
    return goalsOf(batch, this.#kind, this.name);
  }
}
