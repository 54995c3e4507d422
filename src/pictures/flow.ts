import type * as Plot from "@observablehq/plot";
import { capital } from "../drawing/capital.js";
import type { GradientFlow, LayerFlow, StepFlow } from "../lab/index.js";
import { logarithmic, upright } from "./axes.js";
import { power, raised, rough, tensAround } from "./figures.js";
import { type Line, linesPanel } from "./lines.js";
import { keyOf, lookOf } from "./looks.js";
import type { Panel, Picture } from "./picture.js";

/** A network whose gradient was looked at, before and after training. Its first recurrent layer is shown, as it reads forwards. */
export interface FlowRun {
  /** What tells it apart from the others. */
  readonly name: string;
  readonly before: GradientFlow;
  readonly after?: GradientFlow;
  /** What was seen while it trained. */
  readonly training?: FlowTraining;
}

export interface FlowTraining {
  /** [steps] of each step, per sequence. */
  readonly losses: readonly number[];
  /** Of those steps that were looked at, counted from 1. */
  readonly reports: readonly { readonly step: number; readonly flow: StepFlow }[];
}

/** Decades below the largest value that are shown. */
const DECADES = 14;

/**
 * Gradients on their way back through time, products of Jacobians, and what makes them so: spectral radii and saturated gates.
 *
 * @param runs over as many steps each, with Jacobians
 * @param options `about`: what the networks are and do, for the first caption
 */
export function flowPictures(runs: readonly FlowRun[], { about }: { readonly about: string }): Picture[] {
  return [norms(runs, about), products(runs)];
}

export const layerOf = ({ layers }: GradientFlow): LayerFlow => layers[0] as LayerFlow;

/** Before training and, if there was some, after it. */
export const timesOf = (runs: readonly FlowRun[]) => {
  const steps = runs.find(({ training }) => training)?.training?.losses.length;
  const isTrained = runs.some(({ after }) => after);
  return [
    { name: isTrained ? "before training" : undefined, of: ({ before }: FlowRun) => before },
    ...(isTrained
      ? [
          {
            name: steps === undefined ? "after training" : `after ${steps} steps of training`,
            of: ({ after, before }: FlowRun) => after ?? before,
          },
        ]
      : []),
  ];
};

/** What is left of the gradient at the first step, beside that at the last. */
export function leftOf(flow: GradientFlow): number {
  const { gradientNorms } = layerOf(flow);
  return (gradientNorms[0] ?? 0) / (gradientNorms.at(-1) ?? 1);
}

function norms(runs: readonly FlowRun[], about: string): Picture {
  const times = timesOf(runs);
  const T = runs[0] ? layerOf(runs[0].before).gradientNorms.length : 1;
  const told = times.map(({ name, of }) => {
    const left = runs.map((run) => `${rough(leftOf(of(run)))} (${run.name})`).join(", ");
    return `${name === undefined ? "This" : `${capital(name)} this`} much of it is left at step 1, as a multiple of what it is at step ${T}: ${left}.`;
  });
  const all = times.flatMap(({ of }) => runs.flatMap((run) => layerOf(of(run)).gradientNorms));
  const range = rangeOf(all);
  const below = all.some((value) => value < range[0]) ? ` What is below ${power(range[0])} has left the picture.` : "";
  return {
    name: "flow-norms",
    title: "The gradient on its way back through time",
    caption:
      `${about} A curve is the norm of the gradient dE/dh(t) by the hidden state of each step, on a logarithmic axis: read it from left to right, from the ` +
      `last step back to the first. ${told.join(" ")}${below}`,
    keys: runs.map(({ name }, i) => keyOf(name, lookOf(i))),
    panels: times.map(({ name, of }) =>
      curves(
        runs.map((run) => ({ name: run.name, values: layerOf(of(run)).gradientNorms })),
        upright("norm of dE/dh(t)", { ...logarithmic(range), labelOffset: 90 }),
        range,
        name,
      ),
    ),
  };
}

function products(runs: readonly FlowRun[]): Picture {
  const times = timesOf(runs);
  const all = times.flatMap(({ of }) => runs.flatMap((run) => layerOf(of(run)).logProducts));
  const finite = all.filter(Number.isFinite);
  const high = Math.max(1, ...finite.map(Math.ceil));
  const low = Math.max(high - 2 * DECADES, Math.min(-1, ...finite.map(Math.floor)));
  const told = times.map(({ name, of }) => {
    const ends = runs.map((run) => `${tens(layerOf(of(run)).logProduct)} (${run.name})`).join(", ");
    return `${name === undefined ? "Over all steps" : `${capital(name)}, over all steps,`} it comes to about ${ends}.`;
  });
  return {
    name: "flow-products",
    title: "The same weights at every step: the product of the Jacobians",
    caption:
      `The norm of the Jacobian of the last state by that of step t, ds(T)/ds(t): one matrix for each step, multiplied. Below 1 it lets a gradient vanish, and only above 1 ` +
      `can it explode. The state is all that goes on from step to step, of an LSTM h and c. ${told.join(" ")}`,
    keys: runs.map(({ name }, i) => keyOf(name, lookOf(i))),
    panels: times.map(({ name, of }) =>
      curves(
        runs.map((run) => ({ name: run.name, values: layerOf(of(run)).logProducts })),
        upright("norm of ds(T)/ds(t)", {
          domain: [low, high],
          ticks: wholeTicks(low, high),
          tickFormat: tens,
          labelOffset: 90,
        }),
        [low, high],
        name,
      ),
    ),
  };
}

/** A power of ten, by its logarithm. */
export const tens = (exponent: number): string =>
  Number.isFinite(exponent) ? tenTo(Math.round(exponent)) : Number.isNaN(exponent) ? "unknown" : "0";

const NEAR = ["0.01", "0.1", "1", "10", "100", "1,000"];

const tenTo = (exponent: number): string => NEAR[exponent + 2] ?? `10${raised(exponent)}`;

function wholeTicks(low: number, high: number): number[] {
  const every = Math.max(1, Math.ceil((high - low) / 6));
  const ticks: number[] = [];
  for (let k = Math.ceil(low / every); k * every <= high; ++k) ticks.push(k * every);
  return ticks;
}

/** Whole powers of ten around all that is to be seen. */
function rangeOf(values: readonly number[]): [number, number] {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value));
  if (positive.length === 0) return [0.1, 1];
  const [low, high] = tensAround(Math.min(...positive), Math.max(...positive));
  let floor = high;
  for (let k = 0; k < DECADES; ++k) floor /= 10;
  return [Math.max(low, Number(floor.toPrecision(1))), high];
}

/** Round steps between the first and the last, not close to either. */
function stepTicks(T: number): number[] {
  let every = 1;
  while (every * 6 < T) every *= every === 2 || every === 20 || every === 200 ? 2.5 : 2;
  return Array.from({ length: Math.floor(T / every) }, (_, k) => (k + 1) * every).filter(
    (step) => step - 1 > every / 2 && T - step > every / 2,
  );
}

/** Curves from the last step back to the first. */
function curves(
  lines: readonly Line[],
  y: Plot.ScaleOptions,
  range: readonly [number, number],
  title: string | undefined,
): Panel {
  const T = lines[0]?.values.length ?? 1;
  const longest = lines.reduce((most, { name }) => Math.max(most, name.length), 0);
  return linesPanel(lines, {
    x: { label: "step t, from the last back to the first", ticks: [T, ...stepTicks(T), 1] },
    ...{ y, range, title, backwards: true, right: 44 + 12 * longest },
  });
}
