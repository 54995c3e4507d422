import * as Plot from "@observablehq/plot";
import type { NeuronRun, NeuronSweep } from "bptt/lab";
import { useMemo } from "preact/hooks";
import { say } from "../../language.js";
import { Chart } from "../../parts/chart.js";
import { decadeAxis, decadesOf, pointsOf, spread } from "./decades.js";
import { figure } from "./numbers.js";
import { type Neuron, RANGE } from "./run.js";
import { words } from "./texts.js";

const HEIGHT = 280;

/** How a line looks: the present weight's is thick, each other has its colour and its dashes. */
export interface Look {
  readonly stroke: string;
  readonly strokeWidth: number;
  readonly strokeDasharray?: string;
}

const DASHES = ["8 4", "2 4", "10 3 2 3", "14 5", "4 3"];
export const present: Look = { stroke: "var(--run5)", strokeWidth: 3.5 };
export const lookOf = (i: number): Look => ({
  stroke: `var(--run${i % 5})`,
  strokeWidth: 2.5,
  strokeDasharray: DASHES[i % 5] ?? "",
});

/** Outputs and gradients over the steps, then the sweep in both scales. */
export function Charts({ neuron, sweep }: { readonly neuron: Neuron; readonly sweep: NeuronSweep | undefined }) {
  const t = say(words);
  const { run } = neuron;
  const lines = useMemo(() => linesOf(neuron), [neuron]);
  const T = run.y.length;
  const outputs = useMemo(() => overSteps(lines, ({ y }) => y, t.step, false), [lines, t]);
  const gradients = useMemo(() => overSteps(lines, ({ dh }) => dh, t.back, true), [lines, t]);
  const listOf = (value: (one: NeuronRun) => number | undefined) =>
    lines.map((one) => t.at(one.run.w, figure(value(one.run) ?? 0))).join(", ");
  const logarithmic = useMemo(() => sweep && overWeights(sweep, run, t), [sweep, run, t]);
  const equal = useMemo(() => sweep && withEqualDistances(sweep, run, t), [sweep, run, t]);
  const label = t.sweepLabel(figure(run.y.at(-1) ?? 0), figure(run.dw));
  return (
    <div class="charts neuron">
      <Chart
        {...{ title: t.outputs, label: t.outputsLabel(listOf(({ y }) => y.at(-1))), options: outputs, height: HEIGHT }}
      />
      <Chart
        {...{ title: t.gradients, label: t.gradientsLabel(listOf(({ dh }) => dh[0])) }}
        {...{ options: gradients, height: HEIGHT }}
      />
      {logarithmic && <Chart {...{ title: t.sweepLog(T), label, options: logarithmic, height: HEIGHT }} />}
      {equal && <Chart {...{ title: t.sweepEqual(T), label, options: equal, height: HEIGHT }} />}
    </div>
  );
}

type Words = (typeof words)["en"];

interface Line {
  readonly run: NeuronRun;
  readonly look: Look;
}

/** The present weight's first; one that is kept has its look wherever the present one goes. */
const linesOf = ({ run, compared }: Neuron): readonly Line[] => [
  { run, look: present },
  ...compared.map((other, i) => ({ run: other, look: lookOf(i) })).filter(({ run: { w } }) => w !== run.w),
];

type Options = (width: number) => Plot.PlotOptions;

/** Sizes over the steps, each line with its w beside its end. */
function overSteps(
  lines: readonly Line[],
  of: (run: NeuronRun) => Float64Array,
  label: string,
  isBack: boolean,
): Options {
  const values = lines.map(({ run }) => of(run));
  const points = values.map((all) => pointsOf((i) => i + 1, all));
  const decades = decadesOf(points, values);
  const T = values[0]?.length ?? 1;
  const ends = values.map((all) => Math.log10(Math.abs((isBack ? all[0] : all.at(-1)) ?? 0)));
  const heights = spread(ends, decades, ((decades[1] - decades[0]) * 17) / (HEIGHT - 70));
  const arrow = (end: number) => (end < decades[0] ? " ↓" : end > decades[1] ? " ↑" : "");
  return (width) => ({
    ...{ marginRight: width < 400 ? 70 : 90, marginLeft: 54 },
    x: { label, labelOffset: 40, ticks: width < 400 ? 3 : 5, domain: isBack ? [T, 1] : [1, T], tickFormat: "d" },
    y: decadeAxis(decades),
    marks: [
      ...lines
        .map(({ look }, i) => Plot.line(points[i], { x: "x", y: "y", clip: true, ...look }))
        // the present one lies upon the others
        .reverse(),
      ...lines.map(({ run: { w }, look: { stroke } }, i) =>
        Plot.text([`${width < 400 ? "" : "w = "}${w}${arrow(ends[i] ?? 0)}`], {
          ...{ x: isBack ? 1 : T, y: heights[i] ?? 0, dx: 8, textAnchor: "start", fontWeight: "bold", fill: stroke },
        }),
      ),
    ],
  });
}

const outputLook = { stroke: "var(--run0)", strokeWidth: 2.5 };
const gradientLook = { stroke: "var(--run1)", strokeWidth: 2.5, strokeDasharray: "8 4" };

/** Output and gradient over w on an axis of powers of ten. */
function overWeights(sweep: NeuronSweep, run: NeuronRun, t: Words): Options {
  const weight = (i: number) => sweep.w[i] ?? 0;
  const lines = [pointsOf(weight, sweep.y), pointsOf(weight, sweep.dw)];
  const decades = decadesOf(lines, [sweep.y, sweep.dw]);
  const now = [run.y.at(-1) ?? 0, run.dw].map((value) => Math.log10(value));
  return (width) => ({
    ...{ marginRight: 20, marginLeft: 54 },
    x: { ...across, label: t.weight, ticks: width < 400 ? 3 : 5 },
    y: decadeAxis(decades),
    marks: [
      ...marker(run.w),
      Plot.line(lines[0], { x: "x", y: "y", clip: true, ...outputLook }),
      Plot.line(lines[1], { x: "x", y: "y", clip: true, ...gradientLook }),
      ...dots(run.w, now, decades),
      ...key(t),
    ],
  });
}

/** The same with equal distances between numbers: flat, then a wall. */
function withEqualDistances({ w, y, dw }: NeuronSweep, run: NeuronRun, t: Words): Options {
  const points = (values: Float64Array) =>
    Array.from(values, (value, i) => ({ x: w[i] ?? 0, y: value })).filter((point) => Number.isFinite(point.y));
  const [outputs, gradients] = [points(y), points(dw)];
  const high = Math.max(...gradients.map((point) => point.y), ...outputs.map((point) => point.y));
  return (width) => ({
    ...{ marginRight: 20, marginLeft: 76 },
    x: { ...across, label: t.weight, ticks: width < 400 ? 3 : 5 },
    y: { domain: [0, high], ticks: 5, tickFormat: (value: number) => figure(value, 3), grid: true, label: null },
    marks: [
      ...marker(run.w),
      Plot.line(outputs, { x: "x", y: "y", ...outputLook }),
      Plot.line(gradients, { x: "x", y: "y", ...gradientLook }),
      ...dots(run.w, [run.y.at(-1) ?? 0, run.dw], [0, high]),
      ...key(t),
    ],
  });
}

const across = { domain: RANGE, labelOffset: 40 };

const isSwept = (w: number): boolean => w >= RANGE[0] && w <= RANGE[1];

const marker = (w: number) =>
  isSwept(w) ? [Plot.ruleX([w], { stroke: "var(--run5)", strokeWidth: 1.5, strokeDasharray: "3 3" })] : [];

/** Where the present w is on both lines. */
function dots(w: number, values: readonly number[], [low, high]: readonly [number, number]) {
  const [output = 0, gradient = 0] = values;
  const isShown = (value: number) => isSwept(w) && value >= low && value <= high;
  return [
    ...(isShown(output) ? [Plot.dot([[w, output]], { fill: "var(--run0)", r: 6 })] : []),
    ...(isShown(gradient) ? [Plot.dot([[w, gradient]], { fill: "var(--run1)", r: 6, symbol: "triangle" })] : []),
  ];
}

/** Which line is which, in the corner where neither goes. */
function key(t: Words) {
  const look = { frameAnchor: "top-left" as const, dx: 10, textAnchor: "start" as const, fontWeight: "bold" };
  return [
    Plot.text([`● ${t.keyOutput}`], { ...look, dy: 4, fill: outputLook.stroke }),
    Plot.text([`▲ ${t.keyGradient} ╌╌`], { ...look, dy: 22, fill: gradientLook.stroke }),
  ];
}
