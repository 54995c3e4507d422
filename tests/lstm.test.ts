// bptt/lstm: what is built with the small kernel and without the rest of bptt trains the very bytes that SequenceTagger of bptt trains.

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import * as whole from "../src/index.js";
import { problem, SMALL, sameBytes, travel } from "./support/tagging.js";

/** As it is published: the sources would take all of bptt. */
const built: typeof import("../src/lstm.js") = await import(pathToFileURL(resolve("dist/lstm.js")).href);
const TEXTS = ["leave Taipei on November 2nd", "", "arrive Taipei", "x y z fly to Paris in 3 days"];

const runs: readonly (readonly [string, whole.TaggerOptions, whole.TaggerTrainOptions])[] = [
  ["the defaults", {}, {}],
  [
    "two layers, chrono, orthogonal weights, weights of tags, SGD with Nesterov's momentum, the sum, clipping at every step",
    { numLayers: 2, bidirectional: false, chrono: 5, recurrentInit: "orthogonal", tagWeights: { O: 0.5 } },
    {
      optimizer: built.sgd({ lr: 0.01, momentum: 0.9, nesterov: true }),
      reduction: "sum",
      clip: { stepNorm: 0.1 },
      evaluateEvery: { steps: 3 },
    },
  ],
  [
    "weight decay, clipping by value, a warm-up, words of other cases, another scheme",
    { forgetBias: 1, lowercase: false, scheme: "IOBES" },
    {
      optimizer: built.adam({ lr: 0.01, weightDecay: 0.01, schedule: built.constant({ warmup: 3 }) }),
      clip: { value: 0.01 },
    },
  ],
  [
    "lazy rows, clipping of each tensor, early stopping",
    { dropout: 0, wordDropout: 0.2, minCount: 2 },
    {
      optimizer: built.adam({ lazyRows: true, schedule: built.linearDecay({ final: 0.1 }) }),
      clip: { tensorNorm: 0.1 },
      earlyStopping: { metric: "f1", patience: 1 },
    },
  ],
];

/** Reports without the time that they took. */
const untimed = (history: whole.History<whole.Evaluation>) =>
  JSON.parse(
    JSON.stringify(history, (key, value: unknown) =>
      key === "seconds" || key === "tokensPerSecond" ? undefined : value,
    ),
  );

describe("a tagger of bptt/lstm", () => {
  test.each(runs)("has the bytes, reports and answers of bptt's with %s", async (_, options, train) => {
    const one = await whole.SequenceTagger.create({ ...SMALL, ...options });
    const other = await built.SequenceTagger.create({ ...SMALL, ...options });
    const settings = { epochs: 2, batchSize: 16, validation: travel(20, "validation"), ...train };
    const [said, again] = [await one.fit(travel(60), settings), await other.fit(travel(60), settings)];
    expect(untimed(again)).toEqual(untimed(said));
    const [bytes, same] = [await one.save(), await other.save()];
    expect(sameBytes(bytes, same)).toBe(true);
    expect(sameBytes(await one.save({ dtype: "f16" }), await other.save({ dtype: "f16" }))).toBe(true);
    expect(await other.tagAll(TEXTS)).toEqual(await one.tagAll(TEXTS));
    const loaded = await built.SequenceTagger.load(bytes);
    const back = await whole.SequenceTagger.load(same);
    const test = travel(20, "test");
    expect(await loaded.evaluate(test)).toEqual(await back.evaluate(test));
    // trained further, each in the other's house
    const more = { epochs: 1, optimizer: built.sgd({ lr: 0.1 }) };
    await Promise.all([loaded.fit(travel(30), more), back.fit(travel(30), more)]);
    expect(sameBytes(await loaded.save(), await back.save())).toBe(true);
  });

  test("stops at a signal, and names the first value that is not finite", async () => {
    const abort = new AbortController();
    const tagger = await built.SequenceTagger.create(SMALL);
    const onStep = () => abort.abort();
    const { stopped, steps } = await tagger.fit(travel(60), { signal: abort.signal, onStep, batchSize: 16 });
    expect([stopped, steps.length]).toEqual(["aborted", 1]);
    await expect(
      tagger.fit(travel(60), { optimizer: built.sgd({ lr: 1e38 }), clip: false, batchSize: 16 }),
    ).rejects.toThrow(problem("BPTT_NON_FINITE", "first found in .*lstm_l0"));
  });

  const elsewhere = (what: string) =>
    problem("BPTT_OPTION", new RegExp(`^${what}.*; import SequenceTagger from "bptt"$`));

  test.each(["gru", "rnn", "lstn", 5])("refuses the cell %j", async (cell) => {
    await expect(built.SequenceTagger.create({ cell: cell as never })).rejects.toThrow(
      elsewhere('cell: expected "lstm", got '),
    );
  });

  test("refuses the file of another cell, and takes a checkpoint as a model", async () => {
    const gru = await whole.SequenceTagger.create({ ...SMALL, cell: "gru" });
    await gru.prepare(travel(20));
    await expect(built.SequenceTagger.load(await gru.save())).rejects.toThrow(
      problem("BPTT_FILE", 'cell: expected "lstm", got "gru".*; import SequenceTagger from "bptt"$'),
    );
    const tagger = await whole.SequenceTagger.create(SMALL);
    for await (const report of tagger.train(travel(40), { epochs: 1 }))
      if (report.type === "step") {
        const loaded = await built.SequenceTagger.load(await tagger.checkpoint());
        expect(await loaded.tagAll(TEXTS)).toEqual(await tagger.tagAll(TEXTS));
        break;
      }
  });

  test.each<readonly [string, whole.TaggerTrainOptions]>([
    ["shards", { shards: 2 }],
    ["accumulate", { accumulate: 2 }],
    ["truncate", { truncate: 5 }],
    ["onPlan", { onPlan: () => {} }],
    ["resume", { resume: true }],
    ["vectors", { vectors: "a 1 2" }],
    ["optimizer", { optimizer: whole.rmsprop() }],
    ["schedule", { optimizer: whole.sgd({ lr: 0.1, schedule: whole.cosine() }) }],
    ["sgd: groups", { optimizer: whole.sgd({ lr: 0.1, groups: [{ parameters: ["lstm"], lr: 0 }] }) }],
  ])("refuses %s of a training", async (what, options) => {
    const tagger = await built.SequenceTagger.create(SMALL);
    await expect(tagger.fit(travel(20), options)).rejects.toThrow(elsewhere(what));
  });

  test("refuses frozen vectors, streams, checkpoints, and options that bptt does not have either", async () => {
    const frozen = await built.SequenceTagger.create({ ...SMALL, freezeVectors: true });
    await expect(frozen.fit(travel(20))).rejects.toThrow(elsewhere("freezeVectors"));
    await expect(frozen.prepare(travel(20), { vectors: "a 1 2" })).rejects.toThrow(elsewhere("vectors"));
    const tagger = await built.SequenceTagger.create({ ...SMALL, bidirectional: false });
    await tagger.prepare(travel(20));
    expect(() => tagger.stream()).toThrow(elsewhere("stream"));
    await expect(tagger.checkpoint()).rejects.toThrow(problem("BPTT_ORDER", "no training under way"));
    for await (const _ of tagger.train(travel(20))) {
      await expect(tagger.checkpoint()).rejects.toThrow(elsewhere("checkpoint"));
      break;
    }
    await expect(tagger.fit(travel(20), { epoch: 2 } as never)).rejects.toThrow(
      problem("BPTT_OPTION", '^train: unknown option "epoch"; the options are epochs, '),
    );
  });
});
