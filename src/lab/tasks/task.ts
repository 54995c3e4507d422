import type { Sequence } from "../../data/batch.js";
import type { Random } from "../../random.js";

/**
 * Makes one sequence of a problem whose signals lie far apart.
 *
 * @param random where the chance comes from: `new Random(seed)`
 * @param seqLen what the problem counts as its length, in steps
 */
export type Problem = (random: Random, seqLen: number) => Sequence;

/** A problem with the network's ends that it needs, and what counts as solved. */
export interface SyntheticTask {
  /** Keeps the chance of one task apart from that of others. */
  readonly name: string;
  /** What is asked, in one line. */
  readonly about: string;
  /** Where it was first described. */
  readonly source: string;
  readonly problem: Problem;
  /** The least seqLen. */
  readonly shortest: number;
  /** Features of a step. */
  readonly inputSize: number;
  /** K: outputs. */
  readonly outFeatures: number;
  readonly loss: "crossEntropy" | "mse";
  /** "step": sequences bring labels or targets, one for each step; "sequence": a label or a target for the whole, behind last(). */
  readonly goal: "step" | "sequence";
  /** What is judged: the mean loss of all goals, or the share of wrong answers among the last `answers` steps (of the one answer for the whole sequence). */
  readonly judge: "loss" | "wrong";
  /** Default 1. */
  readonly answers?: number;
  /** The error of the best answer of one who knows the problem, and when to answer, but remembers no signal. */
  readonly baseline: (seqLen: number) => number;
  /** A run has succeeded with an error below it. */
  readonly success: (seqLen: number) => number;
  /** Sequences, new ones, on which the error is taken; 1 for a task that is one sequence, which is then also what a batch holds. */
  readonly testSize: number;
}

/** Features [T, width]: at each step 1 at the place of its symbol, 0 elsewhere. */
export function oneHot(symbols: readonly number[], width: number): Float32Array {
  const features = new Float32Array(symbols.length * width);
  symbols.forEach((symbol, t) => {
    features[t * width + symbol] = 1;
  });
  return features;
}
