import type { Parameters } from "../parameters.js";
import type { VisitedRows } from "./rows.js";
import type { Schedule } from "./schedule.js";

/** What every optimiser's description has. */
export interface OptimizerDescription {
  readonly type: string;
  readonly lr: number;
  readonly schedule: Schedule;
}

/** One optimiser over one set of parameters: its moments, and the kernel's update. */
export interface Algorithm {
  /** Addresses of the moments, each as long as the parameters. */
  readonly moments: readonly number[];
  /** The rows of an embedding's table that it updates. */
  readonly rows: VisitedRows;
  /** step counts from 1. */
  update(lr: number, step: number): void;
}

/** Makes an algorithm for parameters. */
export type AlgorithmMaker<Description> = (parameters: Parameters, description: Description) => Algorithm;
