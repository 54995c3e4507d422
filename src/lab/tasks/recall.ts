import { oneHot, type Problem, type SyntheticTask } from "./task.js";

/** Symbols that stand at the beginning and are to be said at the end. */
const POSITIONS = 10;

/**
 * Copying memory (Hochreiter and Schmidhuber 1997, in the form of Arjovsky, Shah and Bengio 2016): ten symbols of eight, seqLen - 1 blanks, a cue, ten
 * blanks, over which the ten symbols are to be said; before them blanks. Features [seqLen + 20, 10] are one-hot (symbols, blank, cue), labels [seqLen + 20]
 * are symbols or the blank, 8.
 */
export const copying: Problem = /* @__PURE__ */ recall(8);

/** Noiseless memorisation (Martens and Sutskever 2011): the same with five symbols. Features [seqLen + 20, 7]; the blank is 5. */
export const memorisation: Problem = /* @__PURE__ */ recall(5);

export const copyingTask: SyntheticTask = {
  name: "copying",
  about: "say ten symbols of eight again after a long blank; the error is the cross-entropy of a step",
  source: "Arjovsky, Shah and Bengio 2016",
  problem: copying,
  shortest: 1,
  inputSize: 10,
  outFeatures: 9,
  loss: "crossEntropy",
  goal: "step",
  judge: "loss",
  // ten times ln 8, and blanks that cost nothing
  baseline: (seqLen) => (POSITIONS * 3 * Math.LN2) / (seqLen + 2 * POSITIONS),
  success: (seqLen) => (0.1 * (POSITIONS * 3 * Math.LN2)) / (seqLen + 2 * POSITIONS),
  testSize: 500,
};

export const memorisationTask: SyntheticTask = {
  name: "memorisation",
  about: "say ten symbols of five again after a long blank; the error is the share of wrong ones",
  source: "Martens and Sutskever 2011; Pascanu, Mikolov and Bengio 2013",
  problem: memorisation,
  shortest: 1,
  inputSize: 7,
  outFeatures: 6,
  loss: "crossEntropy",
  goal: "step",
  judge: "wrong",
  answers: POSITIONS,
  baseline: () => 4 / 5,
  success: () => 0.01,
  testSize: 1000,
};

function recall(symbols: number): Problem {
  const [blank, cue] = [symbols, symbols + 1];
  return (random, seqLen) => {
    const length = seqLen + 2 * POSITIONS;
    const pattern = Array.from({ length: POSITIONS }, () => random.below(symbols));
    const blanks = (count: number) => new Array<number>(count).fill(blank);
    const input = [...pattern, ...blanks(seqLen - 1), cue, ...blanks(POSITIONS)];
    return {
      length,
      features: oneHot(input, symbols + 2),
      labels: [...blanks(seqLen + POSITIONS), ...pattern],
    };
  };
}
