// The lecture's curves of the slot tagger's loss: smooth, jumping, flying off, and the last one's rate with clipping.

import { describe, expect, test } from "vitest";
import { sgd, stepDecay } from "../src/index.js";
import { type LossCurveOptions, lossCurve, lossCurves } from "../src/lab/index.js";

const rises = (losses: readonly number[]) => losses.filter((loss, i) => loss > 1.1 * (losses[i - 1] ?? loss)).length;

describe("presets", () => {
  test("smooth: the loss never rises by a tenth and ends below a third of the start", async () => {
    const { points, events, ended } = await lossCurve(lossCurves.smooth.options);
    const losses = points.map(({ loss }) => loss);
    expect([ended, points.length, events]).toEqual(["finished", 400, []]);
    expect(rises(losses)).toBe(0);
    expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) / 3);
  });

  test("jumping: the loss jumps to twenty times the start and more, and comes back, without any event", async () => {
    const { points, events, ended } = await lossCurve(lossCurves.jumping.options);
    const losses = points.map(({ loss }) => loss);
    const [start = 0] = losses;
    expect([ended, points.length, events]).toEqual(["finished", 400, []]);
    expect(rises(losses)).toBeGreaterThan(5);
    expect(Math.max(...losses)).toBeGreaterThan(20 * start);
    expect(losses.at(-1)).toBeLessThan(start);
  });

  test("flying off: the curve falls at first and ends where the loss is not finite; clipped, the same rate converges", async () => {
    const [wild, tame] = [lossCurves["flying-off"].options, lossCurves.clipped.options];
    expect({ ...tame.training, clip: false }).toEqual(wild.training);
    expect(tame.tagger).toEqual(wild.tagger);

    const flown = await lossCurve(wild);
    const step = flown.points.length + 1;
    expect(flown.ended).toBe("non-finite");
    expect(step).toBeGreaterThan(10);
    expect(Math.min(...flown.points.map(({ lossPerToken }) => lossPerToken))).toBeLessThan(1.5);
    expect(flown.nonFinite).toMatchObject({ step, quantity: "loss" });
    expect(flown.events).toEqual([
      {
        kind: "non-finite",
        from: step,
        to: step,
        text: expect.stringContaining(`step ${step}: the loss`),
        place: flown.nonFinite,
      },
    ]);

    const clipped = await lossCurve(tame);
    expect(clipped.ended).toBe("finished");
    expect(clipped.points.at(-1)?.lossPerToken).toBeLessThan(0.01);
    // not by a rate that clipping makes small: where nothing is clipped any more, it converges too
    expect(clipped.points.at(-1)?.clipped).toBe(false);
    const steps = clipped.points.filter((point) => point.clipped);
    const spans = clipped.events.map(({ kind, from, to }) => (kind === "clipped" ? to - from + 1 : Number.NaN));
    expect(spans.reduce((sum, span) => sum + span, 0)).toBe(steps.length);
    expect(steps.length).toBeGreaterThan(200);
    for (const { gradNorm } of steps) expect(gradNorm).toBeGreaterThan(500);
  });

  test.each(Object.entries(lossCurves))("%s is plain JSON", (_, { options }) => {
    expect(JSON.parse(JSON.stringify(options))).toEqual(options);
  });
});

const tiny: LossCurveOptions = {
  tagger: { cell: "rnn", hiddenSize: 5, embeddingDim: 3, dropout: 0, wordDropout: 0, seed: 1 },
  training: { optimizer: sgd({ lr: 0.1 }), clip: false, batchSize: 25, epochs: 2 },
};

test("one point for each step, the same for the same options; sum and mean of the loss", async () => {
  const heard: unknown[] = [];
  const curve = await lossCurve({ ...tiny, onPoint: (point) => heard.push(point) });
  expect(curve.points.map(({ step, epoch }) => [step, epoch])).toEqual(
    [1, 2, 3, 4, 5, 6, 7, 8].map((n) => [n, n > 4 ? 2 : 1]),
  );
  expect(heard).toEqual(curve.points);
  expect(await lossCurve(tiny)).toEqual(curve);
  for (const { loss, lossPerToken, gradNorm, learningRate } of curve.points) {
    expect(loss / lossPerToken).toBeGreaterThan(100);
    expect(gradNorm).toBeGreaterThan(0);
    expect(learningRate).toBe(0.1);
  }
});

test("events: a rate that falls once, and one that falls with every step", async () => {
  const falling = (schedule: ReturnType<typeof stepDecay>) =>
    lossCurve({ ...tiny, training: { ...tiny.training, optimizer: sgd({ lr: 0.5, schedule }) } });
  const once = await falling(stepDecay({ stepSize: 5, gamma: 0.5, unit: "steps" }));
  expect(once.events).toEqual([{ kind: "rate", from: 6, to: 6, text: "learning rate 0.5 to 0.25" }]);
  const always = await falling(stepDecay({ stepSize: 1, gamma: 0.5, unit: "steps" }));
  expect(always.events).toEqual([{ kind: "rate", from: 2, to: 8, text: "learning rate 0.5 to 0.00390625" }]);
});

test("events: steps that are skipped are points without a loss, with the place; an epoch of them ends the curve", async () => {
  const { tagger } = lossCurves["flying-off"].options;
  const training = {
    optimizer: sgd({ lr: 3e38 }),
    ...({ clip: false, onNonFinite: "skip", batchSize: 50, epochs: 3 } as const),
  };
  const { points, events, ended, nonFinite } = await lossCurve({ tagger, training });
  // the first update makes weights of which every loss is infinite
  for (const name of ["loss", "lossPerToken", "gradNorm"] as const)
    expect(points.map((point) => Number.isNaN(point[name]))).toEqual([false, true, true, true]);
  expect(events.map(({ kind, from, to }) => [kind, from, to])).toEqual([
    ["skipped", 2, 4],
    ["non-finite", 4, 4],
  ]);
  expect(events[0]).toMatchObject({ text: "skipped: the loss is not finite", place: { step: 2, quantity: "loss" } });
  expect([ended, nonFinite?.step]).toEqual(["non-finite", 4]);
});

test("told to stop, it keeps the points so far", async () => {
  const controller = new AbortController();
  const onPoint = ({ step }: { step: number }) => step === 3 && controller.abort();
  const { points, ended } = await lossCurve({ ...tiny, signal: controller.signal, onPoint });
  expect([points.length, ended]).toEqual([3, "aborted"]);
});

const refused: readonly [string, object, string, string][] = [
  ["an option", { rate: 1 }, "BPTT_OPTION", 'lossCurve: unknown option "rate"'],
  [
    "a training's option",
    { training: { resume: true } },
    "BPTT_OPTION",
    'lossCurve: training: unknown option "resume"',
  ],
  ["a tagger's option", { tagger: { cell: "gur" } }, "BPTT_OPTION", 'cell: expected one of "rnn"'],
  ["the signal", { signal: 1 }, "BPTT_OPTION", "signal: expected an AbortSignal"],
  ["onPoint", { onPoint: 1 }, "BPTT_OPTION", "lossCurve: onPoint: expected a function"],
  ["no examples", { examples: [] }, "BPTT_DATA", "expected one example or more"],
];

test.each(refused)("refused: %s", async (_, options, code, message) => {
  await expect(lossCurve(options)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
});
