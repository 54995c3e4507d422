import type { Batch } from "../../data/batch.js";
import type { PlacedNetwork } from "../room.js";
import type { LossPlace } from "./loss.js";
import { NumberLoss } from "./number-loss.js";

export class SquaredError extends NumberLoss {
  constructor(place: LossPlace) {
    super("mse", place);
  }

  forward(batch: Batch, { output, goals, outputRows }: PlacedNetwork): number {
    this.arena.writeF32(goals, this.goals(batch));
    return this.arena.kernel.squaredErrorForward(output.gradient, output.values, goals, outputRows * this.goalSize);
  }

  backward({ output, outputRows }: PlacedNetwork, factor: number): void {
    this.arena.kernel.squaredErrorBackward(output.gradient, outputRows * this.goalSize, factor);
  }
}
