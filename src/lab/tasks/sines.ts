import type { Problem, SyntheticTask } from "./task.js";

const PERIODS = [8, 32, 80, 160];

/**
 * Sum of sines of periods 8, 32, 80 and 160, to be made from a constant input 1, in the manner of Koutnik et al. 2014: one sequence,
 * without chance. Features [T, 1], targets [T, 1].
 */
export const sines: Problem = (_, seqLen) => ({
  length: seqLen,
  features: new Float32Array(seqLen).fill(1),
  targets: Float32Array.from({ length: seqLen }, (_, t) =>
    PERIODS.reduce((sum, period) => sum + sineOfTurns(t / period), 0),
  ),
});

export const sinesTask: SyntheticTask = {
  name: "sines",
  about: "follow a sum of four sines from a constant input; the error is the mean square",
  source: "after Koutnik, Greff, Gomez and Schmidhuber 2014",
  problem: sines,
  shortest: 1,
  inputSize: 1,
  outFeatures: 1,
  loss: "mse",
  goal: "step",
  judge: "loss",
  // each sine has a variance of a half
  baseline: () => 2,
  success: () => 1,
  testSize: 1,
};

/** sin(2 pi turns) by Taylor's series: + and * are the same in every engine. Largest error 1e-15. */
function sineOfTurns(turns: number): number {
  const part = turns - Math.floor(turns);
  const folded = part > 0.75 ? part - 1 : part > 0.25 ? 0.5 - part : part;
  const x = 2 * Math.PI * folded;
  let [sum, term] = [x, x];
  for (let n = 2; n < 24; n += 2) {
    term *= (-x * x) / (n * (n + 1));
    sum += term;
  }
  return sum;
}
