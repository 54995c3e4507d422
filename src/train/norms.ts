/** The norm of the gradient over the last steps: half of them had less than `median`, one in ten more than `p90`, one in a hundred more than `p99`. */
export interface NormPercentiles {
  readonly median: number;
  readonly p90: number;
  readonly p99: number;
}

const WINDOW = 1000;

/** Keeps the last norms in order of size. */
export class NormWindow {
  readonly #last: number[] = [];
  readonly #sorted: number[] = [];
  #next = 0;

  add(norm: number): void {
    if (this.#last.length === WINDOW) this.#sorted.splice(this.#place(this.#last[this.#next] ?? 0), 1);
    this.#last[this.#next] = norm;
    this.#next = (this.#next + 1) % WINDOW;
    this.#sorted.splice(this.#place(norm), 0, norm);
  }

  /** The norms that are kept, oldest first: added to a new window they give the same one. */
  save(): number[] {
    return [...this.#last.slice(this.#next), ...this.#last.slice(0, this.#next)];
  }

  /** By the nearest rank. */
  get percentiles(): NormPercentiles {
    const at = (share: number) => this.#sorted[Math.ceil(share * this.#sorted.length) - 1] ?? 0;
    return { median: at(0.5), p90: at(0.9), p99: at(0.99) };
  }

  /** The first that is not less. */
  #place(norm: number): number {
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle] ?? 0) < norm) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
