import { flag, knownOptions, plainError, positiveInteger, show } from "../check.js";
import { type Normalization, normalize } from "./normalize.js";

export interface VocabularyOptions extends Normalization {
  /** Words seen fewer times are unknown. */
  readonly minCount: number;
}

export interface VocabularyBuilder {
  add(sentence: readonly string[]): void;
  build(): Vocabulary;
}

/** A vocabulary as a model file holds it. */
export interface VocabularyJson extends Normalization {
  readonly words: readonly string[];
}

/**
 * Numbers for words: 0 is every unknown word (it has no spelling, so no word can collide with it), `words[i]` has the
 * number i + 1.
 */
export class Vocabulary implements Normalization {
  readonly lowercase: boolean;
  readonly digits: boolean;
  /** The known words after normalisation, most frequent first, ties by code unit. */
  readonly words: readonly string[];
  readonly #ids: ReadonlyMap<string, number>;

  private constructor(words: readonly string[], { lowercase, digits }: Normalization) {
    this.lowercase = lowercase;
    this.digits = digits;
    this.words = words;
    this.#ids = new Map(words.map((word, index) => [word, index + 1]));
  }

  /**
   * Counts the words of sentences after normalisation and keeps those seen `minCount` times or more.
   *
   * @throws RangeError or TypeError BPTT_OPTION
   */
  static build(sentences: Iterable<readonly string[]>, options: VocabularyOptions): Vocabulary {
    const builder = Vocabulary.builder(options);
    for (const sentence of sentences) builder.add(sentence);
    return builder.build();
  }

  /** `build`, one sentence after the other. */
  static builder(options: VocabularyOptions): VocabularyBuilder {
    knownOptions("vocabulary", options, ["minCount", "lowercase", "digits"]);
    const minCount = positiveInteger("minCount", options.minCount);
    const normalization = { lowercase: flag("lowercase", options.lowercase), digits: flag("digits", options.digits) };
    const counts = new Map<string, number>();
    return {
      add(sentence) {
        for (const token of sentence) {
          const word = normalize(token, normalization);
          counts.set(word, (counts.get(word) ?? 0) + 1);
        }
      },
      build() {
        const kept = [...counts].filter(([, count]) => count >= minCount);
        kept.sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
        return new Vocabulary(
          kept.map(([word]) => word),
          normalization,
        );
      },
    };
  }

  /** The known words and the unknown one: rows of an embedding. */
  get size(): number {
    return this.words.length + 1;
  }

  /** The number of a token as it stands in the text; 0 if it is unknown. */
  lookup(token: string): number {
    return this.#ids.get(normalize(token, this)) ?? 0;
  }

  toJSON(): VocabularyJson {
    return { lowercase: this.lowercase, digits: this.digits, words: this.words };
  }

  /**
   * The vocabulary that `toJSON` wrote.
   *
   * @throws Error BPTT_FILE for anything else
   */
  static fromJSON(json: unknown): Vocabulary {
    if (typeof json !== "object" || json === null) throw damaged("an object", json);
    const { lowercase, digits, words } = json as Partial<Record<keyof VocabularyJson, unknown>>;
    if (typeof lowercase !== "boolean") throw damaged("true or false as lowercase", lowercase);
    if (typeof digits !== "boolean") throw damaged("true or false as digits", digits);
    if (!Array.isArray(words)) throw damaged("an array of words", words);
    const strange: unknown = words.find((word) => typeof word !== "string");
    if (strange !== undefined || words.includes(undefined)) throw damaged("words as strings", strange);
    const vocabulary = new Vocabulary([...words], { lowercase, digits });
    const repeated: unknown = words.find((word, index) => vocabulary.#ids.get(word) !== index + 1);
    if (repeated !== undefined) throw damaged("each word once", repeated);
    return vocabulary;
  }
}

const damaged = (expected: string, got: unknown) =>
  plainError(
    "BPTT_FILE",
    `vocabulary: expected ${expected}, got ${show(got)}; the model file is damaged or not bptt's`,
  );
