// The command's optimisers and schedules: its options train as the library's fields do, and those that would do nothing are refused.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type AnyOptimizer,
  adagrad,
  adam,
  adamw,
  constant,
  cosine,
  exponentialDecay,
  linearDecay,
  reduceOnPlateau,
  rmsprop,
  SequenceTagger,
  sgd,
  stepDecay,
} from "../src/index.js";
import { loadFile } from "../src/node.js";
import { command } from "./support/command.js";
import { sameBytes, travel } from "./support/tagging.js";

const EXAMPLES = travel(40);
const SIZES = { hiddenSize: 6, embeddingDim: 4 };
const DATA = "train tagger data.conll --hidden-size 6 --embedding-dim 4 --epochs 3 --batch-size 10";

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bptt-cli-"));
  const columns = EXAMPLES.map(({ tokens, tags }) => tokens.map((token, t) => `${token}\t${tags[t]}\n`).join(""));
  await writeFile(join(folder, "data.conll"), columns.join("\n"));
});
afterAll(() => rm(folder, { recursive: true }));

const run = (options: string) => command(`${DATA} ${options}`.split(" "), { cwd: folder });

const optimizers: readonly (readonly [options: string, optimizer: AnyOptimizer])[] = [
  [
    "--optimizer rmsprop --rmsprop-alpha 0.9 --momentum 0.5 --centered --schedule step --step-size 5 --gamma 0.5 --unit steps",
    rmsprop({
      ...{ alpha: 0.9, momentum: 0.5, centered: true },
      schedule: stepDecay({ stepSize: 5, gamma: 0.5, unit: "steps" }),
    }),
  ],
  [
    "--optimizer adagrad --lr 0.05 --lr-decay 0.1 --initial-accumulator 0.5 --eps 1e-6 --schedule exponential --gamma 0.9 --unit steps --warmup 2",
    adagrad({
      ...{ lr: 0.05, lrDecay: 0.1, initialAccumulator: 0.5, eps: 1e-6 },
      schedule: exponentialDecay({ gamma: 0.9, unit: "steps", warmup: 2 }),
    }),
  ],
  [
    "--optimizer adamw --weight-decay 0.1 --betas 0.8,0.95 --schedule cosine --final 0.1",
    adamw({ lr: 6e-3, weightDecay: 0.1, betas: [0.8, 0.95], schedule: cosine({ final: 0.1 }) }),
  ],
  [
    "--lazy-rows --eps 1e-6 --schedule plateau --plateau-metric f1 --plateau-factor 0.5 --plateau-patience 1 --plateau-threshold 0.1 --plateau-cooldown 1 --min-lr 0.001 --validation data.conll",
    adam({
      ...{ lr: 6e-3, lazyRows: true, eps: 1e-6 },
      schedule: reduceOnPlateau({ metric: "f1", factor: 0.5, patience: 1, threshold: 0.1, cooldown: 1, minLr: 1e-3 }),
    }),
  ],
  [
    "--optimizer sgd --momentum 0.9 --nesterov --schedule constant --warmup 3",
    sgd({ lr: 0.1, momentum: 0.9, nesterov: true, schedule: constant({ warmup: 3 }) }),
  ],
  ["--optimizer rmsprop", rmsprop({ schedule: linearDecay() })],
];

test.each(optimizers)("%s", async (options, optimizer) => {
  const { code, stderr } = await run(`${options} -o model.safetensors`);
  expect(stderr).toContain("the model went to");
  expect(code).toBe(0);
  const tagger = await SequenceTagger.create(SIZES);
  const validation = options.includes("--validation") ? { validation: EXAMPLES } : {};
  await tagger.fit(EXAMPLES, { epochs: 3, batchSize: 10, optimizer, ...validation });
  expect(sameBytes(await loadFile(join(folder, "model.safetensors")), await tagger.save())).toBe(true);
});

test.each([
  ["--momentum 0.9", '--momentum: the optimizer "adam" has none; use --optimizer rmsprop or sgd'],
  ["--optimizer rmsprop --nesterov", '--nesterov: the optimizer "rmsprop" has none; use --optimizer sgd'],
  [
    "--optimizer sgd --eps 1",
    '--eps: the optimizer "sgd" has none; use --optimizer adam or adamw or rmsprop or adagrad',
  ],
  ["--schedule cosine --gamma 0.5", '--gamma: the schedule "cosine" has none; use --schedule step or exponential'],
  ["--min-lr 0.1", '--min-lr: the schedule "linear" has none; use --schedule plateau'],
  ["--schedule step", '--step-size: the schedule "step" needs it; give a number'],
  ["--betas 0.9", "adam: betas: expected two numbers such as [0.9, 0.999], got an array of 1"],
  [
    "--warmup 12",
    "schedule: warmup: expected less than the 12 steps of the run, got 12; train longer or warm up for less",
  ],
])("%s is refused in one line", async (options, message) => {
  const { code, stderr } = await run(options);
  expect({ code, stderr }).toEqual({ code: 1, stderr: `bptt: ${message} (BPTT_OPTION)\n` });
});
