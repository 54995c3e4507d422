import { plainError, rangeError, show } from "../../check.js";
import { type AsyncTextSource, nameOf, type TextSource } from "../../data/bytes.js";
import { collectVectors, type VectorCoverage, type WordVectors } from "../../data/word-vectors.js";
import type { Parameters } from "../../parameters.js";
import type { Vocabulary } from "../../text/vocabulary.js";

/** Pre-trained word vectors for the vocabulary of the first training. */
export interface VectorOptions {
  /**
   * GloVe's or word2vec's text, plain or gzip, as the readers take it (a path by `streamFile` of bptt/node): the first rows of the words that it has.
   * The other words begin at random, as large as these. See `readWordVectors` for how words are found.
   */
  readonly vectors?: TextSource | AsyncTextSource;
  /** Hears how many words of the vocabulary have a vector, before the first step. */
  readonly onVectors?: (coverage: VectorCoverage) => void;
}

/** The embedding's parameter. */
const TABLE = "embedding.weight";

/**
 * The vectors of a vocabulary.
 *
 * @param embeddingDim their width, if the program has chosen one
 * @throws RangeError, TypeError as readWordVectors, and BPTT_DATA where no word has a vector
 */
export async function vectorsFor(
  { words, lowercase, digits }: Vocabulary,
  { vectors: source, onVectors }: VectorOptions,
  embeddingDim: number | undefined,
  signal: AbortSignal | undefined,
): Promise<WordVectors | undefined> {
  if (source === undefined) return undefined;
  const file = nameOf(source) ?? "vectors";
  const options = { lowercase, digits, file, signal, dim: embeddingDim, dimName: "embeddingDim" };
  const { vectors, ...coverage } = await collectVectors(source, words, options);
  if (coverage.found === 0)
    throw rangeError(
      "BPTT_DATA",
      `${file}: expected vectors of the examples' words, got none of ${coverage.total} (${coverage.missing.slice(0, 3).map(show).join(", ")}); give vectors of their language`,
    );
  onVectors?.(coverage);
  return { vectors, ...coverage };
}

/** Puts the vectors into their rows; the random rows of the other words get the size of theirs. */
export function placeVectors(parameters: Parameters, vocabulary: Vocabulary, { vectors, dim }: WordVectors): void {
  const table = parameters.read(TABLE);
  const size = rootMeanSquare(vectors.values());
  for (let at = 0; at < table.length; ++at) table[at] = (table[at] ?? 0) * size;
  for (const [index, word] of vocabulary.words.entries()) {
    const vector = vectors.get(word);
    if (vector) table.set(vector, (index + 1) * dim);
  }
  parameters.write(TABLE, table);
}

/** Of all numbers of the vectors: what the random rows have is 1. */
function rootMeanSquare(vectors: Iterable<Float32Array>): number {
  let [sum, count] = [0, 0];
  for (const vector of vectors) {
    for (const value of vector) sum += value * value;
    count += vector.length;
  }
  return Math.sqrt(sum / count);
}

/** Refuses vectors where nothing is left for them to do, and their freezing where there are none. */
export function checkVectors(vectors: VectorOptions["vectors"], freezeVectors: boolean, hasModel: boolean): void {
  if (hasModel && vectors !== undefined)
    throw plainError(
      "BPTT_ORDER",
      "vectors: the model has its vocabulary and weights already; give vectors to the first training of a new one",
    );
  if (!hasModel && freezeVectors && vectors === undefined)
    throw rangeError(
      "BPTT_OPTION",
      "freezeVectors: expected vectors to freeze, got none; give vectors to the training, or leave freezeVectors out",
    );
}
