import { clockwork } from "../../nn/cells/clockwork.js";
import { lstm } from "../../nn/cells/lstm.js";
import { rnn } from "../../nn/cells/rnn.js";
import { adam } from "../../optim/adam.js";
import { stepDecay } from "../../optim/schedule.js";
import { sgd } from "../../optim/sgd.js";
import type { ExperimentOptions } from "./options.js";

/** An experiment that is known to come out as it says, as plain JSON: `experiment({ ...experiments.adding.options, onRun })`. */
export interface ExperimentPreset {
  /** Problem, sizes, training, and what counts as success, in one line. */
  readonly about: string;
  /** What came out for these seeds. */
  readonly expected: string;
  /** Seconds that all its runs take on one core, about. */
  readonly seconds: number;
  readonly options: ExperimentOptions;
}

const SEEDS = [1, 2, 3, 4, 5];

export type ExperimentName =
  | "adding"
  | "multiplication"
  | "temporal-order"
  | "temporal-order-3"
  | "clipping"
  | "copying"
  | "permutation"
  | "sines";

/** What `bptt lab` runs, by name. */
export const experiments: Readonly<Record<ExperimentName, ExperimentPreset>> = {
  adding: {
    about:
      "adding problem, T = 100: 8 units, 8000 steps of 32, Adam 5e-3 halved every 1500, clip 1; success: test MSE below 0.01 (always answering 0 has 0.67)",
    expected: "the LSTM succeeds, the tanh network stays at the error of always answering 0",
    seconds: 100,
    options: {
      task: "adding",
      cells: ["lstm", "rnn"],
      lengths: [100],
      seeds: SEEDS,
      hiddenSize: 8,
      optimizer: /* @__PURE__ */ adam({
        lr: 5e-3,
        schedule: /* @__PURE__ */ stepDecay({ stepSize: 1500, gamma: 0.5, unit: "steps" }),
      }),
      steps: 8000,
      checkEvery: 250,
      untilSuccess: false,
    },
  },
  multiplication: {
    about:
      "multiplication problem, T = 50: 8 units, at most 4000 steps of 32, Adam 5e-3, clip 1; success: test MSE below 0.0016 (the constant 1/4 has 0.049)",
    expected: "the LSTM succeeds, the tanh network stays at the error of the constant",
    seconds: 10,
    options: {
      task: "multiplication",
      cells: ["lstm", "rnn"],
      lengths: [50],
      seeds: SEEDS,
      hiddenSize: 8,
      optimizer: /* @__PURE__ */ adam({ lr: 5e-3 }),
      steps: 4000,
    },
  },
  "temporal-order": {
    about:
      "temporal order, T = 50: 4 units, at most 2000 steps of 32, Adam 0.02, clip 1; success: below 1 % wrong of 10,000",
    expected: "the LSTM succeeds within some 150 steps, the tanh network stays at chance (75 % wrong)",
    seconds: 15,
    options: {
      task: "temporal-order",
      cells: ["lstm", "rnn"],
      lengths: [50],
      seeds: SEEDS,
      hiddenSize: 4,
      optimizer: /* @__PURE__ */ adam({ lr: 0.02 }),
      checkEvery: 20,
    },
  },
  "temporal-order-3": {
    about:
      "temporal order of three signals, T = 50: 8 units, at most 2000 steps of 32, Adam 0.02, clip 1; success: below 1 % wrong of 10,000",
    expected: "the LSTM succeeds, the tanh network stays at chance (87.5 % wrong)",
    seconds: 20,
    options: {
      task: "temporal-order-3",
      cells: ["lstm", "rnn"],
      lengths: [50],
      seeds: SEEDS,
      hiddenSize: 8,
      optimizer: /* @__PURE__ */ adam({ lr: 0.02 }),
      checkEvery: 20,
    },
  },
  clipping: {
    about:
      "temporal order as in Pascanu, Mikolov and Bengio 2013, with and without clipping and their regulariser: 50 tanh units, batches of 20, clip 1; scaled down from lr 0.01, T up to 250 and 5 million steps to SGD 0.1, T = 20 and 50, at most 4000 steps; success: below 1 % wrong of 10,000",
    expected:
      "plain SGD fails at both lengths, with clipping it succeeds at 20 and fails at 50, with clipping and regulariser it succeeds at both",
    seconds: 95,
    options: {
      task: "temporal-order",
      cells: [/* @__PURE__ */ rnn({ hiddenSize: 50 })],
      lengths: [20, 50],
      clips: [false, { norm: 1 }],
      omegas: [0, 0.5],
      seeds: SEEDS,
      hiddenSize: 50,
      optimizer: /* @__PURE__ */ sgd({ lr: 0.1 }),
      batchSize: 20,
      steps: 4000,
    },
  },
  copying: {
    about:
      "copying ten symbols over T blanks: LSTM of 40 units, 1000 steps of 20, Adam 5e-3, clip 1; success: a tenth of 10 ln 8 / (T + 20), the cross-entropy of who knows when to answer and remembers nothing: 0.1733 at T = 100, 0.0945 at 200",
    expected: "the LSTM learns when to answer and stays on that baseline",
    seconds: 50,
    options: {
      task: "copying",
      cells: [/* @__PURE__ */ lstm({ hiddenSize: 40, forgetBias: 1 })],
      lengths: [100, 200],
      seeds: [1, 2, 3],
      hiddenSize: 40,
      optimizer: /* @__PURE__ */ adam({ lr: 5e-3 }),
      batchSize: 20,
      steps: 1000,
      checkEvery: 250,
    },
  },
  permutation: {
    about:
      "random permutation of 100 symbols, T = 20 and 50: 32 units, at most 2000 steps of 20, Adam 0.01, clip 1; success: the last symbol, which is the first one again, wrong in less than 1 % of 1000",
    expected: "at 20 both cells succeed with all three seeds, at 50 the LSTM with one and the tanh network with none",
    seconds: 75,
    options: {
      task: "permutation",
      cells: ["lstm", "rnn"],
      lengths: [20, 50],
      seeds: [1, 2, 3],
      hiddenSize: 32,
      optimizer: /* @__PURE__ */ adam({ lr: 0.01 }),
      batchSize: 20,
    },
  },
  sines: {
    about:
      "sum of sines of periods 8, 32, 80 and 160 from a constant input, T = 320: 1500 steps of SGD 0.02, clip 1; clockwork 64 in 8 groups, others 48; success: less than half of the variance (2) is left",
    expected:
      "the clockwork network is left with less than half of the variance, the tanh network with almost all of it",
    seconds: 10,
    options: {
      task: "sines",
      cells: [/* @__PURE__ */ clockwork({ hiddenSize: 64, groups: 8 }), "rnn"],
      lengths: [320],
      seeds: SEEDS,
      hiddenSize: 48,
      optimizer: /* @__PURE__ */ sgd({ lr: 0.02 }),
      steps: 1500,
      checkEvery: 1500,
    },
  },
};
