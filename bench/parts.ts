import type { Network } from "../src/index.js";
import { type Meter, median, SAMPLE } from "./measure.js";
import { productsOf } from "./operations.js";
import { prepareProduct } from "./products.js";
import { type Context, type Row, type Section, show } from "./section.js";
import { createWorkload, WORKLOADS, type Workload, type WorkloadShape } from "./workloads.js";

/** To which part of a step the kernel's functions belong; the first that fits. "cell" is divided further. */
const OWNERS: readonly (readonly [RegExp, string])[] = [
  [/^fill$/, "clearing"],
  [/^(distinct|embedding)/, "embedding"],
  [/Pack(Back)?$/, "packing of weights"],
  [/^linear(Forward|Backward)$/, "output layer"],
  [/^(crossEntropy|squaredError)/, "loss"],
  [/^(clip|norm)/, "clipping"],
  [/^(pow|\w+Step)$/, "optimiser"],
  [/(Forward|Backward)$/, "cell"],
];

const PARTS = [
  ...["projection", "recurrent", "weight gradients", "point-wise", "output layer", "loss", "clipping", "optimiser"],
  ...["packing of weights", "embedding", "clearing", "TypeScript", "whole, with clocks"],
];

/** Where the time goes inside a step. */
export async function parts({ meter, wants }: Context): Promise<Section> {
  const shapes = WORKLOADS.filter(({ name }) => wants("parts", name));
  const rows: Row[] = [];
  for (const shape of shapes) rows.push(...(await takeApart(meter, shape)));
  const cells = (name: string, part: string): string[] => {
    const values = rows.find((row) => row.name === `${name} ${part}`)?.values;
    return [show(values?.median), show(values?.share, 0)];
  };
  return {
    name: "parts",
    title: "Where the time of a step goes, ms and %",
    rows,
    table: {
      head: ["", ...shapes.flatMap(({ name }) => [name, "%"])],
      body: PARTS.map((part) => [part, ...shapes.flatMap(({ name }) => cells(name, part))]),
    },
    notes: [
      "Every call of the kernel is timed inside whole steps. The cells' calls are divided: projection (forward and gradient of the " +
        "input), recurrent and weight gradients are the executed products alone, run between the steps; point-wise is what is left of " +
        "the cells: activations, states, gathering and adding of rows, sums of biases. Output layer: its three products with bias. " +
        "Clearing: gradients set to zero. TypeScript: the step less all calls, and the clocks themselves, which W4 alone shows.",
    ],
  };
}

/** A row for each part: medians over samples of whole steps, between which the products of the same shapes run alone. */
async function takeApart(meter: Meter, shape: WorkloadShape): Promise<Row[]> {
  const { net, step, ...workload } = await createWorkload(shape);
  // as hot as in training: a step that is short is run many times in a row
  const repeats = Math.max(1, Math.round(SAMPLE / meter.estimate(step)));
  const alone = await clockProducts(workload);
  const calls = watch(net);
  const samples = new Map(PARTS.map((part) => [part, [] as number[]]));
  const keep = (part: string, time: number) => void samples.get(part)?.push(time / repeats);
  const sum = (clocks: readonly Clock[]) => clocks.reduce((total, { time }) => total + time, 0);
  const run = () => {
    const start = performance.now();
    for (let i = 0; i < repeats; ++i) step();
    const whole = performance.now() - start;
    for (const { part, time } of [...alone.clocks, ...calls]) keep(part, time);
    const cell = calls.find(({ part }) => part === "cell")?.time ?? 0;
    keep("point-wise", cell - sum(alone.clocks));
    keep("TypeScript", whole - sum(calls));
    keep("whole, with clocks", whole);
    for (const clock of [...alone.clocks, ...calls]) clock.time = 0;
  };
  const options = { before: () => alone.run(repeats), single: true, longer: 3 };
  const { median: whole, runs, peak } = meter.measure(`${shape.name}, taken apart`, run, options);
  return PARTS.map((part): Row => {
    // the latest samples are those that were measured
    const times = samples.get(part)?.slice(-runs) ?? [];
    const [time, min, max] = [median(times), Math.min(...times), Math.max(...times)];
    const values = {
      median: time,
      min,
      max,
      share: (100 * time * repeats) / whole,
      peak,
      peakWork: (time * peak) / 1000,
      runs,
    };
    return { name: `${shape.name} ${part}`, values };
  });
}

interface Clock {
  readonly part: string;
  /** Milliseconds. */
  time: number;
}

/** The executed products of the cells, each as often as a step does it, with a clock for each part. */
async function clockProducts({ layers, inputSize = 0, batch }: Pick<Workload, "layers" | "inputSize" | "batch">) {
  const clocks = ["projection", "recurrent", "weight gradients"].map((part): Clock => ({ part, time: 0 }));
  const runs: ((steps: number) => void)[] = [];
  for (const { part, times, ...shape } of productsOf(layers, inputSize, batch, "executed")) {
    const clock = clocks.find((one) => one.part === part);
    if (clock === undefined) continue;
    const run = await prepareProduct(shape);
    runs.push((steps) => {
      const start = performance.now();
      for (let i = times * steps; i > 0; --i) run();
      clock.time += performance.now() - start;
    });
  }
  const run = (steps: number) => {
    for (const one of runs) one(steps);
  };
  return { clocks, run };
}

/** Puts a clock around every function of the network's kernel that belongs to a part; one clock for each part. */
function watch(net: Network): Clock[] {
  const { arena } = net.parameters;
  const clocks = OWNERS.map(([, part]): Clock => ({ part, time: 0 }));
  const timed = Object.entries<unknown>({ ...arena.kernel }).map(([name, value]) => {
    const clock = clocks[OWNERS.findIndex(([pattern]) => pattern.test(name))];
    if (typeof value !== "function" || clock === undefined) return [name, value] as const;
    // no rest parameters: they would cost more than the call
    const call = (a: number, b: number, c: number, d: number, e: number, f: number): unknown => {
      const start = performance.now();
      const result: unknown = value(a, b, c, d, e, f);
      clock.time += performance.now() - start;
      return result;
    };
    return [name, call] as const;
  });
  Object.defineProperty(arena, "kernel", { value: Object.fromEntries(timed) });
  return clocks;
}
