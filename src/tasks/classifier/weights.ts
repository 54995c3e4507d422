import { nonNegativeNumber, rangeError, show, typeError } from "../../check.js";

/** Weights of the loss by label; other labels weigh 1. */
export type LabelWeights = Readonly<Record<string, number>>;

/** Throws RangeError, TypeError BPTT_OPTION. */
export function resolveLabelWeights(weights: LabelWeights = {}, multiLabel: boolean): LabelWeights {
  if (typeof weights !== "object" || weights === null || Array.isArray(weights))
    throw typeError(
      "BPTT_OPTION",
      `labelWeights: expected weights by label, such as { urgent: 3 }, got ${show(weights)}`,
    );
  const entries = Object.entries(weights);
  for (const [label, weight] of entries) nonNegativeNumber(`labelWeights: ${label}`, weight);
  if (multiLabel && entries.length > 0)
    throw rangeError(
      "BPTT_OPTION",
      `labelWeights: expected none with multiLabel, whose labels have a loss each, got ${entries.length}; leave one of the two out`,
    );
  return { ...weights };
}

/** One weight for each label, if there are any. Throws RangeError BPTT_OPTION for the weight of a label that is none. */
export function classWeightsOf(
  weights: LabelWeights,
  labels: readonly string[],
): { readonly classWeights?: readonly number[] } {
  const weighed = Object.keys(weights);
  const strange = weighed.find((label) => !labels.includes(label));
  if (strange !== undefined)
    throw rangeError(
      "BPTT_OPTION",
      `labelWeights: ${strange} is not a label of the training examples; the labels are ${labels.join(", ")}`,
    );
  return weighed.length > 0 ? { classWeights: labels.map((label) => weights[label] ?? 1) } : {};
}
