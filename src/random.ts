import { wholeNumber } from "./check.js";

/** Mixes two 32-bit numbers into one that looks random (the finaliser of MurmurHash3, Appleby 2011, over a sum). */
export function mix(state: number, value: number): number {
  let hash = (state + Math.imul(value ^ (value >>> 15), 0x9e3779b1)) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A seeded generator of pseudo-random numbers: xoshiro128** (Blackman and Vigna 2018), the same everywhere. */
export class Random {
  readonly #state: Uint32Array;

  /** seed: an integer of 0 or more; purpose keeps the streams of one seed apart (for example "shuffle"). */
  constructor(seed: number, purpose = "") {
    wholeNumber("seed", seed);
    let hash = mix(mix(0x62707474, seed >>> 0), Math.floor(seed / 2 ** 32));
    for (let i = 0; i < purpose.length; ++i) hash = mix(hash, purpose.charCodeAt(i));
    this.#state = Uint32Array.from([1, 2, 3, 4], (word) => mix(hash, word));
  }

  /** An integer in [0, 2^32). */
  next(): number {
    const s = this.#state;
    const [a, b, c, d] = [s[0] ?? 0, s[1] ?? 0, s[2] ?? 0, s[3] ?? 0];
    const five = Math.imul(b, 5);
    const result = Math.imul((five << 7) | (five >>> 25), 9) >>> 0;
    s[2] = c ^ a;
    s[3] = d ^ b;
    s[1] = b ^ c ^ a;
    s[0] = a ^ d ^ b;
    s[2] = c ^ a ^ (b << 9);
    const last = d ^ b;
    s[3] = (last << 11) | (last >>> 21);
    return result;
  }

  /** A number in [low, high), a multiple of 2^-24 of the width. */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * ((this.next() >>> 8) / 2 ** 24);
  }

  /** An integer in [0, count). */
  below(count: number): number {
    return Math.floor((this.next() / 2 ** 32) * count);
  }

  /** One item of a list that is not empty. */
  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError("pick: the list is empty");
    return item;
  }

  /** A shuffled copy (Fisher and Yates). */
  shuffle<T>(items: Iterable<T>): T[] {
    const shuffled = [...items];
    for (let last = shuffled.length - 1; last > 0; --last) {
      const other = this.below(last + 1);
      [shuffled[last], shuffled[other]] = [shuffled[other] as T, shuffled[last] as T];
    }
    return shuffled;
  }

  /** The state, to be kept in a checkpoint and given back to `restore`. */
  save(): number[] {
    return [...this.#state];
  }

  restore(state: readonly number[]): void {
    this.#state.set(state);
  }
}
