// What PyTorch says of small networks (tests/golden), with types. Numbers are exact in f32 where they are given, f64 where computed.

import type { Schedule } from "../../src/index.js";
import classWeights from "../golden/class_weights.json" with { type: "json" };
import gruPacked from "../golden/gru_packed.json" with { type: "json" };
import gruStackedBidirectional from "../golden/gru_stacked_bidirectional.json" with { type: "json" };
import labelSmoothing from "../golden/label_smoothing.json" with { type: "json" };
import lstm from "../golden/lstm.json" with { type: "json" };
import lstmLast from "../golden/lstm_last.json" with { type: "json" };
import lstmLastBidirectional from "../golden/lstm_last_bidirectional.json" with { type: "json" };
import lstmPacked from "../golden/lstm_packed.json" with { type: "json" };
import lstmStackedBidirectional from "../golden/lstm_stacked_bidirectional.json" with { type: "json" };
import mse from "../golden/mse.json" with { type: "json" };
import optimizerGroups from "../golden/optimizer_groups.json" with { type: "json" };
import optimizers from "../golden/optimizers.json" with { type: "json" };
import rnnRelu from "../golden/rnn_relu.json" with { type: "json" };
import rnnTanh from "../golden/rnn_tanh.json" with { type: "json" };
import schedules from "../golden/schedules.json" with { type: "json" };
import { referenceCells } from "./cells.js";
import type { ClassOptions, Reduction } from "./loss.js";
import type { ReferenceNetwork } from "./network.js";
import type { StepperOptions } from "./optimizers.js";

type Tensors = Readonly<Record<string, readonly number[]>>;

/** A network, its answers, and its first ten steps of training. */
export interface GoldenNetwork {
  /** cell: the name of a reference cell. */
  readonly config: Omit<ReferenceNetwork, "cell"> & { readonly cell: string };
  readonly sequences: readonly {
    readonly tokens: readonly number[];
    readonly labels?: readonly number[];
    readonly label?: number;
  }[];
  readonly shapes: Tensors;
  readonly weights: Tensors;
  /** [T, K] of each sequence, [K] where the network has last(). */
  readonly logits: readonly (readonly number[])[];
  /** For each state [numLayers * directions][B][H], layer 0, layer 0 reverse, layer 1, ... */
  readonly final: { readonly h: Rows; readonly c?: Rows };
  readonly loss: { readonly sum: number; readonly mean: number; readonly count: number };
  /** Of the mean. */
  readonly gradients: Tensors;
  readonly training: readonly GoldenTraining[];
}

type Rows = readonly (readonly (readonly number[])[])[];

/** Ten steps in float32: the loss before each update and the global norm before clipping. */
export interface GoldenTraining {
  readonly optimizer: StepperOptions;
  readonly clip: { readonly norm: number } | false;
  readonly reduction: Reduction;
  readonly losses: readonly number[];
  readonly norms: readonly number[];
}

/** Cross-entropy of logits [N, outFeatures] with class weights, label smoothing or both. */
export interface GoldenClasses extends Readonly<Record<Reduction, GoldenLoss>> {
  readonly name: string;
  readonly outFeatures: number;
  readonly logits: readonly number[];
  readonly labels: readonly number[];
  readonly options: ClassOptions & { readonly classWeights?: readonly number[] };
}

/** Squared error of y [N, outFeatures]. */
export interface GoldenNumbers extends Readonly<Record<Reduction, GoldenLoss>> {
  readonly outFeatures: number;
  readonly y: readonly number[];
  readonly targets: readonly number[];
}

interface GoldenLoss {
  readonly loss: number;
  readonly gradients: readonly number[];
}

/** One tensor under 20 given gradients; `weights` are those after each step. */
export interface GoldenOptimizers {
  readonly initial: readonly number[];
  readonly gradients: readonly (readonly number[])[];
  readonly runs: readonly { readonly optimizer: StepperOptions; readonly weights: readonly (readonly number[])[] }[];
}

/** The same in two tensors, the second with rates of its own; split: the elements of the first. */
export interface GoldenGroups extends GoldenOptimizers {
  readonly split: number;
  readonly runs: readonly (GoldenOptimizers["runs"][number] & {
    readonly group: { readonly lr: number; readonly weightDecay: number };
  })[];
}

/** The learning rate of 20 steps that begin with lr; metrics: what is judged after each. */
export interface GoldenSchedules {
  readonly lr: number;
  readonly runs: readonly {
    readonly schedule: { readonly type: Schedule["type"]; readonly metric?: string };
    readonly metrics?: readonly number[];
    readonly rates: readonly number[];
  }[];
}

/** By the names of their files. */
export const goldenNetworks = {
  rnn_tanh: rnnTanh,
  rnn_relu: rnnRelu,
  lstm,
  lstm_packed: lstmPacked,
  lstm_stacked_bidirectional: lstmStackedBidirectional,
  lstm_last: lstmLast,
  lstm_last_bidirectional: lstmLastBidirectional,
  gru_packed: gruPacked,
  gru_stacked_bidirectional: gruStackedBidirectional,
} as Readonly<Record<string, GoldenNetwork>>;

const smooth = { labelSmoothing: labelSmoothing.labelSmoothing };
const both = { ...smooth, classWeights: labelSmoothing.classWeights };

export const goldenClasses: readonly GoldenClasses[] = [
  { name: "class weights", ...classWeights, options: { classWeights: classWeights.classWeights } },
  { name: "label smoothing", ...labelSmoothing, ...labelSmoothing.plain, options: smooth },
  { name: "label smoothing and class weights", ...labelSmoothing, ...labelSmoothing.weighted, options: both },
];

export const goldenSquaredError: GoldenNumbers = mse;

export const goldenOptimizers = optimizers as GoldenOptimizers;

export const goldenGroups = optimizerGroups as GoldenGroups;

export const goldenSchedules = schedules as GoldenSchedules;

/** The reference network of a golden file. */
export function networkOf({ config }: GoldenNetwork): ReferenceNetwork {
  const cell = referenceCells.find(({ name }) => name === config.cell);
  if (cell === undefined) throw new Error(`there is no reference cell ${config.cell}`);
  return { ...config, cell };
}
