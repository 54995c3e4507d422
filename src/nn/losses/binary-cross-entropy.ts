import { rangeError } from "../../check.js";
import type { Batch } from "../../data/batch.js";
import type { PlacedNetwork } from "../room.js";
import type { LossPlace, Weight } from "./loss.js";
import { NumberLoss } from "./number-loss.js";

/** Each output is the logit of a label by itself: PyTorch's BCEWithLogitsLoss. */
export class BinaryCrossEntropy extends NumberLoss {
  constructor(place: LossPlace) {
    super("binaryCrossEntropy", place);
  }

  override weigh(batch: Batch): Weight {
    const strange = this.goals(batch).find((target) => !(target >= 0 && target <= 1));
    if (strange !== undefined)
      throw rangeError(
        "BPTT_DATA",
        `network: expected targets from 0 to 1 (loss "binaryCrossEntropy"), got ${strange}; give 1 for a label that holds, else 0`,
      );
    return super.weigh(batch);
  }

  forward(batch: Batch, { output, goals, outputRows }: PlacedNetwork): number {
    this.arena.writeF32(goals, this.goals(batch));
    const { kernel } = this.arena;
    return kernel.binaryCrossEntropyForward(output.gradient, output.values, goals, outputRows * this.goalSize);
  }

  backward({ output, outputRows }: PlacedNetwork, factor: number): void {
    this.arena.kernel.scale(output.gradient, factor, outputRows * this.goalSize);
  }
}
