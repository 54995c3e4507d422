import type { Batch } from "../data/batch.js";
import type { Network } from "../nn/network.js";
import type { BackwardResult } from "../nn/network-options.js";

/** What the option `flow` of a training takes: `gradientFlowReport()` of bptt/lab makes it. */
export interface FlowProbe {
  /** Gets ready for one training of this network. */
  watch(network: Network): FlowWatch;
}

/** Looks at the steps of one training. */
export interface FlowWatch {
  /** Runs `backward` for one part of a step. */
  backward(batch: Batch, step: number, backward: () => BackwardResult): BackwardResult;
  /** What was seen since the last call; undefined if nothing was looked at. */
  take(): StepFlow | undefined;
}

/** How the gradient of one step of training went through the recurrent layers. */
export interface StepFlow {
  /** From the bottom up, forward before reverse. */
  readonly layers: readonly LayerStepFlow[];
}

/** One direction of one recurrent layer in one step. Means are over all sequences that run at a time step. */
export interface LayerStepFlow {
  /** As in lstm_l0. */
  readonly layer: string;
  readonly direction: "forward" | "reverse";
  /**
   * ||dE/dh_t|| of the loss that is trained on, clipped at every step if that is asked for: means over equal parts of the time steps, the first of which
   * begins at step 0; 32 of them, or one for each step if there are fewer.
   */
  readonly gradientNorms: readonly number[];
  /**
   * By gate, the share of values at an end, where they hardly move: a sigmoid below 0.05 or above 0.95, a tanh beyond 0.95 on either side, a relu at 0. Of some 128 steps of sequences, evenly spread, if the batch has more.
   */
  readonly saturation: Readonly<Record<string, number>>;
  /** By gate, of weight_hh before the update; left out unless it is asked for. */
  readonly spectralRadius?: Readonly<Record<string, number>>;
  /** Pascanu's regulariser, the mean over the sequences; of rnn and irnn alone. */
  readonly omega?: number;
}
