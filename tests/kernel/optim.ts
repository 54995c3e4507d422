import { ArgumentRecord, type Fields } from "../../src/kernel/record.js";
import {
  type AdamOptions,
  adamStep,
  adamwStep,
  clipGlobalNorm,
  clipValue,
  type SgdOptions,
  sgdStep,
} from "../reference/index.js";
import { type Case, check, closeTo, sameBits } from "../support/cases.js";
import { near } from "../support/errors.js";
import { Scratch } from "../support/scratch.js";

const lengths = [0, 1, 2, 3, 5, 7, 13, 17, 259];
const { NaN: nan, POSITIVE_INFINITY: inf, NEGATIVE_INFINITY: minusInf } = Number;
const STEPS = 5;

const sgdRuns: readonly Required<Omit<SgdOptions, "flushBelow">>[] = [
  { lr: 0.1, momentum: 0, nesterov: false, weightDecay: 0 },
  { lr: 0.05, momentum: 0, nesterov: false, weightDecay: 0.25 },
  { lr: 0.1, momentum: 0.9, nesterov: false, weightDecay: 0 },
  { lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0 },
  { lr: 0.03, momentum: 0.8, nesterov: true, weightDecay: 0.1 },
];

type AdamRun = Required<Omit<AdamOptions, "flushBelow">> & { readonly decoupled?: boolean };

const adamRuns: readonly AdamRun[] = [
  { lr: 0.01, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0 },
  { lr: 0.1, betas: [0.75, 0.875], eps: 0.125, weightDecay: 0.25 },
  { lr: 0.001, betas: [0, 0], eps: 1e-6, weightDecay: 0 },
  { lr: 0.1, betas: [0.75, 0.875], eps: 0.125, weightDecay: 0.25, decoupled: true },
];

const f64 = (values: ArrayLike<number>): Float64Array => Float64Array.from(values);

class Sgd {
  readonly #scratch: Scratch;
  readonly #record: ArgumentRecord<"SGD">;

  constructor(scratch: Scratch) {
    this.#scratch = scratch;
    this.#record = new ArgumentRecord(scratch.arena, "SGD");
  }

  step(
    fields: Pick<Fields<"SGD">, "rows" | "parameters" | "gradients" | "velocity">,
    options: (typeof sgdRuns)[number],
  ) {
    this.#record.write({ ...fields, ...options, nesterov: options.nesterov ? 1 : 0 });
    this.#scratch.kernel.sgdStep(this.#record.pointer);
  }
}

class Adam {
  readonly #scratch: Scratch;
  readonly #record: ArgumentRecord<"ADAM">;

  constructor(scratch: Scratch) {
    this.#scratch = scratch;
    this.#record = new ArgumentRecord(scratch.arena, "ADAM");
  }

  step(
    fields: Pick<Fields<"ADAM">, "rows" | "parameters" | "gradients" | "m" | "v">,
    { lr, betas: [beta1, beta2], eps, weightDecay, decoupled = false }: AdamRun,
    step: number,
  ) {
    const corrections = { correction1: 1 - beta1 ** step, correction2: 1 - beta2 ** step };
    const numbers = { lr, beta1, beta2, eps, weightDecay, decoupled: decoupled ? 1 : 0 };
    this.#record.write({ ...fields, ...numbers, ...corrections });
    this.#scratch.kernel.adamStep(this.#record.pointer);
  }
}

const sgdCases = sgdRuns.map(
  (options): Case => ({
    name: `sgdStep: ${STEPS} steps for any length with ${JSON.stringify(options)}`,
    async run() {
      const scratch = await Scratch.create();
      const sgd = new Sgd(scratch);
      for (const n of lengths) {
        const [start, rows] = [scratch.values(n), scratch.whole(n)];
        const [parameters, velocity] = [scratch.output(start), scratch.output(n)];
        const [w, v] = [f64(start), new Float64Array(n)];
        for (let step = 1; step <= STEPS; ++step) {
          const gradient = scratch.values(n);
          const gradients = scratch.input(gradient);
          sgd.step({ rows, parameters, gradients, velocity: options.momentum > 0 ? velocity : 0 }, options);
          sgdStep(w, gradient, v, options);
        }
        near("sgd parameters", scratch.read(parameters, n), w, `n ${n}`);
        if (options.momentum > 0) near("sgd velocity", scratch.read(velocity, n), v, `n ${n}`);
        else sameBits(scratch.read(velocity, n), new Float32Array(n), "velocity without momentum");
      }
      scratch.unharmed("sgdStep");
    },
  }),
);

const adamCases = adamRuns.map(
  (options): Case => ({
    name: `adamStep: ${STEPS} steps for any length with ${JSON.stringify(options)}`,
    async run() {
      const scratch = await Scratch.create();
      const adam = new Adam(scratch);
      for (const n of lengths) {
        const [start, rows] = [scratch.values(n), scratch.whole(n)];
        const [parameters, m, v] = [scratch.output(start), scratch.output(n), scratch.output(n)];
        const [w, mExact, vExact] = [f64(start), new Float64Array(n), new Float64Array(n)];
        for (let step = 1; step <= STEPS; ++step) {
          const gradient = scratch.values(n);
          adam.step({ rows, parameters, gradients: scratch.input(gradient), m, v }, options, step);
          (options.decoupled ? adamwStep : adamStep)(w, gradient, mExact, vExact, step, options);
        }
        near("adam parameters", scratch.read(parameters, n), w, `n ${n}`);
        near("adam m", scratch.read(m, n), mExact, `n ${n}`);
        near("adam v", scratch.read(v, n), vExact, `n ${n}`);
      }
      scratch.unharmed("adamStep");
    },
  }),
);

const flush: Case = {
  name: "sgdStep, adamStep: moments below 2^-100 become 0 with either sign, larger ones and NaN stay",
  async run() {
    const scratch = await Scratch.create();
    const moments = [2 ** -100, -(2 ** -100), 2 ** -98, -(2 ** -98), 2 ** -140, -(2 ** -140), 0.5, nan];
    const halves = [0, 0, 2 ** -99, -(2 ** -99), 0, 0, 0.25, nan];
    const n = moments.length;
    const [zeros, rows] = [scratch.f32(n), scratch.whole(n)];
    const [parameters, velocity, m] = [scratch.f32(n), scratch.f32(moments), scratch.f32(moments)];
    const v = scratch.f32(moments.map(Math.abs));
    const options = { lr: 0.1, momentum: 0.5, nesterov: false, weightDecay: 0 };
    new Sgd(scratch).step({ rows, parameters, gradients: zeros, velocity }, options);
    const adam = { lr: 0.1, betas: [0.5, 0.5], eps: 1e-8, weightDecay: 0 } as const;
    new Adam(scratch).step({ rows, parameters, gradients: zeros, m, v }, adam, 1);
    sameBits(scratch.read(velocity, n).map(Math.abs), halves.map(Math.abs), "velocity");
    sameBits(scratch.read(m, n).map(Math.abs), halves.map(Math.abs), "m");
    sameBits(scratch.read(v, n), halves.map(Math.abs), "v");
  },
};

const settles: Case = {
  name: "adamStep: a row that is never touched again comes to rest with moments of exactly 0",
  async run() {
    const scratch = await Scratch.create();
    const adam = new Adam(scratch);
    const [n, rows] = [7, scratch.whole(7)];
    const [parameters, gradients, m, v] = [
      scratch.output(n),
      scratch.f32(new Array(n).fill(1)),
      scratch.f32(n),
      scratch.f32(n),
    ];
    const options = { lr: 1e-3, betas: [0.9, 0.99], eps: 1e-8, weightDecay: 0 } as const;
    adam.step({ rows, parameters, gradients, m, v }, options, 1);
    scratch.kernel.fill(gradients, 0, n);
    for (let step = 2; step <= 8000; ++step) adam.step({ rows, parameters, gradients, m, v }, options, step);
    sameBits([...scratch.read(m, n), ...scratch.read(v, n)], new Float32Array(2 * n), "moments");
    check(scratch.read(parameters, n).every(Number.isFinite), "parameters stay finite");
  },
};

const clipNorm: Case = {
  name: "clipNorm: returns the norm before; threshold / norm * g above the threshold, not a bit changed at or below it",
  async run() {
    const scratch = await Scratch.create();
    for (const n of lengths) {
      const x = scratch.values(n);
      const exact = [f64(x)];
      const [at, norm] = [scratch.output(x), scratch.kernel.rowsNorm(scratch.whole(n), scratch.input(x))];
      for (const enough of [norm, 2 * norm, 1e30]) {
        check(scratch.kernel.clipNorm(at, n, enough) === norm, `n ${n}: the norm before`);
        check(scratch.kernel.rowsClipNorm(scratch.whole(n), at, enough) === norm, `n ${n}: the norm before, by rows`);
        sameBits(scratch.read(at, n), x, `n ${n}: below the threshold`);
      }
      closeTo([norm], [clipGlobalNorm(exact, 0.3)], 1e-14, "norm");
      scratch.kernel.clipNorm(at, n, 0.3);
      near("clipNorm", scratch.read(at, n), exact[0] ?? [], `n ${n}`);
    }
    sameBits([scratch.kernel.clipNorm(scratch.f32([3, -4]), 2, 2.5)], [5], "3, -4");
    scratch.unharmed("clipNorm");
  },
};

const clipByValue: Case = {
  name: "clipValue: returns the norm before, limits to both sides",
  async run() {
    const scratch = await Scratch.create();
    for (const n of lengths) {
      const x = scratch.values(n);
      const exact = [f64(x)];
      const at = scratch.output(x);
      closeTo([scratch.kernel.rowsClipValue(scratch.whole(n), at, 0.25)], [clipValue(exact, 0.25)], 1e-14, "norm");
      sameBits(scratch.read(at, n), Float32Array.from(exact[0] ?? []), `n ${n}`);
    }
    scratch.unharmed("clipValue");
  },
};

const nonFinite: Case = {
  name: "clipNorm, clipValue: a norm that is not finite is returned and changes nothing",
  async run() {
    const scratch = await Scratch.create();
    for (const bad of [nan, inf, minusInf])
      for (const n of [1, 3, 4, 7, 17])
        for (let i = 0; i < n; ++i) {
          const x = scratch.values(n);
          x[i] = bad;
          const at = scratch.f32(x);
          const norms = [scratch.kernel.clipNorm(at, n, 0.1), scratch.kernel.rowsClipValue(scratch.whole(n), at, 0.1)];
          check(
            norms.every((norm) => !Number.isFinite(norm)),
            `norms ${norms} with ${bad}`,
          );
          sameBits(scratch.read(at, n), x, `${bad} at ${i} of ${n}`);
        }
    const huge = scratch.f32([3e38, -3e38, 3e38]);
    check(scratch.kernel.clipNorm(huge, 3, 1) < 1e39, "the norm of the largest numbers is finite");
    closeTo(
      scratch.read(huge, 3),
      [1, -1, 1].map((x) => x / Math.sqrt(3)),
      1e-6,
      "the largest numbers",
    );
  },
};

export const optimCases: readonly Case[] = [
  clipNorm,
  clipByValue,
  nonFinite,
  ...sgdCases,
  ...adamCases,
  flush,
  settles,
];
