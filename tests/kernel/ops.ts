import { type Case, check, closeTo, sameBits } from "../support/cases.js";
import { Scratch } from "../support/scratch.js";
import { productCases } from "./products.js";

const lengths = [0, 1, 2, 3, 4, 5, 7, 13, 17, 259];
const { NaN: nan, POSITIVE_INFINITY: inf, NEGATIVE_INFINITY: minusInf } = Number;

interface Claim {
  readonly name: "expForward" | "sigmoidForward" | "tanhForward" | "reluForward";
  readonly exact: (x: number) => number;
  /** largest error in units of the last place, where the result is a normal number */
  readonly ulp: number;
  readonly exactly: readonly (readonly [x: number, y: number])[];
}

const claims: readonly Claim[] = [
  {
    name: "expForward",
    exact: Math.exp,
    ulp: 1,
    exactly: [
      [inf, inf],
      [minusInf, 0],
      [0, 1],
      [-0, 1],
      [1e-45, 1],
      [89, inf],
      [3e38, inf],
      [-105, 0],
      [-3e38, 0],
    ],
  },
  {
    name: "sigmoidForward",
    exact: (x) => 1 / (1 + Math.exp(-x)),
    ulp: 2.5,
    exactly: [
      [inf, 1],
      [minusInf, 0],
      [0, 0.5],
      [-0, 0.5],
      [1e-45, 0.5],
      [3e38, 1],
      [-3e38, 0],
    ],
  },
  {
    name: "tanhForward",
    exact: Math.tanh,
    ulp: 2.5,
    exactly: [
      [inf, 1],
      [minusInf, -1],
      [0, 0],
      [-0, -0],
      [1e-45, 1e-45],
      [-1e-39, -1e-39],
      [3e38, 1],
      [-3e38, -1],
    ],
  },
  {
    name: "reluForward",
    exact: (x) => Math.max(x, 0),
    ulp: 0,
    exactly: [
      [inf, inf],
      [minusInf, 0],
      [0, 0],
      [-0, 0],
      [1e-45, 1e-45],
      [-1e-45, 0],
    ],
  },
];

/** f32 numbers of both signs and every size, evenly spread over their bit patterns. */
function grid(count: number): Float32Array {
  const bits = Int32Array.from({ length: count }, (_, i) => Math.floor((i * 2 ** 32) / count));
  return new Float32Array(bits.buffer);
}

function ulps(actual: number, exact: number): number {
  const exponent = Math.max(-126, Math.floor(Math.log2(Math.abs(exact))));
  return Math.abs(actual - exact) / 2 ** (exponent - 23);
}

function accurate({ name, exact, ulp, exactly }: Claim): Case {
  return {
    name: `${name}: within ${ulp} ulp over all sizes, NaN stays NaN, infinities and zeros exact`,
    async run() {
      const scratch = await Scratch.create();
      const dense = Float32Array.from({ length: 65536 }, (_, i) => (i - 32768) / 300);
      for (const x of [grid(1 << 18), dense]) {
        const at = scratch.f32(x);
        scratch.kernel[name](at, at, x.length);
        const y = scratch.read(at, x.length);
        x.forEach((value, i) => {
          const [got, expected] = [y[i] ?? nan, exact(value)];
          if (Number.isNaN(value)) check(Number.isNaN(got), `NaN became ${got}`);
          else if (Math.abs(expected) >= 2 ** -126 && Math.abs(expected) < 3.4028234e38)
            check(ulps(got, expected) <= ulp, `${name}(${value}): ${got}, off by ${ulps(got, expected)} ulp`);
          else
            check(
              Math.abs(expected) > 1 ? Math.abs(got) > 3.4e38 : Math.abs(got) <= 2 ** -126,
              `${name}(${value}): ${got}`,
            );
        });
      }
      const at = scratch.f32(exactly.map(([x]) => x));
      scratch.kernel[name](at, at, exactly.length);
      sameBits(
        scratch.read(at, exactly.length),
        Float32Array.from(exactly, ([, y]) => y),
        name,
      );
    },
  };
}

function lanewise({ name }: Claim): Case {
  return {
    name: `${name}: the same bits at any place of a vector of any length, nothing behind it touched`,
    async run() {
      const scratch = await Scratch.create();
      const x = scratch.values(260).map((value) => 4 * value);
      const alone = x.map((value) => {
        const at = scratch.f32([value]);
        scratch.kernel[name](at, at, 1);
        return scratch.read(at, 1)[0] ?? nan;
      });
      for (const n of lengths) {
        const y = scratch.f32(new Float32Array(n + 4).fill(7));
        scratch.kernel[name](y, scratch.f32(x), n);
        sameBits(scratch.read(y, n + 4), [...alone.slice(0, n), 7, 7, 7, 7], `n ${n}`);
      }
    },
  };
}

interface Pass {
  readonly name: string;
  readonly call: (scratch: Scratch, y: number, x: number, n: number) => void;
  readonly plain: (y: number, x: number) => number;
}

const third = Math.fround(1 / 3);
const passes: readonly Pass[] = [
  {
    name: "rowsAccumulate",
    call: (scratch, y, x, n) => scratch.kernel.rowsAccumulate(scratch.whole(n), y, x),
    plain: (y, x) => Math.fround(y + x),
  },
  { name: "fill", call: ({ kernel }, y, _x, n) => kernel.fill(y, third, n), plain: () => third },
  { name: "scale", call: ({ kernel }, y, _x, n) => kernel.scale(y, third, n), plain: (y) => Math.fround(y * third) },
  {
    name: "rowsClipValue",
    call: (scratch, y, _x, n) => void scratch.kernel.rowsClipValue(scratch.whole(n), y, third),
    plain: (y) => Math.max(-third, Math.min(third, y)),
  },
];

const passCases = passes.map(
  ({ name, call, plain }): Case => ({
    name: `${name}: the bits of a plain loop for any length, nothing behind it touched`,
    async run() {
      const scratch = await Scratch.create();
      for (const n of lengths) {
        const [y, x] = [scratch.values(n + 4), scratch.values(n + 4)];
        const at = scratch.f32(y);
        call(scratch, at, scratch.f32(x), n);
        const expected = y.map((value, i) => (i < n ? plain(value, x[i] ?? 0) : value));
        sameBits(scratch.read(at, n + 4), expected, `n ${n}`);
      }
    },
  }),
);

const norms: Case = {
  name: "rowsNorm, rowsBeyond: as in f64 for any length, 0 for no values, a NaN is seen",
  async run() {
    const scratch = await Scratch.create();
    const { kernel } = scratch;
    for (const n of lengths) {
      const x = scratch.values(n);
      const [at, all] = [scratch.f32(x), scratch.whole(n)];
      closeTo(
        [kernel.rowsNorm(all, at)],
        [Math.sqrt(x.reduce((sum, value) => sum + value * value, 0))],
        1e-14,
        `norm of ${n}`,
      );
      const largest = x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      check(kernel.rowsBeyond(all, at, largest) === 0, `none of ${n} lies beyond the largest`);
      check(kernel.rowsBeyond(all, at, 0.999 * largest) === Number(n > 0), `one of ${n} lies beyond less`);
      for (let i = 0; i < Math.min(n, 7); ++i) {
        const bad = scratch.f32(x.map((value, j) => (i === j ? nan : value)));
        check(Number.isNaN(kernel.rowsNorm(all, bad)), `NaN at ${i} of ${n}`);
      }
    }
  },
};

const nonFinite: Case = {
  name: "firstNonFinite: the index of the first NaN or infinity at any place, -1 without one",
  async run() {
    const scratch = await Scratch.create();
    for (const n of lengths) {
      const at = scratch.f32([...scratch.values(n), nan]);
      check(scratch.kernel.firstNonFinite(at, n) === -1, `n ${n}: found what lies behind the end`);
      for (let i = 0; i < n; ++i)
        for (const bad of [nan, inf, minusInf]) {
          const x = scratch.arena.f32(at, n);
          const kept = x[i] ?? 0;
          x[i] = bad;
          x[n - 1] = i === n - 1 ? bad : inf;
          check(scratch.kernel.firstNonFinite(at, n) === i, `${bad} at ${i} of ${n}`);
          x[n - 1] = 1;
          x[i] = kept;
        }
    }
  },
};

const hostMath: Case = {
  name: "exp, log, pow, sin, cos in f64: within 4e-16 of JavaScript's, special values exact",
  async run() {
    const { kernel, random } = await Scratch.create();
    for (let i = 0; i < 5000; ++i) {
      const x = random.uniform(-30, 30);
      const size = Math.exp(random.uniform(-300, 300));
      const pairs: readonly (readonly [string, number, number])[] = [
        ["exp", kernel.exp(x), Math.exp(x)],
        ["log", kernel.log(size), Math.log(size)],
        ["pow", kernel.pow(0.9, 20 * x), 0.9 ** (20 * x)],
      ];
      for (const [name, got, expected] of pairs) closeTo([got], [expected], 4e-16, `${name} near ${x}`);
      check(
        Math.abs(kernel.sin(x) - Math.sin(x)) <= 4e-16 && Math.abs(kernel.cos(x) - Math.cos(x)) <= 4e-16,
        `sin or cos of ${x}`,
      );
    }
    sameBits(
      [
        kernel.exp(minusInf),
        kernel.exp(nan),
        kernel.log(0),
        kernel.log(-1),
        kernel.pow(nan, 0),
        kernel.sin(-0),
        kernel.sin(inf),
      ],
      [0, nan, minusInf, nan, 1, -0, nan],
      "special values",
    );
  },
};

export const opsCases: readonly Case[] = [
  ...productCases,
  ...claims.flatMap((claim) => [accurate(claim), lanewise(claim)]),
  ...passCases,
  norms,
  nonFinite,
  hostMath,
];
