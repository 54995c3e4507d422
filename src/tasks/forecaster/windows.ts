import type { Sequence } from "../../data/batch.js";
import type { Channel } from "../classifier/inputs.js";

/** A series in a flat array: row t has the numbers from t * width on. */
export interface Values {
  readonly values: Float64Array;
  /** C: columns. */
  readonly width: number;
}

/** How rows become windows. */
export interface WindowPlan {
  readonly window: number;
  readonly horizon: number;
  readonly channels: readonly Channel[];
  /** [K] which columns are forecast. */
  readonly targets: readonly number[];
  readonly reference: "last" | "mean";
}

/** Mean and deviation of each column over the first `rows` rows. A constant one gets the deviation 1, and so is 0 to the network. */
export function scalesOf({ values, width }: Values, rows: number): Channel[] {
  return Array.from({ length: width }, (_, c) => {
    // told from the first value, so that a constant column has no rounding errors
    const first = values[c] ?? 0;
    let sum = 0;
    for (let t = 0; t < rows; ++t) sum += (values[t * width + c] ?? 0) - first;
    const mean = first + sum / rows;
    let squares = 0;
    for (let t = 0; t < rows; ++t) {
      const difference = (values[t * width + c] ?? 0) - mean;
      squares += difference * difference;
    }
    return { mean, deviation: Math.sqrt(squares / rows) || 1 };
  });
}

/** What a column's numbers are told from in the window that ends with row `origin`. */
export function referenceOf({ values, width }: Values, plan: WindowPlan, origin: number, column: number): number {
  const isLast = plan.reference === "last" && plan.targets.includes(column);
  return isLast ? (values[origin * width + column] ?? 0) : (plan.channels[column]?.mean ?? 0);
}

/** The window that ends with row `origin`, and what comes behind it, for a network; the rows of the horizon may be missing where nothing is learned. */
export function windowAt(series: Values, plan: WindowPlan, origin: number): Sequence {
  const { values, width } = series;
  const { window, horizon, channels, targets } = plan;
  const references = channels.map((_, c) => referenceOf(series, plan, origin, c));
  const scaled = (t: number, c: number): number =>
    ((values[t * width + c] ?? 0) - (references[c] ?? 0)) / (channels[c]?.deviation ?? 1);
  const features = new Float32Array(window * width);
  for (let t = 0; t < window; ++t)
    for (let c = 0; c < width; ++c) features[t * width + c] = scaled(origin - window + 1 + t, c);
  const target = new Float32Array(horizon * targets.length);
  for (let h = 0; h < horizon; ++h)
    for (const [k, column] of targets.entries()) target[h * targets.length + k] = scaled(origin + 1 + h, column);
  return { features, length: window, target };
}
