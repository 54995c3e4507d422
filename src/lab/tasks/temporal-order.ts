import { oneHot, type Problem, type SyntheticTask } from "./task.js";

const SIGNALS = 2;
const SYMBOLS = 6;

/**
 * Temporal order (Hochreiter and Schmidhuber 1997): one of two signals in [0.1 T, 0.2 T), one in [0.5 T, 0.6 T), four distractors elsewhere; the class
 * (of four) is which signals came in which order. Features [T, 6] are one-hot.
 */
export const temporalOrder: Problem = /* @__PURE__ */ order([1, 5]);

/** The same with three signals, in [0.1 T, 0.2 T), [0.3 T, 0.4 T) and [0.6 T, 0.7 T), and eight classes. */
export const temporalOrder3: Problem = /* @__PURE__ */ order([1, 3, 6]);

export const temporalOrderTask: SyntheticTask = {
  name: "temporal-order",
  about: "say which of two signals came first and which second, among distractors",
  source: "Hochreiter and Schmidhuber 1997, experiment 6a; Pascanu, Mikolov and Bengio 2013",
  problem: temporalOrder,
  shortest: 10,
  inputSize: SYMBOLS,
  outFeatures: 4,
  loss: "crossEntropy",
  goal: "sequence",
  judge: "wrong",
  baseline: () => 3 / 4,
  success: () => 0.01,
  testSize: 10_000,
};

export const temporalOrder3Task: SyntheticTask = {
  ...temporalOrderTask,
  name: "temporal-order-3",
  about: "say which of two signals came first, second and third, among distractors",
  source: "Hochreiter and Schmidhuber 1997, experiment 6b; Pascanu, Mikolov and Bengio 2013",
  problem: temporalOrder3,
  outFeatures: 8,
  baseline: () => 7 / 8,
};

/** tenths: in which tenths of the sequence the signals stand. */
function order(tenths: readonly number[]): Problem {
  return (random, seqLen) => {
    const start = (tenth: number) => Math.floor((tenth * seqLen) / 10);
    const symbols = Array.from({ length: seqLen }, () => SIGNALS + random.below(SYMBOLS - SIGNALS));
    let label = 0;
    for (const tenth of tenths) {
      const signal = random.below(SIGNALS);
      symbols[start(tenth) + random.below(Math.max(1, start(tenth + 1) - start(tenth)))] = signal;
      label = SIGNALS * label + signal;
    }
    return { length: seqLen, features: oneHot(symbols, SYMBOLS), label };
  };
}
