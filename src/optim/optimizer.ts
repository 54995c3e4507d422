import { knownOptions, positiveInteger, positiveNumber } from "../check.js";
import type { Parameters } from "../parameters.js";
import type { Algorithm } from "./algorithm.js";
import { type AnyOptimizer, kindOf } from "./kinds.js";
import { afterEvaluation, beforePlateau } from "./plateau.js";
import type { Run } from "./rate.js";
import { checkRun, rateAt } from "./schedules.js";
import { type OptimizerState, putState, takeState } from "./state.js";
import { Updates } from "./updates.js";

export type { AnyOptimizer } from "./kinds.js";
export type { OptimizerState } from "./state.js";

export interface OptimizerOptions {
  /** How many steps there will be: a learning rate that falls until the end needs to know. */
  readonly steps?: number;
  /** How many of them an epoch has, a mean where epochs differ: a learning rate that falls with the epochs needs to know. */
  readonly stepsPerEpoch?: number;
}

/** Updates parameters from their gradients. The moments live beside the parameters in the kernel's memory. */
export class Optimizer {
  readonly description: AnyOptimizer;
  readonly #parameters: Parameters;
  readonly #algorithm: Algorithm;
  readonly #updates: Updates;
  readonly #run: Run;
  #step = 0;
  #plateau = beforePlateau;

  /**
   * @param description sgd({...}), rmsprop({...}), adagrad({...}), adam({...}) or adamw({...})
   * @throws RangeError, TypeError BPTT_OPTION, also for groups that the parameters do not have and schedules that do not fit the run
   */
  constructor(parameters: Parameters, description: AnyOptimizer, options: OptimizerOptions = {}) {
    knownOptions("optimizer", options, ["steps", "stepsPerEpoch"]);
    const { steps, stepsPerEpoch } = options;
    const kind = kindOf(description);
    this.description = kind.describe(description);
    this.#parameters = parameters;
    this.#run = {
      steps: steps === undefined ? undefined : positiveInteger("optimizer: steps", steps),
      stepsPerEpoch:
        stepsPerEpoch === undefined ? undefined : positiveNumber("optimizer: stepsPerEpoch", stepsPerEpoch),
    };
    checkRun(this.description.schedule, this.#run);
    this.#algorithm = kind.make(parameters.arena.kernel, this.description);
    this.#updates = new Updates(parameters, this.description, this.#algorithm);
  }

  /** Steps done. */
  get steps(): number {
    return this.#step;
  }

  /** The learning rate of the next step; that of a group with a rate of its own moves in the same way. */
  get lr(): number {
    return this.#rate(this.description.lr, this.#step + 1);
  }

  /** The metric that the schedule watches; undefined if it watches none. */
  get plateauMetric(): string | undefined {
    const { schedule } = this.description;
    return schedule.type === "plateau" ? schedule.metric : undefined;
  }

  /** Where the moments lie, each as long as the parameters. @internal */
  get moments(): readonly number[] {
    return this.#updates.moments;
  }

  /** One update of all parameters. */
  step(): void {
    this.#step += 1;
    this.#updates.run(this.#step, (lr) => this.#rate(lr, this.#step));
    this.#parameters.touch();
  }

  /**
   * Tells a schedule that watches a metric the numbers of an evaluation; for other schedules it does nothing.
   *
   * @throws RangeError BPTT_OPTION when the metric is not among them, or is not finite
   */
  judge(metrics: Readonly<Record<string, number>>): void {
    const { schedule } = this.description;
    if (schedule.type === "plateau") this.#plateau = afterEvaluation(schedule, this.#plateau, metrics);
  }

  /** All that the next steps depend on beside weights and gradients: copies, for `restore` of an optimiser with the same description. */
  save(): OptimizerState {
    const { description, plateauMetric } = this;
    const plateau = plateauMetric === undefined ? undefined : this.#plateau;
    return takeState(this.#parameters, this.#updates.moments, { type: description.type, step: this.#step, plateau });
  }

  /**
   * Goes on where another optimiser was saved.
   *
   * @throws RangeError, TypeError BPTT_OPTION when the state is that of another optimiser, schedule or network; nothing changes then
   */
  restore(state: OptimizerState): void {
    this.#plateau = putState(this.#parameters, this.#updates.moments, this.description, state);
    this.#step = state.step;
    this.#updates.forgetRows();
  }

  #rate(lr: number, step: number): number {
    const { kernel } = this.#parameters.arena;
    const scheduled = rateAt(kernel, this.description.schedule, lr, {
      step,
      run: this.#run,
      falls: this.#plateau.falls,
    });
    return this.#algorithm.rate?.(scheduled, step) ?? scheduled;
  }
}
