import type { Batch, Sequence } from "../../data/batch.js";
import { mix } from "../../random.js";
import { agrees, countLetters, naturalTokenizer, type TokenizerName, type Written } from "../../text/tokenizer.js";
import type { Pace } from "../../train/pace.js";

/** `chooseTokenizer`, with turns of the event loop. */
export async function tokenizerFor(examples: readonly Written[], pace: Pace): Promise<TokenizerName> {
  const natural = naturalTokenizer(await pace.map(examples, countLetters));
  const verdicts = await pace.map(examples, (example) => agrees(example, natural));
  return verdicts.includes(false) ? "whitespace" : natural;
}

/**
 * Replaces words by the unknown one, rare ones more often: a word that training has n times with probability a / (a + n) (Kiperwasser
 * and Goldberg 2016), where a makes that of a word seen once wordDropout. A function of seed, sequence and time, not of the batch.
 *
 * @param words how many numbers words may have
 */
export function wordDropper(
  training: readonly Sequence[],
  words: number,
  wordDropout: number,
): (batch: Batch, seed: number) => void {
  const counts = new Float64Array(words);
  for (const { tokens = [] } of training)
    for (let t = 0; t < tokens.length; ++t) counts[tokens[t] ?? 0] = (counts[tokens[t] ?? 0] ?? 0) + 1;
  const a = wordDropout / (1 - wordDropout);
  const limits = counts.map((count) => (count === 0 ? 0 : (a / (a + count)) * 2 ** 32));
  return ({ tokens, sequences, times, rows }, seed) => {
    if (tokens === undefined || wordDropout === 0) return;
    for (let row = 0; row < rows; ++row)
      if (mix(mix(seed, sequences[row] ?? 0), times[row] ?? 0) < (limits[tokens[row] ?? 0] ?? 0)) tokens[row] = 0;
  };
}
