import { plainError } from "../../../check.js";
import type * as whole from "../../../tasks/shared/run.js";
import { Training } from "../../../train/loop.js";
import { resolveTrainOptions } from "../../../train/options.js";
import type { Validation } from "../../../train/reports.js";
import { missing } from "../../missing.js";

type Whole<Metrics extends Validation> = Pick<whole.Runs<Metrics>, "train" | "save">;

/** One training at a time, without checkpoints. */
export class Runs<Metrics extends Validation> implements Whole<Metrics> {
  #isTraining = false;

  async *train(
    ...[options, { seed, defaults }, job]: Parameters<Whole<Metrics>["train"]>
  ): ReturnType<Whole<Metrics>["train"]> {
    const resolved = resolveTrainOptions(options, seed, defaults);
    if (this.#isTraining)
      throw plainError("BPTT_ORDER", "train: this tagger is in training already; wait for the end of that run");
    this.#isTraining = true;
    try {
      return yield* new Training(await job(resolved), resolved).run();
    } finally {
      this.#isTraining = false;
    }
  }

  save(): never {
    if (this.#isTraining) missing("checkpoint");
    throw plainError("BPTT_ORDER", "checkpoint: there is no training under way");
  }
}
