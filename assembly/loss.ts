// Softmax cross-entropy over tokens: the lecture's loss is the sum over tokens of -log softmax(logits)[label]. A negative label is
// ignored (PyTorch's -100). With class weights each token counts by the weight of its label.

import { log } from "./math";
import { exp4 } from "./ops/activations";
import { store4 } from "./ops/lanes";
import { largest, scale, sum } from "./ops/vector";

/** Leaves the softmax of logits [N, K] in probabilities [N, K] and returns the (weighted) sum of the losses. classWeights [K] or 0. */
export function crossEntropyForward(
  probabilities: usize,
  logits: usize,
  labels: usize,
  classWeights: usize,
  N: i32,
  K: i32,
): f64 {
  let total: f64 = 0;
  for (let n = 0; n < N; ++n) {
    const row = (<usize>n * <usize>K) << 2;
    const label = load<i32>(labels + ((<usize>n) << 2));
    const max = largest(logits + row, K);
    const weight = softmaxAbove(probabilities + row, logits + row, max, K);
    if (label < 0) continue;
    const picked = load<f32>(logits + row + ((<usize>label) << 2));
    total += weightOf(classWeights, label) * (log(weight) - (<f64>picked - <f64>max));
  }
  return total;
}

/** Turns the probabilities into the gradient of `factor` times the loss. */
export function crossEntropyBackward(
  probabilities: usize,
  labels: usize,
  classWeights: usize,
  N: i32,
  K: i32,
  factor: f64,
): void {
  for (let n = 0; n < N; ++n) {
    const row = probabilities + ((<usize>n * <usize>K) << 2);
    const label = load<i32>(labels + ((<usize>n) << 2));
    const size = label < 0 ? <f32>0 : <f32>(factor * weightOf(classWeights, label));
    if (label >= 0) {
      const picked = row + ((<usize>label) << 2);
      store<f32>(picked, load<f32>(picked) - 1);
    }
    const size4 = f32x4.splat(size);
    let p = row;
    for (let left = K; left > 0; left -= 4) {
      store4(p, f32x4.mul(v128.load(p), size4), left);
      p += 16;
    }
  }
}

/** Leaves the softmax of x [N, K] in y [N, K]. */
export function softmaxForward(y: usize, x: usize, N: i32, K: i32): void {
  for (let n = 0; n < N; ++n) {
    const row = (<usize>n * <usize>K) << 2;
    softmaxAbove(y + row, x + row, largest(x + row, K), K);
  }
}

function weightOf(classWeights: usize, label: i32): f64 {
  return classWeights ? <f64>load<f32>(classWeights + ((<usize>label) << 2)) : 1;
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
