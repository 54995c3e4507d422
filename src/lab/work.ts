import { Pace } from "../train/pace.js";

/** What every longer computation of the laboratory takes. */
export interface WorkOptions {
  /** Stops the computation: it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Gets the share that is done, from 0 to 1. */
  readonly onProgress?: (done: number) => void;
}

export const workNames = ["signal", "onProgress"] as const;

/** Pieces of work with turns of the event loop between them, in which a signal may come. */
export class Work {
  readonly #pace = new Pace();
  readonly #options: WorkOptions;

  constructor(options: WorkOptions) {
    options.signal?.throwIfAborted();
    this.#options = options;
  }

  /** Whether a turn is due: a piece that asks may stop here. */
  get isDue(): boolean {
    return this.#pace.isDue;
  }

  /** After each piece; done: share of the whole. */
  async rest(done: number): Promise<void> {
    this.#options.onProgress?.(done);
    await this.#pace.rest();
    this.#options.signal?.throwIfAborted();
  }
}
