import { type Normalization, normalize } from "../text/normalize.js";

type Vector = Float32Array<ArrayBuffer>;

/** How near the spelling of a line is to the word that takes its vector; smaller is nearer. */
const [SAME, LOWER, NORMALIZED] = [0, 1, 2];

/** The words that want a vector, each with the best that it was offered so far. */
export class WantedWords {
  readonly #words: ReadonlySet<string>;
  /** Words with upper case, by their lower-case form. */
  readonly #byLower: ReadonlyMap<string, readonly string[]>;
  readonly #normalization: Normalization;
  readonly #best = new Map<string, { readonly distance: number; readonly vector: Vector }>();

  constructor(words: readonly string[], normalization: Normalization) {
    const byLower = new Map<string, string[]>();
    this.#words = new Set(words);
    for (const word of this.#words) {
      const lower = word.toLowerCase();
      // "DIGIT" stands for digits, not for the word "digit"
      if (lower !== word && !(normalization.digits && word.includes("DIGIT")))
        byLower.set(lower, [...(byLower.get(lower) ?? []), word]);
    }
    this.#byLower = byLower;
    this.#normalization = normalization;
  }

  /** Takes the vector of a line's word where it is nearer than what was there; the first of several counts. */
  offer(spelling: string, read: () => Vector): void {
    const give = (word: string, distance: number): void => {
      if (distance < (this.#best.get(word)?.distance ?? Number.POSITIVE_INFINITY))
        this.#best.set(word, { distance, vector: read() });
    };
    if (this.#words.has(spelling)) give(spelling, SAME);
    for (const word of this.#byLower.get(spelling) ?? []) give(word, LOWER);
    const { lowercase, digits } = this.#normalization;
    if (!lowercase && !digits) return;
    const normalized = normalize(spelling, this.#normalization);
    if (normalized !== spelling && this.#words.has(normalized)) give(normalized, NORMALIZED);
  }

  result(): {
    readonly vectors: ReadonlyMap<string, Vector>;
    readonly total: number;
    readonly missing: readonly string[];
  } {
    const words = [...this.#words];
    const vectors = new Map(
      words.flatMap((word) => {
        const best = this.#best.get(word);
        return best ? [[word, best.vector] as const] : [];
      }),
    );
    return { vectors, total: words.length, missing: words.filter((word) => !vectors.has(word)) };
  }
}
