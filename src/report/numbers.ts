import { digits } from "../drawing/digits.js";

/** Metrics that are shares, as they are called in the field; they are shown in percent. */
const SHARES: Readonly<Record<string, string>> = {
  f1: "entity F1",
  precision: "precision",
  recall: "recall",
  accuracy: "token accuracy",
};

/** How a metric of a validation is shown. */
export function metric(name: string): {
  readonly title: string;
  readonly unit: string;
  readonly factor: number;
  readonly show: (value: number) => string;
} {
  const share = SHARES[name];
  const factor = share === undefined ? 1 : 100;
  return {
    title: share ?? (name === "lossPerToken" ? "loss per token" : name),
    unit: share !== undefined ? "%" : name === "lossPerToken" ? "nats" : "",
    factor,
    show: (value) => `${digits(factor * value)}${share === undefined ? "" : " %"}`,
  };
}
