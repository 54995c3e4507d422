import type { Pointer } from "../../src/kernel/memory.js";
import { ArgumentRecord } from "../../src/kernel/record.js";
import { embeddingBackward, embeddingForward, linearBackward, linearForward } from "../reference/index.js";
import { type Case, check, sameBits } from "../support/cases.js";
import { near } from "../support/errors.js";
import { Scratch } from "../support/scratch.js";

const primes = [1, 2, 3, 5, 7, 13, 17];

interface LinearShape {
  readonly N: number;
  readonly I: number;
  readonly O: number;
}

const linearShapes: readonly LinearShape[] = [
  ...primes.flatMap((N) => primes.flatMap((I) => primes.map((O) => ({ N, I, O })))),
  { N: 131, I: 37, O: 29 },
  { N: 3, I: 523, O: 541 },
];

const linearCase = (withDx: boolean): Case => ({
  name: `linear${withDx ? "" : ", dx not asked for"}: y and the accumulated gradients over ragged sizes`,
  async run() {
    const scratch = await Scratch.create();
    const work = scratch.f32(scratch.kernel.gemmScratch());
    for (const shape of linearShapes) compareLinear(scratch, work, shape, withDx);
    scratch.unharmed("linear");
  },
});

function compareLinear(scratch: Scratch, work: Pointer, { N, I, O }: LinearShape, withDx: boolean): void {
  const { kernel } = scratch;
  const [x, weight, bias, dy] = [N * I, O * I, O, N * O].map((count) => scratch.values(count)) as Four;
  const [dxStart, dWeightStart, dBiasStart] = [N * I, O * I, O].map((count) => scratch.values(count)) as Three;
  const [y, dx, dWeight, dBias] = [
    scratch.output(new Float32Array(N * O).fill(3)),
    scratch.output(dxStart),
    scratch.output(dWeightStart),
    scratch.output(dBiasStart),
  ];
  const record = new ArgumentRecord(scratch.arena, "LINEAR");
  record.write({
    ...{ N, I, O, y, dWeight, dBias, dx: withDx ? dx : 0, scratch: work },
    x: scratch.input(x),
    weight: scratch.input(weight),
    bias: scratch.input(bias),
    dy: scratch.input(dy),
    packed: scratch.output(kernel.packedSize(I, O)),
    packedBack: scratch.output(kernel.packedSize(O, I)),
  });
  kernel.linearPack(record.pointer);
  kernel.linearForward(record.pointer);
  kernel.linearPackBack(record.pointer);
  kernel.linearBackward(record.pointer);
  const back = linearBackward(dy, x, weight, N, I, O);
  const what = `N ${N}, I ${I}, O ${O}`;
  near("linear y", scratch.read(y, N * O), linearForward(x, weight, bias, N, I, O), what);
  near("linear dWeight", scratch.read(dWeight, O * I), plus(dWeightStart, back.dWeight), what);
  near("linear dBias", scratch.read(dBias, O), plus(dBiasStart, back.dBias), what);
  if (withDx) near("linear dx", scratch.read(dx, N * I), plus(dxStart, back.dx), what);
  else sameBits(scratch.read(dx, N * I), dxStart, `${what}: dx that nobody asked for`);
}

type Three = [Float32Array, Float32Array, Float32Array];
type Four = [...Three, Float32Array];

const plus = (start: Float32Array, sum: ArrayLike<number>): Float64Array =>
  Float64Array.from(start, (value, i) => value + (sum[i] ?? Number.NaN));

const embeddingCase: Case = {
  name: "embedding: rows copied bit by bit, gradients summed over repeated tokens, rows of absent tokens untouched",
  async run() {
    const scratch = await Scratch.create();
    const { kernel, random } = scratch;
    for (const V of primes)
      for (const E of [...primes, 64])
        for (const N of [0, 1, 5, 29]) {
          const [table, dy, start] = [scratch.values(V * E), scratch.values(N * E), scratch.values(V * E)];
          const tokens = Array.from({ length: N }, () => random.below(Math.ceil(V / 2)));
          const [y, dTable, at] = [scratch.output(N * E), scratch.output(start), scratch.i32(tokens)];
          kernel.embeddingForward(y, scratch.input(table), at, N, E);
          kernel.embeddingBackward(dTable, scratch.input(dy), at, N, E);
          sameBits(scratch.read(y, N * E), Float32Array.from(embeddingForward(table, tokens, E)), "y");
          const gradient = scratch.read(dTable, V * E);
          near(
            "embedding dTable",
            gradient,
            plus(start, embeddingBackward(dy, tokens, V, E)),
            `V ${V}, E ${E}, N ${N}`,
          );
          for (let v = 0; v < V; ++v)
            if (!tokens.includes(v))
              sameBits(gradient.subarray(v * E, (v + 1) * E), start.subarray(v * E, (v + 1) * E), `absent token ${v}`);
        }
    scratch.unharmed("embedding");
  },
};

interface Row {
  readonly sequence: number;
  readonly time: number;
}

/** What dropout makes of ones: 0 or 1 / (1 - p) for each row and unit. */
function masks(scratch: Scratch, rows: readonly Row[], F: number, p: number, seed: number): Float32Array {
  const { kernel } = scratch;
  const N = rows.length;
  const keys = scratch.output(N);
  const sequences = scratch.i32(rows.map(({ sequence }) => sequence));
  const times = scratch.i32(rows.map(({ time }) => time));
  kernel.dropoutKeys(keys, sequences, times, N, seed);
  const y = scratch.output(N * F);
  kernel.dropoutApply(y, scratch.input(new Float32Array(N * F).fill(1)), keys, N, F, p);
  return scratch.read(y, N * F);
}

const rowsOf = (sequences: number, T: number): Row[] =>
  Array.from({ length: sequences * T }, (_, n) => ({ sequence: n % sequences, time: Math.floor(n / sequences) }));

const dropoutCases: readonly Case[] = [
  {
    name: "dropout: the mask is a function of seed, sequence, time and unit, not of the arrangement of the batch",
    async run() {
      const scratch = await Scratch.create();
      const rows = rowsOf(13, 7);
      for (const F of primes) {
        const all = masks(scratch, rows, F, 0.4, 99);
        const order = scratch.random.shuffle(rows.keys());
        const shuffled = masks(
          scratch,
          order.map((n) => rows[n] as Row),
          F,
          0.4,
          99,
        );
        order.forEach((n, place) => {
          sameBits(shuffled.subarray(place * F, (place + 1) * F), all.subarray(n * F, (n + 1) * F), `row ${n}`);
        });
        const wider = masks(scratch, rows, F + 4, 0.4, 99);
        rows.forEach((_, n) => {
          sameBits(wider.subarray(n * (F + 4), n * (F + 4) + F), all.subarray(n * F, (n + 1) * F), `row ${n}, wider`);
        });
      }
      scratch.unharmed("dropout");
    },
  },
  {
    name: "dropout: other masks for another seed, sequence or time; the share that is kept is 1 - p",
    async run() {
      const scratch = await Scratch.create();
      const F = 128;
      for (const p of [0.1, 0.3, 0.5, 0.9]) {
        const mask = masks(scratch, rowsOf(40, 10), F, p, 1);
        check(
          mask.every((m) => m === 0 || m === Math.fround(1 / Math.fround(1 - Math.fround(p)))),
          `p ${p}: values`,
        );
        const share = mask.filter((m) => m > 0).length / mask.length;
        check(Math.abs(share - (1 - p)) < 0.01, `p ${p}: ${share} kept`);
        const other = masks(scratch, rowsOf(40, 10), F, p, 2);
        const agree = mask.filter((m, i) => m === other[i]).length / mask.length;
        check(Math.abs(agree - (p * p + (1 - p) ** 2)) < 0.02, `p ${p}: ${agree} of two masks agree`);
        const rows = new Set(rowsOf(40, 10).map((_, n) => mask.subarray(n * F, (n + 1) * F).join()));
        check(rows.size === 400, `p ${p}: ${rows.size} masks for 400 rows`);
      }
    },
  },
  {
    name: "dropout: p = 0 keeps every bit, the gradient takes the same mask, in place works",
    async run() {
      const scratch = await Scratch.create();
      const { kernel } = scratch;
      const [N, F, p] = [7, 13, 0.3];
      const keys = scratch.i32(Array.from({ length: N }, () => scratch.random.next() | 0));
      const [x, dy] = [scratch.values(N * F), scratch.values(N * F)];
      const [same, y, dx, inPlace] = [
        scratch.output(N * F),
        scratch.output(N * F),
        scratch.output(N * F),
        scratch.output(x),
      ];
      kernel.dropoutApply(same, scratch.input(x), keys, N, F, 0);
      sameBits(scratch.read(same, N * F), x, "p 0");
      kernel.dropoutApply(y, scratch.input(x), keys, N, F, p);
      kernel.dropoutApply(dx, scratch.input(dy), keys, N, F, p);
      kernel.dropoutApply(inPlace, inPlace, keys, N, F, p);
      const kept = Math.fround(1 / Math.fround(1 - Math.fround(p)));
      const result = scratch.read(y, N * F);
      const gradient = result.map((value, i) => (value === 0 ? 0 : Math.fround((dy[i] ?? 0) * kept)));
      sameBits(scratch.read(dx, N * F), gradient, "gradient");
      sameBits(scratch.read(inPlace, N * F), result, "in place");
      scratch.unharmed("dropout");
    },
  },
];

export const layerCases: readonly Case[] = [linearCase(true), linearCase(false), embeddingCase, ...dropoutCases];
