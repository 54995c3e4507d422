import { rangeError, show } from "../check.js";
import { modeOf } from "../optim/mode.js";
import type { Parameters } from "../parameters.js";
import type { EarlyStopping } from "./options.js";
import type { Validation } from "./reports.js";

/** What a checkpoint keeps, beside the best weights. */
export interface BestState {
  readonly value: number;
  readonly waited: number;
}

/** Remembers the weights of the best evaluation. */
export class Best {
  readonly #parameters: Parameters;
  readonly #stopping: EarlyStopping | undefined;
  #state: BestState | undefined;
  #weights: Float32Array | undefined;

  constructor(parameters: Parameters, stopping: EarlyStopping | undefined) {
    this.#parameters = parameters;
    this.#stopping = stopping;
  }

  /** "best" for a better evaluation than all before, "stop" when patience is at its end. */
  judge(validation: Validation): "best" | "worse" | "stop" {
    if (this.#stopping === undefined) return "worse";
    const { metric, patience } = this.#stopping;
    const value = numbersOf(validation)[metric];
    if (value === undefined) throw unknownMetric(metric, Object.keys(numbersOf(validation)));
    const { value: before, waited } = this.#state ?? { value: Number.NaN, waited: 0 };
    if (Number.isNaN(before) || (modeOf("earlyStopping", this.#stopping) === "min" ? value < before : value > before)) {
      this.#state = { value, waited: 0 };
      this.#weights = this.#parameters.snapshot();
      return "best";
    }
    this.#state = { value: before, waited: waited + 1 };
    return waited + 1 >= patience ? "stop" : "worse";
  }

  /** Puts the best weights back; true if patience had come to its end. */
  giveBack(): boolean {
    if (this.#stopping === undefined || this.#state === undefined || this.#weights === undefined) return false;
    this.#parameters.restore(this.#weights);
    return this.#state.waited >= this.#stopping.patience;
  }

  save(): { readonly state: BestState; readonly weights: Float32Array } | undefined {
    return this.#state && this.#weights && { state: this.#state, weights: this.#weights };
  }

  restore(state: BestState, weights: Float32Array): void {
    this.#state = state;
    this.#weights = weights;
  }
}

/** The numbers of a validation by their names. */
export const numbersOf = (validation: object): Record<string, number> =>
  Object.fromEntries(
    Object.entries(validation).filter((entry): entry is [string, number] => typeof entry[1] === "number"),
  );

/** The metric of early stopping. */
export const unknownMetric = (metric: unknown, names: readonly string[]) =>
  rangeError("BPTT_OPTION", `earlyStopping: metric: expected one of ${names.join(", ")}, got ${show(metric)}`);
