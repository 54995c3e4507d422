import { plainError, rangeError } from "../check.js";
import { lengthOf } from "../data/batch.js";
import { checkCarries } from "../nn/states.js";
import { Random } from "../random.js";
import { Best, numbersOf, unknownMetric } from "./best.js";
import { checkData, fingerprintOf, goOn, stateOf } from "./checkpoint.js";
import { countUpdates, type Part, updatesOf } from "./epoch-plan.js";
import type { TrainingJob } from "./job.js";
import type { NonFinitePlace } from "./non-finite.js";
import type { ResolvedTrainOptions } from "./options.js";
import { Pace } from "./pace.js";
import { reserveTraining } from "./plan.js";
import type { Report, Stopped, Validation } from "./reports.js";
import type { Position, TrainingState } from "./state.js";
import { Stepper } from "./stepper.js";
import { checkWatched } from "./watched.js";

/**
 * The training loop of every task: for each update forward, BPTT, clipping and one step of the optimiser. It reports every step, evaluation and epoch, gives
 * the event loop its turn, and between two reports says where it stands, so that another one goes on from there with the same bits.
 */
export class Training<Metrics extends Validation> {
  readonly #job: TrainingJob<Metrics>;
  readonly #options: ResolvedTrainOptions;
  readonly #lengths: readonly number[];
  readonly #random: Random;
  readonly #best: Best;
  readonly #from: TrainingState | undefined;
  readonly #pace = new Pace();
  #stepper: Stepper | undefined;
  #position: Position;
  #start = 0;
  #data: string | undefined;
  /** Where the last skipped step was not finite. */
  #skipped: NonFinitePlace | undefined;

  /**
   * @param from goes on from here; the network has the weights of that moment
   * @throws RangeError, TypeError BPTT_DATA, BPTT_OPTION
   */
  constructor(job: TrainingJob<Metrics>, options: ResolvedTrainOptions, from?: TrainingState) {
    const { network, sequences, validate, metrics } = job;
    const { truncate, earlyStopping, evaluateEvery, seed } = options;
    if (sequences.length === 0) throw rangeError("BPTT_DATA", "train: expected one example or more, got none");
    this.#job = job;
    if (from) checkData(from, job);
    this.#data = from?.data;
    if (truncate !== undefined) checkCarries(network.layers, "truncate");
    if (!validate && earlyStopping)
      throw rangeError("BPTT_OPTION", "earlyStopping: it watches the validation; give validation examples");
    if (!validate && "steps" in evaluateEvery)
      throw rangeError("BPTT_OPTION", "evaluateEvery: there is nothing to evaluate; give validation examples");
    if (earlyStopping && metrics && !metrics.includes(earlyStopping.metric))
      throw unknownMetric(earlyStopping.metric, metrics);
    this.#options = options;
    this.#lengths = sequences.map(lengthOf);
    this.#random = new Random(seed, "shuffle");
    this.#best = new Best(network.parameters, earlyStopping);
    this.#from = from;
    this.#position = from?.position ?? { ...BEGIN, random: this.#random.save() };
  }

  /** Trains until the end, or until the loop over its reports is left. */
  async *run(): AsyncGenerator<Report<Metrics>, Stopped> {
    const { network } = this.#job;
    const { arena } = network.parameters;
    const plan = reserveTraining(network, this.#lengths, this.#options);
    const total = countUpdates(this.#lengths, this.#options, new Random(this.#options.seed, "shuffle"));
    const crew = await this.#options.workers?.join(network);
    try {
      const { made, giveBack } = arena.lend(() => new Stepper(this.#job, this.#options, total, crew));
      try {
        checkWatched(made.optimizer.plateauMetric, this.#job);
        this.#options.onPlan?.(plan);
        this.#stepper = made;
        this.#resume(made);
        return yield* this.#epochs(made);
      } finally {
        this.#stepper = undefined;
        giveBack();
      }
    } finally {
      crew?.leave();
    }
  }

  /**
   * Where the run stands, at a report.
   *
   * @throws Error BPTT_ORDER when no loop over the reports is open
   */
  save(): TrainingState {
    if (this.#stepper === undefined)
      throw plainError("BPTT_ORDER", "checkpoint: there is no training under way; call it inside the loop of train()");
    this.#data ??= fingerprintOf(this.#job);
    const position = { ...this.#position, seconds: this.#seconds };
    return stateOf(this.#options, { data: this.#data, position, stepper: this.#stepper, best: this.#best });
  }

  #resume(stepper: Stepper): void {
    this.#start = performance.now() - 1000 * this.#position.seconds;
    if (this.#from) goOn(this.#from, stepper, this.#best);
  }

  async *#epochs(stepper: Stepper): AsyncGenerator<Report<Metrics>, Stopped> {
    const { epochs, signal } = this.#options;
    while (this.#position.epoch <= epochs && !this.#position.early) {
      this.#random.restore(this.#position.random);
      const updates = [...updatesOf(this.#lengths, this.#options, this.#random)];
      for (;;) {
        if (signal?.aborted) return "aborted";
        const parts = updates[this.#position.updates];
        if (this.#evaluationIsDue(stepper)) yield await this.#evaluation(stepper);
        else if (parts === undefined || this.#position.early) break;
        else {
          yield await this.#step(stepper, parts);
          await this.#pace.rest();
        }
      }
      yield await this.#endOfEpoch(stepper);
    }
    return this.#best.giveBack() ? "early" : "finished";
  }

  async #step(stepper: Stepper, parts: readonly Part[]): Promise<Report<Metrics>> {
    const { epoch, updates, loss, weight, good } = this.#position;
    const { report, weight: own } = await stepper.step(parts, epoch);
    const counts = report.nonFinite === undefined;
    this.#position = {
      ...this.#position,
      updates: updates + 1,
      evaluated: false,
      ...(counts && { loss: loss + report.loss, weight: weight + own, good: good + 1 }),
    };
    if (!counts) this.#skipped = report.nonFinite;
    return report;
  }

  #evaluationIsDue({ steps }: Stepper): boolean {
    const { evaluateEvery } = this.#options;
    const { updates, evaluated } = this.#position;
    return "steps" in evaluateEvery && updates > 0 && !evaluated && steps % evaluateEvery.steps === 0;
  }

  async #evaluation(stepper: Stepper): Promise<Report<Metrics>> {
    const { validation, best, early } = await this.#judge(stepper);
    this.#position = { ...this.#position, evaluated: true, early };
    const { epoch } = this.#position;
    const { epochs } = this.#options;
    return {
      type: "evaluation",
      step: stepper.steps,
      epoch,
      epochs,
      validation: validation as Metrics,
      best,
      seconds: this.#seconds,
    };
  }

  async #endOfEpoch(stepper: Stepper): Promise<Report<Metrics>> {
    const { epochs, evaluateEvery } = this.#options;
    const { epoch, loss, weight, good, evaluated, early } = this.#position;
    if (good === 0) throw this.#allSkipped(stepper, epoch);
    const lossPerToken = weight > 0 ? loss / weight : 0;
    const regular = "epochs" in evaluateEvery && epoch % evaluateEvery.epochs === 0;
    const due = this.#job.validate && !evaluated && (regular || (epoch === epochs && !early));
    const judged = due ? await this.#judge(stepper) : { validation: undefined, best: false, early };
    if (!this.#job.validate) stepper.optimizer.judge({ loss, lossPerToken });
    this.#position = { ...BEGIN, epoch: epoch + 1, random: this.#random.save(), early: judged.early };
    const { validation, best } = judged;
    return {
      type: "epoch",
      epoch,
      epochs,
      step: stepper.steps,
      loss,
      lossPerToken,
      ...(validation && { validation }),
      best,
      seconds: this.#seconds,
    };
  }

  async #judge(stepper: Stepper) {
    const validation = await this.#job.validate?.(this.#pace);
    if (validation === undefined) return { validation, best: false, early: false };
    if (!Number.isFinite(validation.loss)) stepper.refuseValidation();
    stepper.optimizer.judge(numbersOf(validation));
    const verdict = this.#best.judge(validation);
    return { validation, best: verdict === "best", early: verdict === "stop" };
  }

  #allSkipped(stepper: Stepper, epoch: number): Error {
    stepper.takeBack();
    const place = this.#skipped;
    const message = `epoch ${epoch}: no step had a finite loss, gradient and update, so all were skipped. The weights are those before the last update. Use a smaller lr, or clip: { norm: 1 }, or look at the data`;
    return Object.assign(rangeError("BPTT_NON_FINITE", message), { ...(place && { place }) });
  }

  get #seconds(): number {
    return (performance.now() - this.#start) / 1000;
  }
}

const BEGIN: Position = {
  epoch: 1,
  updates: 0,
  evaluated: false,
  random: [],
  loss: 0,
  weight: 0,
  good: 0,
  seconds: 0,
  early: false,
};
