import { plainError } from "../../check.js";
import type { TrainingJob } from "../../train/job.js";
import { Training } from "../../train/loop.js";
import {
  type ResolvedTrainOptions,
  resolveTrainOptions,
  type TrainDefaults,
  type TrainOptions,
} from "../../train/options.js";
import type { Report, Stopped, Validation } from "../../train/reports.js";
import { resumedOptions } from "../../train/resume.js";
import type { TrainingState } from "../../train/state.js";

/** The trainings of one model, one at a time; the first may go on from the checkpoint that was loaded. */
export class Runs<Metrics extends Validation> {
  /** What is trained, in messages. */
  readonly #name: string;
  /** Of the checkpoint that was loaded, until training begins. */
  #state: TrainingState | undefined;
  #training: Training<Metrics> | "prepares" | undefined;

  constructor(name: string, state: TrainingState | undefined) {
    this.#name = name;
    this.#state = state;
  }

  /**
   * @param job makes model and data ready, once the options have been accepted
   * @throws RangeError, TypeError BPTT_OPTION; Error BPTT_ORDER while another training is under way, and for `resume` without a checkpoint
   */
  async *train(
    options: TrainOptions,
    { seed, defaults }: { readonly seed: number; readonly defaults: TrainDefaults },
    job: (options: ResolvedTrainOptions) => Promise<TrainingJob<Metrics>>,
  ): AsyncGenerator<Report<Metrics>, Stopped> {
    const state = options.resume ? this.#resumable() : undefined;
    const resolved = state ? resumedOptions(options, state.options) : resolveTrainOptions(options, seed, defaults);
    if (this.#training)
      throw plainError(
        "BPTT_ORDER",
        `train: this ${this.#name} is in training already; wait for the end of that run (or leave its loop), or use another ${this.#name}`,
      );
    this.#training = "prepares";
    const { signal } = resolved;
    try {
      const ready = await job(resolved).catch((error: unknown) => {
        if (signal?.aborted && error === signal.reason) return undefined;
        throw error;
      });
      if (ready === undefined) return "aborted";
      this.#training = new Training(ready, resolved, state);
      this.#state = undefined;
      return yield* this.#training.run();
    } finally {
      this.#training = undefined;
    }
  }

  /** Where the training stands. Throws Error BPTT_ORDER when none is under way. */
  save(): TrainingState {
    if (!(this.#training instanceof Training))
      throw plainError("BPTT_ORDER", "checkpoint: there is no training under way; call it inside the loop of train()");
    return this.#training.save();
  }

  #resumable(): TrainingState {
    if (this.#state === undefined)
      throw plainError(
        "BPTT_ORDER",
        `resume: this ${this.#name} does not come from a checkpoint (or went on from it already); load one that checkpoint() gave`,
      );
    return this.#state;
  }
}
