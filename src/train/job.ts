import type { Batch, Sequence } from "../data/batch.js";
import type { Network } from "../nn/network.js";
import type { Fingerprint } from "./fingerprint.js";
import type { Pace } from "./pace.js";
import type { Validation } from "./reports.js";

/** What is trained. */
export interface TrainingJob<Metrics extends Validation> {
  readonly network: Network;
  readonly sequences: readonly Sequence[];
  /** Changes a packed batch before it is used (word dropout). */
  readonly disturb?: (batch: Batch, seed: number) => void;
  /** Scores the held-out data. */
  readonly validate?: (pace: Pace) => Promise<Metrics>;
  /** The numbers of a validation that may be watched, by name. */
  readonly metrics?: readonly string[];
  /** Adds what `validate` depends on. */
  readonly identify?: (fingerprint: Fingerprint) => void;
}
