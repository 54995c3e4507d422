import type { Batch } from "../../data/batch.js";
import type { Arena } from "../../kernel/memory.js";
import type { PlacedNetwork } from "../room.js";

export interface LossOptions {
  /**
   * "crossEntropy" (default): softmax cross-entropy over the last layer's output [K]; sequences bring `labels`, or one `label` behind last().
   * "mse": squared error against numbers; sequences bring `targets`, or one `target` behind last(). "binaryCrossEntropy": each output is the logit of a
   * label by itself, targets are 1 where it holds and 0 where not (PyTorch's BCEWithLogitsLoss). pool() is as last().
   */
  readonly loss?: "crossEntropy" | "mse" | "binaryCrossEntropy";
  /** [K] a weight for each class (PyTorch's `weight`); the mean is then divided by the sum of the labels' weights. */
  readonly classWeights?: readonly number[];
  /** In [0, 1): this share of a label is spread evenly over all classes (PyTorch's `label_smoothing`; Szegedy et al. 2016). Default 0. */
  readonly labelSmoothing?: number;
}

/** How many rows have a goal, and what the mean loss is divided by. */
export interface Weight {
  readonly count: number;
  readonly weight: number;
}

/** The end of a network: what its output is compared with, and how. */
export interface Loss {
  readonly name: NonNullable<LossOptions["loss"]>;
  /** Numbers in a row of goals. */
  readonly goalSize: number;
  /** Throws RangeError BPTT_DATA for a batch with other goals than the network needs, or with classes out of range. */
  weigh(batch: Batch): Weight;
  /** The sum of the losses of a batch that is placed; the output's gradient keeps what backward needs. */
  forward(batch: Batch, placed: PlacedNetwork): number;
  /** Leaves the gradient of `factor` times the loss. */
  backward(placed: PlacedNetwork, factor: number): void;
}

/** whole: whether there is one row of output for each sequence (last(), pool()). */
export interface LossPlace {
  readonly arena: Arena;
  readonly outFeatures: number;
  readonly whole: boolean;
}
