import { instantiateKernel } from "../src/kernel/load.js";
import { Arena } from "../src/kernel/memory.js";
import { type Context, type Row, type Section, tableOf } from "./section.js";

const ELEMENTS = 2048;

const functions = [
  { name: "expForward", exact: Math.exp },
  { name: "sigmoidForward", exact: (x: number) => 1 / (1 + Math.exp(-x)) },
  { name: "tanhForward", exact: Math.tanh },
  { name: "reluForward", exact: (x: number) => Math.max(x, 0) },
] as const;

/** Time and largest error of each function, the error against JavaScript's own in f64. */
export async function activations({ meter }: Context): Promise<Section> {
  const kernel = await instantiateKernel();
  const arena = new Arena(kernel);
  const samples = sampleNumbers();
  const at = arena.allocate(4 * samples.length);
  const [x, y] = [arena.allocate(4 * ELEMENTS), arena.allocate(4 * ELEMENTS)];
  arena.writeF32(
    x,
    Float32Array.from({ length: ELEMENTS }, (_, i) => (i / ELEMENTS - 0.5) * 16),
  );
  const rows = functions.map(({ name, exact }): Row => {
    arena.writeF32(at, samples);
    kernel[name](at, at, samples.length);
    const errors = largestErrors(samples, arena.f32(at, samples.length), exact);
    const measurement = meter.measure(name, () => kernel[name](y, x, ELEMENTS));
    const perElement = (1e6 * measurement.median) / ELEMENTS;
    return { name, values: { ...measurement, perElement, ...errors, elements: ELEMENTS } };
  });
  return {
    name: "activations",
    title: "Activations",
    rows,
    table: tableOf(
      [
        ["ns/element", "perElement", 3],
        ["largest error, ulp", "ulp", 2],
        ["largest error, absolute", "absolute"],
        ["P", "peak", 1],
      ],
      rows.map(({ name, values }) => ({
        name: name.replace("Forward", ""),
        values: { ...values, absolute: Number(values.absolute).toExponential(1) },
      })),
    ),
    notes: [
      `Time on ${ELEMENTS} values in [-8, 8]; errors on ${samples.length} values of every size, against f64, in units of the last place ` +
        "where the result is a normal number, absolute where it lies in [-1, 1].",
    ],
  };
}

/** Finite f32 numbers of both signs: evenly spread over their bit patterns, and densely from -110 to 110. */
function sampleNumbers(): Float32Array {
  const count = 1 << 18;
  const bits = Int32Array.from({ length: count }, (_, i) => Math.floor((i * 2 ** 32) / count));
  const spread = new Float32Array(bits.buffer).filter(Number.isFinite);
  const dense = Float32Array.from({ length: 1 << 17 }, (_, i) => (i / (1 << 17) - 0.5) * 220);
  return Float32Array.from([...spread, ...dense]);
}

function largestErrors(x: Float32Array, y: Float32Array, exact: (x: number) => number) {
  let [ulp, absolute] = [0, 0];
  x.forEach((value, i) => {
    const expected = exact(value);
    const size = Math.abs(expected);
    const error = Math.abs((y[i] ?? Number.NaN) - expected);
    if (size <= 1) absolute = Math.max(absolute, error);
    if (size >= 2 ** -126 && size < 3.4e38) ulp = Math.max(ulp, error / 2 ** (Math.floor(Math.log2(size)) - 23));
  });
  return { ulp, absolute };
}
