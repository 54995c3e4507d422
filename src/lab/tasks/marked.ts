import type { Problem, SyntheticTask } from "./task.js";

/**
 * The adding problem (Hochreiter and Schmidhuber 1997): values in [-1, 1), two of them marked, one in the first tenth and one before the middle; the
 * target is their sum. Features [T, 2] are value and mark; T is in [seqLen, 1.1 seqLen).
 */
export const adding: Problem = /* @__PURE__ */ marked(-1, (one, other) => one + other);

/** The multiplication problem (same paper): the same with values in [0, 1) and their product. */
export const multiplication: Problem = /* @__PURE__ */ marked(0, (one, other) => one * other);

export const addingTask: SyntheticTask = {
  name: "adding",
  about: "add two marked values of many, each in [-1, 1)",
  source: "Hochreiter and Schmidhuber 1997, experiment 4",
  problem: adding,
  shortest: 4,
  inputSize: 2,
  outFeatures: 1,
  loss: "mse",
  goal: "sequence",
  judge: "loss",
  // the variance of a sum of two such values
  baseline: () => 2 / 3,
  success: () => 0.01,
  testSize: 2000,
};

export const multiplicationTask: SyntheticTask = {
  ...addingTask,
  name: "multiplication",
  about: "multiply two marked values of many, each in [0, 1)",
  source: "Hochreiter and Schmidhuber 1997, experiment 5",
  problem: multiplication,
  // the variance of a product of two such values: 1/9 - 1/16
  baseline: () => 7 / 144,
  // the square of the paper's largest error, 0.04
  success: () => 0.0016,
};

function marked(low: number, combine: (one: number, other: number) => number): Problem {
  return (random, seqLen) => {
    const length = seqLen + random.below(Math.max(1, Math.floor(seqLen / 10)));
    const tenth = Math.max(1, Math.floor(length / 10));
    const places = [random.below(tenth), tenth + random.below(Math.max(1, Math.floor(length / 2) - tenth))];
    const features = new Float32Array(2 * length);
    for (let t = 0; t < length; ++t) features[2 * t] = random.uniform(low, 1);
    for (const place of places) features[2 * place + 1] = 1;
    const [one = 0, other = 0] = places.map((place) => features[2 * place]);
    return { length, features, target: combine(one, other) };
  };
}
