import { at, map, matrix, type Numbers, sum, type Vector, vector } from "./vector.js";

export type Reduction = "mean" | "sum";

export interface TokenLoss {
  /** -log softmax(logits)[label], each times the weight of its class: the lecture's loss. */
  readonly sum: number;
  /** The sum divided by the weights of the labels (their number where there are no class weights), as PyTorch does. */
  readonly mean: number;
  /** Labels that are not ignored. */
  readonly count: number;
  /** The sum of their weights. */
  readonly weight: number;
}

/** Stable: the largest one is taken away first. */
export function softmax(logits: Numbers): Vector {
  const max = Math.max(...Array.from(logits));
  const powers = map((logit) => Math.exp(logit - max), logits);
  const total = sum(powers.length, (k) => at(powers, k));
  return map((power) => power / total, powers);
}

/** Softmax cross-entropy of logits [N, K]; a negative label is ignored. */
export function crossEntropy(logits: Numbers, labels: Numbers, K: number, classWeights?: Numbers): TokenLoss {
  let [total, count, weight] = [0, 0, 0];
  for (let n = 0; n < labels.length; ++n) {
    const label = at(labels, n);
    if (label < 0) continue;
    const size = classWeights ? at(classWeights, label) : 1;
    total += size * -logSoftmax(rowOf(logits, n, K), label);
    weight += size;
    count += 1;
  }
  return { sum: total, mean: total / weight, count, weight };
}

/** dLogits [N, K]: the softmax minus one at the label. */
export function crossEntropyBackward(
  logits: Numbers,
  labels: Numbers,
  K: number,
  reduction: Reduction,
  classWeights?: Numbers,
): Vector {
  const { weight } = crossEntropy(logits, labels, K, classWeights);
  const factor = reduction === "mean" ? 1 / weight : 1;
  const probabilities = Array.from({ length: labels.length }, (_, n) => softmax(rowOf(logits, n, K)));
  return matrix(labels.length, K, (n, k) => {
    const label = at(labels, n);
    if (label < 0) return 0;
    const size = classWeights ? at(classWeights, label) : 1;
    return factor * size * (at(probabilities[n] ?? [], k) - (k === label ? 1 : 0));
  });
}

function logSoftmax(logits: Numbers, k: number): number {
  const max = Math.max(...Array.from(logits));
  return at(logits, k) - max - Math.log(sum(logits.length, (j) => Math.exp(at(logits, j) - max)));
}

const rowOf = (x: Numbers, n: number, K: number): Vector => vector(K, (k) => at(x, n * K + k));
