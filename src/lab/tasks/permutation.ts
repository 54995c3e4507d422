import { oneHot, type Problem, type SyntheticTask } from "./task.js";

const SYMBOLS = 100;

/**
 * Random permutation (Hochreiter and Schmidhuber 1997; Martens and Sutskever 2011): seqLen symbols of 100. The first is 0 or 1 and so is the last, the same one; those
 * between are any of the others. At each step the next symbol is to be said, which only the last one can be told from. Features [seqLen - 1, 100] are one-hot.
 */
export const permutation: Problem = (random, seqLen) => {
  const ends = random.below(2);
  const between = Array.from({ length: seqLen - 2 }, () => 2 + random.below(SYMBOLS - 2));
  const symbols = [ends, ...between, ends];
  return {
    length: seqLen - 1,
    features: oneHot(symbols.slice(0, -1), SYMBOLS),
    labels: symbols.slice(1),
  };
};

export const permutationTask: SyntheticTask = {
  name: "permutation",
  about: "say the next symbol of 100 at each step; the last is the first one again, all others are chance",
  source: "Martens and Sutskever 2011, after Hochreiter and Schmidhuber 1997, experiment 2",
  problem: permutation,
  shortest: 3,
  inputSize: SYMBOLS,
  outFeatures: SYMBOLS,
  loss: "crossEntropy",
  goal: "step",
  judge: "wrong",
  answers: 1,
  baseline: () => 1 / 2,
  success: () => 0.01,
  testSize: 1000,
};
