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
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** seed: an integer of 0 or more; purpose keeps the streams of one seed apart (for example "shuffle"). */
  constructor(seed: number, purpose = "") {
    wholeNumber("seed", seed);
    let hash = mix(mix(0x62707474, seed >>> 0), Math.floor(seed / 2 ** 32));
    for (let i = 0; i < purpose.length; ++i) hash = mix(hash, purpose.charCodeAt(i));
    this.#a = mix(hash, 1);
    this.#b = mix(hash, 2);
    this.#c = mix(hash, 3);
    this.#d = mix(hash, 4);
  }

  /** An integer in [0, 2^32). */
  next(): number {
    const five = Math.imul(this.#b, 5);
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return Math.imul((five << 7) | (five >>> 25), 9) >>> 0;
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
  save(): [number, number, number, number] {
    return [this.#a >>> 0, this.#b >>> 0, this.#c >>> 0, this.#d >>> 0];
  }

  restore([a = 0, b = 0, c = 0, d = 0]: Iterable<number> & { readonly [index: number]: number }): void {
    this.#a = a;
    this.#b = b;
    this.#c = c;
    this.#d = d;
  }
}
