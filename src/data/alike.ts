import { rangeError } from "../check.js";
import type { Sequence } from "./batch.js";
import { goalKinds } from "./goals.js";

/** Every sequence of a batch brings the same things. Throws RangeError BPTT_DATA. */
export function checkAlike(sequence: Sequence, first: Sequence, features: number, number: number): void {
  for (const kind of ["tokens", "features", ...goalKinds] as const) {
    const given = sequence[kind] !== undefined;
    if (given !== (first[kind] !== undefined))
      throw rangeError(
        "BPTT_DATA",
        `sequence ${number}: ${kind} ${kind.endsWith("s") ? "are" : "is"} ${given ? "given" : "missing"}, but not so in another sequence of the batch`,
      );
  }
  if (sequence.features && sequence.features.length !== features)
    throw rangeError(
      "BPTT_DATA",
      `sequence ${number}: expected ${features} features, as many in each step as in the other sequences, got ${sequence.features.length}`,
    );
}
