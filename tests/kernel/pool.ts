// Pooling over time and binary cross-entropy: the textbook's, over ragged batches.

import { binaryCrossEntropy, binaryCrossEntropyBackward } from "../reference/loss.js";
import { type Case, check, sameBits } from "../support/cases.js";
import { near } from "../support/errors.js";
import { Scratch } from "../support/scratch.js";

/** Lengths of sequences, longest first. */
const BATCHES = [[1], [5], [3, 3, 3], [13, 7, 7, 2, 1], [17, 1, 1]];
const WIDTHS = [1, 2, 3, 5, 7, 13, 17];

/** The rows of each sequence in the packed batch. */
function packed(lengths: readonly number[]) {
  const T = lengths[0] ?? 0;
  const batchSizes = Array.from({ length: T }, (_, t) => lengths.filter((length) => length > t).length);
  const starts = batchSizes.map((_, t) => batchSizes.slice(0, t).reduce((sum, size) => sum + size, 0));
  const rows = lengths.map((length, b) => starts.slice(0, length).map((start) => start + b));
  return { T, batchSizes, rows, N: rows.flat().length };
}

const cases = BATCHES.flatMap((lengths) => WIDTHS.map((H) => ({ lengths, H, B: lengths.length, ...packed(lengths) })));

export const poolCases: readonly Case[] = [
  {
    name: "mean over time: values and gradient over ragged batches",
    async run() {
      for (const { lengths, H, B, T, batchSizes, rows, N } of cases) {
        const scratch = await Scratch.create();
        const { kernel } = scratch;
        const [x, dy, sizes] = [scratch.values(N * H), scratch.values(B * H), scratch.i32(batchSizes)];
        const what = `lengths ${lengths}, H ${H}`;
        const [y, dx] = [scratch.output(B * H), scratch.output(N * H)];
        kernel.meanPoolForward(y, scratch.input(x), sizes, T, B, H);
        kernel.meanPoolBackward(dx, scratch.input(dy), sizes, T, B, H);
        const [means, gradient] = [new Float64Array(B * H), new Float64Array(N * H)];
        rows.forEach((own, b) => {
          for (const n of own)
            for (let h = 0; h < H; ++h) {
              means[b * H + h] = (means[b * H + h] ?? 0) + (x[n * H + h] ?? 0) / own.length;
              gradient[n * H + h] = (dy[b * H + h] ?? 0) / own.length;
            }
        });
        near("mean pool", scratch.read(y, B * H), means, what);
        near("mean pool dx", scratch.read(dx, N * H), gradient, what);
        scratch.unharmed(what);
      }
    },
  },
  {
    name: "largest over time: values and gradient over ragged batches, the first of equals, NaN is seen",
    async run() {
      for (const { lengths, H, B, T, batchSizes, rows, N } of cases) {
        const scratch = await Scratch.create();
        const { kernel } = scratch;
        // few different values, so that many are equal
        const x = scratch.values(N * H).map((value) => Math.round(3 * value));
        const [dy, sizes] = [scratch.values(B * H), scratch.i32(batchSizes)];
        const what = `lengths ${lengths}, H ${H}`;
        const [y, dx, index] = [scratch.output(B * H), scratch.output(N * H), scratch.output(B * H)];
        kernel.maxPoolForward(y, index, scratch.input(x), sizes, T, H);
        kernel.maxPoolBackward(dx, scratch.input(dy), index, N, B, H);
        const [most, gradient] = [new Float32Array(B * H), new Float32Array(N * H)];
        rows.forEach((own, b) => {
          for (let h = 0; h < H; ++h) {
            const column = own.map((n) => x[n * H + h] ?? 0);
            most[b * H + h] = Math.max(...column);
            gradient[(own[column.indexOf(Math.max(...column))] ?? 0) * H + h] = dy[b * H + h] ?? 0;
          }
        });
        near("max pool", scratch.read(y, B * H), most, what, 0);
        near("max pool dx", scratch.read(dx, N * H), gradient, what, 0);
        scratch.unharmed(what);
        for (let n = 0; n < N; ++n) {
          kernel.maxPoolForward(y, index, scratch.input(x.with(n * H, Number.NaN)), sizes, T, H);
          const b = rows.findIndex((own) => own.includes(n));
          check(Number.isNaN(scratch.read(y, B * H)[b * H]), `${what}: NaN in row ${n} is not seen`);
        }
      }
    },
  },
  {
    name: "binary cross-entropy: loss and gradient over ragged sizes, logits at the ends of f32, NaN is seen",
    async run() {
      const scratch = await Scratch.create();
      const { kernel } = scratch;
      for (const n of [1, 2, 3, 5, 7, 13, 131]) {
        const x = scratch.values(n).map((value) => 9 * value);
        const targets = scratch.values(n).map((value) => (value > 0.5 ? 0.3 : value > 0 ? 1 : 0));
        const block = scratch.output(n);
        const loss = kernel.binaryCrossEntropyForward(block, scratch.input(x), scratch.input(targets), n);
        near("binary cross-entropy", [loss], [binaryCrossEntropy(x, targets)], `n ${n}`);
        near("binary cross-entropy dx", scratch.read(block, n), binaryCrossEntropyBackward(x, targets), `n ${n}`);
      }
      scratch.unharmed("binary cross-entropy");
      const [block, ends] = [scratch.output(4), scratch.input([3e38, -3e38, 3e38, -3e38])];
      const loss = kernel.binaryCrossEntropyForward(block, ends, scratch.input([1, 0, 0, 1]), 4);
      check(loss === 2 * Math.fround(3e38), `loss ${loss}`);
      sameBits(scratch.read(block, 4), [0, 0, 1, -1], "the gradient at the ends");
      const bad = kernel.binaryCrossEntropyForward(block, scratch.input([Number.NaN]), scratch.input([1]), 1);
      check(Number.isNaN(bad), `NaN gives the loss ${bad}`);
    },
  },
];
