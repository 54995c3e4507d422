// bptt over several threads: the whole training loop, with packing and reports. `npm run bench:peers` bundles this with the sources, to build/bptt-threads.mjs.

import { readFileSync } from "node:fs";
import { Network } from "../../../src/nn/network.ts";
import { Training } from "../../../src/train/loop.ts";
import { resolveTrainOptions } from "../../../src/train/options.ts";
import { openWorkers } from "../../../src/worker.ts";
import { shapeOf } from "../../workloads.ts";
import { config, serve } from "../serve.mjs";

/** Updates of an epoch, so many that what an epoch costs does not show. */
const UPDATES = 200;

const { version } = JSON.parse(readFileSync("../../package.json", "utf8"));
const { threads } = config;

await serve(async ({ name, tokens, labels }) => {
  if (!tokens || !labels) return { skip: `${name} is no training on a batch that can be shared` };
  const { layers, batchSize, optimizer } = shapeOf(name);
  const batch = tokens.map((row, i) => ({ tokens: row, labels: labels[i] }));
  const sequences = Array.from({ length: UPDATES }, () => batch).flat();
  const options = { epochs: 1000, batchSize, optimizer, shards: threads, workers: await openWorkers(threads) };
  const network = await Network.create(layers, { seed: 1 });
  const reports = new Training({ network, sequences }, resolveTrainOptions(options, 1)).run();
  return {
    version,
    threads,
    async step() {
      for (;;) {
        const { value, done } = await reports.next();
        if (done) throw new Error("The training is over before the measurement is.");
        if (value.type === "step") return value.lossPerToken;
      }
    },
  };
});
