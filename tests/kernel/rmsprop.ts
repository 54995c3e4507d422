import { ArgumentRecord } from "../../src/kernel/record.js";
import { type AdagradOptions, adagradStep, type RmspropOptions, rmspropStep, type Vector } from "../reference/index.js";
import { type Case, check, sameBits } from "../support/cases.js";
import { near } from "../support/errors.js";
import { Scratch } from "../support/scratch.js";

const lengths = [0, 1, 2, 3, 5, 7, 13, 17, 259];
const STEPS = 5;

const rmspropRuns: readonly Required<RmspropOptions>[] = [
  { lr: 0.01, alpha: 0.99, eps: 1e-8, momentum: 0, centered: false, weightDecay: 0 },
  { lr: 0.02, alpha: 0.9, eps: 1e-8, momentum: 0.9, centered: false, weightDecay: 0 },
  { lr: 0.01, alpha: 0.5, eps: 1e-3, momentum: 0, centered: true, weightDecay: 0 },
  { lr: 0.1, alpha: 0.75, eps: 0.125, momentum: 0.5, centered: true, weightDecay: 0.25 },
];

const adagradRuns: readonly Required<AdagradOptions>[] = [
  { lr: 0.01, lrDecay: 0, eps: 1e-10, weightDecay: 0 },
  { lr: 0.1, lrDecay: 0.5, eps: 1e-6, weightDecay: 0.25 },
];

/** Weights and three moments of n elements in f32, and the same in f64. */
class Weights {
  readonly n: number;
  readonly exact: { readonly w: Vector; readonly squares: Vector; readonly means: Vector; readonly velocity: Vector };
  readonly pointers: {
    readonly parameters: number;
    readonly squares: number;
    readonly means: number;
    readonly velocity: number;
  };
  readonly #scratch: Scratch;

  constructor(scratch: Scratch, n: number, firstSquares = 0) {
    const start = scratch.values(n);
    const moments = {
      squares: new Float64Array(n).fill(firstSquares),
      means: new Float64Array(n),
      velocity: new Float64Array(n),
    };
    this.n = n;
    this.#scratch = scratch;
    this.exact = { w: Float64Array.from(start), ...moments };
    this.pointers = {
      parameters: scratch.output(start),
      squares: scratch.output(moments.squares),
      means: scratch.output(n),
      velocity: scratch.output(n),
    };
  }

  compare(what: string, moments: readonly ("squares" | "means" | "velocity")[]): void {
    const { n, exact, pointers } = this;
    near(`${what} parameters`, this.#scratch.read(pointers.parameters, n), exact.w, `n ${n}`);
    for (const moment of moments)
      near(`${what} ${moment}`, this.#scratch.read(pointers[moment], n), exact[moment], `n ${n}`);
    for (const moment of (["means", "velocity"] as const).filter((name) => !moments.includes(name)))
      sameBits(this.#scratch.read(pointers[moment], n), new Float32Array(n), `${moment}, which there are none of`);
  }
}

const rmspropCases = rmspropRuns.map(
  (options): Case => ({
    name: `rmspropStep: ${STEPS} steps for any length with ${JSON.stringify(options)}`,
    async run() {
      const scratch = await Scratch.create();
      const record = new ArgumentRecord(scratch.arena, "RMSPROP");
      const { alpha, momentum, centered } = options;
      for (const n of lengths) {
        const weights = new Weights(scratch, n);
        const { w, squares, means, velocity } = weights.exact;
        const { pointers } = weights;
        const own = {
          ...pointers,
          means: centered ? pointers.means : 0,
          velocity: momentum > 0 ? pointers.velocity : 0,
        };
        const { centered: _, ...numbers } = options;
        for (let step = 1; step <= STEPS; ++step) {
          const gradient = scratch.values(n);
          const fields = { keep: alpha, share: 1 - alpha, gradients: scratch.input(gradient), rows: scratch.whole(n) };
          record.write({ ...numbers, ...own, ...fields });
          scratch.kernel.rmspropStep(record.pointer);
          rmspropStep(w, gradient, squares, means, velocity, options);
        }
        const kept = [...(centered ? (["means"] as const) : []), ...(momentum > 0 ? (["velocity"] as const) : [])];
        weights.compare("rmsprop", ["squares", ...kept]);
      }
      scratch.unharmed("rmspropStep");
    },
  }),
);

const adagradCases = adagradRuns.map(
  (options): Case => ({
    name: `rmspropStep as Adagrad: ${STEPS} steps for any length with ${JSON.stringify(options)}`,
    async run() {
      const scratch = await Scratch.create();
      const record = new ArgumentRecord(scratch.arena, "RMSPROP");
      const { lr, lrDecay, eps, weightDecay } = options;
      for (const n of lengths) {
        const weights = new Weights(scratch, n, 0.5);
        const { parameters, squares } = weights.pointers;
        for (let step = 1; step <= STEPS; ++step) {
          const gradient = scratch.values(n);
          const rate = lr / (1 + (step - 1) * lrDecay);
          const fields = { parameters, squares, gradients: scratch.input(gradient), rows: scratch.whole(n) };
          record.write({ ...fields, lr: rate, eps, weightDecay, keep: 1, share: 1 });
          scratch.kernel.rmspropStep(record.pointer);
          adagradStep(weights.exact.w, gradient, weights.exact.squares, step, options);
        }
        weights.compare("adagrad", ["squares"]);
      }
      scratch.unharmed("rmspropStep");
    },
  }),
);

const ranges: Case = {
  name: "rmspropStep, adamStep, sgdStep: a record whose table ends where a range begins visits exactly that range",
  async run() {
    const scratch = await Scratch.create();
    const [n, all] = [37, 50];
    for (const from of [0, 1, 3, 16, 36, 37]) {
      const rows = new ArgumentRecord(scratch.arena, "ROWS");
      rows.write({ n, table: from, width: 1 });
      const steps = {
        rmspropStep: new ArgumentRecord(scratch.arena, "RMSPROP"),
        adamStep: new ArgumentRecord(scratch.arena, "ADAM"),
        sgdStep: new ArgumentRecord(scratch.arena, "SGD"),
      };
      for (const [name, record] of Object.entries(steps)) {
        const start = scratch.values(all);
        const parameters = scratch.output(start);
        const gradients = scratch.f32(new Array(all).fill(1));
        const moments = { squares: scratch.f32(all), m: scratch.f32(all), v: scratch.f32(all) };
        const common = { parameters, gradients, ...moments, rows: rows.pointer, lr: 1, eps: 1, keep: 0.5, share: 0.5 };
        const decays = { beta1: 0.5, beta2: 0.5, correction1: 0.5, correction2: 0.5 };
        (record as ArgumentRecord<"RMSPROP" | "ADAM" | "SGD">).write({ ...common, ...decays });
        scratch.kernel[name as keyof typeof steps](record.pointer);
        const moved = [...scratch.read(parameters, all)].map((value, i) => value !== start[i]);
        check(
          moved.every((has, i) => has === (i >= from && i < n)),
          `${name} from ${from}: moved ${moved}`,
        );
      }
    }
    scratch.unharmed("ranges");
  },
};

const settles: Case = {
  name: "rmspropStep: a row that is never touched again comes to rest with moments of exactly 0",
  async run() {
    const scratch = await Scratch.create();
    const [n, rows] = [7, scratch.whole(7)];
    const record = new ArgumentRecord(scratch.arena, "RMSPROP");
    const [parameters, gradients] = [scratch.output(n), scratch.f32(new Array(n).fill(1))];
    const moments = { squares: scratch.f32(n), means: scratch.f32(n), velocity: scratch.f32(n) };
    record.write({
      parameters,
      gradients,
      ...moments,
      rows,
      lr: 1e-3,
      keep: 0.9,
      share: 0.1,
      eps: 1e-8,
      momentum: 0.9,
    });
    scratch.kernel.rmspropStep(record.pointer);
    scratch.kernel.fill(gradients, 0, n);
    for (let step = 2; step <= 1000; ++step) scratch.kernel.rmspropStep(record.pointer);
    for (const [name, moment] of Object.entries(moments)) sameBits(scratch.read(moment, n), new Float32Array(n), name);
    check(scratch.read(parameters, n).every(Number.isFinite), "parameters stay finite");
  },
};

export const rmspropKernelCases: readonly Case[] = [...rmspropCases, ...adagradCases, ranges, settles];
