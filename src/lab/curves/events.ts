import type { NonFinitePlace } from "../../train/non-finite.js";
import type { StepReport } from "../../train/reports.js";

/** Something that happened at one step, or at several that follow each other. */
export interface CurveEvent {
  /** "rate": the learning rate is another one than at the step before. "skipped", "non-finite": see `onNonFinite` of a training. */
  readonly kind: "clipped" | "skipped" | "rate" | "non-finite";
  /** First and last step. */
  readonly from: number;
  readonly to: number;
  readonly text: string;
  /** Of the first step, where a value was not finite. */
  readonly place?: NonFinitePlace;
}

/** Collects the events of a training. */
export class EventLog {
  readonly #events: CurveEvent[] = [];
  #rate: number | undefined;
  /** What the rate was before the change, or the changes without a pause, under way. */
  #rateBefore = 0;

  get events(): readonly CurveEvent[] {
    return [...this.#events];
  }

  add({ step, clipped, nonFinite, learningRate }: StepReport): void {
    if (this.#rate !== undefined && learningRate !== this.#rate) {
      if (this.#under("rate", step) < 0) this.#rateBefore = this.#rate;
      this.#put("rate", step, `learning rate ${this.#rateBefore} to ${learningRate}`);
    }
    this.#rate = learningRate;
    if (clipped) this.#put("clipped", step, "gradient clipped");
    if (nonFinite) this.#put("skipped", step, `skipped: the ${nonFinite.quantity} is not finite`, nonFinite);
  }

  /** Training stopped there. */
  end(place: NonFinitePlace, message: string): void {
    this.#events.push({ kind: "non-finite", from: place.step, to: place.step, text: message, place });
  }

  #put(kind: CurveEvent["kind"], step: number, text: string, place?: NonFinitePlace): void {
    const index = this.#under(kind, step);
    const before = this.#events[index];
    if (before === undefined) this.#events.push({ kind, from: step, to: step, text, ...(place && { place }) });
    else this.#events[index] = { ...before, to: step, text };
  }

  /** The event of this kind that the step before belongs to, or -1. */
  #under(kind: CurveEvent["kind"], step: number): number {
    return this.#events.findLastIndex((event) => event.kind === kind && event.to === step - 1);
  }
}
