import type { Sequence } from "../data/batch.js";
import type { Random } from "../random.js";

/**
 * Makes one sequence of a problem whose signals lie far apart.
 *
 * @param random where the chance comes from: `new Random(seed)`
 * @param seqLen steps, at least 10 or so for the signals to have room
 */
export type Problem = (random: Random, seqLen: number) => Sequence;

/**
 * The adding problem (Hochreiter and Schmidhuber 1997): values in [-1, 1), two of them marked, one in the first tenth and one before the middle; the
 * target is their sum. Features [T, 2] are value and mark; T is in [seqLen, 1.1 seqLen).
 */
export const adding: Problem = (random, seqLen) => {
  const length = seqLen + random.below(Math.max(1, Math.floor(seqLen / 10)));
  const tenth = Math.max(1, Math.floor(length / 10));
  const marked = [random.below(tenth), tenth + random.below(Math.max(1, Math.floor(length / 2) - tenth))];
  const values = Array.from({ length }, () => random.uniform(-1, 1));
  return {
    length,
    features: values.flatMap((value, t) => [value, marked.includes(t) ? 1 : 0]),
    target: marked.reduce((sum, t) => sum + (values[t] ?? 0), 0),
  };
};

const SIGNALS = 2;
const SYMBOLS = 6;

/**
 * Temporal order (Hochreiter and Schmidhuber 1997): one of two signals in [0.1 T, 0.2 T), one in [0.5 T, 0.6 T), four distractors elsewhere; the class
 * (of four) is which signals came in which order. Features [T, 6] are one-hot.
 */
export const temporalOrder: Problem = (random, seqLen) => {
  const tenth = seqLen / 10;
  const within = (from: number, to: number) =>
    Math.floor(from * tenth) + random.below(Math.max(1, Math.floor(to * tenth) - Math.floor(from * tenth)));
  const [first, second] = [random.below(SIGNALS), random.below(SIGNALS)];
  const symbols = Array.from({ length: seqLen }, () => SIGNALS + random.below(SYMBOLS - SIGNALS));
  symbols[within(1, 2)] = first;
  symbols[within(5, 6)] = second;
  return {
    length: seqLen,
    features: symbols.flatMap((symbol) => Array.from({ length: SYMBOLS }, (_, k) => (k === symbol ? 1 : 0))),
    label: SIGNALS * first + second,
  };
};
