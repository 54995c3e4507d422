import type { Report, Stopped } from "../train/reports.js";

/** A training under way in this thread: it waits where it is told to, and others may wait for its next report. */
export class Run {
  readonly #controller = new AbortController();
  readonly #ahead: number;
  #wanted = 0;
  #isLeft = false;
  #isPaused = false;
  #isAtReport = true;
  #wake: (() => void) | undefined;
  #waiting: (() => void)[] = [];

  /** ahead: how many reports it may be further than they are asked for. */
  constructor(ahead: number) {
    this.#ahead = ahead;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  want(): void {
    this.#wanted += 1;
    this.#wake?.();
  }

  leave(): void {
    this.#isLeft = true;
    this.#wake?.();
  }

  abort(): void {
    this.#controller.abort();
    this.#wake?.();
  }

  /** Resolves when it stands. */
  pause(): Promise<void> {
    this.#isPaused = true;
    return this.atReport();
  }

  resume(): void {
    this.#isPaused = false;
    this.#wake?.();
  }

  /** Resolves between two reports: at once if it stands there. */
  async atReport(): Promise<void> {
    if (!this.#isAtReport) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Runs it. tell: takes each report. */
  async pump(reports: AsyncGenerator<Report, Stopped>, tell: (report: Report) => void): Promise<Stopped> {
    for (let count = 0; ; ++count) {
      while (!this.#mayGoOn(count))
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      if (this.#isLeft) {
        await reports.return("aborted");
        return "aborted";
      }
      this.#isAtReport = false;
      try {
        const { done, value } = await reports.next();
        if (done) return value;
        tell(value);
      } finally {
        this.#isAtReport = true;
        for (const resolve of this.#waiting.splice(0)) resolve();
      }
      // those who waited have their turn before the next step
      await undefined;
    }
  }

  #mayGoOn(count: number): boolean {
    if (this.#isLeft || this.#controller.signal.aborted) return true;
    return !this.#isPaused && count < this.#wanted + this.#ahead;
  }
}
