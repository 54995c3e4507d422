import type { LossOptions } from "./loss.js";
import type { States } from "./states.js";

export interface NetworkOptions extends LossOptions {
  /** What `backward` differentiates: the mean (default, PyTorch's; see LossResult) or the lecture's sum. */
  readonly reduction?: "mean" | "sum";
  /** Width of the features that enter the first layer; not with an embedding. */
  readonly inputSize?: number;
  /**
   * The weight of the regulariser that keeps gradients from vanishing (Pascanu, Mikolov and Bengio 2013, equations 9 and 10), for networks with rnn or irnn
   * layers. `backward` adds its gradient and says how large it was. Default 0: none.
   */
  readonly omega?: number;
  /** Default 0. */
  readonly seed?: number;
}

export interface BackwardOptions {
  /** What the summed loss is divided by. Default: 1 for reduction "sum"; the count that lossPerToken uses for "mean". */
  readonly divisor?: number;
  /**
   * Largest norm that the gradient of one sequence's states may have at a step of a recurrent layer: beyond it is scaled down before it goes on to the step
   * before (Graves 2013). Default: no limit.
   */
  readonly stepNorm?: number;
  /** What the sum of the regulariser is divided by. Default: 1 for reduction "sum"; the sequences of the batch for "mean". */
  readonly sequences?: number;
}

export interface BackwardResult {
  /** Steps of sequences (over all recurrent layers and directions) whose gradient was more than stepNorm. */
  readonly clippedSteps: number;
  /** The regulariser: the sum over all steps of all sequences, not multiplied with its weight. 0 without one. */
  readonly omega: number;
}

export interface LossResult {
  /** The sum over all labelled steps, as the lecture defines the loss (weighted, if classes have weights); of "mse" the sum of all squares. */
  readonly loss: number;
  /**
   * The mean, as PyTorch takes it: loss divided by the labelled steps (by the sum of their weights, if classes have weights), of "mse" by all
   * numbers of the targets.
   */
  readonly lossPerToken: number;
  /** Labelled steps, or steps with targets; sequences behind last(). */
  readonly count: number;
}

export interface ForwardOptions {
  /** Dropout on, and `backward` may follow. Default true. */
  readonly training?: boolean;
  /** The step that dropout masks are drawn for. Default: counted by the network itself, which does not count steps given here. */
  readonly step?: number;
  /** Where recurrent layers begin. Default: zeros, or what they have learned. */
  readonly initialStates?: States;
}
