import { digits } from "../drawing/digits.js";

/** Metrics that are shares, as they are called in the field; they are shown in percent. */
const SHARES: Readonly<Record<string, string>> = {
  f1: "entity F1",
  precision: "precision",
  recall: "recall",
  accuracy: "accuracy",
  macroF1: "macro F1",
  labelAccuracy: "label accuracy",
  frameAccuracy: "label and all tags right",
};

/** What the loss of a task is a mean over, and what it is measured in. */
const LOSSES: Readonly<Record<string, readonly [over: string, unit: string]>> = {
  tagger: ["token", "nats"],
  "language-model": ["token", "nats"],
  classifier: ["sequence", "nats"],
  forecaster: ["value", "squared deviations"],
};

export const lossTitle = (task: string): string => (task in LOSSES ? `loss per ${LOSSES[task]?.[0]}` : "mean loss");

export const lossUnit = (task: string): string => LOSSES[task]?.[1] ?? "";

/** For the axis of the losses. */
export const lossAxis = (task: string): string =>
  task in LOSSES ? `${lossUnit(task)} per ${LOSSES[task]?.[0]}` : "mean loss";

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
  const title = name === "accuracy" && LOSSES[task]?.[0] === "token" ? "token accuracy" : share;
  return {
    title: title ?? (name === "lossPerToken" ? lossTitle(task) : name),
    unit: share !== undefined ? "%" : name === "lossPerToken" ? lossUnit(task) : "",
    factor,
    show: (value) => `${digits(factor * value)}${share === undefined ? "" : " %"}`,
  };
}

/** The task of all runs, or "" if they have several. */
export const commonTask = (series: readonly { readonly task: string }[]): string => {
  const [task = "", ...others] = new Set(series.map((run) => run.task));
  return others.length > 0 ? "" : task;
};
