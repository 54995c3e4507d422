import {
  type ClassOptions,
  crossEntropy,
  crossEntropyBackward,
  softmax,
  squaredError,
  squaredErrorBackward,
  vector,
} from "../reference/index.js";
import { type Case, check, sameBits } from "../support/cases.js";
import { near } from "../support/errors.js";
import { Scratch } from "../support/scratch.js";

const primes = [1, 2, 3, 5, 7, 13, 17];

interface Problem {
  /** [N, K] */
  readonly logits: Float32Array;
  readonly labels: readonly number[];
  readonly K: number;
  readonly options?: ClassOptions;
  readonly factor: number;
}

/** [2, K] see assembly/loss.ts, or 0. */
function weightsOf(scratch: Scratch, K: number, { classWeights, labelSmoothing: e = 0 }: ClassOptions): number {
  if (classWeights === undefined && e === 0) return 0;
  const weights = Array.from({ length: K }, (_, k) => classWeights?.[k] ?? 1);
  return scratch.input([...weights.map((weight) => (1 - e) * weight), ...weights.map((weight) => (e / K) * weight)]);
}

function runKernel(scratch: Scratch, { logits, labels, K, options = {}, factor }: Problem) {
  const { kernel } = scratch;
  const N = labels.length;
  const block = scratch.output(N * K);
  const at = scratch.i32(labels);
  const weights = weightsOf(scratch, K, options);
  const loss = kernel.crossEntropyForward(block, scratch.input(logits), at, weights, N, K);
  const probabilities = scratch.read(block, N * K);
  kernel.crossEntropyBackward(block, at, weights, N, K, factor);
  scratch.unharmed("cross-entropy");
  return { loss, probabilities, dLogits: scratch.read(block, N * K) };
}

function compare(scratch: Scratch, kind: string, problem: Problem): void {
  const { logits, labels, K, options, factor } = problem;
  const what = `N ${labels.length}, K ${K}, factor ${factor}, ${Object.keys(options ?? {})}`;
  const own = runKernel(scratch, problem);
  const rows = labels.map((_, n) => logits.subarray(n * K, (n + 1) * K));
  const gradient = crossEntropyBackward(logits, labels, K, "sum", options);
  near(`${kind} loss`, [own.loss], [crossEntropy(logits, labels, K, options).sum], what);
  near(
    `${kind} softmax`,
    own.probabilities,
    rows.flatMap((row) => [...softmax(row)]),
    what,
  );
  near(
    `${kind} dLogits`,
    own.dLogits,
    vector(gradient.length, (i) => factor * (gradient[i] ?? 0)),
    what,
  );
}

interface Kind {
  readonly name: string;
  readonly weighted?: boolean;
  readonly labelSmoothing?: number;
}

const kinds: readonly Kind[] = [
  { name: "" },
  { name: " with class weights", weighted: true },
  { name: " with label smoothing", labelSmoothing: 0.1 },
  { name: " with label smoothing and class weights", weighted: true, labelSmoothing: 0.3 },
];

function problemOf(scratch: Scratch, N: number, K: number, { weighted, labelSmoothing }: Kind): Problem {
  const { random } = scratch;
  const weights = () => scratch.values(K).map((value, k) => (k === 2 ? 0 : 1.5 + value));
  return {
    logits: scratch.values(N * K).map((value) => 5 * value),
    labels: Array.from({ length: N }, () => (random.below(4) === 0 ? -1 - random.below(100) : random.below(K))),
    K,
    options: { ...(weighted && { classWeights: weights() }), ...(labelSmoothing && { labelSmoothing }) },
    factor: [1, 1 / N, 0.37][random.below(3)] ?? 1,
  };
}

/** A row of logits and its label. */
const extremes: readonly (readonly [logits: readonly number[], label: number])[] = [
  [[1e4, -1e4, 0], 0],
  [[1e4, -1e4, 0], 1],
  [[88, 89, 90], 2],
  [[-1000, -1001, -1002], 0],
  [[3e38, -3e38, 0], 0],
  [[-3e38, -3e38, -3e38], 1],
  [[1e-40, -1e-40, 0], 2],
  [[0, 0, 0], 0],
  [[104, 0, -104], 1],
  [[104, 0, -104], 2],
];

export const lossCases: readonly Case[] = [
  ...kinds.map(
    (kind): Case => ({
      name: `cross-entropy${kind.name}: loss, softmax and gradient over ragged sizes, ignored labels, any factor`,
      async run() {
        const scratch = await Scratch.create();
        for (const N of primes)
          for (const K of [...primes, 131]) compare(scratch, "cross-entropy", problemOf(scratch, N, K, kind));
      },
    }),
  ),
  {
    name: "cross-entropy: logits at the ends of f32 give the loss and the gradient of the textbook",
    async run() {
      const scratch = await Scratch.create();
      for (const [logits, label] of extremes)
        compare(scratch, "extreme logits", { logits: Float32Array.from(logits), labels: [label], K: 3, factor: 1 });
    },
  },
  {
    name: "cross-entropy: ignored labels alone give a loss of 0 and a gradient of 0",
    async run() {
      const scratch = await Scratch.create();
      const { loss, dLogits } = runKernel(scratch, {
        logits: scratch.values(35),
        labels: [-1, -100, -1, -2, -1],
        K: 7,
        factor: 1,
      });
      check(loss === 0 && dLogits.every((d) => d === 0), `loss ${loss}`);
      check(runKernel(scratch, { logits: scratch.values(0), labels: [], K: 7, factor: 1 }).loss === 0, "no rows");
    },
  },
  {
    name: "cross-entropy: NaN and infinite logits are seen in the loss",
    async run() {
      const scratch = await Scratch.create();
      for (const bad of [Number.NaN, Number.POSITIVE_INFINITY])
        for (let k = 0; k < 7; ++k) {
          const logits = scratch.values(7);
          logits[k] = bad;
          const { loss } = runKernel(scratch, { logits, labels: [3], K: 7, factor: 1 });
          check(!Number.isFinite(loss), `${bad} at ${k}: loss ${loss}`);
        }
    },
  },
  {
    name: "squared error: loss and gradient over ragged sizes, any factor; NaN is seen",
    async run() {
      const scratch = await Scratch.create();
      for (const n of [0, ...primes, 131])
        for (const factor of [1, 1 / (n || 1), 0.37]) {
          const [y, targets] = [scratch.values(n), scratch.values(n)];
          const block = scratch.output(n);
          const { kernel } = scratch;
          const loss = kernel.squaredErrorForward(block, scratch.input(y), scratch.input(targets), n);
          near("squared error loss", [loss], [squaredError(y, targets).sum], `n ${n}`);
          kernel.squaredErrorBackward(block, n, factor);
          const gradient = squaredErrorBackward(y, targets, "sum").map((d) => factor * d);
          near("squared error dy", scratch.read(block, n), gradient, `n ${n}, factor ${factor}`);
        }
      scratch.unharmed("squared error");
      const [y, targets] = [scratch.input([1, Number.NaN, 1, 1, 1]), scratch.input([1, 1, 1, 1, 1])];
      const loss = scratch.kernel.squaredErrorForward(scratch.output(5), y, targets, 5);
      check(Number.isNaN(loss), `NaN gives the loss ${loss}`);
    },
  },
  {
    name: "softmax: rows of any width, in place or not, sums of 1",
    async run() {
      const scratch = await Scratch.create();
      for (const N of [1, 3, 7])
        for (const K of [...primes, 131]) {
          const x = scratch.values(N * K).map((value) => 9 * value);
          const [y, inPlace] = [scratch.output(N * K), scratch.output(x)];
          scratch.kernel.softmaxForward(y, scratch.input(x), N, K);
          scratch.kernel.softmaxForward(inPlace, inPlace, N, K);
          const rows = Array.from({ length: N }, (_, n) => x.subarray(n * K, (n + 1) * K));
          const result = scratch.read(y, N * K);
          near(
            "softmax",
            result,
            rows.flatMap((row) => [...softmax(row)]),
            `N ${N}, K ${K}`,
          );
          sameBits(scratch.read(inPlace, N * K), result, "in place");
          for (let n = 0; n < N; ++n) {
            const sum = result.subarray(n * K, (n + 1) * K).reduce((total, value) => total + value, 0);
            check(Math.abs(sum - 1) < 1e-6, `sum ${sum}`);
          }
        }
      scratch.unharmed("softmax");
    },
  },
];
