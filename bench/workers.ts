import { Random, type Sequence } from "../src/index.js";
import { Network } from "../src/nn/network.js";
import { Training } from "../src/train/loop.js";
import { resolveTrainOptions } from "../src/train/options.js";
import { openWorkers, type Workers } from "../src/worker.js";
import { median } from "./measure.js";
import { type Context, type Row, type Section, tableOf } from "./section.js";
import { shapeOf, type WorkloadShape } from "./workloads.js";

const SHARDS = 2;
/** Steps of one run; the first few are left out, in which the engine compiles. */
const [STEPS, WARM] = [14, 4];

/** Whole steps of the training loop in one thread and in two, in turn. */
export async function workers({ isQuick, wants }: Context): Promise<Section> {
  const rows: Row[] = [];
  const two = await openWorkers(2);
  for (const name of ["W1", "W2", "W3"].filter((workload) => wants("workers", workload))) {
    const shape = shapeOf(name);
    const times: { readonly one: number[]; readonly both: number[] } = { one: [], both: [] };
    for (let round = 0; round < (isQuick ? 1 : 5); ++round) {
      times.one.push(...(await stepTimes(shape, undefined)));
      times.both.push(...(await stepTimes(shape, two)));
    }
    const [one, both] = [median(times.one), median(times.both)];
    rows.push({ name: `${name} ${shape.what}`, values: { one, both, ratio: one / both } });
  }
  await two.close();
  return {
    name: "workers",
    title: `Training over threads: ${SHARDS} shards in one thread and in two`,
    rows,
    table: tableOf(
      [
        ["1 thread, ms", "one"],
        ["2 threads, ms", "both"],
        ["times as fast", "ratio", 2],
      ],
      rows,
    ),
    notes: [
      "Medians over the steps of runs in turn, packing and reports included. The results are the same bytes. A machine with other work shows less.",
    ],
  };
}

/** Milliseconds of each step. */
async function stepTimes(shape: WorkloadShape, crew: Workers | undefined): Promise<number[]> {
  const network = await Network.create(shape.layers);
  const options = {
    ...{ epochs: 1, batchSize: shape.batchSize, optimizer: shape.optimizer, shards: SHARDS },
    ...(crew && { workers: crew }),
  };
  const training = new Training({ network, sequences: sequencesOf(shape) }, resolveTrainOptions(options, 1));
  const times: number[] = [];
  let last = performance.now();
  for await (const report of training.run()) {
    const now = performance.now();
    if (report.type === "step" && report.step > WARM) times.push(now - last);
    last = now;
  }
  return times;
}

/** Tokens and labels drawn uniformly. */
function sequencesOf({ layers, batchSize, seqLen }: WorkloadShape): Sequence[] {
  const random = new Random(1);
  const [first, last] = [layers[0], layers.at(-1)];
  const [words, classes] = [
    first?.type === "embedding" ? first.numEmbeddings : 1,
    last?.type === "linear" ? last.outFeatures : 1,
  ];
  const numbers = (below: number) => Array.from({ length: seqLen }, () => random.below(below));
  return Array.from({ length: STEPS * batchSize }, () => ({ tokens: numbers(words), labels: numbers(classes) }));
}
