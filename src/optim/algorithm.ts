import type { Kernel } from "../kernel/load.js";
import type { Fields } from "../kernel/record.js";
import type { Schedule } from "./schedule.js";

/** Parameters with a learning rate or a weight decay of their own. */
export interface ParameterGroup {
  /** Their names, or what their names begin with up to a dot: "lstm" means all of lstm.*. Of groups that overlap, the first one counts. */
  readonly parameters: readonly string[];
  /** Learning rate, moved by the schedule as the optimiser's own; 0 lets the parameters rest. Default: the optimiser's. */
  readonly lr?: number;
  /** Default: the optimiser's. */
  readonly weightDecay?: number;
}

/** What every optimiser's description has. */
export interface OptimizerDescription {
  readonly type: string;
  readonly lr: number;
  readonly weightDecay: number;
  readonly groups: readonly ParameterGroup[];
  readonly schedule: Schedule;
}

/** The kernel's records of optimisers. */
type RecordName = "SGD" | "ADAM" | "RMSPROP";

/** How the kernel computes one optimiser's update. */
export interface Algorithm<Name extends RecordName = RecordName> {
  readonly record: Name;
  readonly update: `${Lowercase<Name>}Step`;
  /** Fields of the record that are moments, each as long as the parameters, and the value with which all their elements begin. */
  readonly moments: Partial<Fields<Name>>;
  /** Fields that never change. */
  readonly fixed: Partial<Fields<Name>>;
  /** Fields that change from step to step; step counts from 1. */
  readonly atStep?: (step: number) => Partial<Fields<Name>>;
  /** The learning rate of a step, of what the schedule says. Default: just that. */
  readonly rate?: (lr: number, step: number) => number;
  /** Whether a weight may go on moving, or its moments, while its gradient is 0. */
  readonly lingers: boolean;
  /** Whether it leaves rows alone that a weight decay would move. Default false. */
  readonly refusesDecay?: boolean;
}

/** Describes an algorithm for a kernel. */
export type AlgorithmMaker<Description, Name extends RecordName> = (
  kernel: Kernel,
  description: Description,
) => Algorithm<Name>;
