// Gradient clipping. By norm: Pascanu, Mikolov and Bengio 2013, algorithm 1, g = threshold / ||g|| * g where ||g|| exceeds the threshold.
// By value: the lecture's form, each element is set to the threshold where it exceeds it, on both sides of zero. See rows.ts for both over all
// parameters; here is that of one parameter.

import { scale, sumSquares } from "../ops/vector";

/** Scales n gradients down to maxNorm where they exceed it; returns the norm before. A norm that is not finite changes nothing. */
export function clipNorm(gradients: usize, n: i32, maxNorm: f64): f64 {
  const before = sqrt<f64>(sumSquares(gradients, n));
  if (before > maxNorm && before < Infinity) scale(gradients, <f32>(maxNorm / before), n);
  return before;
}
