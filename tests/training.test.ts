// The training loop: accumulation, when the validation is scored, and steps that are skipped.

import { describe, expect, test } from "vitest";
import {
  carryStates,
  type EpochReport,
  embedding,
  type History,
  linear,
  linearDecay,
  Network,
  Optimizer,
  packChunks,
  type Report,
  rnn,
  type Sequence,
  SequenceTagger,
  type States,
  type StepReport,
  sgd,
  type TaggerFitOptions,
  type TrainOptions,
} from "../src/index.js";
import { Random } from "../src/random.js";
import { Training } from "../src/train/loop.js";
import { resolveTrainOptions } from "../src/train/options.js";
import { relativeError } from "./support/cases.js";
import { randomSequences } from "./support/networks.js";
import { problem, SMALL, travel } from "./support/tagging.js";

const SEQUENCES = randomSequences(new Random(3), [7, 3, 12, 5, 1, 9, 2, 2, 4, 8, 6, 3, 5, 7], 11, 4);

const tokens = () =>
  Network.create(
    [embedding({ numEmbeddings: 11, embeddingDim: 3 }), rnn({ hiddenSize: 5 }), linear({ outFeatures: 4 })],
    { seed: 2 },
  );

async function reportsOf(network: Network, sequences: readonly Sequence[], options: TrainOptions): Promise<Report[]> {
  const reports: Report[] = [];
  for await (const report of new Training({ network, sequences }, resolveTrainOptions(options, 1)).run())
    reports.push(report);
  return reports;
}

const stepsOf = (reports: readonly Report[]): StepReport[] => reports.filter((report) => report.type === "step");

describe("accumulation", () => {
  test.each(["mean", "sum"] as const)("two batches of 7 make the update of one of 14: %s", async (reduction) => {
    const options = { epochs: 2, optimizer: sgd({ lr: 0.1 }), clip: { norm: 0.5 }, reduction };
    const [one, two] = [await tokens(), await tokens()];
    const whole = stepsOf(await reportsOf(one, SEQUENCES, { ...options, batchSize: 14 }));
    const halves = stepsOf(await reportsOf(two, SEQUENCES, { ...options, batchSize: 7, accumulate: 2 }));
    expect(halves.map(({ step, steps, count }) => [step, steps, count])).toEqual(
      whole.map(({ step, steps, count }) => [step, steps, count]),
    );
    for (const [number, { loss, lossPerToken, gradNorm }] of halves.entries())
      for (const [got, expected] of [
        [loss, whole[number]?.loss],
        [lossPerToken, whole[number]?.lossPerToken],
        [gradNorm, whole[number]?.gradNorm],
      ])
        expect(got).toBeCloseTo(expected ?? Number.NaN, 5);
    expect(relativeError(two.parameters.snapshot(), one.parameters.snapshot())).toBeLessThan(1e-6);
  });

  test("the last update of an epoch takes the batches that are left", async () => {
    const steps = stepsOf(await reportsOf(await tokens(), SEQUENCES, { epochs: 1, batchSize: 3, accumulate: 2 }));
    expect(steps).toHaveLength(3);
    const labelled = SEQUENCES.flatMap(({ labels }) => labels.filter((label) => label >= 0));
    expect(steps.reduce((sum, { count }) => sum + count, 0)).toBe(labelled.length);
  });
});

describe("truncated backpropagation through time", () => {
  const options = { epochs: 2, optimizer: sgd({ lr: 0.1 }), clip: false, batchSize: 5 } as const;

  test("chunks as long as the longest sequence change nothing", async () => {
    const [whole, cut] = [await tokens(), await tokens()];
    const reports = stepsOf(await reportsOf(whole, SEQUENCES, options));
    const chunks = stepsOf(await reportsOf(cut, SEQUENCES, { ...options, truncate: 12 }));
    expect(chunks.map(({ loss, gradNorm }) => [loss, gradNorm])).toEqual(
      reports.map(({ loss, gradNorm }) => [loss, gradNorm]),
    );
    expect(cut.parameters.snapshot()).toEqual(whole.parameters.snapshot());
  });

  test("one update for each chunk, with the loss and the gradient of the chunk behind the states of the last one", async () => {
    const [network, twin] = [await tokens(), await tokens()];
    const optimizer = new Optimizer(twin.parameters, options.optimizer);
    // longest first, as the loop deals them: sums of floats depend on the order
    const sequences = SEQUENCES.slice(0, 5).sort((a, b) => b.tokens.length - a.tokens.length);
    const training = stepsOf(await reportsOf(network, sequences, { ...options, epochs: 1, truncate: 4 }));
    let before: { states: States; size: number } | undefined;
    const losses: number[] = [];
    for (const chunk of packChunks(sequences, { batchSize: 5, seqLen: 4 })) {
      twin.zeroGrad();
      const initialStates = chunk.continues && before && carryStates(before.states, chunk.continues, before.size);
      losses.push(twin.forward(chunk, { ...(initialStates && { initialStates }) }).loss);
      before = { states: twin.finalStates(), size: chunk.size };
      twin.backward();
      optimizer.step();
    }
    expect(losses).toHaveLength(3);
    expect(training.map(({ loss }) => loss)).toEqual(losses);
    expect(training.map(({ steps }) => steps)).toEqual([3, 3, 3]);
    expect(network.parameters.snapshot()).toEqual(twin.parameters.snapshot());
  });

  test("the schedule knows how many updates there will be, though batches differ in every epoch", async () => {
    const optimizer = sgd({ lr: 0.1, schedule: linearDecay() });
    const steps = stepsOf(
      await reportsOf(await tokens(), SEQUENCES, { ...options, optimizer, batchSize: 3, truncate: 2 }),
    );
    expect(steps.map((report) => report.steps)).toEqual(steps.map(() => steps.length));
    expect(steps.at(-1)?.learningRate).toBeCloseTo(0.1 / steps.length, 12);
  });

  test("refused where a layer reads backwards, and for sequences with one label", async () => {
    const tagger = await SequenceTagger.create({ ...SMALL, bidirectional: true });
    await expect(tagger.fit(travel(5), { truncate: 3 })).rejects.toThrow(
      problem(
        "BPTT_OPTION",
        "^truncate: lstm: a layer that reads from both ends needs whole sequences, not chunks; use",
      ),
    );
    await expect(reportsOf(await tokens(), SEQUENCES, { ...options, truncate: 0 })).rejects.toThrow(
      "truncate: expected",
    );
  });
});

describe("the validation is scored", () => {
  const learn = async (options: TaggerFitOptions): Promise<History> =>
    (await SequenceTagger.create(SMALL)).fit(travel(20), {
      epochs: 5,
      batchSize: 7,
      validation: travel(5, "validation"),
      ...options,
    });
  const scoredEpochs = ({ epochs }: History): number[] =>
    epochs.filter(({ validation }) => validation).map(({ epoch }: EpochReport) => epoch);

  test("after every epoch if nothing is said", async () => {
    const history = await learn({});
    expect(scoredEpochs(history)).toEqual([1, 2, 3, 4, 5]);
    expect(history.evaluations).toEqual([]);
  });

  test("after every second epoch, and at the end", async () => {
    expect(scoredEpochs(await learn({ evaluateEvery: { epochs: 2 } }))).toEqual([2, 4, 5]);
  });

  test("after every fourth step, and at the end", async () => {
    const heard: number[] = [];
    const history = await learn({ evaluateEvery: { steps: 4 }, onEvaluation: ({ step }) => heard.push(step) });
    expect(history.evaluations.map(({ step, epoch }) => [step, epoch])).toEqual([
      [4, 2],
      [8, 3],
      [12, 4],
    ]);
    expect(heard).toEqual([4, 8, 12]);
    expect(scoredEpochs(history)).toEqual([5]);
  });

  test("once where the last step is one of them", async () => {
    const history = await learn({ evaluateEvery: { steps: 5 } });
    expect(history.evaluations.map(({ step }) => step)).toEqual([5, 10, 15]);
    expect(scoredEpochs(history)).toEqual([]);
  });

  test("patience counts evaluations, also in the middle of an epoch", async () => {
    const history = await learn({
      optimizer: sgd({ lr: 1e-9 }),
      evaluateEvery: { steps: 2 },
      earlyStopping: { metric: "f1", patience: 2 },
    });
    expect(history.evaluations.map(({ step, best }) => [step, best])).toEqual([
      [2, true],
      [4, false],
      [6, false],
    ]);
    expect(history.stopped).toBe("early");
    expect(history.epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
  });

  test.each([
    [{ evaluateEvery: {} as { steps: number } }, "expected one of { steps }, { epochs }"],
    [{ evaluateEvery: { steps: 2, epochs: 1 } }, "expected one of { steps }, { epochs }"],
    [{ evaluateEvery: { steps: 0 } }, "evaluateEvery: steps: expected a positive integer, got 0"],
    [{ accumulate: 1.5 }, "accumulate: expected a positive integer, got 1.5"],
    [{ onNonFinite: "ignore" as "skip" }, 'onNonFinite: expected one of "stop", "skip", got "ignore"'],
  ])("refused: %o", async (options, message) => {
    await expect(learn(options)).rejects.toThrow(problem("BPTT_OPTION", message.replace(/[{}]/g, "\\$&")));
  });

  test("refused: evaluation by steps without a validation", async () => {
    const tagger = await SequenceTagger.create(SMALL);
    await expect(tagger.fit(travel(5), { evaluateEvery: { steps: 2 } })).rejects.toThrow("give validation examples");
  });

  test("an unknown metric is refused before the first step", async () => {
    const heard: StepReport[] = [];
    const earlyStopping = { metric: "speed", patience: 1 };
    await expect(learn({ earlyStopping, onStep: (report) => heard.push(report) })).rejects.toThrow(
      problem("BPTT_OPTION", '^earlyStopping: metric: expected one of f1, .*, got "speed"$'),
    );
    expect(heard).toEqual([]);
  });
});

describe("steps that are not finite", () => {
  /** Sequence 3 may be broken. */
  const numbers = (bad = Number.NaN): Sequence[] =>
    [1, 2, 3, 4, 5].map((length, number) => ({
      features: new Float32Array(length).fill(number === 3 ? bad : 0.5),
      targets: new Float32Array(length).fill(0.25),
      length,
    }));
  const create = () =>
    Network.create([rnn({ hiddenSize: 3, nonlinearity: "relu" }), linear({ outFeatures: 1 })], {
      inputSize: 1,
      loss: "mse",
      seed: 5,
    });
  const skip = { epochs: 2, batchSize: 1, optimizer: sgd({ lr: 0.01 }), onNonFinite: "skip" } as const;

  test("are left out, counted and located; the others are not touched by it", async () => {
    const network = await create();
    const training = new Training({ network, sequences: numbers() }, resolveTrainOptions(skip, 1));
    let before = network.parameters.snapshot();
    let skipped = 0;
    for await (const report of training.run()) {
      if (report.type !== "step") {
        expect(report.type === "epoch" && report.lossPerToken).toBeGreaterThan(0);
        continue;
      }
      const after = network.parameters.snapshot();
      if (report.nonFinite) skipped += 1;
      expect(Buffer.compare(Buffer.from(after.buffer), Buffer.from(before.buffer)) === 0).toBe(
        Boolean(report.nonFinite),
      );
      expect(report.skippedSteps).toBe(skipped);
      if (report.nonFinite) {
        expect(report.nonFinite).toMatchObject({ step: report.step, quantity: "loss", sequence: 3 });
        expect(report.loss).toBeNaN();
      }
      before = after;
    }
    expect(skipped).toBe(2);
  });

  test("end training where nobody asked to skip", async () => {
    const run = reportsOf(await create(), numbers(), { ...skip, onNonFinite: "stop" });
    await expect(run).rejects.toMatchObject({ code: "BPTT_NON_FINITE", place: { quantity: "loss", sequence: 3 } });
  });

  test("end training when a whole epoch is skipped; the update that led there is taken back", async () => {
    const network = await create();
    const before = network.parameters.snapshot();
    const optimizer = sgd({ lr: 3e38 });
    const run = reportsOf(network, numbers(0.5), { ...skip, optimizer, clip: false, reduction: "sum" });
    await expect(run).rejects.toThrow(
      problem("BPTT_NON_FINITE", "^epoch 2: no step had a finite loss, gradient and update, so all were skipped"),
    );
    expect(network.parameters.snapshot()).toEqual(before);
  });

  test("end training when the optimiser's moments are not finite either", async () => {
    const network = await Network.create([linear({ outFeatures: 1 })], { inputSize: 1, loss: "mse" });
    network.parameters.write("linear.weight", [0.8]);
    const steep = Array.from({ length: 5 }, () => ({ features: [1e19], targets: [0], length: 1 }));
    // the gradient is 1.6e38, so the velocity passes the largest f32 at the third step
    const run = reportsOf(network, steep, { ...skip, optimizer: sgd({ lr: 1e-41, momentum: 0.9 }), clip: false });
    await expect(run).rejects.toMatchObject({ code: "BPTT_NON_FINITE", place: { step: 3, quantity: "parameter" } });
  });
});
