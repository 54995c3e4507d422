// Gradient clipping. By norm: Pascanu, Mikolov and Bengio 2013, algorithm 1, g = threshold / ||g|| * g where ||g|| exceeds the threshold.
// By value: the lecture's form, each element is set to the threshold where it exceeds it, on both sides of zero.

import { clampAbs, scale, sumSquares } from "../ops/vector";

/** The Euclidean norm of n values. */
export function norm(x: usize, n: i32): f64 {
  return sqrt<f64>(sumSquares(x, n));
}

/** Scales n gradients down to maxNorm where they exceed it; returns the norm before. A norm that is not finite changes nothing. */
export function clipNorm(gradients: usize, n: i32, maxNorm: f64): f64 {
  const before = norm(gradients, n);
  if (before > maxNorm && before < Infinity) scale(gradients, <f32>(maxNorm / before), n);
  return before;
}

/** Limits n gradients to [-limit, limit]; returns the norm before. A norm that is not finite changes nothing. */
export function clipValue(gradients: usize, n: i32, limit: f32): f64 {
  const before = norm(gradients, n);
  if (before < Infinity) clampAbs(gradients, limit, n);
  return before;
}
