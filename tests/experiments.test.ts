// Experiments: every combination is run, a run that fails is a result, and what the presets promise comes out.

import { describe, expect, test } from "vitest";
import { adam, irnn, rnn, sgd } from "../src/index.js";
import {
  type ExperimentOptions,
  type ExperimentProgress,
  type ExperimentRun,
  experiment,
  experiments,
  type SyntheticTask,
  syntheticTasks,
} from "../src/lab/index.js";

const tiny = {
  task: "temporal-order",
  cells: ["lstm", "rnn"],
  lengths: [10],
  seeds: [1, 2],
  hiddenSize: 3,
  batchSize: 5,
  steps: 7,
  checkEvery: 3,
  testSize: 20,
} as const satisfies ExperimentOptions;

const keyOf = ({ cell, seqLen, clip, omega, seed }: ExperimentRun) =>
  `${cell} ${seqLen} ${JSON.stringify(clip)} ${omega} ${seed}`;
const timeless = (runs: readonly ExperimentRun[]) => runs.map(({ seconds: _, ...run }) => run);

test("every cell with every length, clipping, omega and seed, in this order, and a summary for each combination", async () => {
  const heard: ExperimentRun[] = [];
  const { runs, summary, stopped } = await experiment({
    ...tiny,
    cells: ["rnn", rnn({ hiddenSize: 5 })],
    lengths: [10, 13],
    clips: [false, { value: 0.1 }],
    omegas: [0, 0.3],
    onRun: (run) => heard.push(run),
  });
  const order = [10, 13].flatMap((length) =>
    ["rnn hiddenSize 3", "rnn hiddenSize 5"].flatMap((cell) =>
      ["false", '{"value":0.1}'].flatMap((clip) => [0, 0.3].map((omega) => `${cell} ${length} ${clip} ${omega}`)),
    ),
  );
  expect(runs.map(keyOf)).toEqual(order.flatMap((key) => [`${key} 1`, `${key} 2`]));
  expect(heard).toEqual(runs);
  expect(stopped).toBe("finished");
  expect(summary).toHaveLength(order.length);
  for (const { runs, incomplete, nonFinite } of summary) expect([runs, incomplete, nonFinite]).toEqual([2, 0, 0]);
  for (const { ended, error, steps, seconds, stepsToSuccess } of runs) {
    expect([ended, steps, stepsToSuccess]).toEqual(["steps", 7, undefined]);
    expect(error).toBeGreaterThan(0.01);
    expect(seconds).toBeGreaterThan(0);
  }
});

test("the same options give the same runs; checks change neither training nor verdict; clipping and omega do", async () => {
  const options = { ...tiny, cells: ["rnn"], seeds: [3], steps: 20, testSize: 2000 } as const;
  const errors = async (more: Partial<ExperimentOptions>) => timeless((await experiment({ ...options, ...more })).runs);
  const plain = await errors({});
  expect(await errors({})).toEqual(plain);
  expect(await errors({ checkEvery: 7 })).toEqual(plain);
  for (const more of [{ clips: [{ norm: 0.01 }] }, { omegas: [3] }, { seeds: [4] }])
    expect((await errors(more))[0]?.error).not.toBe(plain[0]?.error);
});

test("progress: numbered runs, steps that rise, the last check's error", async () => {
  const heard: ExperimentProgress[] = [];
  await experiment({ ...tiny, onProgress: (progress) => heard.push(progress) });
  expect(heard.map(({ run, runs, step, steps }) => [run, runs, step, steps])).toEqual(
    [1, 2, 3, 4].flatMap((run) => [1, 2, 3, 4, 5, 6, 7].map((step) => [run, 4, step, 7])),
  );
  expect(heard.slice(0, 3).map(({ error }) => typeof error)).toEqual(["undefined", "undefined", "number"]);
  for (const { lossPerToken } of heard) expect(lossPerToken).toBeGreaterThan(0);
});

test("a run that flies off is a result: where, at which step, and what its last good weights are worth", async () => {
  const { runs, summary } = await experiment({
    ...tiny,
    task: "adding",
    cells: [irnn({ hiddenSize: 5, scale: 2 })],
    lengths: [50],
    clips: [false, { norm: 0.001 }],
    steps: 30,
    optimizer: sgd({ lr: 1 }),
  });
  expect(runs.map(({ ended }) => ended)).toEqual(["non-finite", "non-finite", "steps", "steps"]);
  for (const { succeeded, nonFinite, steps, message } of runs.slice(0, 2)) {
    expect(succeeded).toBe(false);
    expect(nonFinite?.step).toBe(steps + 1);
    expect(message).toContain(`step ${steps + 1}: the `);
  }
  expect(summary.map(({ runs, succeeded, nonFinite }) => [runs, succeeded, nonFinite])).toEqual([
    [2, 0, 2],
    [2, 0, 0],
  ]);
});

describe("runs that cannot end", () => {
  /** Every second run of it throws, in its second step. */
  function breaking(): SyntheticTask {
    const own = syntheticTasks["temporal-order"];
    let made = 0;
    const first = 1;
    return {
      ...own,
      problem(random, seqLen) {
        made += 1;
        if (made === first + 8) {
          made = -30;
          throw new Error("no paper left");
        }
        return own.problem(random, seqLen);
      },
    };
  }

  test("half of the runs throw: they are marked and counted apart, the others are judged", async () => {
    const { runs, summary, stopped } = await experiment({ ...tiny, task: breaking(), cells: ["lstm"], steps: 2 });
    expect(stopped).toBe("finished");
    expect(runs.map(({ ended, message, steps }) => [ended, message, steps])).toEqual([
      ["error", "no paper left", 1],
      ["steps", undefined, 2],
    ]);
    expect(runs[0]?.error).toBeNaN();
    expect(summary[0]).toMatchObject({ runs: 1, incomplete: 1, succeeded: 0, medianError: runs[1]?.error });
  });

  test("half of the runs have no room: no batch is made for them, they are marked, the others are judged", async () => {
    const own = syntheticTasks.adding;
    const made = new Map<number, number>();
    const task: SyntheticTask = {
      ...own,
      problem(random, seqLen) {
        made.set(seqLen, (made.get(seqLen) ?? 0) + 1);
        return own.problem(random, seqLen);
      },
    };
    const { runs, summary, stopped } = await experiment({
      ...tiny,
      ...{ task, cells: ["lstm"], lengths: [10, 20_000], hiddenSize: 32, batchSize: 2000, steps: 2 },
    });
    expect(stopped).toBe("finished");
    expect(runs.map(({ seqLen, ended, steps }) => [seqLen, ended, steps])).toEqual([
      [10, "steps", 2],
      [10, "steps", 2],
      [20_000, "error", 0],
      [20_000, "error", 0],
    ]);
    for (const { message, error, succeeded } of runs.slice(2)) {
      expect(message).toMatch(/^A batch of 2000 sequences \(\d+ rows, .* needs \d+ MiB, but .*Use a smaller batchSize/);
      expect([error, succeeded]).toEqual([Number.NaN, false]);
    }
    expect(summary.map(({ runs, incomplete }) => [runs, incomplete])).toEqual([
      [2, 0],
      [0, 2],
    ]);
    // one for the check of the options, and one for the length in each run
    expect(made.get(20_000)).toBe(1 + 2);
    expect(made.get(10)).toBeGreaterThan(2 * 2 * 2000);
  });

  test("told to stop: the runs so far are kept, the one under way is marked, none follows", async () => {
    const controller = new AbortController();
    const { runs, summary, stopped } = await experiment({
      ...tiny,
      signal: controller.signal,
      onProgress: ({ run, step }) => run === 2 && step === 4 && controller.abort(),
    });
    expect(stopped).toBe("aborted");
    expect(runs.map(({ ended, steps }) => [ended, steps])).toEqual([
      ["steps", 7],
      ["aborted", 4],
    ]);
    expect(summary).toHaveLength(1);
    expect(summary[0]).toMatchObject({ cell: "lstm", runs: 1, incomplete: 1 });
    expect(await experiment({ ...tiny, signal: controller.signal })).toEqual({ runs: [], summary: [], stopped });
  });

  test("what a callback throws is thrown, and not taken for a run's failure", async () => {
    const fail = () => {
      throw new Error("mine");
    };
    await expect(experiment({ ...tiny, onProgress: fail })).rejects.toThrow("mine");
    await expect(experiment({ ...tiny, onRun: fail })).rejects.toThrow("mine");
  });
});

const own = syntheticTasks.adding;
const refused: readonly [string, object, string][] = [
  ["no such task", { task: "sums" }, 'experiment: task: expected one of "adding", "multiplication"'],
  ["no such option", { cell: "lstm" }, 'experiment: unknown option "cell"; the options are task, cells'],
  ["no cells", { cells: [] }, "experiment: cells: expected an array of one or more, got an array of 0"],
  ["no such cell", { cells: ["lstm", "gur"] }, 'experiment: cells[1]: expected one of "rnn"'],
  ["a cell's option", { cells: [{ type: "gru", hiddenSize: 0 }] }, "gru: hiddenSize: expected a positive integer"],
  ["too short", { lengths: [20, 9] }, "experiment: lengths[1]: temporal-order needs 10 steps or more, got 9"],
  ["a seed", { seeds: [-1] }, "experiment: seeds[0]: expected an integer of 0 or more, got -1"],
  ["a number of seeds", { seeds: 5 }, "experiment: seeds: expected an array of one or more, got 5"],
  ["clipping", { clips: [{ nrom: 1 }] }, 'clip: unknown option "nrom"'],
  ["omega", { omegas: [-1] }, "experiment: omegas[0]: expected a number of 0 or more, got -1"],
  ["omega of an LSTM", { omegas: [1] }, "network: omega: the regulariser needs an rnn or irnn layer"],
  ["steps", { steps: 0 }, "experiment: steps: expected a positive integer, got 0"],
  ["optimizer", { optimizer: { type: "sdg" } }, "optimizer: expected one of sgd, rmsprop"],
  ["signal", { signal: true }, "signal: expected an AbortSignal"],
  ["onRun", { onRun: 1 }, "onRun: expected a function, got 1"],
  ["a task without a problem", { task: { ...own, problem: undefined } }, "task: problem: expected a function"],
  ["a task's judge", { task: { ...own, judge: "wrong" } }, 'task: judge: "wrong" needs classes'],
];

test.each(refused)("refused before the first run: %s", async (_, options, message) => {
  const runs: ExperimentRun[] = [];
  const wrong: ExperimentOptions = { ...tiny, onRun: (run) => runs.push(run), ...options };
  const refusal = expect(experiment(wrong)).rejects;
  await refusal.toMatchObject({ code: "BPTT_OPTION", message: expect.stringContaining(message) });
  expect(runs).toEqual([]);
});

test("a task of one's own whose sequences do not fit it is refused before the first run", async () => {
  const task = { ...own, inputSize: 3 };
  await expect(experiment({ ...tiny, task })).rejects.toMatchObject({
    code: "BPTT_DATA",
    message: "network: expected features of width 3 in each step, got 2",
  });
});

describe("presets", () => {
  test.each(Object.entries(experiments))(
    "%s is plain JSON and can be run",
    async (name, { options, about, expected }) => {
      const copy: ExperimentOptions = JSON.parse(JSON.stringify(options));
      expect(copy).toEqual(options);
      const { runs } = await experiment({ ...copy, seeds: [1], steps: 1, optimizer: sgd({ lr: 1e-3 }), testSize: 1 });
      const { cells, lengths, clips = [0], omegas = [0] } = options;
      expect(runs).toHaveLength(cells.length * lengths.length * clips.length * omegas.length);
      expect(runs.map(({ ended }) => ended)).not.toContain("error");
      expect([name, about, expected].map((text) => text.length > 0)).toEqual([true, true, true]);
    },
  );

  test("temporal order: four LSTM cells succeed where a tanh network stays at chance", {
    timeout: 60_000,
  }, async () => {
    const { options } = experiments["temporal-order"];
    const { runs, summary } = await experiment({ ...options, seeds: [1, 2], steps: 500, testSize: 2000 });
    expect(summary.map(({ cell, succeeded }) => [cell, succeeded])).toEqual([
      ["lstm", 2],
      ["rnn", 0],
    ]);
    for (const { cell, error, steps, stepsToSuccess } of runs)
      if (cell === "lstm") expect(stepsToSuccess).toBe(steps);
      else expect(error).toBeGreaterThan(0.6);
  });

  test("SGD < SGD with clipping <= with clipping and regulariser", { timeout: 60_000 }, async () => {
    const { options } = experiments.clipping;
    const of = async (more: Partial<ExperimentOptions>) =>
      (await experiment({ ...options, seeds: [1], steps: 1600, testSize: 2000, ...more })).summary.map(
        ({ successRate }) => successRate,
      );
    const plain = await of({ clips: [false], omegas: [0] });
    const clipped = await of({ clips: [{ norm: 1 }], omegas: [0] });
    const regularized = await of({ clips: [{ norm: 1 }], omegas: [0.5] });
    expect([plain, clipped, regularized]).toEqual([
      [0, 0],
      [1, 0],
      [1, 1],
    ]);
  });
});

test("untilSuccess: false trains on behind the first success and judges the last weights", {
  timeout: 60_000,
}, async () => {
  const options = { ...tiny, cells: ["lstm"], seeds: [1], hiddenSize: 8, batchSize: 32, testSize: 500 } as const;
  const training = { optimizer: adam({ lr: 0.02 }), steps: 300, checkEvery: 20 };
  const { runs: short } = await experiment({ ...options, ...training });
  const { runs: long } = await experiment({ ...options, ...training, untilSuccess: false });
  expect(short[0]).toMatchObject({ ended: "success", succeeded: true, steps: long[0]?.stepsToSuccess });
  expect(long[0]).toMatchObject({ ended: "success", steps: 300 });
  expect(short[0]?.steps).toBeLessThan(300);
});
