// Learning rates: PyTorch's schedulers, warm-ups, epochs, plateaus that go on after a restart, and schedules that do not fit a run.

import { beforeAll, describe, expect, test } from "vitest";
import {
  adam,
  constant,
  cosine,
  exponentialDecay,
  linear,
  linearDecay,
  Network,
  Optimizer,
  type OptimizerOptions,
  type OptimizerState,
  reduceOnPlateau,
  type Schedule,
  sgd,
  stepDecay,
} from "../src/index.js";
import { goldenSchedules } from "./reference/golden.js";
import { closeTo } from "./support/cases.js";
import { loosely, type Row, refused } from "./support/refused.js";

let net: Network;

beforeAll(async () => {
  net = await Network.create([linear({ outFeatures: 2 })], { inputSize: 3 });
});

const make = (schedule: Schedule, options?: OptimizerOptions, lr = 1): Optimizer =>
  new Optimizer(net.parameters, sgd({ lr, schedule }), options);

/** The rates of the first steps. */
const rates = (optimizer: Optimizer, steps: number): number[] =>
  Array.from({ length: steps }, () => {
    const { lr } = optimizer;
    optimizer.step();
    return lr;
  });

test.each(goldenSchedules.runs)(
  "PyTorch has the same 20 rates: $schedule",
  ({ schedule, metrics, rates: expected }) => {
    const { lr } = goldenSchedules;
    expect(expected).toHaveLength(20);
    const counts = schedule.type === "step" || schedule.type === "exponential" ? { unit: "steps" } : {};
    const optimizer = make({ ...schedule, ...counts } as Schedule, { steps: 20 }, lr);
    expected.forEach((rate, step) => {
      closeTo([optimizer.lr], [rate], 1e-12, `step ${step + 1}`);
      optimizer.step();
      const { plateauMetric } = optimizer;
      expect(plateauMetric).toBe(schedule.metric);
      // numbers beside the one that it watches
      if (plateauMetric !== undefined) optimizer.judge({ other: step, [plateauMetric]: metrics?.[step] ?? Number.NaN });
    });
  },
);

test("epochs: the rate falls where an epoch ends, also where epochs differ in length", () => {
  const halves = stepDecay({ stepSize: 1, gamma: 0.5 });
  expect(rates(make(halves, { steps: 9, stepsPerEpoch: 3 }), 9)).toEqual([1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25]);
  expect(rates(make(halves, { stepsPerEpoch: 2.5 }), 8)).toEqual([1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.25]);
  expect(rates(make(exponentialDecay({ gamma: 0.5 }), { stepsPerEpoch: 2 }), 6)).toEqual([1, 1, 0.5, 0.5, 0.25, 0.25]);
  // a length that f64 does not hold: each third epoch ends with a whole step
  for (const epochs of [3, 7, 11]) {
    const stepsPerEpoch = 10 / epochs;
    const optimizer = make(stepDecay({ stepSize: epochs, gamma: 0.5 }), { stepsPerEpoch });
    expect(rates(optimizer, 41).map((rate, step) => rate === 0.5 ** Math.floor(step / 10))).not.toContain(false);
  }
});

test("a warm-up rises in a straight line to what the schedule says", () => {
  const warmup = 4;
  const rise = [0.25, 0.5, 0.75, 1];
  const options = { steps: 8, stepsPerEpoch: 2 };
  expect(rates(make(constant({ warmup }), options), 6)).toEqual([...rise, 1, 1]);
  expect(rates(make(linearDecay({ warmup, final: 0.5 }), options), 8)).toEqual([...rise, 1, 0.875, 0.75, 0.625]);
  expect(rates(make(stepDecay({ warmup, stepSize: 3, gamma: 0.5 }), options), 8)).toEqual([...rise, 1, 1, 0.5, 0.5]);
  expect(rates(make(exponentialDecay({ warmup, gamma: 0.5 }), options), 6)).toEqual([
    0.25, 0.5, 0.375, 0.5, 0.25, 0.25,
  ]);
  const plateau = make(reduceOnPlateau({ warmup, patience: 0, factor: 0.5 }), options);
  const seen = [1, 2, 3].flatMap((lossPerToken) => {
    plateau.judge({ lossPerToken });
    return rates(plateau, 2);
  });
  expect(seen).toEqual([0.25, 0.5, 0.375, 0.5, 0.25, 0.25]);
});

test("a group's rate moves as the optimiser's does, and minLr holds for each by itself", () => {
  const schedule = reduceOnPlateau({ patience: 0, factor: 0.5, minLr: 0.2 });
  const groups = [{ parameters: ["linear.bias"], lr: 0.25 }];
  const optimizer = new Optimizer(net.parameters, sgd({ lr: 1, schedule, groups }));
  const moved = [1, 2, 2, 2].map((lossPerToken) => {
    optimizer.judge({ lossPerToken });
    for (const { name, size } of net.parameters) {
      net.parameters.write(name, new Float32Array(size));
      net.parameters.writeGradient(name, new Float32Array(size).fill(-1));
    }
    optimizer.step();
    return ["linear.weight", "linear.bias"].map((name) => net.parameters.read(name)[0]);
  });
  expect(moved).toEqual(
    [
      [1, 0.25],
      [0.5, 0.2],
      [0.25, 0.2],
      [0.2, 0.2],
    ].map((row) => row.map(Math.fround)),
  );
});

describe("a plateau's state", () => {
  const schedule = reduceOnPlateau({ patience: 1, factor: 0.5, cooldown: 1, metric: "f1" });
  const values = [0.1, 0.2, 0.2, 0.2, 0.1, 0.1, 0.1, 0.3, 0.3, 0.3, 0.3, 0.3];
  const judged = (optimizer: Optimizer, some: readonly number[]) =>
    some.map((f1) => {
      optimizer.judge({ f1 });
      return optimizer.lr;
    });

  test("goes through JSON, and the run goes on as if nothing had been", () => {
    const whole = judged(make(schedule), values);
    expect(new Set(whole).size).toBeGreaterThan(3);
    for (let cut = 0; cut <= values.length; ++cut) {
      const first = make(schedule);
      judged(first, values.slice(0, cut));
      const second = make(schedule);
      second.restore(JSON.parse(JSON.stringify(first.save())));
      expect(judged(second, values.slice(cut))).toEqual(whole.slice(cut));
    }
  });

  test("is refused by another schedule, and nothing changes then", () => {
    const optimizer = make(schedule);
    judged(optimizer, values);
    const state = optimizer.save();
    const { plateau: _, ...bare } = state;
    const message = (has: string, type: string) =>
      `optimizer: the state ${has} what a plateau schedule remembers, and the schedule is ${type}; restore it with the schedule that it was saved with`;
    const give = (to: Schedule, given: OptimizerState) => () => make(to).restore(given);
    expect(give(constant(), state)).toThrow(message("has", "constant"));
    expect(() => optimizer.restore({ ...bare, step: 5 })).toThrow(message("lacks", "plateau"));
    for (const broken of [{ best: Number.NaN }, { bad: -1 }, { falls: 0.5 }, { evaluations: "1" }])
      expect(() =>
        loosely((given: OptimizerState) => optimizer.restore(given), {
          ...state,
          plateau: { ...state.plateau, ...broken },
        }),
      ).toThrow(expect.objectContaining({ code: "BPTT_OPTION" }));
    expect(optimizer.save()).toEqual(state);
  });

  test("judge says which metrics there are, and is nothing to other schedules", () => {
    expect(() => make(schedule).judge({ loss: 1, lossPerToken: 2 })).toThrow(
      expect.objectContaining({
        code: "BPTT_OPTION",
        message: 'schedule: metric: expected one of loss, lossPerToken, got "f1"',
      }),
    );
    expect(() => make(schedule).judge({})).toThrow("expected one of the numbers of an evaluation, which has none");
    expect(() => make(schedule).judge({ f1: Number.NaN })).toThrow("schedule: f1: expected a finite number, got NaN");
    const other = make(constant());
    expect(other.plateauMetric).toBeUndefined();
    other.judge({});
    expect(other.save().plateau).toBeUndefined();
  });
});

test("descriptions are plain JSON with every default", () => {
  const all = [
    [constant(), { type: "constant", warmup: 0 }],
    [linearDecay(), { type: "linear", warmup: 0, final: 0 }],
    [cosine({ warmup: 3 }), { type: "cosine", warmup: 3, final: 0 }],
    [stepDecay({ stepSize: 5 }), { type: "step", warmup: 0, stepSize: 5, gamma: 0.1, unit: "epochs" }],
    [exponentialDecay({ gamma: 0.5, unit: "steps" }), { type: "exponential", warmup: 0, gamma: 0.5, unit: "steps" }],
    [
      reduceOnPlateau(),
      {
        ...{ type: "plateau", warmup: 0, metric: "lossPerToken", factor: 0.1, patience: 10, threshold: 1e-4 },
        ...{ cooldown: 0, minLr: 0 },
      },
    ],
  ] as const;
  for (const [schedule, expected] of all) {
    expect(schedule).toEqual(expected);
    expect(adam({ schedule: JSON.parse(JSON.stringify(schedule)) }).schedule).toEqual(expected);
  }
});

const refusals: readonly Row[] = [
  [
    "a step without its size",
    "TypeError",
    "schedule: stepSize: expected a positive integer, got undefined",
    () => loosely(stepDecay, {}),
  ],
  ["gamma 0", "RangeError", "schedule: gamma: expected a positive number, got 0", () => exponentialDecay({ gamma: 0 })],
  [
    "gamma 1",
    "RangeError",
    "schedule: gamma: expected a number in [0, 1), got 1",
    () => exponentialDecay({ gamma: 1 }),
  ],
  [
    "an unknown unit",
    "TypeError",
    'schedule: unit: expected one of "steps", "epochs", got "days"',
    () => loosely(stepDecay, { stepSize: 1, unit: "days" }),
  ],
  [
    "factor 1",
    "RangeError",
    "schedule: factor: expected a number in [0, 1), got 1",
    () => reduceOnPlateau({ factor: 1 }),
  ],
  [
    "half an evaluation",
    "RangeError",
    "schedule: patience: expected an integer of 0 or more, got 0.5",
    () => reduceOnPlateau({ patience: 0.5 }),
  ],
  [
    "no metric",
    "TypeError",
    'schedule: metric: expected a name such as "lossPerToken" or "f1", got ""',
    () => reduceOnPlateau({ metric: "" }),
  ],
  [
    "an option of another schedule",
    "TypeError",
    'schedule: unknown option "final"; the options are type, warmup',
    () => loosely(constant, { final: 0.5 }),
  ],
  [
    "epochs of unknown length",
    "RangeError",
    'schedule: step must know the steps of an epoch; give { stepsPerEpoch } to the optimizer, or unit: "steps"',
    () => make(stepDecay({ stepSize: 1 }), { steps: 10 }),
  ],
  [
    "stepsPerEpoch 0",
    "RangeError",
    "optimizer: stepsPerEpoch: expected a positive number, got 0",
    () => make(constant(), { stepsPerEpoch: 0 }),
  ],
  ...[constant, linearDecay, cosine, reduceOnPlateau].map(
    (schedule): Row => [
      `${schedule.name || "a"} warm-up as long as the run`,
      "RangeError",
      "schedule: warmup: expected less than the 10 steps of the run, got 10; train longer or warm up for less",
      () => make(schedule({ warmup: 10 }), { steps: 10 }),
    ],
  ),
  [
    "a step that never comes",
    "RangeError",
    "schedule: step would never lower the rate: it first does so after 10 steps, and the run has 10; train longer or give a smaller stepSize",
    () => make(stepDecay({ stepSize: 2 }), { steps: 10, stepsPerEpoch: 5 }),
  ],
  [
    "one epoch of a rate that falls with the epochs",
    "RangeError",
    'schedule: exponential would never lower the rate: it first does so after 5 steps, and the run has 5; train longer or give unit: "steps"',
    () => make(exponentialDecay({ gamma: 0.5 }), { steps: 5, stepsPerEpoch: 5 }),
  ],
];

test.each(refusals)("refused: %s", (...row) => refused("BPTT_OPTION", row));

test("a schedule that comes to its point with the run's last step is taken", () => {
  expect(rates(make(stepDecay({ stepSize: 9, gamma: 0.5, unit: "steps" }), { steps: 10 }), 10).at(-1)).toBe(0.5);
  expect(rates(make(constant({ warmup: 9 }), { steps: 10 }), 10).at(-1)).toBe(1);
});
