import * as Plot from "@observablehq/plot";
import { across, hall } from "./axes.js";
import { rough } from "./figures.js";
import { type FlowRun, layerOf, leftOf, tens, timesOf } from "./flow.js";
import { lookOf } from "./looks.js";
import { type Panel, type Picture, panel } from "./picture.js";

interface Dot {
  readonly row: string;
  readonly value: number;
  readonly color: string;
}

/** Weights that were scaled to a radius of 1 have it within the digits of f32. */
const JUST_ABOVE = 1 + 1e-5;
/** Height of the row of a gate. */
const ROW = 36;

/** Spectral radii of the recurrent weights and saturated gates, and the figures of all that was seen. */
export function flowCausesPicture(runs: readonly FlowRun[]): Picture {
  const times = timesOf(runs);
  const rows = runs.flatMap((run) => Object.keys(layerOf(run.before).spectralRadius).map((gate) => rowOf(run, gate)));
  const dots = (of: (run: FlowRun, time: (typeof times)[number]) => readonly (readonly [string, number])[]) =>
    times.map((time) =>
      runs.flatMap((run, i) =>
        of(run, time).map(([gate, value]): Dot => ({ row: rowOf(run, gate), value, color: lookOf(i).color })),
      ),
    );
  const radii = dots((run, { of }) => Object.entries(layerOf(of(run)).spectralRadius));
  const saturated = dots((run, { of }) =>
    layerOf(of(run)).gates.map(({ name, saturation }) => [name, 100 * saturation] as const),
  );
  const last = radii.at(-1) ?? [];
  const above = last.filter(({ value }) => value > JUST_ABOVE).length;
  const most = (saturated.at(-1) ?? []).reduce<Dot | undefined>(
    (best, dot) => (dot.value > (best?.value ?? 0) ? dot : best),
    undefined,
  );
  const isTrained = times.length > 1;
  return {
    name: "flow-causes",
    title: "Recurrent weights and saturated gates",
    caption:
      `Left, the spectral radius of the recurrent weights, gate by gate: the largest absolute eigenvalue, 1 at the dashed line. ${isTrained ? "After training it is" : "It is"} above 1 for ` +
      `${above} of ${last.length} gates. Right, how many values of a gate stand at an end, where the gate hardly moves and hands little gradient on: a sigmoid below 0.05 or above 0.95, a tanh beyond ` +
      `0.95, a relu at 0. ${most ? `${isTrained ? "After training the" : "The"} largest share is ${share(most.value)} (${most.row}).` : "None does."}` +
      " In the table, Jacobians are the norm of their product over all steps, and reach is the number of steps from the last one back over which at least a thousandth of the gradient at the last step is left.",
    keys: isTrained
      ? [
          { text: "before training", color: "currentColor", mark: "ring" },
          { text: times[1]?.name ?? "", color: "currentColor", mark: "dot" },
        ]
      : [],
    panels: [
      byGate(radii, rows, "spectral radius", "spectral radius", [0, Math.max(1.2, ...radii.flat().map(sizeOfDot))], 1),
      byGate(saturated, rows, "% of the values", "saturated", [0, 100], undefined),
    ],
    table: table(runs),
  };
}

const rowOf = ({ name }: FlowRun, gate: string): string => `${name} ${gate}`;

const sizeOfDot = ({ value }: Dot): number => value;

const share = (percent: number): string => `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;

function byGate(
  dots: readonly (readonly Dot[])[],
  rows: readonly string[],
  label: string,
  title: string,
  domain: readonly [number, number],
  rule: number | undefined,
): Panel {
  const longest = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const [before, after] = dots;
  const place = { x: "value", y: "row" };
  return panel(
    {
      ...hall({ width: 470, height: 112 + ROW * rows.length }),
      marginLeft: 24 + 10 * longest,
      insetLeft: 14,
      insetRight: 14,
      x: across(label, { domain: [...domain], grid: true, ticks: 4, nice: true }),
      y: { type: "band", domain: [...rows], label: null, tickSize: 0 },
      marks: [
        ...(rule === undefined
          ? []
          : [Plot.ruleX([rule], { stroke: "currentColor", strokeWidth: 2, strokeDasharray: "6 6" })]),
        ...(after === undefined
          ? [Plot.dot(before ?? [], { ...place, r: 8, fill: "color" })]
          : [
              Plot.dot(before ?? [], { ...place, r: 9, stroke: "color", strokeWidth: 3 }),
              Plot.dot(after, { ...place, r: 7, fill: "color" }),
            ]),
      ],
    },
    title,
  );
}

/** Steps from the last one back over which at least a thousandth of the gradient at the last step is left. */
export function reachOf(norms: readonly number[]): number {
  const end = norms.at(-1) ?? 0;
  let reach = 0;
  while (reach < norms.length && end > 0 && (norms[norms.length - 1 - reach] ?? 0) >= end / 1000) reach += 1;
  return reach;
}

function table(runs: readonly FlowRun[]): NonNullable<Picture["table"]> {
  const times = timesOf(runs);
  const pair = (run: FlowRun, figure: (flow: FlowRun["before"]) => string): string =>
    times
      .map(({ of }) => figure(of(run)))
      .join(" → ")
      .replaceAll(" ", "\u00a0");
  return {
    head: ["", "loss", "gradient, first / last step", "reach", "Jacobians"],
    rows: runs.map((run) => [
      run.name,
      pair(run, ({ lossPerToken }) => rough(lossPerToken)),
      pair(run, (flow) => rough(leftOf(flow))),
      pair(run, (flow) => `${reachOf(layerOf(flow).gradientNorms)}`),
      pair(run, (flow) => tens(layerOf(flow).logProduct)),
    ]),
  };
}
