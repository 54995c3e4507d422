// A tagger in training: reports, the ways to stop, the event loop, shards and seeds.

import { describe, expect, test } from "vitest";
import {
  adam,
  cosine,
  type EpochReport,
  type Evaluation,
  type History,
  SequenceTagger,
  type StepReport,
  sgd,
  type TaggerFitOptions,
  type TaggerOptions,
} from "../src/index.js";
import { problem, SMALL, sameBytes, trained, travel } from "./support/tagging.js";

const SENTENCES = 53;
const VALIDATION = travel(17, "validation");

async function bytesAfter(options: TaggerOptions, fit: TaggerFitOptions): Promise<Uint8Array> {
  return (await trained(SENTENCES, options, fit)).save();
}

describe("reports", async () => {
  const examples = travel(SENTENCES);
  const tokens = examples.reduce((count, example) => count + example.tokens.length, 0);
  const tagger = await SequenceTagger.create(SMALL);
  const run = tagger.train(examples, {
    epochs: 3,
    batchSize: 7,
    validation: VALIDATION,
    optimizer: adam({ lr: 0.01, schedule: cosine({ warmup: 5, final: 0.1 }) }),
    clip: { norm: 0.5 },
  });
  const steps: StepReport[] = [];
  const epochs: EpochReport<Evaluation>[] = [];
  const order: string[] = [];
  for await (const report of run) {
    order.push(report.type);
    if (report.type === "step") steps.push(report);
    else if (report.type === "epoch") epochs.push(report);
  }
  const perEpoch = Math.ceil(SENTENCES / 7);

  test("one for every step and one for every epoch, in order and counted from 1", () => {
    expect(order).toEqual([1, 2, 3].flatMap(() => [...Array(perEpoch).fill("step"), "epoch"]));
    expect(steps.map(({ step }) => step)).toEqual(Array.from(steps, (_, index) => index + 1));
    expect(steps.map(({ epoch }) => epoch)).toEqual(steps.map((_, index) => 1 + Math.floor(index / perEpoch)));
    expect(epochs.map(({ epoch, step }) => [epoch, step])).toEqual([1, 2, 3].map((e) => [e, e * perEpoch]));
    for (const report of steps) expect(report).toMatchObject({ steps: 3 * perEpoch, epochs: 3 });
  });

  test("lossPerToken is loss over count, and the counts of an epoch are its tokens", () => {
    for (const { loss, lossPerToken, count } of steps) expect(lossPerToken).toBe(loss / count);
    for (const { epoch, loss, lossPerToken } of epochs) {
      const own = steps.filter((report) => report.epoch === epoch);
      expect(own.reduce((sum, { count }) => sum + count, 0)).toBe(tokens);
      expect(loss).toBeCloseTo(
        own.reduce((sum, report) => sum + report.loss, 0),
        8,
      );
      expect(lossPerToken).toBeCloseTo(loss / tokens, 12);
    }
    expect(epochs.at(-1)?.loss).toBeLessThan(epochs[0]?.loss ?? 0);
  });

  test("gradNorm is that before clipping; clipped and clippedShare follow from it", () => {
    let clips = 0;
    for (const { step, gradNorm, clipped, clippedShare } of steps) {
      expect(gradNorm).toBeGreaterThan(0);
      expect(clipped).toBe(gradNorm > 0.5);
      clips += Number(clipped);
      expect(clippedShare).toBe(clips / step);
    }
    expect(clips).toBeGreaterThan(0);
    expect(Math.max(...steps.map(({ gradNorm }) => gradNorm))).toBeGreaterThan(0.5);
  });

  test("learningRate follows the schedule: it rises over the warm-up and falls to its last share along a cosine", () => {
    const rates = steps.map(({ learningRate }) => learningRate);
    expect(rates.slice(0, 5)).toEqual([1, 2, 3, 4, 5].map((step) => 0.01 * (step / 5)));
    const expected = steps.slice(5).map((_, index) => {
      const done = index / (steps.length - 5);
      return 0.01 * (0.1 + (0.9 * (1 + Math.cos(Math.PI * done))) / 2);
    });
    rates.slice(5).forEach((rate, index) => void expect(rate).toBeCloseTo(expected[index] ?? 0, 12));
  });

  test("tokensPerSecond and seconds are times that pass", () => {
    for (const { tokensPerSecond } of steps) expect(tokensPerSecond).toBeGreaterThan(0);
    const seconds = epochs.map((report) => report.seconds);
    expect(seconds[0]).toBeGreaterThan(0);
    expect(seconds).toEqual([...seconds].sort((a, b) => a - b));
  });

  test("the last validation is what evaluate says: loss, accuracy, F1, labels, lenient and strict", async () => {
    const { validation } = epochs.at(-1) ?? {};
    expect(validation).toEqual(await tagger.evaluate(VALIDATION));
    expect(validation?.accuracy).toBeGreaterThan(0);
    expect(validation?.lossPerToken).toBe((validation?.loss ?? 0) / (validation?.tokens ?? 0));
    expect(Object.keys(validation?.byLabel ?? {})).toContain("dest");
    expect(validation?.support).toBe(validation?.strict.support);
    expect(validation?.unknownTags).toEqual({});
  });
});

describe("stopping", () => {
  test("leaving the loop stops training and keeps the weights of that step", async () => {
    const tagger = await SequenceTagger.create(SMALL);
    for await (const report of tagger.train(travel(SENTENCES), { batchSize: 7 }))
      if (report.type === "step" && report.step === 2) break;
    const bytes = await tagger.save();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(sameBytes(await tagger.save(), bytes)).toBe(true);
    expect((await tagger.evaluate(VALIDATION)).loss).toBeGreaterThan(0);
  });

  test("a signal stops after the step under way; the weights can be used and trained on", async () => {
    const tagger = await SequenceTagger.create(SMALL);
    const controller = new AbortController();
    const history = await tagger.fit(travel(SENTENCES), {
      batchSize: 7,
      signal: controller.signal,
      onStep: ({ step }) => step === 3 && controller.abort(),
    });
    expect(history).toMatchObject({ stopped: "aborted", epochs: [] });
    expect(history.steps).toHaveLength(3);
    expect((await tagger.tag("leave Taipei")).tags).toHaveLength(2);
    expect((await tagger.fit(travel(SENTENCES), { epochs: 1 })).stopped).toBe("finished");
  });

  test("a signal that was given before stops before the first step, with a model that can be used", async () => {
    const tagger = await SequenceTagger.create(SMALL);
    const history = await tagger.fit(travel(SENTENCES), { signal: AbortSignal.abort() });
    expect(history).toEqual({ steps: [], evaluations: [], epochs: [], stopped: "aborted" });
    const untouched = await SequenceTagger.create(SMALL);
    await untouched.prepare(travel(SENTENCES));
    expect(sameBytes(await tagger.save(), await untouched.save())).toBe(true);
  });

  const stopping = async (patience: number, epochs: number): Promise<[SequenceTagger, History<Evaluation>]> => {
    const tagger = await SequenceTagger.create(SMALL);
    const history = await tagger.fit(travel(SENTENCES), {
      epochs,
      batchSize: 7,
      validation: VALIDATION,
      optimizer: sgd({ lr: 6 }),
      clip: false,
      earlyStopping: { metric: "lossPerToken", patience },
    });
    return [tagger, history];
  };

  test("early stopping ends when patience does, and puts the best weights back", async () => {
    const [tagger, { stopped, epochs }] = await stopping(2, 60);
    const losses = epochs.map(({ validation }) => validation?.lossPerToken ?? Number.NaN);
    const best = losses.indexOf(Math.min(...losses));
    expect(stopped).toBe("early");
    expect(epochs.length).toBe(best + 3);
    expect(epochs.map((report) => report.best)).toEqual(
      losses.map((loss, e) => loss <= Math.min(...losses.slice(0, e + 1))),
    );
    expect((await tagger.evaluate(VALIDATION)).lossPerToken).toBe(losses[best]);
  });

  test("the best weights come back also when the epochs end before patience does", async () => {
    const [, { epochs }] = await stopping(2, 60);
    const [tagger, { stopped }] = await stopping(50, epochs.length);
    expect(stopped).toBe("finished");
    const losses = epochs.map(({ validation }) => validation?.lossPerToken ?? Number.NaN);
    expect((await tagger.evaluate(VALIDATION)).lossPerToken).toBe(Math.min(...losses));
  });

  test("early stopping needs a validation and a metric that it has", async () => {
    const tagger = await SequenceTagger.create(SMALL);
    const earlyStopping = { metric: "speed", patience: 1 };
    await expect(tagger.fit(travel(3), { earlyStopping })).rejects.toThrow(
      problem("BPTT_OPTION", "^earlyStopping: .* give validation examples$"),
    );
    await expect(tagger.fit(travel(3), { earlyStopping, validation: VALIDATION })).rejects.toThrow(
      problem("BPTT_OPTION", '^earlyStopping: metric: expected one of .*f1.*, got "speed"$'),
    );
  });
});

describe("the event loop gets its turn", async () => {
  // enough for some tenths of a second of work
  const many = travel(6000);
  const tagger = await SequenceTagger.create({ ...SMALL, hiddenSize: 32 });

  /** Turns of the event loop while work goes on; without them there is one, at the end. */
  const turns = async (work: () => Promise<unknown>): Promise<{ turns: number; share: number }> => {
    let [count, going] = [0, true];
    const beat = (): void => {
      count += 1;
      if (going) setTimeout(beat, 1);
    };
    setTimeout(beat, 1);
    const start = performance.now();
    await work();
    going = false;
    // one turn for each 50 ms is promised; half of them are asked for, since the machine may be busy
    return { turns: count, share: count / ((performance.now() - start) / 100) };
  };

  test.each([
    ["train", () => tagger.fit(many, { epochs: 1 })],
    ["evaluate", () => tagger.evaluate(many)],
    ["tagAll", () => tagger.tagAll(many.map(({ tokens }) => tokens.join(" ")))],
  ])("%s", async (_, work) => {
    const { turns: count, share } = await turns(work);
    expect(count).toBeGreaterThan(1);
    expect(share).toBeGreaterThanOrEqual(1);
  });
});

describe("the same numbers", () => {
  const fit = { batchSize: 7, epochs: 2 };

  test("one seed gives the same bytes, another seed others", async () => {
    const bytes = await bytesAfter({ seed: 3 }, fit);
    expect(sameBytes(await bytesAfter({ seed: 3 }, fit), bytes)).toBe(true);
    expect(sameBytes(await bytesAfter({ seed: 4 }, fit), bytes)).toBe(false);
    expect(sameBytes(await bytesAfter({ seed: 3 }, { ...fit, seed: 4 }), bytes)).toBe(false);
  });

  test("the same shards give the same bytes, and empty shards change nothing", async () => {
    const two = await bytesAfter({}, { ...fit, shards: 2 });
    expect(sameBytes(await bytesAfter({}, { ...fit, shards: 2 }), two)).toBe(true);
    const seven = await bytesAfter({}, { ...fit, shards: 7 });
    expect(sameBytes(await bytesAfter({}, { ...fit, shards: 1_000_000_007 }), seven)).toBe(true);
  });

  test("shards change the order of sums, not the training", async () => {
    const losses = async (shards: number) => {
      const tagger = await SequenceTagger.create(SMALL);
      return (await tagger.fit(travel(SENTENCES), { ...fit, shards })).steps.map(({ loss }) => loss);
    };
    const [one, three] = [await losses(1), await losses(3)];
    one.forEach((loss, index) => void expect(three[index]).toBeCloseTo(loss, 2));
  });

  test("a batch larger than the data is the whole data", async () => {
    const bytes = await bytesAfter({}, { epochs: 2, batchSize: SENTENCES });
    expect(sameBytes(await bytesAfter({}, { epochs: 2, batchSize: 2 ** 31 - 1 }), bytes)).toBe(true);
  });
});
