import { rangeError } from "../check.js";
import { type Batch, batchMembers, lengthOf, packMembers, type Sequence, shardMembers } from "../data/batch.js";
import type { Pointer } from "../kernel/memory.js";
import type { Network } from "../nn/network.js";
import { type Clipper, clipper } from "../optim/clip.js";
import { Optimizer } from "../optim/optimizer.js";
import { type Parameters, RowList } from "../parameters.js";
import { mix, Random } from "../random.js";
import { BestEpoch } from "./best.js";
import { type NonFinitePlace, nonFiniteError } from "./non-finite.js";
import { NormWindow } from "./norms.js";
import type { ResolvedTrainOptions } from "./options.js";
import { Pace } from "./pace.js";
import type { Report, StepReport, Stopped, Validation } from "./reports.js";

/** What is trained. */
export interface TrainingJob<Metrics extends Validation> {
  readonly network: Network;
  readonly sequences: readonly Sequence[];
  /** Changes a packed batch before it is used (word dropout). */
  readonly disturb?: (batch: Batch, seed: number) => void;
  /** Called after every epoch. */
  readonly validate?: (pace: Pace) => Promise<Metrics>;
}

/**
 * The training loop of every task: for each batch forward, BPTT, clipping and one update. It reports every step and every epoch, gives
 * the event loop its turn, and returns why it ended.
 */
export async function* train<Metrics extends Validation>(
  job: TrainingJob<Metrics>,
  options: ResolvedTrainOptions,
): AsyncGenerator<Report<Metrics>, Stopped> {
  const { network, sequences } = job;
  const { epochs, batchSize } = options;
  if (sequences.length === 0) throw rangeError("BPTT_DATA", "train: expected one example or more, got none");
  if (options.earlyStopping && !job.validate)
    throw rangeError("BPTT_OPTION", "earlyStopping: it watches the validation; give validation examples");
  const lengths = sequences.map(lengthOf);
  const steps = epochs * Math.ceil(sequences.length / batchSize);
  const { made: stepper, giveBack } = network.parameters.arena.lend(() => new Stepper(job, options, steps));
  try {
    return yield* run(job, options, lengths, stepper);
  } finally {
    giveBack();
  }
}

async function* run<Metrics extends Validation>(
  job: TrainingJob<Metrics>,
  options: ResolvedTrainOptions,
  lengths: readonly number[],
  stepper: Stepper,
): AsyncGenerator<Report<Metrics>, Stopped> {
  const { network } = job;
  const { epochs, batchSize, signal } = options;
  const random = new Random(options.seed, "shuffle");
  const best = new BestEpoch<Metrics>(network.parameters, options.earlyStopping);
  const pace = new Pace();
  const start = performance.now();
  for (let epoch = 1; epoch <= epochs; ++epoch) {
    let loss = 0;
    let divisor = 0;
    for (const members of batchMembers(lengths, batchSize, random)) {
      if (signal?.aborted) return "aborted";
      const { report, weight } = stepper.step(shardMembers(lengths, members, options.shards), epoch);
      loss += report.loss;
      divisor += weight;
      yield report;
      await pace.rest();
    }
    if (signal?.aborted) return "aborted";
    const validation = await job.validate?.(pace);
    if (validation && !Number.isFinite(validation.loss)) stepper.refuseValidation();
    const verdict = best.judge(validation);
    yield {
      type: "epoch",
      epoch,
      epochs,
      step: stepper.steps,
      loss,
      lossPerToken: divisor > 0 ? loss / divisor : 0,
      ...(validation && { validation }),
      best: verdict === "best",
      seconds: (performance.now() - start) / 1000,
    };
    if (verdict === "stop") break;
  }
  return best.restore() ? "early" : "finished";
}

/** One step after the other over the same network. */
class Stepper {
  readonly #job: Pick<TrainingJob<Validation>, "network" | "sequences" | "disturb">;
  readonly #options: ResolvedTrainOptions;
  readonly #optimizer: Optimizer;
  readonly #clip: Clipper;
  readonly #norms = new NormWindow();
  readonly #total: number;
  readonly #previous: Float32Array<ArrayBuffer>;
  readonly #sum: ShardSum | undefined;
  #clippedSteps = 0;
  #tokens = 0;
  #milliseconds = 0;

  constructor(
    job: Pick<TrainingJob<Validation>, "network" | "sequences" | "disturb">,
    options: ResolvedTrainOptions,
    total: number,
  ) {
    const { parameters } = job.network;
    this.#job = job;
    this.#options = options;
    this.#total = total;
    this.#clip = clipper(options.clip);
    this.#optimizer = new Optimizer(parameters, options.optimizer, { steps: total });
    this.#previous = parameters.snapshot();
    this.#sum = options.shards > 1 ? new ShardSum(parameters) : undefined;
  }

  get steps(): number {
    return this.#optimizer.steps;
  }

  /** The whole batch, dealt to shards, and one update. */
  step(shards: readonly (readonly number[])[], epoch: number): { report: StepReport; weight: number } {
    const start = performance.now();
    const { network } = this.#job;
    const { parameters } = network;
    const step = this.#optimizer.steps + 1;
    const learningRate = this.#optimizer.lr;
    const { loss, count, weight, last, clippedSteps, omega } = this.#gradients(shards, step);
    const { norm, clipped } = this.#clip.apply(parameters, clippedSteps);
    if (!Number.isFinite(norm)) throw nonFiniteError(network, last, "gradient", step);
    this.#norms.add(norm);
    const { threshold } = this.#clip;
    this.#previous.set(parameters.arena.f32(parameters.values, parameters.count));
    this.#optimizer.step();
    if (parameters.arena.kernel.firstNonFinite(parameters.values, parameters.count) >= 0)
      this.#stop(last, "parameter", step);
    if (clipped) this.#clippedSteps += 1;
    this.#tokens += count;
    this.#milliseconds += performance.now() - start;
    const report: StepReport = {
      type: "step",
      step,
      steps: this.#total,
      epoch,
      epochs: this.#options.epochs,
      loss,
      lossPerToken: weight > 0 ? loss / weight : 0,
      count,
      gradNorm: norm,
      clipped,
      clippedShare: this.#clippedSteps / step,
      ...(threshold !== undefined && { clipThreshold: threshold }),
      normPercentiles: this.#norms.percentiles,
      ...(network.omega > 0 && { omega }),
      learningRate,
      tokensPerSecond: (1000 * this.#tokens) / Math.max(this.#milliseconds, 1e-3),
    };
    return { report, weight };
  }

  /** Leaves the gradient of the whole batch: every shard's by itself, added in shard order. */
  #gradients(shards: readonly (readonly number[])[], step: number) {
    const { network, sequences, disturb } = this.#job;
    const { parameters } = network;
    const { kernel } = parameters.arena;
    const batches = shards.map((shard) => packMembers(sequences, shard));
    const weighed = batches.map((batch) => network.weigh(batch));
    const count = weighed.reduce((sum, part) => sum + part.count, 0);
    const weight = weighed.reduce((sum, part) => sum + part.weight, 0);
    const divisor = this.#options.reduction === "mean" ? weight : 1;
    const sequencesOfAll = batches.reduce((sum, { size }) => sum + size, 0);
    const descent = {
      divisor,
      sequences: this.#options.reduction === "mean" ? sequencesOfAll : 1,
      ...(this.#clip.stepNorm !== undefined && { stepNorm: this.#clip.stepNorm }),
    };
    let loss = 0;
    let clippedSteps = 0;
    let omega = 0;
    this.#sum?.clear();
    for (const batch of batches) {
      disturb?.(batch, mix(this.#options.seed >>> 0, step));
      network.zeroGrad();
      loss += network.forward(batch, { step }).loss;
      if (!Number.isFinite(loss)) this.#stop(batch, "loss", step);
      const back = network.backward(descent);
      clippedSteps += back.clippedSteps;
      omega += back.omega / sequencesOfAll;
      if (this.#sum && kernel.firstNonFinite(parameters.gradients, parameters.count) >= 0)
        throw nonFiniteError(network, batch, "gradient", step);
      this.#sum?.add();
    }
    this.#sum?.giveBack();
    return { loss, count, weight, last: batches.at(-1) as Batch, clippedSteps, omega };
  }

  /** The loss of the validation is not finite. */
  refuseValidation(): never {
    return this.#stop(undefined, "validation", this.#optimizer.steps);
  }

  /** The last update led here, so the weights before it come back. */
  #stop(batch: Batch | undefined, quantity: NonFinitePlace["quantity"], step: number): never {
    const { network } = this.#job;
    const error = nonFiniteError(network, batch, quantity, step);
    network.parameters.restore(this.#previous);
    throw error;
  }
}

/** The gradients of the shards, added up; of an embedding's table only the rows that some shard has. */
class ShardSum {
  readonly #parameters: Parameters;
  readonly #sum: Pointer;
  readonly #rows: RowList;

  constructor(parameters: Parameters) {
    this.#parameters = parameters;
    this.#sum = parameters.arena.allocate(4 * parameters.count);
    this.#rows = RowList.like(parameters.rows);
  }

  clear(): void {
    this.#parameters.arena.kernel.rowsClear(this.#rows.pointer, this.#sum);
  }

  /** Adds the gradients of one shard. */
  add(): void {
    const { arena, rows, gradients } = this.#parameters;
    arena.kernel.rowsMerge(this.#rows.pointer, rows.pointer);
    arena.kernel.rowsAccumulate(rows.pointer, this.#sum, gradients);
  }

  /** Makes the sum the gradient of the parameters. */
  giveBack(): void {
    const { arena, rows, gradients } = this.#parameters;
    arena.kernel.rowsClear(rows.pointer, gradients);
    arena.kernel.rowsMerge(rows.pointer, this.#rows.pointer);
    arena.kernel.rowsAccumulate(rows.pointer, gradients, this.#sum);
  }
}
