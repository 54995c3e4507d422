import { plainError } from "../check.js";
import type { Batch } from "../data/batch.js";
import { type Clipper, clipper } from "../optim/clip.js";
import { Optimizer, type OptimizerState } from "../optim/optimizer.js";
import { mix } from "../random.js";
import { type Carried, carry, endOf, packPart, statesFor } from "./carried.js";
import { addInOrder, type Crew, type PartResult, type PartTask } from "./crew.js";
import type { Part } from "./epoch-plan.js";
import type { FlowWatch } from "./flow.js";
import type { TrainingJob } from "./job.js";
import { type NonFiniteError, type NonFinitePlace, nonFiniteError } from "./non-finite.js";
import { NormWindow } from "./norms.js";
import type { ResolvedTrainOptions } from "./options.js";
import type { StepReport, Validation } from "./reports.js";
import { ShardSum } from "./shard-sum.js";

/** What a checkpoint keeps of the steps, beside the moments and the carried states. */
export interface StepperState {
  readonly step: number;
  readonly clippedSteps: number;
  readonly skippedSteps: number;
  readonly tokens: number;
  readonly milliseconds: number;
  readonly norms: readonly number[];
}

/** What one step says, and what the mean of its loss was divided by. */
export interface StepResult {
  readonly report: StepReport;
  readonly weight: number;
}

type Job = Pick<TrainingJob<Validation>, "network" | "sequences" | "disturb">;

/** One update after the other of one network. */
export class Stepper {
  readonly optimizer: Optimizer;
  /** By lane: where the chunks of the last update ended. */
  carried: (Carried | undefined)[] = [];
  readonly #job: Job;
  readonly #options: ResolvedTrainOptions;
  readonly #clip: Clipper;
  readonly #norms = new NormWindow();
  readonly #total: number;
  readonly #previous: Float32Array<ArrayBuffer>;
  readonly #sum: ShardSum | undefined;
  readonly #crew: Crew | undefined;
  readonly #flow: FlowWatch | undefined;
  #step = 0;
  #isBusy = false;
  #clippedSteps = 0;
  #skippedSteps = 0;
  #tokens = 0;
  #milliseconds = 0;

  constructor(job: Job, options: ResolvedTrainOptions, total: number, crew?: Crew) {
    const { parameters } = job.network;
    this.#job = job;
    this.#options = options;
    this.#total = total;
    this.#clip = clipper(options.clip);
    this.optimizer = new Optimizer(parameters, options.optimizer, {
      steps: total,
      stepsPerEpoch: total / options.epochs,
    });
    this.#previous = parameters.snapshot();
    this.#sum = options.shards > 1 || options.accumulate > 1 ? new ShardSum(parameters) : undefined;
    this.#crew = this.#sum && crew;
    this.#flow = options.flow?.watch(job.network);
  }

  /** Steps done, also those that were skipped. */
  get steps(): number {
    return this.#step;
  }

  /** One update from these parts, or none if something is not finite and such steps are skipped. */
  async step(parts: readonly Part[], epoch: number): Promise<StepResult> {
    const start = performance.now();
    const learningRate = this.optimizer.lr;
    this.#step += 1;
    this.#isBusy = true;
    const outcome = await this.#try(parts);
    this.#isBusy = false;
    const { loss, weight, count, norm, clipped, omega, nonFinite } = outcome;
    if (nonFinite) this.#skippedSteps += 1;
    else this.#norms.add(norm);
    if (clipped) this.#clippedSteps += 1;
    this.#tokens += count;
    this.#milliseconds += performance.now() - start;
    const { threshold } = this.#clip;
    const flow = this.#flow?.take();
    const report: StepReport = {
      type: "step",
      step: this.#step,
      steps: this.#total,
      epoch,
      epochs: this.#options.epochs,
      loss,
      lossPerToken: weight > 0 ? loss / weight : 0,
      count,
      gradNorm: norm,
      clipped,
      clippedShare: this.#clippedSteps / this.#step,
      ...(threshold !== undefined && { clipThreshold: threshold }),
      normPercentiles: this.#norms.percentiles,
      ...(this.#job.network.omega > 0 && { omega }),
      ...(flow && { flow }),
      learningRate,
      tokensPerSecond: (1000 * this.#tokens) / Math.max(this.#milliseconds, 1e-3),
      skippedSteps: this.#skippedSteps,
      ...(nonFinite && { nonFinite }),
    };
    return { report, weight };
  }

  /** The weights are again those before the last update. */
  takeBack(): void {
    this.#job.network.parameters.restore(this.#previous);
  }

  /** The loss of the validation is not finite. */
  refuseValidation(): never {
    throw this.#back(undefined, "validation");
  }

  /** @throws Error BPTT_ORDER inside a step */
  save(): StepperState {
    if (this.#isBusy)
      throw plainError(
        "BPTT_ORDER",
        "checkpoint: a step is under way; call it at a report, inside the loop of train()",
      );
    return {
      step: this.#step,
      clippedSteps: this.#clippedSteps,
      skippedSteps: this.#skippedSteps,
      tokens: this.#tokens,
      milliseconds: this.#milliseconds,
      norms: this.#norms.save(),
    };
  }

  /** Goes on from a checkpoint, whose weights the network has already. */
  restore(state: StepperState, optimizer: OptimizerState): void {
    this.optimizer.restore(optimizer);
    this.#step = state.step;
    this.#clippedSteps = state.clippedSteps;
    this.#skippedSteps = state.skippedSteps;
    this.#tokens = state.tokens;
    this.#milliseconds = state.milliseconds;
    for (const norm of state.norms) this.#norms.add(norm);
  }

  async #try(parts: readonly Part[]): Promise<Update> {
    if (this.#options.onNonFinite === "stop") return this.#update(parts);
    try {
      return await this.#update(parts);
    } catch (error) {
      const { place } = error as Partial<NonFiniteError>;
      // moments that are not finite would spoil every update that follows
      if (place === undefined || !this.#momentsAreFinite(place)) throw error;
      this.carried = [];
      const nothing = { loss: Number.NaN, weight: 0, count: 0, norm: Number.NaN, clipped: false, omega: 0 };
      return { ...nothing, nonFinite: place };
    }
  }

  #momentsAreFinite({ quantity }: NonFinitePlace): boolean {
    if (quantity !== "parameter") return true;
    const { arena, count } = this.#job.network.parameters;
    return this.optimizer.moments.every((moment) => arena.kernel.firstNonFinite(moment, count) < 0);
  }

  async #update(parts: readonly Part[]): Promise<Update> {
    const { network } = this.#job;
    const { parameters } = network;
    const { last, clippedSteps, fault, ...sums } = await this.#gradients(parts);
    const { norm, clipped } = this.#clip.apply(parameters, clippedSteps);
    if (!Number.isFinite(norm)) throw fault();
    this.#previous.set(parameters.arena.f32(parameters.values, parameters.count));
    this.optimizer.step();
    if (parameters.arena.kernel.firstNonFinite(parameters.values, parameters.count) >= 0)
      throw this.#back(last, "parameter");
    return { ...sums, norm, clipped };
  }

  /** Leaves the gradient of all parts together: each by itself, added in order. */
  async #gradients(parts: readonly Part[]) {
    const { network, disturb } = this.#job;
    const { parameters } = network;
    const { reduction, seed, truncate } = this.#options;
    const batches = parts.map((part) => packPart(this.#job.sequences, part, truncate));
    const weighed = batches.map((batch) => network.weigh(batch));
    const count = weighed.reduce((sum, part) => sum + part.count, 0);
    const weight = weighed.reduce((sum, part) => sum + part.weight, 0);
    const sequences = batches.reduce((sum, { size }) => sum + size, 0);
    const descent = {
      divisor: reduction === "mean" ? weight : 1,
      sequences: reduction === "mean" ? sequences : 1,
      ...(this.#clip.stepNorm !== undefined && { stepNorm: this.#clip.stepNorm }),
    };
    let loss = 0;
    let clippedSteps = 0;
    let omega = 0;
    const step = this.#step;
    for (const batch of batches) disturb?.(batch, mix(seed >>> 0, step));
    const goesOn = truncate !== undefined;
    // all before the first part is computed, for a part that is lost begins again where it began
    const tasks = batches.map(
      (batch, number): PartTask => ({
        batch,
        step,
        descent,
        goesOn,
        ...statesFor(parts[number] as Part, this.carried),
      }),
    );
    const compute = (number: number): PartResult => {
      const { batch, initialStates } = tasks[number] as PartTask;
      this.#sum?.makeRoom();
      network.zeroGrad();
      const { loss } = network.forward(batch, { step, ...(initialStates && { initialStates }) });
      if (!Number.isFinite(loss)) return { loss, clippedSteps: 0, omega: 0, fault: "loss" };
      const end = endOf(network, goesOn);
      const backward = () => network.backward(descent);
      return { loss, ...(this.#flow ? this.#flow.backward(batch, step, backward) : backward()), ...end };
    };
    this.#sum?.clear();
    const crew = parts.length > 1 ? this.#crew : undefined;
    crew?.begin(tasks);
    await addInOrder(
      batches.length,
      compute,
      (number, result, from) => {
        if (result.fault === "loss") throw this.#back(batches[number], "loss");
        loss += result.loss;
        clippedSteps += result.clippedSteps;
        omega += result.omega / sequences;
        carry(this.carried, parts[number] as Part, result);
        this.#sum?.add(from);
      },
      crew,
    );
    this.#sum?.giveBack();
    /** Says where a gradient is not finite: each part is computed once more, since the sum does not tell. */
    const fault = () => {
      const ofSum = nonFiniteError(network, batches.at(-1), "gradient", step);
      for (const [number, batch] of parts.length > 1 ? batches.entries() : []) {
        compute(number);
        if (parameters.arena.kernel.firstNonFinite(parameters.gradients, parameters.count) >= 0)
          return nonFiniteError(network, batch, "gradient", step);
      }
      return ofSum;
    };
    return { loss, count, weight, last: batches.at(-1), clippedSteps, omega, fault };
  }

  /** The error; the last update led here, so the weights before it come back. */
  #back(batch: Batch | undefined, quantity: NonFinitePlace["quantity"]): NonFiniteError {
    const error = nonFiniteError(this.#job.network, batch, quantity, this.#step);
    if (this.#options.onNonFinite === "stop" || quantity !== "loss") this.takeBack();
    return error;
  }
}

interface Update {
  readonly loss: number;
  readonly weight: number;
  readonly count: number;
  readonly norm: number;
  readonly clipped: boolean;
  readonly omega: number;
  readonly nonFinite?: NonFinitePlace;
}
