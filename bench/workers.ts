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

/** Whole steps of the training loop in one thread, with one shard and with two, and in two threads, in turn. */
export async function workers({ isQuick, wants }: Context): Promise<Section> {
  const rows: Row[] = [];
  const two = await openWorkers(2);
  for (const name of ["W1", "W2", "W3"].filter((workload) => wants("workers", workload))) {
    const shape = shapeOf(name);
    const [one, shards, both]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < (isQuick ? 1 : 7); ++round) {
      one.push(...(await stepTimes(shape, 1)));
      shards.push(...(await stepTimes(shape, SHARDS)));
      both.push(...(await stepTimes(shape, SHARDS, two)));
    }
    const values = { one: median(one), shards: median(shards), both: median(both) };
    const quick = tenth(one) / tenth(both);
    rows.push({ name: `${name} ${shape.what}`, values: { ...values, ratio: values.one / values.both, quick } });
  }
  await two.close();
  return {
    name: "workers",
    title: `Training over threads: one thread, and two with ${SHARDS} shards`,
    rows,
    table: tableOf(
      [
        ["1 thread, ms", "one"],
        ["the same with 2 shards", "shards"],
        ["2 threads", "both"],
        ["times as fast as 1 thread", "ratio", 2],
        ["quickest tenths", "quick", 2],
      ],
      rows,
    ),
    notes: [
      "Medians over the steps of runs in turn, packing and reports included. With two shards the results are the same bytes in one thread and in two. A machine with other work shows less: the last column compares the steps of each that a tenth of its steps undercut.",
    ],
  };
}

/** The time that a tenth of the steps undercut: other work on the machine makes steps longer, never shorter. */
function tenth(times: number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 10)] as number;
}

/** Milliseconds of each step. */
async function stepTimes(shape: WorkloadShape, shards: number, crew?: Workers): Promise<number[]> {
  const network = await Network.create(shape.layers);
  const options = {
    ...{ epochs: 1, batchSize: shape.batchSize, optimizer: shape.optimizer, shards },
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
