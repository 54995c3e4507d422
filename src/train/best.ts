import { rangeError, show } from "../check.js";
import type { Parameters } from "../parameters.js";
import type { EarlyStopping } from "./options.js";
import type { Validation } from "./reports.js";

/** Remembers the weights of the best epoch. */
export class BestEpoch<Metrics extends Validation> {
  readonly #parameters: Parameters;
  readonly #stopping: EarlyStopping | undefined;
  #value = Number.NaN;
  #waited = 0;
  #weights?: Float32Array;

  constructor(parameters: Parameters, stopping: EarlyStopping | undefined) {
    this.#parameters = parameters;
    this.#stopping = stopping;
  }

  /** "best" for a better epoch than all before, "stop" when patience is at its end. */
  judge(validation: Metrics | undefined): "best" | "worse" | "stop" {
    if (this.#stopping === undefined) return "worse";
    const { metric, patience } = this.#stopping;
    const metrics = Object.entries(validation ?? {}).filter(([, value]) => typeof value === "number");
    const value = metrics.find(([name]) => name === metric)?.[1];
    if (typeof value !== "number")
      throw rangeError(
        "BPTT_OPTION",
        `earlyStopping: metric: expected one of ${metrics.map(([name]) => name).join(", ") || "the numbers of a validation (give validation data)"}, got ${show(metric)}`,
      );
    const better = metric.startsWith("loss") ? value < this.#value : value > this.#value;
    if (Number.isNaN(this.#value) || better) {
      this.#value = value;
      this.#waited = 0;
      this.#weights = this.#parameters.snapshot();
      return "best";
    }
    this.#waited += 1;
    return this.#waited >= patience ? "stop" : "worse";
  }

  /** Puts the best weights back; true if patience had come to its end. */
  restore(): boolean {
    if (this.#stopping === undefined || this.#weights === undefined) return false;
    this.#parameters.restore(this.#weights);
    return this.#waited >= this.#stopping.patience;
  }
}
