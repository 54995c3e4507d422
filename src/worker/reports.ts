import type { Evaluation } from "../tasks/tagger/results.js";
import type { Report, Stopped } from "../train/reports.js";
import type { WorkerReport } from "./crew.js";
import type { Listener } from "./page.js";
import type { WorkersOptions } from "./workers.js";

/** The reports of a training in a worker, in the order in which they came. No more can wait here than the training may be ahead. */
export class Reports implements Listener {
  /** Resolves when the training has ended, however it did. */
  readonly end: Promise<void>;
  readonly #onWorker: WorkersOptions["onWorker"];
  readonly #waiting: Report<Evaluation>[] = [];
  #isOver = false;
  #wake: (() => void) | undefined;

  constructor(ending: Promise<Stopped>, onWorker: WorkersOptions["onWorker"]) {
    this.#onWorker = onWorker;
    const over = () => {
      this.#isOver = true;
      this.#wake?.();
    };
    this.end = ending.then(over, over);
  }

  report(report: Report<Evaluation>): void {
    this.#waiting.push(report);
    this.#wake?.();
  }

  worker(report: WorkerReport): void {
    this.#onWorker?.(report);
  }

  /** The next one, or undefined behind the last. */
  async next(): Promise<Report<Evaluation> | undefined> {
    while (this.#waiting.length === 0 && !this.#isOver)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    return this.#waiting.shift();
  }
}
