import type { LabelReport } from "../../metrics/labels.js";

/** What a classifier says of one sequence. */
export interface Classification {
  /** The most probable label, and its probability. */
  readonly label: string;
  readonly probability: number;
  /** The label alone; of a classifier with `multiLabel` all whose probability is above 0.5, the most probable first. */
  readonly labels: readonly string[];
  /** Of every label. */
  readonly probabilities: Readonly<Record<string, number>>;
}

/** Scores of a classifier. */
export interface ClassifierEvaluation extends LabelReport {
  /** Cross-entropy: the sum over the sequences, in nats. */
  readonly loss: number;
  /** The mean: for each sequence, or with `multiLabel` for each label of each. */
  readonly lossPerToken: number;
}

/** The numbers of a ClassifierEvaluation that early stopping and schedules may watch. */
export const METRICS = ["accuracy", "macroF1", "loss", "lossPerToken"] as const;
