import { oneOf, rangeError, show } from "../check.js";
import { BinaryCrossEntropy } from "./losses/binary-cross-entropy.js";
import { CrossEntropy } from "./losses/cross-entropy.js";
import type { Loss, LossOptions, LossPlace } from "./losses/loss.js";
import { SquaredError } from "./losses/squared-error.js";

export type { Loss, LossOptions, Weight } from "./losses/loss.js";

/** Throws RangeError or TypeError BPTT_OPTION. */
export function makeLoss(options: LossOptions, place: LossPlace): Loss {
  const name = oneOf("network: loss", options.loss ?? "crossEntropy", ["crossEntropy", "mse", "binaryCrossEntropy"]);
  if (name === "crossEntropy") return new CrossEntropy(options, place);
  for (const option of ["classWeights", "labelSmoothing"] as const)
    if (options[option] !== undefined)
      throw rangeError("BPTT_OPTION", `network: ${option}: the loss ${show(name)} has no classes; leave it out`);
  return name === "mse" ? new SquaredError(place) : new BinaryCrossEntropy(place);
}
