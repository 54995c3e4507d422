import type { Batch } from "../src/index.js";

export type Kind = "NT" | "NN" | "TN" | "packed";

/** A matrix product [M, K] [K, N], with the part of a training step to which it belongs. */
export interface Product {
  readonly part: "projection" | "recurrent" | "weight gradients" | "output layer";
  readonly pass: "forward" | "backward";
  readonly kind: Kind;
  readonly M: number;
  readonly N: number;
  readonly K: number;
  /** How often a step does it. */
  readonly times: number;
}

/** What of a batch decides how much is computed. */
export type Rows = Pick<Batch, "rows" | "batchSizes" | "tokens">;
