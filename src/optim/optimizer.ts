import { knownOptions, positiveInteger, rangeError, show, typeError } from "../check.js";
import type { Parameters } from "../parameters.js";
import { type AdamDescription, adam, adamAlgorithm } from "./adam.js";
import type { Algorithm, AlgorithmMaker } from "./algorithm.js";
import { scheduleFactor } from "./schedule.js";
import { type SgdDescription, sgd, sgdAlgorithm } from "./sgd.js";

/** An optimiser's description, as plain JSON. */
export type AnyOptimizer = SgdDescription | AdamDescription;

/** The state of an optimiser: what a checkpoint keeps of it. */
export interface OptimizerState {
  readonly step: number;
  readonly moments: readonly Float32Array[];
}

const kinds: { readonly [Type in AnyOptimizer["type"]]: OptimizerKind<Extract<AnyOptimizer, { type: Type }>> } = {
  sgd: { describe: sgd, make: sgdAlgorithm },
  adam: { describe: adam, make: adamAlgorithm },
};

/** Updates parameters from their gradients. The moments live beside the parameters in the kernel's memory. */
export class Optimizer {
  readonly description: AnyOptimizer;
  readonly #parameters: Parameters;
  readonly #algorithm: Algorithm;
  readonly #steps: number | undefined;
  #step = 0;

  /**
   * @param description sgd({...}) or adam({...})
   * @param options.steps how many steps there will be: a falling learning rate needs to know
   * @throws RangeError, TypeError BPTT_OPTION
   */
  constructor(
    parameters: Parameters,
    description: AnyOptimizer,
    options: { readonly steps?: number; readonly stepsPerEpoch?: number } = {},
  ) {
    knownOptions("optimizer", options, ["steps", "stepsPerEpoch"]);
    const type: unknown = description?.type;
    const kind = Object.entries(kinds).find(([name]) => name === type)?.[1] as OptimizerKind<AnyOptimizer> | undefined;
    if (kind === undefined)
      throw typeError("BPTT_OPTION", `optimizer: expected one of ${Object.keys(kinds).join(", ")}, got ${show(type)}`);
    this.description = kind.describe(description);
    this.#parameters = parameters;
    this.#steps = options.steps === undefined ? undefined : positiveInteger("optimizer: steps", options.steps);
    // a schedule that must know its length is refused here rather than at the first step
    scheduleFactor(parameters.arena.kernel, this.description.schedule, Number.MAX_SAFE_INTEGER, this.#steps);
    this.#algorithm = kind.make(parameters, this.description);
  }

  /** Steps done. */
  get steps(): number {
    return this.#step;
  }

  /** The learning rate of the next step. */
  get lr(): number {
    const { lr, schedule } = this.description;
    return lr * scheduleFactor(this.#parameters.arena.kernel, schedule, this.#step + 1, this.#steps);
  }

  /** Where the moments lie, each as long as the parameters. @internal */
  get moments(): readonly number[] {
    return this.#algorithm.moments;
  }

  judge(_metrics: Readonly<Record<string, number>>): void {}

  /** One update of all parameters. */
  step(): void {
    const { lr } = this;
    this.#step += 1;
    this.#algorithm.update(lr, this.#step);
    this.#parameters.touch();
  }

  save(): OptimizerState {
    const { arena, count } = this.#parameters;
    return { step: this.#step, moments: this.#algorithm.moments.map((moment) => arena.f32(moment, count).slice()) };
  }

  /** @throws RangeError BPTT_OPTION when the state is that of another optimiser or network */
  restore({ step, moments }: OptimizerState): void {
    const { arena, count } = this.#parameters;
    if (moments.length !== this.#algorithm.moments.length || moments.some(({ length }) => length !== count))
      throw rangeError(
        "BPTT_OPTION",
        `optimizer: the state is not that of ${this.description.type} over ${count} parameters`,
      );
    this.#step = step;
    this.#algorithm.rows.all();
    moments.forEach((moment, index) => {
      arena.f32(this.#algorithm.moments[index] ?? 0, count).set(moment);
    });
  }
}

interface OptimizerKind<Description extends AnyOptimizer> {
  readonly describe: (options: Description) => Description;
  readonly make: AlgorithmMaker<Description>;
}
