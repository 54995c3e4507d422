import { adam, embedding, linear, lstm } from "../src/index.js";
import { workOf } from "./operations.js";
import { type Context, type Row, type Section, tableOf, worked } from "./section.js";
import { batchOf, createWorkload, type Workload, type WorkloadShape } from "./workloads.js";

/** W1's sizes: an axis changes one of them. V: vocabulary, E: width of the embedding, K: classes. */
const BASE = { T: 16, B: 32, H: 128, V: 1000, E: 64, K: 128 };
type Sizes = typeof BASE;

export interface Axis {
  readonly name: "T" | "B" | "H" | "V";
  readonly title: string;
  readonly values: readonly number[];
  /** Adam with lazyRows. */
  readonly lazyRows?: boolean;
}

export const AXES: readonly Axis[] = [
  { name: "T", title: "steps", values: [16, 64, 256, 1024, 4096] },
  { name: "B", title: "sequences", values: [1, 2, 4, 8, 16, 32, 64, 128, 256] },
  { name: "H", title: "hidden units", values: [16, 32, 64, 128, 256, 512, 1024] },
  { name: "V", title: "vocabulary", values: [100, 1000, 10_000, 100_000] },
  { name: "V", title: "vocabulary, lazyRows", values: [1000, 10_000, 100_000], lazyRows: true },
];

/** Time of a training step for each token, and memory, while one size of W1's network grows. */
export async function growth({ meter, isQuick }: Context): Promise<Section> {
  const rows: Row[] = [];
  for (const axis of AXES)
    for (const value of isQuick ? axis.values.slice(0, 2) : axis.values) {
      const sizes = { ...BASE, [axis.name]: value };
      const workload = await createWorkload(shapeOf(sizes, axis));
      touchAll(workload, sizes);
      const measurement = meter.measure(`${axis.name}=${value}`, () => workload.step());
      const { net, batch } = workload;
      const tokens = batch.rows;
      const figures = worked(measurement, workOf(workload, batch));
      const bytes = net.parameters.arena.kernel.memory.buffer.byteLength;
      const needed = 4 * floatsOf(sizes, new Set(batch.tokens).size);
      rows.push({
        name: `${axis.name} = ${value.toLocaleString("en")}${axis.lazyRows ? ", lazyRows" : ""}`,
        values: {
          ...figures,
          ...{ axis: axis.name, size: value, lazyRows: axis.lazyRows ? 1 : 0, tokens },
          perToken: (1000 * measurement.median) / tokens,
          perTokenMin: (1000 * measurement.min) / tokens,
          perTokenMax: (1000 * measurement.max) / tokens,
          kiloflop: (1e6 * Number(figures.executed)) / tokens,
          productsPerToken: (1e6 * Number(figures.executed)) / measurement.peak / tokens,
          bytes,
          mebibytes: bytes / 2 ** 20,
          neededMebibytes: needed / 2 ** 20,
          ofNeeded: bytes / needed,
        },
      });
    }
  return {
    name: "growth",
    title: "How cost grows: W1's training step, one size changed at a time",
    rows,
    table: tableOf(
      [
        ["us/token", "perToken"],
        ["min", "perTokenMin"],
        ["max", "perTokenMax"],
        ["products at P", "productsPerToken"],
        ["kFLOP/token", "kiloflop", 0],
        ["% of P", "share", 0],
        ["MiB", "mebibytes"],
        ["needed", "neededMebibytes"],
        ["ratio", "ofNeeded", 2],
      ],
      rows,
    ),
    notes: [
      "Products at P: what the matrix products alone would take at the speed of the peak loop. Every row of the embedding was touched before, " +
        "so Adam visits all of them; with lazyRows those of the batch. MiB: the kernel's whole memory. Needed: weights, gradients and two moments, " +
        "packed weights (twice), and the activations of the batch.",
    ],
  };
}

function shapeOf({ T, B, H, V, E, K }: Sizes, { lazyRows = false }: Axis): WorkloadShape {
  return {
    ...{ name: "W1", what: "", batchSize: B, seqLen: T },
    layers: [embedding({ numEmbeddings: V, embeddingDim: E }), lstm({ hiddenSize: H }), linear({ outFeatures: K })],
    optimizer: adam({ lr: 1e-3, lazyRows }),
  };
}

/** Steps over the whole vocabulary, as a training run comes to see it: a table of which a part was never touched is cheaper. */
function touchAll({ step }: Workload, { V, T, B }: Sizes): void {
  for (let first = 0; first < V; first += T * B) {
    const tokens = (b: number) => Array.from({ length: T }, (_, t) => (first + b * T + t) % V);
    const labels = new Int32Array(T);
    step(batchOf(Array.from({ length: B }, (_, b) => ({ tokens: tokens(b), labels }))));
  }
}

/** What one cannot do without, in f32: what is learnt, and what a step keeps for its backward pass. */
function floatsOf({ T, B, H, V, E, K }: Sizes, distinct: number): number {
  const N = T * B;
  const [gates, recurrent] = [4 * H, 4 * H * (E + H)];
  const parameters = V * E + recurrent + 2 * gates + K * H + K;
  const packed = 2 * (recurrent + K * H);
  // embedded tokens and their gradient, projections; gates, h before, c before, tanh c, h and its gradient; logits and softmax
  const activations = distinct * (2 * E + gates) + N * (gates + H + 2 * H + 2 * H + 2 * K);
  return 4 * parameters + packed + activations;
}
