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

export interface ClassOptions {
  readonly classWeights?: Numbers;
  /** e: the share of each label that is spread over all classes. */
  readonly labelSmoothing?: number;
}

/** Stable: the largest one is taken away first. */
export function softmax(logits: Numbers): Vector {
  const max = Math.max(...Array.from(logits));
  const powers = map((logit) => Math.exp(logit - max), logits);
  const total = sum(powers.length, (k) => at(powers, k));
  return map((power) => power / total, powers);
}

/** Softmax cross-entropy of logits [N, K]: the sum of (1 - e) w_y nll_y + e / K sum_c w_c nll_c; a negative label is ignored. */
export function crossEntropy(logits: Numbers, labels: Numbers, K: number, options: ClassOptions = {}): TokenLoss {
  let [total, count, weight] = [0, 0, 0];
  for (let n = 0; n < labels.length; ++n) {
    const label = at(labels, n);
    if (label < 0) continue;
    const row = rowOf(logits, n, K);
    const shares = sharesOf(label, K, options);
    // a class without a share has no say, whatever its logit
    total += sum(K, (k) => (at(shares, k) === 0 ? 0 : at(shares, k) * -logSoftmax(row, k)));
    weight += options.classWeights ? at(options.classWeights, label) : 1;
    count += 1;
  }
  return { sum: total, mean: total / weight, count, weight };
}

/** dLogits [N, K]: the softmax times all shares, minus the share of each class. */
export function crossEntropyBackward(
  logits: Numbers,
  labels: Numbers,
  K: number,
  reduction: Reduction,
  options: ClassOptions = {},
): Vector {
  const { weight } = crossEntropy(logits, labels, K, options);
  const factor = reduction === "mean" ? 1 / weight : 1;
  const rows = Array.from({ length: labels.length }, (_, n) => {
    const label = at(labels, n);
    if (label < 0) return vector(K, () => 0);
    const shares = sharesOf(label, K, options);
    const all = sum(K, (k) => at(shares, k));
    return map((p, share) => factor * (all * p - share), softmax(rowOf(logits, n, K)), shares);
  });
  return matrix(labels.length, K, (n, k) => at(rows[n] ?? [], k));
}

/** How much the loss of each class counts where this label stands. */
function sharesOf(label: number, K: number, { classWeights, labelSmoothing: e = 0 }: ClassOptions): Vector {
  return vector(K, (k) => (classWeights ? at(classWeights, k) : 1) * (e / K + (k === label ? 1 - e : 0)));
}

/** (y - target)^2 over all numbers. */
export function squaredError(y: Numbers, targets: Numbers): Pick<TokenLoss, "sum" | "mean"> {
  const total = sum(y.length, (i) => (at(y, i) - at(targets, i)) ** 2);
  return { sum: total, mean: total / y.length };
}

export function squaredErrorBackward(y: Numbers, targets: Numbers, reduction: Reduction): Vector {
  const factor = reduction === "mean" ? 1 / y.length : 1;
  return map((y, target) => factor * 2 * (y - target), y, targets);
}

function logSoftmax(logits: Numbers, k: number): number {
  const max = Math.max(...Array.from(logits));
  return at(logits, k) - max - Math.log(sum(logits.length, (j) => Math.exp(at(logits, j) - max)));
}

const rowOf = (x: Numbers, n: number, K: number): Vector => vector(K, (k) => at(x, n * K + k));

/** The sum of -z log s(x) - (1 - z) log(1 - s(x)), s the sigmoid; 1 - s(x) is s(-x). */
export const binaryCrossEntropy = (x: Numbers, targets: Numbers): number =>
  Array.from(x).reduce((sum, logit, i) => {
    const target = targets[i] ?? 0;
    return sum - target * Math.log(sigmoid(logit)) - (1 - target) * Math.log(sigmoid(-logit));
  }, 0);

export const binaryCrossEntropyBackward = (x: Numbers, targets: Numbers): number[] =>
  Array.from(x, (logit, i) => sigmoid(logit) - (targets[i] ?? 0));

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
