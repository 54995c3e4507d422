import type { RunStart } from "../node.js";
import { resolveTrainOptions, type TrainDefaults, type TrainOptions, trainOptionNames } from "../train/options.js";

/** Of the package; the bundle has it in place of this name. */
declare const VERSION: string;

interface Parts {
  readonly task: string;
  readonly data: { readonly [use: string]: string | undefined };
  readonly seed: number;
  readonly defaults: TrainDefaults;
  readonly training: TrainOptions;
  /** Options of the training that this task has beside those of every task. */
  readonly own?: readonly string[];
  /** What else the run's options.json holds. */
  readonly options: object;
}

/** A run with the values of all its options, as it comes back from its file: so it can be done again, and gone on with. */
export function runPlan<Plan extends RunStart>({ seed, defaults, training, own = [], options, ...rest }: Parts): Plan {
  const kept: readonly string[] = [...trainOptionNames, ...own];
  const resolved = { ...resolveTrainOptions(training, seed, defaults), ...training };
  const plan = {
    ...{ task: rest.task, version: VERSION, folder: process.cwd(), data: rest.data },
    options: {
      ...options,
      training: Object.fromEntries(Object.entries(resolved).filter(([name]) => kept.includes(name))),
    },
  };
  return JSON.parse(JSON.stringify(plan));
}
