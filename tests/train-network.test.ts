// The training loop for a network of one's own, and which way metrics should go.

import { describe, expect, test } from "vitest";
import {
  adam,
  embedding,
  linear,
  lstm,
  Network,
  type NetworkTrainOptions,
  pack,
  type Report,
  reduceOnPlateau,
  trainNetwork,
} from "../src/index.js";
import { knownMode } from "../src/optim/mode.js";
import { Random } from "../src/random.js";
import { METRICS as OF_CLASSIFIER } from "../src/tasks/classifier/results.js";
import { METRICS as OF_LANGUAGE_MODEL } from "../src/tasks/language-model/model.js";
import { METRICS as OF_TAGGER } from "../src/tasks/tagger/results.js";
import { randomSequences } from "./support/networks.js";
import { loosely, type Row, refused } from "./support/refused.js";

const SEQUENCES = randomSequences(new Random(3), [7, 3, 12, 5, 1, 9, 2, 2, 4], 11, 4);

const create = (seed = 2) =>
  Network.create(
    [embedding({ numEmbeddings: 11, embeddingDim: 3 }), lstm({ hiddenSize: 5 }), linear({ outFeatures: 4 })],
    { seed },
  );

function lossOf(network: Network) {
  const [batch] = pack(SEQUENCES, { batchSize: SEQUENCES.length });
  if (batch === undefined) throw new Error("no batch");
  const { loss, lossPerToken } = network.forward(batch, { training: false });
  return { loss, lossPerToken };
}

async function reportsOf(network: Network, options: NetworkTrainOptions): Promise<Report[]> {
  const reports: Report[] = [];
  for await (const report of trainNetwork(network, SEQUENCES, options)) reports.push(report);
  return reports;
}

test("a network learns, and reports steps and epochs with the scores of validate", async () => {
  const network = await create();
  const before = lossOf(network).lossPerToken;
  const reports = await reportsOf(network, {
    epochs: 30,
    batchSize: 3,
    optimizer: adam({ lr: 0.02 }),
    validate: () => lossOf(network),
  });
  expect(reports.map(({ type }) => type).slice(0, 5)).toEqual(["step", "step", "step", "epoch", "step"]);
  const last = reports.at(-1);
  if (last?.type !== "epoch" || last.validation === undefined) throw new Error("no validation at the end");
  expect(last.validation).toEqual(lossOf(network));
  expect(last.validation.lossPerToken).toBeLessThan(before / 2);
});

test("a run that goes on from a checkpoint ends with the weights of one that was never interrupted", async () => {
  const options = { epochs: 4, batchSize: 2, optimizer: adam({ lr: 0.01 }) };
  const whole = await create();
  await reportsOf(whole, options);
  const first = await create();
  const run = trainNetwork(first, SEQUENCES, options);
  let bytes: Uint8Array | undefined;
  for await (const report of run)
    if (report.type === "step" && report.step === 7) {
      bytes = run.checkpoint();
      break;
    }
  if (bytes === undefined) throw new Error("no checkpoint");
  const second = await create(9);
  await reportsOf(second, { resume: bytes });
  expect(second.parameters.snapshot()).toEqual(whole.parameters.snapshot());
});

describe("which way a metric should go", () => {
  test.each([...OF_TAGGER, ...OF_CLASSIFIER, ...OF_LANGUAGE_MODEL])("of the tasks' own %s it is known", (metric) => {
    expect(knownMode(metric)).toBe(metric.startsWith("loss") ? "min" : "max");
  });

  test.each([
    ["nats", "min"],
    ["bits", "min"],
    ["perplexity", "min"],
    ["loss", "min"],
    ["f1", "max"],
    ["macroF1", "max"],
    ["accuracy", "max"],
    ["speed", undefined],
  ])("%s: %s", (metric, mode) => {
    expect(knownMode(metric)).toBe(mode);
  });

  /** The value of each evaluation, one for each epoch. */
  const stopped = async (values: readonly number[], metric: string, mode?: "min" | "max") => {
    const network = await create();
    let number = 0;
    const reports = await reportsOf(network, {
      epochs: values.length,
      validate: () => ({ loss: 1, lossPerToken: 1, [metric]: values[number++] ?? 0 }),
      earlyStopping: { metric, patience: 2, ...(mode && { mode }) },
    });
    return reports.flatMap((report) => (report.type === "epoch" ? [report.best] : []));
  };

  test("perplexity falls to its best", async () => {
    expect(await stopped([5, 4, 6, 3, 3.5, 3.6, 1], "perplexity")).toEqual([true, true, false, true, false, false]);
  });

  test("a metric of one's own goes where mode says", async () => {
    expect(await stopped([5, 4, 6, 3], "words", "min")).toEqual([true, true, false, true]);
    expect(await stopped([5, 4, 6, 3], "words", "max")).toEqual([true, false, true, false]);
  });

  test("a plateau of perplexity lowers the rate only where it stays", async () => {
    const network = await create();
    const values = [5, 4, 3, 3, 3];
    const rates: number[] = [];
    let number = 0;
    const schedule = reduceOnPlateau({ metric: "perplexity", patience: 0, factor: 0.5 });
    for await (const report of trainNetwork(network, SEQUENCES, {
      epochs: 5,
      optimizer: adam({ lr: 1, schedule }),
      clip: { norm: 1e-6 },
      validate: () => ({ loss: 1, lossPerToken: 1, perplexity: values[number++] ?? 0 }),
    }))
      if (report.type === "step") rates.push(report.learningRate);
    expect(rates).toEqual([1, 1, 1, 1, 0.5]);
  });
});

const network = await create();
const validate = () => lossOf(network);
const drain = async (options: NetworkTrainOptions) => {
  for await (const _ of trainNetwork(network, SEQUENCES, { epochs: 1, ...options }));
};

const early = (metric: string, mode?: string) => ({ metric, patience: 1, ...(mode && { mode: mode as "max" }) });

test.each<readonly [code: string, ...Row]>([
  [
    "BPTT_OPTION",
    "early stopping by a metric that nobody knows",
    "RangeError",
    'earlyStopping: mode: expected "min" or "max" for "speed", got none; say which way is better',
    () => drain({ validate, earlyStopping: early("speed") }),
  ],
  [
    "BPTT_OPTION",
    "a schedule by a metric that nobody knows",
    "RangeError",
    'schedule: mode: expected "min" or "max" for "speed", got none; say which way is better',
    () => drain({ validate, optimizer: adam({ schedule: reduceOnPlateau({ metric: "speed" }) }) }),
  ],
  [
    "BPTT_OPTION",
    "a mode that does not exist",
    "TypeError",
    'earlyStopping: mode: expected one of "min", "max", got "up"',
    () => drain({ validate, earlyStopping: early("f1", "up") }),
  ],
  [
    "BPTT_OPTION",
    "early stopping without a validation",
    "RangeError",
    "earlyStopping: it watches the validation; give validation examples",
    () => drain({ earlyStopping: early("loss") }),
  ],
  [
    "BPTT_DATA",
    "scores without a loss",
    "RangeError",
    "validate: lossPerToken: expected a number, got undefined; return both",
    () => drain({ validate: () => ({ loss: 1 }) as never }),
  ],
  [
    "BPTT_OPTION",
    "something that is no network",
    "TypeError",
    "trainNetwork: network: expected a Network, got an object (Object)",
    () => loosely(trainNetwork, {}, SEQUENCES),
  ],
  [
    "BPTT_DATA",
    "something that is no list",
    "TypeError",
    'trainNetwork: sequences: expected a list of sequences, got "abc"',
    () => loosely(trainNetwork, network, "abc"),
  ],
  [
    "BPTT_ORDER",
    "a checkpoint before the first report",
    "Error",
    "checkpoint: there is no training under way; call it inside the loop of train()",
    () => trainNetwork(network, SEQUENCES).checkpoint(),
  ],
])("refused (%s): %s", async (code, ...row) => {
  await refused(code, row);
});

test("refused: bytes that are no checkpoint", async () => {
  await expect(drain({ resume: new Uint8Array(3) })).rejects.toMatchObject({ code: "BPTT_FILE" });
});
