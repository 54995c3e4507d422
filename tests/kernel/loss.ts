import { crossEntropy, crossEntropyBackward, softmax, vector } from "../reference/index.js";
import { type Case, check, sameBits } from "../support/cases.js";
import { near } from "../support/errors.js";
import { Scratch } from "../support/scratch.js";

const primes = [1, 2, 3, 5, 7, 13, 17];

interface Problem {
  /** [N, K] */
  readonly logits: Float32Array;
  readonly labels: readonly number[];
  readonly K: number;
  readonly classWeights?: Float32Array;
  readonly factor: number;
}

function runKernel(scratch: Scratch, { logits, labels, K, classWeights, factor }: Problem) {
  const { kernel } = scratch;
  const N = labels.length;
  const block = scratch.output(N * K);
  const at = scratch.i32(labels);
  const weights = classWeights ? scratch.input(classWeights) : 0;
  const loss = kernel.crossEntropyForward(block, scratch.input(logits), at, weights, N, K);
  const probabilities = scratch.read(block, N * K);
  kernel.crossEntropyBackward(block, at, weights, N, K, factor);
  scratch.unharmed("cross-entropy");
  return { loss, probabilities, dLogits: scratch.read(block, N * K) };
}

function compare(scratch: Scratch, kind: string, problem: Problem): void {
  const { logits, labels, K, classWeights, factor } = problem;
  const what = `N ${labels.length}, K ${K}, factor ${factor}${classWeights ? ", class weights" : ""}`;
  const own = runKernel(scratch, problem);
  const rows = labels.map((_, n) => logits.subarray(n * K, (n + 1) * K));
  const gradient = crossEntropyBackward(logits, labels, K, "sum", classWeights);
  near(`${kind} loss`, [own.loss], [crossEntropy(logits, labels, K, classWeights).sum], what);
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

function problemOf(scratch: Scratch, N: number, K: number, weighted: boolean): Problem {
  const { random } = scratch;
  return {
    logits: scratch.values(N * K).map((value) => 5 * value),
    labels: Array.from({ length: N }, () => (random.below(4) === 0 ? -1 - random.below(100) : random.below(K))),
    K,
    ...(weighted && { classWeights: scratch.values(K).map((value, k) => (k === 2 ? 0 : 1.5 + value)) }),
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
  ...[false, true].map(
    (weighted): Case => ({
      name: `cross-entropy${weighted ? " with class weights" : ""}: loss, softmax and gradient over ragged sizes, ignored labels, any factor`,
      async run() {
        const scratch = await Scratch.create();
        for (const N of primes)
          for (const K of [...primes, 131]) compare(scratch, "cross-entropy", problemOf(scratch, N, K, weighted));
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
