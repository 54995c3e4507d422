// A run that was interrupted and goes on from its checkpoint ends with the bytes of one that was not.

import { describe, expect, test } from "vitest";
import {
  adam,
  cosine,
  type Report,
  readSafetensors,
  SequenceTagger,
  sgd,
  type TaggerOptions,
  type TaggerTrainOptions,
  writeSafetensors,
} from "../src/index.js";
import { problem, SMALL, sameBytes, travel } from "./support/tagging.js";

const EXAMPLES = travel(41);
const VALIDATION = travel(13, "validation");

interface Case {
  readonly name: string;
  readonly tagger?: TaggerOptions;
  readonly train?: TaggerTrainOptions;
}

const cases: readonly Case[] = [
  { name: "defaults" },
  { name: "sgd without moments", train: { optimizer: sgd({ lr: 0.1 }) } },
  {
    name: "sgd with momentum",
    train: { optimizer: sgd({ lr: 0.1, momentum: 0.9, nesterov: true }), clip: { value: 0.01 } },
  },
  { name: "a schedule", train: { optimizer: adam({ lr: 0.01, schedule: cosine({ warmup: 3 }) }) } },
  { name: "lazy rows", train: { optimizer: adam({ lr: 0.01, lazyRows: true }) } },
  { name: "weight decay", train: { optimizer: adam({ lr: 0.01, weightDecay: 0.01 }), reduction: "sum" } },
  { name: "shards and accumulation", train: { shards: 3, accumulate: 2 } },
  {
    name: "early stopping",
    train: { optimizer: sgd({ lr: 6 }), clip: false, earlyStopping: { metric: "loss", patience: 1 } },
  },
  {
    name: "evaluation between epochs",
    train: { evaluateEvery: { steps: 4 }, earlyStopping: { metric: "f1", patience: 3 } },
  },
  {
    name: "a GRU in two directions and layers",
    tagger: { cell: "gru", bidirectional: true, numLayers: 2, dropout: 0.3 },
  },
];

const settings = ({ train }: Case): TaggerTrainOptions => ({
  epochs: 3,
  batchSize: 7,
  validation: VALIDATION,
  ...train,
});

/** The bytes at the end of a run, its reports, and a checkpoint at each of them. */
async function whole(one: Case) {
  const tagger = await SequenceTagger.create({ ...SMALL, ...one.tagger });
  const reports: Report[] = [];
  const checkpoints: Uint8Array[] = [];
  const run = tagger.train(EXAMPLES, settings(one));
  for (;;) {
    const { done, value } = await run.next();
    if (done) return { bytes: await tagger.save(), reports, checkpoints, stopped: value };
    reports.push(timeless(value));
    checkpoints.push(await tagger.checkpoint());
  }
}

/** Without what a clock says. */
const timeless = (report: Report): Report => ({
  ...report,
  ...(report.type === "step" ? { tokensPerSecond: 0 } : { seconds: 0 }),
});

describe.each(cases)("$name", (one) => {
  test("from every checkpoint the run goes on with the same reports and ends with the same bytes", async () => {
    const { bytes, reports, checkpoints, stopped } = await whole(one);
    expect(checkpoints.length).toBeGreaterThan(8);
    for (const [number, checkpoint] of checkpoints.entries()) {
      const tagger = await SequenceTagger.load(checkpoint);
      const rest: Report[] = [];
      const run = tagger.train(EXAMPLES, { resume: true, validation: VALIDATION });
      let end = await run.next();
      for (; !end.done; end = await run.next()) rest.push(timeless(end.value));
      expect(end.value).toBe(stopped);
      expect(rest, `behind report ${number}`).toEqual(reports.slice(number + 1));
      expect(sameBytes(await tagger.save(), bytes), `behind report ${number}`).toBe(true);
    }
  });
});

/** Everything in a checkpoint but what a clock says. */
function contents(bytes: Uint8Array) {
  const { tensors, metadata } = readSafetensors(bytes);
  const { position, stepper, ...training } = JSON.parse(metadata.training ?? "");
  const run = { ...training, position: { ...position, seconds: 0 }, stepper: { ...stepper, milliseconds: 0 } };
  return { tensors: tensors.map(({ name, data }) => [name, Buffer.from(data.buffer).toString("base64")]), run };
}

test("a checkpoint of a resumed run is that of the whole one", async () => {
  const { reports, checkpoints } = await whole({
    name: "defaults",
    train: { earlyStopping: { metric: "f1", patience: 9 } },
  });
  const tagger = await SequenceTagger.load(checkpoints[3] as Uint8Array);
  let number = 4;
  for await (const _ of tagger.train(EXAMPLES, { resume: true, validation: VALIDATION }))
    expect(contents(await tagger.checkpoint())).toEqual(contents(checkpoints[number++] as Uint8Array));
  expect(number).toBe(reports.length);
});

test("a checkpoint is a model: it tags and is saved as one, and a new training may begin from it", async () => {
  const { checkpoints, bytes } = await whole({ name: "defaults" });
  const tagger = await SequenceTagger.load(checkpoints.at(-1) as Uint8Array);
  expect(sameBytes(await tagger.save(), bytes)).toBe(true);
  expect((await tagger.fit(EXAMPLES, { epochs: 1 })).steps).toHaveLength(2);
});

describe("refused", async () => {
  const { checkpoints } = await whole({
    name: "early stopping",
    train: { earlyStopping: { metric: "f1", patience: 9 } },
  });
  const checkpoint = checkpoints[7] as Uint8Array;
  const resume = async (examples = EXAMPLES, options: TaggerTrainOptions = {}, bytes = checkpoint) =>
    (await SequenceTagger.load(bytes)).fit(examples, { resume: true, validation: VALIDATION, ...options });
  const changed = (change: (training: Record<string, unknown>) => void, drop = "nothing") => {
    const { tensors, metadata } = readSafetensors(checkpoint);
    const training = JSON.parse(metadata.training ?? "");
    change(training);
    const kept = tensors.filter(({ name }) => name !== drop);
    return writeSafetensors(kept, { ...metadata, training: JSON.stringify(training) });
  };

  test.each([
    ["other examples", () => resume(travel(40)), "BPTT_DATA", "data are not those"],
    ["another order", () => resume(EXAMPLES.toReversed()), "BPTT_DATA", "data are not those"],
    [
      "another validation",
      () => resume(EXAMPLES, { validation: travel(12, "validation") }),
      "BPTT_DATA",
      "data are not",
    ],
    [
      "other options",
      () => resume(EXAMPLES, { epochs: 9 }),
      "BPTT_OPTION",
      "epochs: the run has 3, got 9; leave it out",
    ],
    [
      "an option that the run does not have",
      () => resume(EXAMPLES, { truncate: 5 }),
      "BPTT_OPTION",
      "truncate: the run has undefined, got 5",
    ],
    [
      "a model without a training",
      async () => resume(EXAMPLES, {}, await (await SequenceTagger.load(checkpoint)).save()),
      "BPTT_ORDER",
      "does not come from a checkpoint",
    ],
    [
      "a version to come",
      () =>
        resume(
          EXAMPLES,
          {},
          changed((training) => Object.assign(training, { version: 2 })),
        ),
      "BPTT_FILE",
      "version 2, but this release reads version 1; go on with the release that wrote it",
    ],
    [
      "a missing moment",
      () =>
        resume(
          EXAMPLES,
          {},
          changed(() => {}, "training.moment1"),
        ),
      "BPTT_FILE",
      "moment1 is missing",
    ],
    [
      "missing best weights",
      () =>
        resume(
          EXAMPLES,
          {},
          changed(() => {}, "training.best"),
        ),
      "BPTT_FILE",
      "best is missing",
    ],
    [
      "the moments of another network",
      () => {
        const { tensors, metadata } = readSafetensors(checkpoint);
        const other = tensors.map((tensor) =>
          tensor.name === "training.moment0" ? { ...tensor, shape: [16], data: new Float32Array(16) } : tensor,
        );
        return resume(EXAMPLES, {}, writeSafetensors(other, metadata));
      },
      "BPTT_OPTION",
      "optimizer: the state is not that of adam over",
    ],
    ["half a file", () => resume(EXAMPLES, {}, checkpoint.slice(0, checkpoint.length / 2)), "BPTT_FILE", "truncated"],
    [
      "no position",
      () =>
        resume(
          EXAMPLES,
          {},
          changed((training) => Object.assign(training, { position: null })),
        ),
      "BPTT_FILE",
      "checkpoint: it is damaged: position: expected an object, got null; go on from an earlier one",
    ],
  ])("%s", async (_, run, code, message) => {
    await expect(run()).rejects.toThrow(problem(code, message));
  });

  test("to go on twice from one load, and a checkpoint outside the loop", async () => {
    const tagger = await SequenceTagger.load(checkpoint);
    await tagger.fit(EXAMPLES, { resume: true, validation: VALIDATION });
    await expect(tagger.fit(EXAMPLES, { resume: true })).rejects.toThrow(
      problem("BPTT_ORDER", "went on from it already"),
    );
    await expect(tagger.checkpoint()).rejects.toThrow(problem("BPTT_ORDER", "call it inside the loop of train"));
  });

  test("what is refused leaves the checkpoint ready for the right call", async () => {
    const tagger = await SequenceTagger.load(checkpoint);
    await expect(tagger.fit(travel(3), { resume: true })).rejects.toThrow("data are not those");
    const { stopped } = await tagger.fit(EXAMPLES, { resume: true, validation: VALIDATION });
    expect(stopped).toBe("finished");
  });
});
