import type { Pointer } from "../../src/kernel/memory.js";
import { ArgumentRecord } from "../../src/kernel/record.js";
import { type Case, check, closeTo, sameBits } from "../support/cases.js";
import { Scratch } from "../support/scratch.js";

const kinds = ["NT", "NN", "TN", "packedNT", "packedNN"] as const;
type Kind = (typeof kinds)[number];

interface Shape {
  readonly M: number;
  readonly N: number;
  readonly K: number;
  /** elements behind each row that belong to somebody else */
  readonly gap: number;
}

const primes = [1, 2, 3, 5, 7, 13, 17];
const small: Shape[] = primes.flatMap((M) =>
  primes.flatMap((N) => primes.map((K) => ({ M, N, K, gap: (M + N + K) % 4 }))),
);
// each of them beyond one block of rows, columns or terms
const large: Shape[] = [
  { M: 131, N: 29, K: 37, gap: 0 },
  { M: 261, N: 13, K: 259, gap: 3 },
  { M: 7, N: 521, K: 19, gap: 1 },
  { M: 17, N: 31, K: 521, gap: 0 },
  { M: 3, N: 523, K: 541, gap: 5 },
];

/** Products on row-major operands whose rows lie `gap` elements further apart than they are wide. */
class Products {
  readonly scratch: Scratch;
  readonly #record: ArgumentRecord<"GEMM">;
  readonly #work: Pointer;

  constructor(scratch: Scratch) {
    this.scratch = scratch;
    this.#record = new ArgumentRecord(scratch.arena, "GEMM");
    this.#work = scratch.f32(scratch.kernel.gemmScratch());
  }

  /** What lies at c, gaps included, after c += A B. */
  run(kind: Kind, shape: Shape, c: Float32Array, a: Float32Array, b: Float32Array): Float32Array {
    const { kernel } = this.scratch;
    const { M, N, K, gap } = shape;
    const ldc = N + gap;
    const lda = (kind === "TN" ? M : K) + gap;
    const ldb = (isTransposed(kind) ? K : N) + gap;
    const to = this.scratch.f32(c);
    let factor = this.scratch.f32(b);
    if (kind === "packedNT" || kind === "packedNN") {
      const packed = this.scratch.f32(kernel.packedSize(K, N));
      if (kind === "packedNT") kernel.packNT(packed, factor, K, N, ldb);
      else kernel.packNN(packed, factor, K, N, ldb);
      factor = packed;
    }
    this.#record.write({ c: to, a: this.scratch.f32(a), b: factor, scratch: this.#work, M, N, K, ldc, lda, ldb });
    const product = {
      NT: kernel.gemmNT,
      NN: kernel.gemmNN,
      TN: kernel.gemmTN,
      packedNT: kernel.gemmPacked,
      packedNN: kernel.gemmPacked,
    };
    product[kind](this.#record.pointer);
    return this.scratch.read(to, c.length);
  }

  operands(kind: Kind, { M, N, K, gap }: Shape): [c: Float32Array, a: Float32Array, b: Float32Array] {
    return [
      this.scratch.values(M * (N + gap)),
      this.scratch.values(kind === "TN" ? K * (M + gap) : M * (K + gap)),
      this.scratch.values(isTransposed(kind) ? N * (K + gap) : K * (N + gap)),
    ];
  }
}

const isTransposed = (kind: Kind): boolean => kind === "NT" || kind === "packedNT";

/** The plain loop; `round` is applied to every result, so Math.fround gives what a loop in f32 would. */
function textbook(
  kind: Kind,
  { M, N, K, gap }: Shape,
  c: Float32Array,
  a: Float32Array,
  b: Float32Array,
  round: (x: number) => number,
): Float64Array {
  const y = Float64Array.from(c);
  for (let m = 0; m < M; ++m)
    for (let n = 0; n < N; ++n) {
      let sum = y[m * (N + gap) + n] ?? 0;
      for (let k = 0; k < K; ++k) {
        const left = a[kind === "TN" ? k * (M + gap) + m : m * (K + gap) + k] ?? 0;
        const right = b[isTransposed(kind) ? n * (K + gap) + k : k * (N + gap) + n] ?? 0;
        sum = round(sum + round(left * right));
      }
      y[m * (N + gap) + n] = sum;
    }
  return y;
}

function sameAsTheLoop(kind: Kind, name: string, shapes: readonly Shape[]): Case {
  return {
    name: `gemm ${kind}: the bits of a plain f32 loop over k, nothing else touched, ${name}`,
    async run() {
      const products = new Products(await Scratch.create());
      for (const shape of shapes) {
        const what = `${shape.M}x${shape.N}x${shape.K} gap ${shape.gap}`;
        const [c, a, b] = products.operands(kind, shape);
        const y = products.run(kind, shape, c, a, b);
        sameBits(y, textbook(kind, shape, c, a, b, Math.fround), what);
        closeTo(
          y,
          textbook(kind, shape, c, a, b, (x) => x),
          1e-5,
          `${what} against f64`,
        );
      }
    },
  };
}

function batchInvariant(kind: Kind): Case {
  return {
    name: `gemm ${kind}: a row alone has the same bits as in a batch`,
    async run() {
      const products = new Products(await Scratch.create());
      const shape = { M: 11, N: 61, K: 263, gap: 0 };
      const [c, a, b] = products.operands(kind, shape);
      const batch = products.run(kind, shape, c, a, b);
      const { M, N, K } = shape;
      for (let m = 0; m < M; ++m) {
        const row = Float32Array.from({ length: K }, (_, k) => a[kind === "TN" ? k * M + m : m * K + k] ?? 0);
        const alone = products.run(kind, { ...shape, M: 1 }, c.slice(m * N, (m + 1) * N), row, b);
        sameBits(alone, batch.slice(m * N, (m + 1) * N), `row ${m}`);
      }
    },
  };
}

function nonFinite(kind: Kind): Case {
  return {
    name: `gemm ${kind}: NaN and Infinity reach their row or column and no other`,
    async run() {
      const products = new Products(await Scratch.create());
      for (const M of [1, 6])
        for (const N of [3, 29]) {
          const shape = { M, N, K: 5, gap: 0 };
          for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
            const [c, a, b] = products.operands(kind, shape);
            a[kind === "TN" ? 2 * M : 2] = bad;
            b[isTransposed(kind) ? (N - 1) * 5 + 2 : 2 * N + N - 1] = bad;
            const y = products.run(kind, shape, c, a, b);
            y.forEach((value, i) => {
              const isHit = i < N || i % N === N - 1;
              check(Number.isFinite(value) !== isHit, `${M}x${N}: [${i}] is ${value} after ${bad}`);
            });
          }
        }
    },
  };
}

function empty(kind: Kind): Case {
  return {
    name: `gemm ${kind}: no rows, columns or terms change nothing`,
    async run() {
      const products = new Products(await Scratch.create());
      for (const without of [{ M: 0 }, { N: 0 }, { K: 0 }]) {
        const [c, a, b] = products.operands(kind, { M: 5, N: 9, K: 3, gap: 0 });
        const shape = { M: 5, N: 9, K: 3, gap: 0, ...without };
        sameBits(products.run(kind, shape, c, a, b), c, JSON.stringify(without));
      }
    },
  };
}

const packing: Case = {
  name: "packNT, packNN: panels of 8 columns padded with zeros, nothing behind them",
  async run() {
    const scratch = await Scratch.create();
    const { kernel } = scratch;
    for (const K of primes)
      for (const N of [...primes, 8, 16, 24]) {
        const b = scratch.values(K * N);
        const panels = Math.ceil(N / 8);
        const expected = Float32Array.from({ length: panels * K * 8 + 8 }, (_, i) => {
          const n = Math.floor(i / (K * 8)) * 8 + (i % 8);
          if (i >= panels * K * 8) return 7;
          return n < N ? (b[(Math.floor(i / 8) % K) * N + n] ?? 0) : 0;
        });
        const transposed = Float32Array.from({ length: K * N }, (_, i) => b[(i % K) * N + Math.floor(i / K)] ?? 0);
        check(kernel.packedSize(K, N) === panels * K * 8, `packedSize(${K}, ${N})`);
        for (const [pack, source, ld] of [
          [kernel.packNN, b, N],
          [kernel.packNT, transposed, K],
        ] as const) {
          const to = scratch.f32(new Float32Array(expected.length).fill(7));
          pack(to, scratch.f32(source), K, N, ld);
          sameBits(scratch.read(to, expected.length), expected, `K ${K} N ${N}`);
        }
      }
  },
};

export const productCases: readonly Case[] = [
  ...kinds.flatMap((kind) => [
    sameAsTheLoop(kind, "ragged primes", small),
    sameAsTheLoop(kind, "beyond the blocks", large),
    batchInvariant(kind),
    nonFinite(kind),
    empty(kind),
  ]),
  packing,
];
