import { errorSurface, oneUnitSurface, parameterPlane, randomPlane } from "../src/lab/index.js";
import { median } from "./measure.js";
import { type Context, type Row, type Section, tableOf } from "./section.js";
import { w1 } from "./workloads.js";

const SIZE = 512;
const STEPS = 50;
const MAP = { w: [3, 7], b: [-4, -1] } as const;

/** Points of a surface of W1 along each side, and of the part of it that is measured in one turn. */
const SIDE = 64;
const PART = 4;

/** The error surface of the one-unit system with both gradients: bptt/lab against TypeScript, in turn. Surfaces of W1 against as many forward passes. */
export async function lab({ isQuick }: Context): Promise<Section> {
  const rounds = isQuick ? 4 : 12;
  const times: Record<"kernel" | "typescript", number[]> = { kernel: [], typescript: [] };
  let largest = 0;
  // the first round warms up
  for (let round = 0; round <= rounds; ++round) {
    const start = performance.now();
    const surface = await oneUnitSurface({ ...MAP, size: [SIZE, SIZE], seqLen: STEPS });
    const between = performance.now();
    const plain = plainSurface();
    const end = performance.now();
    if (round === 0) largest = largestDifference(surface.values, plain.error);
    else {
      times.kernel.push(between - start);
      times.typescript.push(end - between);
    }
  }
  const ratios = times.kernel.map((time, i) => (times.typescript[i] ?? 0) / time);
  const network = await networkSurfaces(isQuick);
  const rows: readonly Row[] = [
    { name: `surface ${SIZE} x ${SIZE}, bptt/lab`, values: { ...spread(times.kernel), ratio: median(ratios) } },
    { name: `surface ${SIZE} x ${SIZE}, TypeScript`, values: spread(times.typescript) },
    ...network,
  ];
  return {
    name: "lab",
    title: "Laboratory",
    rows,
    table: tableOf(
      [
        ["median ms", "median", 1],
        ["min", "min", 1],
        ["max", "max", 1],
        ["times as fast", "ratio", 2],
        ["times the passes", "passes", 3],
      ],
      rows,
    ),
    notes: [
      `One unit over ${STEPS} steps, E with dE/dw and dE/db by BPTT in f64; the other is the same loops in TypeScript over Float64Array with Math.exp, in ` +
        `turn, ${rounds} rounds. E differs by at most ${largest.toExponential(1)} (the cliff multiplies the rounding of both).`,
      `W1: the loss at ${SIDE} x ${SIDE} points in parts of ${SIDE} x ${PART}, in turn with as many forward passes with loss of weights that do not move; the ratio is the ` +
        "median of those of the turns.",
    ],
  };
}

const spread = (times: readonly number[]): Row["values"] => ({
  median: median(times),
  min: Math.min(...times),
  max: Math.max(...times),
});

/** A surface comes in parts of some rows, so that each part has its forward passes beside it. */
async function networkSurfaces(isQuick: boolean): Promise<Row[]> {
  const { net, batch } = await w1();
  const planes = {
    "along two random directions": randomPlane(net),
    "over two weights": parameterPlane(net, "lstm.weight_hh_l0[3,7]", "lstm.bias_hh_l0[2]"),
  };
  const passes: number[] = [];
  const times = new Map<string, number[]>();
  const turns = isQuick ? 2 : SIDE / PART;
  // the first turn warms up
  for (let turn = -1; turn < turns; ++turn) {
    const start = performance.now();
    for (let i = 0; i < SIDE * PART; ++i) net.forward(batch);
    if (turn >= 0) passes.push(performance.now() - start);
    for (const [name, plane] of Object.entries(planes)) {
      const from = performance.now();
      await errorSurface(net, batch, plane, { size: [SIDE, PART] });
      if (turn >= 0) times.set(name, [...(times.get(name) ?? []), performance.now() - from]);
    }
  }
  const whole = (part: readonly number[]) => spread(part.map((time) => (time * SIDE) / PART));
  return [
    { name: `${SIDE * SIDE} forward passes of W1`, values: whole(passes) },
    ...[...times].map(([name, taken]) => ({
      name: `surface ${SIDE} x ${SIDE} of W1, ${name}`,
      values: { ...whole(taken), passes: median(taken.map((time, i) => time / (passes[i] ?? 0))) },
    })),
  ];
}

/** As one would write it by hand: no allocation inside, one pass there and one back for each point. */
function plainSurface() {
  const [error, dw, db] = [0, 0, 0].map(() => new Float64Array(SIZE * SIZE)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const states = new Float64Array(STEPS);
  for (let row = 0, at = 0; row < SIZE; ++row) {
    const b = MAP.b[0] + ((MAP.b[1] - MAP.b[0]) * row) / (SIZE - 1);
    for (let column = 0; column < SIZE; ++column, ++at) {
      const w = MAP.w[0] + ((MAP.w[1] - MAP.w[0]) * column) / (SIZE - 1);
      let x = 0.5;
      for (let t = 0; t < STEPS; ++t) {
        const s = 1 / (1 + Math.exp(-x));
        states[t] = s;
        x = w * s + b;
      }
      const y = 1 / (1 + Math.exp(-x));
      let d = 2 * (y - 0.7) * y * (1 - y);
      let sumW = 0;
      let sumB = 0;
      for (let t = STEPS - 1; t >= 0; --t) {
        const s = states[t] as number;
        sumW += d * s;
        sumB += d;
        d *= w * s * (1 - s);
      }
      error[at] = (y - 0.7) * (y - 0.7);
      dw[at] = sumW;
      db[at] = sumB;
    }
  }
  return { error, dw, db };
}

function largestDifference(one: Float64Array, other: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < one.length; ++i) largest = Math.max(largest, Math.abs((one[i] ?? 0) - (other[i] ?? 0)));
  return largest;
}
