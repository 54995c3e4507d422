import {
  flag,
  knownOptions,
  nonNegativeNumber,
  oneOf,
  positiveInteger,
  rangeError,
  show,
  typeError,
  wholeNumber,
} from "../../check.js";
import { type CellDescription, cellKinds } from "../../nn/cells.js";
import { adam } from "../../optim/adam.js";
import { type Clipping, clipper } from "../../optim/clip.js";
import type { AnyOptimizer } from "../../optim/optimizer.js";
import { checkSignal } from "../../train/options.js";
import { type SyntheticTaskName, syntheticTasks } from "../tasks/list.js";
import type { SyntheticTask } from "../tasks/task.js";
import type { ExperimentProgress, ExperimentRun } from "./results.js";

/**
 * A recurrent layer, or its name: it then has `hiddenSize` units and begins as suits a signal of so many steps (an LSTM with chrono, a clockwork network in
 * eight groups if they divide the units, others as in PyTorch).
 */
export type CellChoice = CellDescription["type"] | CellDescription;

/** What is compared: every cell with every clipping, omega, length and seed. All of it is plain JSON, but for a task of one's own and the last three. */
export interface ExperimentOptions {
  /** One of `syntheticTasks` by its name, or one of your own. */
  readonly task: SyntheticTaskName | SyntheticTask;
  readonly cells: readonly CellChoice[];
  /** seqLen of the task. */
  readonly lengths: readonly number[];
  /** Of the first weights and of the problems: integers of 0 or more. Cells of one seed meet the same problems. */
  readonly seeds: readonly number[];
  /** Default [{ norm: 1 }]. */
  readonly clips?: readonly Clipping[];
  /** Weights of the regulariser that keeps gradients from vanishing (Pascanu et al. 2013), for rnn and irnn alone. Default [0]: none. */
  readonly omegas?: readonly number[];
  /** Units of the cells that are given by name. Default 32. */
  readonly hiddenSize?: number;
  /** Default adam({ lr: 0.002 }). */
  readonly optimizer?: AnyOptimizer;
  /** New sequences for each step. Default 32. */
  readonly batchSize?: number;
  /** Updates of the weights, at most. Default 2000. */
  readonly steps?: number;
  /** Steps after which the error is taken on up to 500 new sequences. Default 100. */
  readonly checkEvery?: number;
  /** Sequences, new ones, of the verdict. Default: the task's. */
  readonly testSize?: number;
  /** A run ends as soon as it has succeeded; otherwise it trains on, and its last weights are judged. Default true. */
  readonly untilSuccess?: boolean;
  /** Stops after the current step; the runs so far are kept, the one under way is marked. */
  readonly signal?: AbortSignal;
  readonly onRun?: (run: ExperimentRun) => void;
  /** Called some hundred times in a run. */
  readonly onProgress?: (progress: ExperimentProgress) => void;
}

type Callbacks = "signal" | "onRun" | "onProgress";

/** Every option checked, with its default. */
export type ResolvedExperiment = Required<Omit<ExperimentOptions, Callbacks | "task">> & {
  readonly task: SyntheticTask;
} & Pick<ExperimentOptions, Callbacks>;

/** Throws RangeError, TypeError BPTT_OPTION. */
export function resolveExperiment(options: ExperimentOptions): ResolvedExperiment {
  knownOptions("experiment", options, names);
  const { signal, onRun, onProgress } = options;
  const task = taskOf(options.task);
  return {
    task,
    cells: list("cells", options.cells, checkCell),
    lengths: list("lengths", options.lengths, (length, where) => {
      if (positiveInteger(where, length) >= task.shortest) return length;
      throw rangeError("BPTT_OPTION", `${where}: ${task.name} needs ${task.shortest} steps or more, got ${length}`);
    }),
    seeds: list("seeds", options.seeds, (seed, where) => wholeNumber(where, seed)),
    clips: list("clips", options.clips ?? [{ norm: 1 }], (clip) => {
      clipper(clip);
      return clip;
    }),
    omegas: list("omegas", options.omegas ?? [0], (omega, where) => nonNegativeNumber(where, omega)),
    hiddenSize: positiveInteger("experiment: hiddenSize", options.hiddenSize ?? 32),
    optimizer: options.optimizer ?? adam({ lr: 2e-3 }),
    batchSize: positiveInteger("experiment: batchSize", options.batchSize ?? 32),
    steps: positiveInteger("experiment: steps", options.steps ?? 2000),
    checkEvery: positiveInteger("experiment: checkEvery", options.checkEvery ?? 100),
    testSize: positiveInteger("experiment: testSize", options.testSize ?? task.testSize),
    untilSuccess: flag("experiment: untilSuccess", options.untilSuccess ?? true),
    ...(signal !== undefined && { signal: checkSignal(signal) }),
    ...(onRun !== undefined && { onRun: callback("onRun", onRun) }),
    ...(onProgress !== undefined && { onProgress: callback("onProgress", onProgress) }),
  };
}

const names: readonly (keyof ExperimentOptions)[] = [
  "task",
  "cells",
  "lengths",
  "seeds",
  "clips",
  "omegas",
  "hiddenSize",
  "optimizer",
  "batchSize",
  "steps",
  "checkEvery",
  "testSize",
  "untilSuccess",
  "signal",
  "onRun",
  "onProgress",
];

function taskOf(task: unknown): SyntheticTask {
  if (typeof task !== "object" || task === null)
    return syntheticTasks[
      oneOf("experiment: task", task, Object.keys(syntheticTasks) as (keyof typeof syntheticTasks)[])
    ];
  const own = task as SyntheticTask;
  oneOf("task: loss", own.loss, ["crossEntropy", "mse"]);
  oneOf("task: goal", own.goal, ["step", "sequence"]);
  const judge = oneOf("task: judge", own.judge, ["loss", "wrong"]);
  if (judge === "wrong" && own.loss === "mse")
    throw rangeError("BPTT_OPTION", 'task: judge: "wrong" needs classes; give judge: "loss", or loss: "crossEntropy"');
  for (const name of ["shortest", "inputSize", "outFeatures", "testSize"] as const)
    positiveInteger(`task: ${name}`, own[name]);
  for (const name of ["problem", "baseline", "success"] as const) callback(`task: ${name}`, own[name]);
  return own;
}

function checkCell(cell: CellChoice, where: string): CellChoice {
  const kinds = Object.keys(cellKinds) as CellDescription["type"][];
  if (typeof cell !== "object" || cell === null) return oneOf(where, cell, kinds);
  return cellKinds[oneOf(`${where}: type`, cell.type, kinds)].describe(cell);
}

function list<T, R>(name: string, values: readonly T[], check: (value: T, where: string) => R): R[] {
  if (!Array.isArray(values) || values.length === 0)
    throw typeError("BPTT_OPTION", `experiment: ${name}: expected an array of one or more, got ${show(values)}`);
  return values.map((value, index) => check(value, `experiment: ${name}[${index}]`));
}

function callback<T>(name: string, value: T): T {
  if (typeof value === "function") return value;
  throw typeError("BPTT_OPTION", `${name}: expected a function, got ${show(value)}`);
}
