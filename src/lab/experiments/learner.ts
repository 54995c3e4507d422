import { lengthOf, pack, type Sequence, unpack } from "../../data/batch.js";
import type { CellDescription } from "../../nn/cells.js";
import { last } from "../../nn/last.js";
import { linear } from "../../nn/linear.js";
import { Network } from "../../nn/network.js";
import { planMemory, reserveMemory } from "../../nn/plan.js";
import type { Clipping } from "../../optim/clip.js";
import { Random } from "../../random.js";
import { resolveTrainOptions } from "../../train/options.js";
import type { Pace } from "../../train/pace.js";
import type { StepReport } from "../../train/reports.js";
import { Stepper } from "../../train/stepper.js";
import type { SyntheticTask } from "../tasks/task.js";
import type { ResolvedExperiment } from "./options.js";

/** One run's network, and what it is trained on. */
export interface LearnerOptions extends Pick<ResolvedExperiment, "task" | "optimizer" | "batchSize" | "steps"> {
  readonly cell: CellDescription;
  readonly seqLen: number;
  readonly clip: Clipping;
  readonly omega: number;
  readonly seed: number;
}

/** Sequences that are judged together, unless they are long. */
const TOGETHER = 500;

/** Steps that are judged together, at most, if a batch of training has no more. */
const STEPS = 2 ** 20;

/** A network that sees new sequences at every step. */
export class Learner {
  readonly #task: SyntheticTask;
  readonly #seqLen: number;
  readonly #network: Network;
  readonly #stepper: Stepper;
  /** Those of the step under way. */
  readonly #sequences: Sequence[] = [];
  readonly #seed: number;
  readonly #training: Random;
  readonly #checks: Random;

  private constructor(network: Network, { task, seqLen, seed, clip, optimizer, batchSize, steps }: LearnerOptions) {
    this.#task = task;
    this.#seqLen = seqLen;
    this.#network = network;
    this.#training = new Random(seed, `${task.name} training`);
    // apart, so that checks change neither what is trained on nor what is judged
    this.#checks = new Random(seed, `${task.name} checks`);
    this.#seed = seed;
    const size = task.testSize === 1 ? 1 : batchSize;
    const training = { ...resolveTrainOptions({ optimizer, clip, batchSize: size }, seed), epochs: 1 };
    this.#stepper = new Stepper({ network, sequences: this.#sequences }, training, steps);
    this.#sequences.length = size;
  }

  static async create(options: LearnerOptions): Promise<Learner> {
    const { task, cell, omega, seed } = options;
    const { inputSize, outFeatures, loss } = task;
    const layers = [cell, ...(task.goal === "sequence" ? [last()] : []), linear({ outFeatures })];
    const network = await Network.create(layers, { inputSize, loss, seed, ...(omega > 0 && { omega }) });
    return new Learner(network, options);
  }

  /** Makes room for a step, from the length of one sequence, before the others are made. Throws Error BPTT_MEMORY when there is none. */
  reserve(): void {
    const size = this.#sequences.length;
    const one = this.#task.problem(new Random(this.#seed, `${this.#task.name} length`), this.#seqLen);
    const steps = lengthOf(one, 0);
    reserveMemory(this.#network, planMemory(this.#network, { size, steps, rows: size * steps }));
  }

  /** One update. Throws a NonFiniteError; the weights are then the last good ones. */
  async step(): Promise<StepReport> {
    const sequences = this.#sequences;
    for (let b = 0; b < sequences.length; ++b) sequences[b] = this.#task.problem(this.#training, this.#seqLen);
    const part = {
      members: [...sequences.keys()],
      from: 0,
      to: Number.POSITIVE_INFINITY,
      continues: undefined,
      lane: 0,
    };
    return (await this.#stepper.step([part], 1)).report;
  }

  /** The error over sequences that no other check has. */
  check(count: number, pace: Pace): Promise<number> {
    return this.#judge(this.#checks, count, pace);
  }

  /** The error over the sequences of the verdict: the same for every cell. */
  verdict(count: number, pace: Pace): Promise<number> {
    return this.#judge(new Random(this.#seed, `${this.#task.name} verdict`), count, pace);
  }

  async #judge(random: Random, count: number, pace: Pace): Promise<number> {
    let [sum, total] = [0, 0];
    const few = Math.max(this.#sequences.length, Math.floor(STEPS / this.#seqLen));
    const together = Math.min(TOGETHER, few);
    for (let done = 0; done < count; done += together) {
      const sequences = Array.from({ length: Math.min(together, count - done) }, () =>
        this.#task.problem(random, this.#seqLen),
      );
      const { error, weight } = this.#task.judge === "loss" ? this.#loss(sequences) : this.#wrong(sequences);
      sum += error;
      total += weight;
      await pace.rest();
    }
    return sum / total;
  }

  #loss(sequences: readonly Sequence[]): { error: number; weight: number } {
    let [error, weight] = [0, 0];
    for (const batch of pack(sequences, { batchSize: sequences.length })) {
      error += this.#network.forward(batch, { training: false }).loss;
      weight += this.#network.weigh(batch).weight;
    }
    return { error, weight };
  }

  #wrong(sequences: readonly Sequence[]): { error: number; weight: number } {
    const K = this.#network.outFeatures;
    let [error, weight] = [0, 0];
    for (const batch of pack(sequences, { batchSize: sequences.length }))
      unpack(batch, this.#network.predict(batch), K).forEach((rows, index) => {
        const { label, labels = [label ?? -1] } = sequences[index] ?? {};
        const T = rows.length / K;
        for (let t = Math.max(0, T - (this.#task.answers ?? 1)); t < T; ++t, ++weight) {
          const row = rows.subarray(t * K, (t + 1) * K);
          if (row.indexOf(Math.max(...row)) !== labels[t]) error += 1;
        }
      });
    return { error, weight };
  }
}
