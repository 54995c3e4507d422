import { pack, type Sequence } from "../data/batch.js";
import { instantiateKernel } from "../kernel/load.js";
import { type CellDescription, cellKinds } from "../nn/cells.js";
import { last } from "../nn/last.js";
import type { LayerDescription } from "../nn/layers.js";
import { linear } from "../nn/linear.js";
import { Network } from "../nn/network.js";
import type { NetworkOptions } from "../nn/network-options.js";
import { adam } from "../optim/adam.js";
import { clipGradNorm } from "../optim/clip.js";
import { type AnyOptimizer, Optimizer } from "../optim/optimizer.js";
import { sgd } from "../optim/sgd.js";
import { Random } from "../random.js";
import { adding, type Problem, temporalOrder } from "./problems.js";

/** What one run of an experiment came to. */
export interface Outcome {
  /** On problems that training has not seen: mean squared error, or share of wrong answers; `about` says which. */
  readonly error: number;
  /** Updates of the weights that it took. */
  readonly steps: number;
  /** Whether the error is below what `about` asks for. */
  readonly succeeded: boolean;
}

/** Cells on a problem whose signals lie far apart. */
export interface Experiment {
  /** Problem, sizes, training, and what counts as success, in one line. */
  readonly about: string;
  /** The cells that it is meant to compare. */
  readonly cells: readonly CellDescription["type"][];
  /**
   * Trains one cell; the same seed gives the same outcome everywhere.
   *
   * @param cell any cell, also one that is not in `cells`
   * @param seed of the first weights and of the problems
   * @param progress gets the share that is done, from 0 to 1
   */
  readonly run: (cell: CellDescription["type"], seed: number, progress?: (done: number) => void) => Promise<Outcome>;
}

/**
 * What `bptt lab` runs, by name: `adding` and `temporal-order` (Hochreiter and Schmidhuber 1997), and `sines`, signals of several periods as in
 * Koutnik et al. 2014.
 */
export const experiments: Readonly<Record<string, Experiment>> = {
  adding: {
    about:
      "adding problem, T = 100: 8 units, 8000 steps of 32, Adam 5e-3 halved every 1500, clip 1; success: test MSE below 0.01 (always answering 0 has 0.67)",
    cells: ["lstm", "rnn"],
    async run(cell, seed, progress = () => {}) {
      const steps = 8000;
      const learner = await Learner.create([describe(cell, 8, 100), last(), linear({ outFeatures: 1 })], {
        inputSize: 2,
        loss: "mse",
        seed,
      });
      const random = new Random(seed, "adding");
      for (let step = 0; step < steps; ++step) {
        if (step % 1500 === 0) learner.use(adam({ lr: 5e-3 / (1 << (step / 1500)) }));
        learner.step(make(adding, random, 100, 32));
        if (step % 100 === 0) progress(step / steps);
      }
      const error = learner.loss(make(adding, random, 100, 2000));
      return { error, steps, succeeded: error < 0.01 };
    },
  },
  "temporal-order": {
    about:
      "temporal order, T = 50: 4 units, at most 2000 steps of 32, Adam 0.02, clip 1; success: below 1 % wrong of 10,000",
    cells: ["lstm", "rnn"],
    async run(cell, seed, progress = () => {}) {
      const most = 2000;
      const learner = await Learner.create([describe(cell, 4, 50), last(), linear({ outFeatures: 4 })], {
        inputSize: 6,
        seed,
      });
      learner.use(adam({ lr: 0.02 }));
      const random = new Random(seed, "temporal order");
      let steps = 0;
      while (steps < most) {
        learner.step(make(temporalOrder, random, 50, 32));
        steps += 1;
        progress(steps / most);
        if (steps % 20 === 0 && learner.wrong(make(temporalOrder, random, 50, 500)) === 0) break;
      }
      const error = learner.wrong(make(temporalOrder, random, 50, 10_000));
      return { error, steps, succeeded: error < 0.01 };
    },
  },
  sines: {
    about:
      "sum of sines of periods 8, 32, 80 and 160 from a constant input, T = 320: 1500 steps of SGD 0.02, clip 1; clockwork 64 in 8 groups, others 48; success: less than half of the variance (2) is left",
    cells: ["clockwork", "rnn"],
    async run(cell, seed, progress = () => {}) {
      const steps = 1500;
      const learner = await Learner.create(
        [describe(cell, cell === "clockwork" ? 64 : 48, 320), linear({ outFeatures: 1 })],
        {
          inputSize: 1,
          loss: "mse",
          seed,
        },
      );
      learner.use(sgd({ lr: 0.02 }));
      const sequence = await sines();
      for (let step = 0; step < steps; ++step) {
        learner.step([sequence]);
        if (step % 50 === 0) progress(step / steps);
      }
      const error = learner.loss([sequence]);
      return { error, steps, succeeded: error < 1 };
    },
  },
};

/** A cell for signals that lie up to seqLen steps apart: an LSTM begins accordingly, a clockwork network has its paper's groups, others begin as in PyTorch. */
function describe(type: CellDescription["type"], hiddenSize: number, seqLen: number): CellDescription {
  const own: Partial<Record<typeof type, object>> = {
    lstm: { chrono: seqLen },
    clockwork: { groups: 8 },
  };
  return cellKinds[type].describe({ type, hiddenSize, ...own[type] } as CellDescription);
}

const make = (problem: Problem, random: Random, seqLen: number, count: number): Sequence[] =>
  Array.from({ length: count }, () => problem(random, seqLen));

/** The signal of Koutnik et al.'s first experiment in the form of one sequence: the sines come from the kernel, the same everywhere. */
async function sines(): Promise<Sequence> {
  const [length, periods] = [320, [8, 32, 80, 160]];
  const kernel = await instantiateKernel();
  const targets = Array.from({ length }, (_, t) =>
    periods.reduce((sum, period) => sum + kernel.sin((2 * Math.PI * t) / period), 0),
  );
  return { length, features: new Float32Array(length).fill(1), targets };
}

/** A network that sees new sequences at every step. */
class Learner {
  readonly #network: Network;
  #optimizer: Optimizer;

  private constructor(network: Network) {
    this.#network = network;
    this.#optimizer = new Optimizer(network.parameters, sgd({ lr: 1 }));
  }

  static async create(layers: readonly LayerDescription[], options: NetworkOptions): Promise<Learner> {
    return new Learner(await Network.create(layers, options));
  }

  /** From now on; moments of the same optimiser go on. */
  use(description: AnyOptimizer): void {
    const next = new Optimizer(this.#network.parameters, description);
    if (this.#optimizer.description.type === description.type) next.restore(this.#optimizer.save());
    this.#optimizer = next;
  }

  step(sequences: readonly Sequence[]): void {
    const network = this.#network;
    for (const batch of pack(sequences, { batchSize: sequences.length })) {
      network.zeroGrad();
      network.forward(batch);
      network.backward();
      clipGradNorm(network.parameters, 1);
      this.#optimizer.step();
    }
  }

  /** The mean over the sequences (over all their steps, if each has a target). */
  loss(sequences: readonly Sequence[]): number {
    let [sum, total] = [0, 0];
    for (const batch of pack(sequences, { batchSize: 500 })) {
      const { lossPerToken, count } = this.#network.forward(batch, { training: false });
      sum += lossPerToken * count;
      total += count;
    }
    return sum / total;
  }

  /** Share of sequences whose most probable class is wrong. */
  wrong(sequences: readonly Sequence[]): number {
    const K = this.#network.outFeatures;
    let wrong = 0;
    let from = 0;
    for (const batch of pack(sequences, { batchSize: 500 })) {
      const logits = this.#network.predict(batch);
      batch.order.forEach((place, row) => {
        const own = logits.subarray(row * K, (row + 1) * K);
        if (own.indexOf(Math.max(...own)) !== sequences[from + place]?.label) wrong += 1;
      });
      from += batch.size;
    }
    return wrong / sequences.length;
  }
}
