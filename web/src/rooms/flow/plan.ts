/** What the page and its worker both know. */

/** Cells as they begin in the experiments: the LSTM with its gates open for as many steps as the task has. */
export const CELLS = ["rnn", "irnn", "lstm", "gru", "clockwork", "scrn"] as const;
/** And LSTMs whose forget gates begin otherwise: half open, as libraries have it, or with a bias of 1. */
export const LSTMS = ["lstm-usual", "lstm-bias1"] as const;

export type CellName = (typeof CELLS)[number];
export type NetworkName = CellName | (typeof LSTMS)[number];

export const TASKS = [
  ...(["temporal-order", "temporal-order-3", "adding", "multiplication"] as const),
  ...(["travel-en", "travel-zh"] as const),
] as const;

export type TaskName = (typeof TASKS)[number];

export const isTravel = (task: TaskName): task is "travel-en" | "travel-zh" => task.startsWith("travel");

export const CLIPS = ["norm", "value", "off"] as const;

/** What is trained and looked at. */
export interface Plan {
  readonly task: TaskName;
  readonly length: number;
  readonly networks: readonly NetworkName[];
  /** Spectral radii, each of one more plain network. */
  readonly radii: readonly number[];
  readonly size: number;
  readonly lr: number;
  readonly clip: (typeof CLIPS)[number];
  readonly threshold: number;
  readonly steps: number;
  readonly seed: number;
}
