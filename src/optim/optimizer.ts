import { knownOptions, positiveInteger, positiveNumber, rangeError, show, typeError, wholeNumber } from "../check.js";
import type { Kernel } from "../kernel/load.js";
import type { Parameters } from "../parameters.js";
import { type AdagradDescription, adagrad, adagradAlgorithm } from "./adagrad.js";
import { type AdamDescription, adam, adamAlgorithm } from "./adam.js";
import { type AdamwDescription, adamw } from "./adamw.js";
import type { Algorithm } from "./algorithm.js";
import { afterEvaluation, beforePlateau, checkPlateau, type PlateauState } from "./plateau.js";
import { checkRun, type Run, rateAt } from "./rate.js";
import { type RmspropDescription, rmsprop, rmspropAlgorithm } from "./rmsprop.js";
import { type SgdDescription, sgd, sgdAlgorithm } from "./sgd.js";
import { Updates } from "./updates.js";

/** An optimiser's description, as plain JSON. */
export type AnyOptimizer =
  | SgdDescription
  | RmspropDescription
  | AdagradDescription
  | AdamDescription
  | AdamwDescription;

/** The state of an optimiser: what a checkpoint keeps of it. */
export interface OptimizerState {
  /** Of the optimiser that has this state; `restore` refuses that of another. */
  readonly type?: AnyOptimizer["type"];
  readonly step: number;
  readonly moments: readonly Float32Array[];
  /** Of a schedule that watches a metric. */
  readonly plateau?: PlateauState;
}

export interface OptimizerOptions {
  /** How many steps there will be: a learning rate that falls until the end needs to know. */
  readonly steps?: number;
  /** How many of them an epoch has, a mean where epochs differ: a learning rate that falls with the epochs needs to know. */
  readonly stepsPerEpoch?: number;
}

const kinds: { readonly [Type in AnyOptimizer["type"]]: OptimizerKind<Extract<AnyOptimizer, { type: Type }>> } = {
  sgd: { describe: sgd, make: sgdAlgorithm },
  rmsprop: { describe: rmsprop, make: rmspropAlgorithm },
  adagrad: { describe: adagrad, make: adagradAlgorithm },
  adam: { describe: adam, make: adamAlgorithm },
  adamw: { describe: adamw, make: adamAlgorithm },
};

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
    const type: unknown = description?.type;
    const kind = Object.entries(kinds).find(([name]) => name === type)?.[1] as OptimizerKind<AnyOptimizer> | undefined;
    if (kind === undefined)
      throw typeError("BPTT_OPTION", `optimizer: expected one of ${Object.keys(kinds).join(", ")}, got ${show(type)}`);
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
    const { arena, count } = this.#parameters;
    return {
      type: this.description.type,
      step: this.#step,
      moments: this.#updates.moments.map((moment) => arena.f32(moment, count).slice()),
      ...(this.plateauMetric !== undefined && { plateau: this.#plateau }),
    };
  }

  /**
   * Goes on where another optimiser was saved.
   *
   * @throws RangeError, TypeError BPTT_OPTION when the state is that of another optimiser, schedule or network; nothing changes then
   */
  restore({ type, step, moments, plateau }: OptimizerState): void {
    const { arena, count } = this.#parameters;
    const own = this.#updates.moments;
    const { description } = this;
    if (
      (type ?? description.type) !== description.type ||
      moments.length !== own.length ||
      moments.some(({ length }) => length !== count)
    )
      throw rangeError(
        "BPTT_OPTION",
        `optimizer: the state is not that of ${description.type} over ${count} parameters`,
      );
    if ((plateau === undefined) !== (this.plateauMetric === undefined))
      throw rangeError(
        "BPTT_OPTION",
        `optimizer: the state ${plateau ? "has" : "lacks"} what a plateau schedule remembers, and the schedule is ${description.schedule.type}; restore it with the schedule that it was saved with`,
      );
    const remembered = plateau ? checkPlateau(plateau) : beforePlateau;
    this.#step = wholeNumber("optimizer: step", step);
    this.#plateau = remembered;
    this.#updates.forgetRows();
    moments.forEach((moment, index) => {
      arena.f32(own[index] ?? 0, count).set(moment);
    });
  }

  #rate(lr: number, step: number): number {
    const { kernel } = this.#parameters.arena;
    const scheduled = rateAt(kernel, this.description.schedule, lr, step, this.#run, this.#plateau.falls);
    return this.#algorithm.rate?.(scheduled, step) ?? scheduled;
  }
}

interface OptimizerKind<Description extends AnyOptimizer> {
  readonly describe: (options: Description) => Description;
  readonly make: (kernel: Kernel, description: Description) => Algorithm;
}
