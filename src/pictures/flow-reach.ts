import * as Plot from "@observablehq/plot";
import { across, hall, upright } from "./axes.js";
import { rough, tensAround } from "./figures.js";
import { type FlowRun, type FlowTraining, layerOf } from "./flow.js";
import { reachOf } from "./flow-causes.js";
import { heatBands, heatBar, heatOf, heatScale, widthOf } from "./heat.js";
import { type Panel, type Picture, panel } from "./picture.js";

/** The least share of the gradient that has a colour of its own. */
const LEAST = 1e-6;
/** Steps over which losses are averaged, since one batch alone may be an easy one. */
const TOGETHER = 10;

type Trained = FlowRun & { readonly training: FlowTraining };

/** Whether a run was watched while it trained. */
export const isTrained = (run: FlowRun): run is Trained => (run.training?.reports.length ?? 0) > 0;

/** How the gradient's reach changes while networks train: time step by training step. */
export function reachPicture(runs: readonly FlowRun[]): Picture {
  const trained = runs.filter(isTrained);
  const cells = trained.map(cellsOf);
  const most = cells.flat().reduce((high, { share }) => (share > high && Number.isFinite(share) ? share : high), 1);
  const range = [LEAST, Math.min(100, tensAround(1, most)[1])] as const;
  const stories = trained.map((run) => {
    const { losses } = run.training;
    const T = layerOf(run.before).gradientNorms.length;
    const half = halvedAt(losses);
    const reach = (flow: FlowRun["before"]) => reachOf(layerOf(flow).gradientNorms);
    const told = half === undefined ? "the loss does not halve" : `the loss halves at step ${half}`;
    const after = run.after ? `, then ${reach(run.after)}` : "";
    return `${run.name}: ${told}, reach ${reach(run.before)}${after} of ${T} steps`;
  });
  return {
    name: "flow-reach",
    title: "The gradient's reach while networks train",
    caption:
      `Each column is the gradient of one training step, each row a time step t: the norm of dE/dh(t) as a share of that in the top row, the last steps. Light cells still have a gradient, dark ones ` +
      `next to none. The dashed line stands where the loss has come down to half. Reach is over how many steps, from the last one back, at least a thousandth of the gradient is left. ${stories.join("; ")}.`,
    keys: trained.some(({ training }) => halvedAt(training.losses) !== undefined)
      ? [{ text: "the loss is half of what it was", color: "currentColor", mark: "rule" }]
      : [],
    panels: [
      ...trained.map((run, i) => heat(run, cells[i] ?? [], range, widthOf(i, trained.length))),
      heatBar(range, "norm of dE/dh(t) / norm of dE/dh(T)"),
    ],
  };
}

interface Cell {
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
  readonly share: number;
}

/** Reports have bins of time steps; a cell is as high as its bin, and as wide as it is far to the next report. */
function cellsOf({ before, training: { reports, losses } }: Trained): Cell[] {
  const T = layerOf(before).gradientNorms.length;
  return reports.flatMap(({ step, flow }, k) => {
    const norms = flow.layers[0]?.gradientNorms ?? [];
    const first = (bin: number) => Math.ceil((bin * T) / norms.length);
    const end = norms.at(-1) ?? 0;
    return norms.map(
      (norm, bin): Cell => ({
        from: step - 1,
        to: (reports[k + 1]?.step ?? losses.length + 1) - 1,
        low: first(bin) + 0.5,
        high: first(bin + 1) + 0.5,
        share: end > 0 ? norm / end : 0,
      }),
    );
  });
}

/** The first step at which the mean of the last losses is at most half of the first loss. */
export function halvedAt(losses: readonly number[]): number | undefined {
  const start = losses[0] ?? 0;
  let sum = 0;
  for (let k = 0; k < losses.length; ++k) {
    sum += (losses[k] ?? 0) - (losses[k - TOGETHER] ?? 0);
    if (k + 1 >= TOGETHER && sum / TOGETHER <= start / 2) return k + 1;
  }
  return undefined;
}

function heat(
  { name, before, after, training: { losses } }: Trained,
  cells: readonly Cell[],
  range: readonly [number, number],
  width: number,
): Panel {
  const T = layerOf(before).gradientNorms.length;
  const half = halvedAt(losses);
  const colored = joined(cells, range);
  const loss = `loss ${rough(before.lossPerToken)}${after ? `, then ${rough(after.lossPerToken)}` : ""}`;
  return panel(
    {
      ...hall({ width, height: 400 }),
      marginLeft: 76,
      x: across("training step", { domain: [0, losses.length], ticks: 4 }),
      y: upright("time step t", { domain: [0.5, T + 0.5], grid: false, ticks: [1, ...quarters(T)] }),
      color: heatScale(range),
      marks: [
        Plot.rect(colored, {
          x1: "from",
          x2: "to",
          y1: "low",
          y2: "high",
          fill: "share",
          shapeRendering: "crispEdges",
          insetRight: -0.5,
          insetTop: -0.5,
          clip: true,
        }),
        ...(half === undefined
          ? []
          : [
              Plot.ruleX([half], { stroke: "#000000", strokeWidth: 5 }),
              Plot.ruleX([half], { stroke: "#ffffff", strokeWidth: 3, strokeDasharray: "9 7" }),
            ]),
      ],
    },
    `${name}: ${loss}`,
  );
}

/** Cells of one column that lie upon each other and have one colour, as one: a picture has thousands of cells. */
function joined(cells: readonly Cell[], range: readonly [number, number]): Cell[] {
  const bands = heatBands(range);
  const all: Cell[] = [];
  for (const cell of cells) {
    const share = heatOf(bands, cell.share);
    const below = all.at(-1);
    if (below && below.from === cell.from && below.share === share) all[all.length - 1] = { ...below, high: cell.high };
    else all.push({ ...cell, share });
  }
  return all;
}

const quarters = (T: number): number[] =>
  [...new Set([1, 2, 3, 4].map((k) => Math.round((k * T) / 4)))].filter((t) => t > 1);
