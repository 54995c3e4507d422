import type { Report, Stopped, Validation } from "../train/reports.js";

/** The reports of a training in a worker, in the order in which they came. No more can wait here than the training may be ahead. */
export class Reports<Metrics extends Validation> {
  readonly #waiting: Report<Metrics>[] = [];
  #isOver = false;
  #wake: (() => void) | undefined;

  add(report: Report<Metrics>): void {
    this.#waiting.push(report);
    this.#wake?.();
  }

  /** No more come behind this. Resolves when the training has ended, however it did. */
  until(ending: Promise<Stopped>): Promise<void> {
    const over = () => {
      this.#isOver = true;
      this.#wake?.();
    };
    return ending.then(over, over);
  }

  /** The next one, or undefined behind the last. */
  async next(): Promise<Report<Metrics> | undefined> {
    while (this.#waiting.length === 0 && !this.#isOver)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    return this.#waiting.shift();
  }
}
