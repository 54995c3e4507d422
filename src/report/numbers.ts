import { digits } from "../drawing/digits.js";

/** Metrics that are shares, as they are called in the field; they are shown in percent. */
const SHARES: Readonly<Record<string, string>> = {
  f1: "entity F1",
  precision: "precision",
  recall: "recall",
  accuracy: "accuracy",
  macroF1: "macro F1",
};

/** What the loss of a task, in nats, is a mean over. */
const UNITS: Readonly<Record<string, string>> = {
  tagger: "token",
  "language-model": "token",
  classifier: "sequence",
};

export const lossTitle = (task: string): string => (task in UNITS ? `loss per ${UNITS[task]}` : "mean loss");

/** For the axis of the losses. */
export const lossAxis = (task: string): string => (task in UNITS ? `nats per ${UNITS[task]}` : "mean loss");

/** How a metric of a task's validation is shown. */
export function metric(
  name: string,
  task: string,
): {
  readonly title: string;
  readonly unit: string;
  readonly factor: number;
  readonly show: (value: number) => string;
} {
  const share = SHARES[name];
  const factor = share === undefined ? 1 : 100;
  const title = name === "accuracy" && UNITS[task] === "token" ? "token accuracy" : share;
  return {
    title: title ?? (name === "lossPerToken" ? lossTitle(task) : name),
    unit: share !== undefined ? "%" : name === "lossPerToken" && task in UNITS ? "nats" : "",
    factor,
    show: (value) => `${digits(factor * value)}${share === undefined ? "" : " %"}`,
  };
}

/** The task of all runs, or "" if they have several. */
export const commonTask = (series: readonly { readonly task: string }[]): string => {
  const [task = "", ...others] = new Set(series.map((run) => run.task));
  return others.length > 0 ? "" : task;
};
