// Losses and their gradients. Softmax cross-entropy over rows: the lecture's loss is the sum of -log softmax(logits)[label]. A negative
// label is ignored (PyTorch's -100). Squared error: the sum of (y - target)^2. Binary
// cross-entropy: each number is the logit of a label by itself.
//
// Class weights and label smoothing are one block, weights [2, K]: how much the loss of class c counts where it is the label, and how much
// everywhere. With class weights w and smoothing e that is (1 - e) w[c] and e / K w[c] (PyTorch's CrossEntropyLoss; Szegedy et al. 2016).

import { exp, log } from "./math";
import { exp4, sigmoidForward } from "./ops/activations";
import { store4 } from "./ops/lanes";
import { largest, scale, sum, sumSquares } from "./ops/vector";

/** Leaves the softmax of logits [N, K] in probabilities [N, K] and returns the (weighted) sum of the losses. weights [2, K] or 0. */
export function crossEntropyForward(
  probabilities: usize,
  logits: usize,
  labels: usize,
  weights: usize,
  N: i32,
  K: i32,
): f64 {
  const everywhere = weights + ((<usize>K) << 2);
  const smooth = smoothing(weights, K);
  let total: f64 = 0;
  for (let n = 0; n < N; ++n) {
    const row = (<usize>n * <usize>K) << 2;
    const label = load<i32>(labels + ((<usize>n) << 2));
    const max = largest(logits + row, K);
    const weight = softmaxAbove(probabilities + row, logits + row, max, K);
    if (label < 0) continue;
    const picked = load<f32>(logits + row + ((<usize>label) << 2));
    total += weightOf(weights, label) * (log(weight) - (<f64>picked - <f64>max));
    if (smooth == 0) continue;
    total += smooth * log(weight);
    for (let k: usize = 0; k < (<usize>K) << 2; k += 4)
      total -= <f64>load<f32>(everywhere + k) * (<f64>load<f32>(logits + row + k) - <f64>max);
  }
  return total;
}

/** Turns the probabilities into the gradient of `factor` times the loss. */
export function crossEntropyBackward(
  probabilities: usize,
  labels: usize,
  weights: usize,
  N: i32,
  K: i32,
  factor: f64,
): void {
  const everywhere = weights + ((<usize>K) << 2);
  const smooth = smoothing(weights, K);
  for (let n = 0; n < N; ++n) {
    const row = probabilities + ((<usize>n * <usize>K) << 2);
    const label = load<i32>(labels + ((<usize>n) << 2));
    const own = label < 0 ? 0 : weightOf(weights, label);
    const whole = label < 0 ? 0 : own + smooth;
    if (label >= 0) {
      const picked = row + ((<usize>label) << 2);
      if (smooth > 0) {
        for (let k: usize = 0; k < (<usize>K) << 2; k += 4)
          store<f32>(row + k, <f32>(<f64>load<f32>(row + k) - <f64>load<f32>(everywhere + k) / whole));
      }
      store<f32>(picked, load<f32>(picked) - (smooth > 0 ? <f32>(own / whole) : 1));
    }
    const size4 = f32x4.splat(<f32>(factor * whole));
    let p = row;
    for (let left = K; left > 0; left -= 4) {
      store4(p, f32x4.mul(v128.load(p), size4), left);
      p += 16;
    }
  }
}

/** Leaves y - targets in difference, n values each, and returns the sum of the squares. */
export function squaredErrorForward(difference: usize, y: usize, targets: usize, n: i32): f64 {
  let to = difference;
  for (let left = n; left > 0; left -= 4) {
    store4(to, f32x4.sub(v128.load(y), v128.load(targets)), left);
    to += 16;
    y += 16;
    targets += 16;
  }
  return sumSquares(difference, n);
}

/** Turns the difference into the gradient of `factor` times the loss. */
export function squaredErrorBackward(difference: usize, n: i32, factor: f64): void {
  scale(difference, <f32>(2 * factor), n);
}

/**
 * Leaves sigmoid(x) - targets in difference, n values each, and returns the sum of -z log sigmoid(x) - (1 - z) log(1 - sigmoid(x)), z the target, as
 * max(x, 0) - x z + log(1 + exp(-|x|)), which does not overflow. The gradient is `scale` of the difference.
 */
export function binaryCrossEntropyForward(difference: usize, x: usize, targets: usize, n: i32): f64 {
  sigmoidForward(difference, x, n);
  let total: f64 = 0;
  for (let p: usize = 0; p < (<usize>n) << 2; p += 4) {
    const logit = <f64>load<f32>(x + p);
    const target = load<f32>(targets + p);
    total += max(logit, 0) - logit * <f64>target + log(1 + exp(-abs(logit)));
    store<f32>(difference + p, load<f32>(difference + p) - target);
  }
  return total;
}

/** Leaves the softmax of x [N, K] in y [N, K]. */
export function softmaxForward(y: usize, x: usize, N: i32, K: i32): void {
  for (let n = 0; n < N; ++n) {
    const row = (<usize>n * <usize>K) << 2;
    softmaxAbove(y + row, x + row, largest(x + row, K), K);
  }
}

function weightOf(weights: usize, label: i32): f64 {
  return weights ? <f64>load<f32>(weights + ((<usize>label) << 2)) : 1;
}

/** The sum of what the classes count everywhere. */
function smoothing(weights: usize, K: i32): f64 {
  return weights ? sum(weights + ((<usize>K) << 2), K) : 0;
}

/** y = exp(x - max) / sum of exp(x - max); returns the sum. */
function softmaxAbove(y: usize, x: usize, max: f32, K: i32): f64 {
  const max4 = f32x4.splat(max);
  let to = y;
  for (let left = K; left > 0; left -= 4) {
    store4(to, exp4(f32x4.sub(v128.load(x), max4)), left);
    to += 16;
    x += 16;
  }
  const total = sum(y, K);
  scale(y, <f32>(1 / total), K);
  return total;
}
