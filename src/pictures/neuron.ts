import * as Plot from "@observablehq/plot";
import type { NeuronRun, NeuronSweep } from "../lab/index.js";
import { across, hall, logarithmic, upright } from "./axes.js";
import { figureOf, power, raised, tensAround } from "./figures.js";
import { linesPanel } from "./lines.js";
import { keyOf, lookOf } from "./looks.js";
import { type Picture, panel } from "./picture.js";

/** The least that a logarithmic axis of the neuron shows: below lies what has vanished for any purpose. */
const VANISHED = 1e-8;

/**
 * The pictures of some runs of the linear neuron over as many steps each: outputs, the gradient on its way back, and the figures in a table.
 *
 * @param options `input`: what the runs were given; default 1, then zeros
 */
export function neuronPictures(
  runs: readonly NeuronRun[],
  { input = [1] }: { readonly input?: ArrayLike<number> } = {},
): Picture[] {
  return [outputs(runs, Array.from(input)), gradients(runs), figures(runs, Array.from(input))];
}

const isPulse = (input: readonly number[]): boolean => input.every((value, t) => value === (t === 0 ? 1 : 0));

function outputs(runs: readonly NeuronRun[], input: readonly number[]): Picture {
  const T = runs[0]?.y.length ?? 0;
  const ends = runs.map(({ w, y }) => `at w = ${w} it is ${figureOf(y.at(-1) ?? 0)}`);
  const given = isPulse(input)
    ? "an input of 1 comes at the first step, then nothing"
    : `the inputs begin with ${input.slice(0, 5).join(", ")}`;
  return {
    name: "neuron-outputs",
    title: `One linear neuron, its output over ${T} steps`,
    caption:
      `h(t) = w h(t-1) + x(t): ${given}, and the same weight is used again at every step. After ${T} steps, ` +
      `${ends.join("; ")}. The axis is logarithmic; what is below its lower end has left it.`,
    keys: [],
    panels: [curves(runs, ({ y }) => y, { label: "size of the output y" })],
  };
}

function gradients(runs: readonly NeuronRun[]): Picture {
  const T = runs[0]?.y.length ?? 0;
  const left = runs.map(({ w, dh }) => `${figureOf(dh[0] ?? 0)} at w = ${w}`);
  return {
    name: "neuron-gradients",
    title: "The gradient on its way back through time",
    caption:
      `The derivative of the last output by the hidden state of each step, by backpropagation through time: read it from left to right, from the last step back to the first. What is left of it ` +
      `at step 1: ${left.join("; ")}. On the way it was multiplied by w ${T - 1} times.`,
    keys: [],
    panels: [curves(runs, ({ dh }) => dh, { label: "size of the gradient dy/dh", backwards: true })],
  };
}

/** Sizes over time on a logarithmic axis, a curve for each run with its name beside its end. */
function curves(
  runs: readonly NeuronRun[],
  of: (run: NeuronRun) => Float64Array,
  { label, backwards = false }: { readonly label: string; readonly backwards?: boolean },
) {
  const lines = runs.map((run) => ({ name: `w = ${run.w}`, values: of(run).map(Math.abs) }));
  const shown = lines.flatMap(({ values }) =>
    [...values].filter((value) => value >= VANISHED && value < Number.POSITIVE_INFINITY),
  );
  const range = tensAround(
    least(shown, 0.1),
    -least(
      shown.map((value) => -value),
      -10,
    ),
  );
  return linesPanel(lines, {
    x: { label: backwards ? "step, from the last back to the first" : "step" },
    y: upright(label, logarithmic(range)),
    ...{ range, backwards, right: 140 },
  });
}

const least = (values: readonly number[], otherwise: number): number =>
  values.reduce((low, value) => Math.min(low, value), values[0] ?? otherwise);

function figures(runs: readonly NeuronRun[], input: readonly number[]): Picture {
  const T = runs[0]?.y.length ?? 0;
  const form = isPulse(input)
    ? ` They are w${raised(T - 1)} and ${T - 1} w${raised(T - 2)}: a weight that is a little larger or smaller than 1 makes the difference between all and nothing.`
    : "";
  return {
    name: "neuron-table",
    title: "Exploding and vanishing, in figures",
    caption: `Last output and gradient of the linear neuron, by backpropagation through time.${form}`,
    keys: [],
    panels: [],
    table: {
      head: ["w", `output y(${T})`, `gradient dy(${T})/dw`],
      rows: runs.map(({ w, y, dw }) => [String(w), figureOf(y.at(-1) ?? 0), figureOf(dw)]),
    },
  };
}

/** Last output and gradient over a range of weights: on an axis with equal distances, and on a logarithmic one. */
export function neuronSweepPicture({ w, y, dw }: NeuronSweep, { seqLen }: { readonly seqLen: number }): Picture {
  const output = points(w, y);
  const gradient = points(w, dw);
  const [one, other] = [lookOf(0), lookOf(1)];
  const positive = [...output, ...gradient].map(({ value }) => Math.abs(value)).filter((value) => value > 0);
  const [low, high] = tensAround(
    least(positive, 0.1),
    -least(
      positive.map((value) => -value),
      -10,
    ),
  );
  const lines = (isLog: boolean): Plot.Markish[] => {
    const shown = (all: readonly Swept[]) =>
      isLog ? all.map((p) => ({ ...p, value: Math.abs(p.value) })).filter(({ value }) => value > 0) : all;
    const line = (all: readonly Swept[], { color, dash }: typeof one) =>
      Plot.lineY(shown(all), { x: "w", y: "value", stroke: color, strokeWidth: 4, strokeDasharray: dash, clip: true });
    const within = (w[0] ?? 0) < 1 && (w.at(-1) ?? 0) > 1;
    return [
      ...(within ? [Plot.ruleX([1], { stroke: "currentColor", strokeDasharray: "4 6", strokeWidth: 2 })] : []),
      line(output, one),
      line(gradient, other),
    ];
  };
  // what is nothing beside the other end
  const isWall = Math.abs(dw.at(-1) ?? 0) > 1e4 * Math.abs(dw[0] ?? 0);
  const size = { width: WIDE, height: 440 };
  const x = across("weight w", { ticks: 3 });
  return {
    name: "neuron-sweep",
    title: isWall
      ? `Flat, then a wall: over the weight, after ${seqLen} steps`
      : `Over the weight, after ${seqLen} steps`,
    caption:
      `Last output of the linear neuron and its gradient over its weight, from ${w[0]} to ${w.at(-1)}. ${
        isWall
          ? "With equal distances between numbers both look flat, until the gradient stands up like a wall; on the logarithmic axis one sees that each step in w multiplies them, everywhere. "
          : ""
      }The gradient goes from ` + `${figureOf(dw[0] ?? 0)} to ${figureOf(dw.at(-1) ?? 0)}.`,
    keys: [keyOf("output y", one), keyOf("gradient dy/dw", other)],
    panels: [
      panel(
        { ...hall(size), x, y: upright("", { tickFormat: power, ticks: 5, zero: true }), marks: lines(false) },
        "equal distances",
      ),
      panel({ ...hall(size), x, y: upright("", logarithmic([low, high])), marks: lines(true) }, "logarithmic"),
    ],
  };
}

/** Of panels of which two stand side by side. */
const WIDE = 470;

interface Swept {
  readonly w: number;
  readonly value: number;
}

const points = (w: Float64Array, values: Float64Array): Swept[] =>
  Array.from(w, (place, k) => ({ w: place, value: values[k] ?? 0 })).filter(({ value }) => Number.isFinite(value));
