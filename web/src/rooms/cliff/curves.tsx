import * as Plot from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import { say } from "../../language.js";
import { Chart } from "../../parts/chart.js";
import { looks } from "./looks.js";
import { coarse, ways } from "./run.js";
import { settings } from "./settings.js";
import { words } from "./texts.js";
import { short } from "./told.js";

/** Smaller gradients are drawn as this one: a plain is a plain. */
const LEAST = 1e-4;

/** Steps that a chart shows at least. */
const SHOWN = 50;

interface Point {
  readonly step: number;
  readonly error: number;
  readonly norm: number;
}

/** E and the norm of the gradient up to the step that is shown. */
export function Curves() {
  const t = say(words);
  const all = ways.value;
  const step = coarse.value;
  const lines = useMemo(
    () =>
      all.map(({ name, descent: { error, norm } }) => {
        const points = Array.from(error.subarray(0, step + 1), (value, k): Point => {
          return { step: k, error: value, norm: Math.max(LEAST, norm[k] ?? LEAST) };
        });
        return { name, look: looks[name], points: points.filter((one) => Number.isFinite(one.error + one.norm)) };
      }),
    [all, step],
  );
  const steepest = Math.max(1, ...all.flatMap(({ descent }) => [...descent.norm].filter(Number.isFinite)));
  const threshold = settings.clip.value === "off" ? undefined : settings.threshold.value;
  const x = { label: t.step, labelOffset: 40, ticks: 5, domain: [0, Math.max(SHOWN, step)] };
  const marks = (y: "error" | "norm") =>
    [...lines].reverse().flatMap(({ look, points }) => {
      const color = `var(--run${look.color})`;
      return [
        Plot.line(points, { x: "step", y, stroke: color, strokeWidth: 2.2, strokeDasharray: look.dash }),
        Plot.dot(points.slice(-1), { x: "step", y, fill: color, symbol: look.symbol, r: 5 }),
      ];
    });
  const error = useMemo(
    () => () => ({
      x,
      y: { grid: true, zero: true, label: null, ticks: 5 },
      marks: [Plot.ruleY([0]), ...marks("error")],
    }),
    [lines, t],
  );
  const norm = useMemo(
    () => () => ({
      x,
      y: { type: "log" as const, grid: true, label: null, tickFormat: "~g", ticks: 5, domain: [LEAST, 1.5 * steepest] },
      marks: [
        ...marks("norm"),
        ...(threshold === undefined
          ? []
          : [Plot.ruleY([threshold], { stroke: "currentColor", strokeDasharray: "6 4" })]),
      ],
    }),
    [lines, t, threshold, steepest],
  );
  const now = (y: "error" | "norm") =>
    lines.map(({ name, points }) => `${t.wayNames[name]} ${short(points.at(-1)?.[y] ?? 0)}`).join(", ");
  return (
    <>
      <Chart title={t.error} label={t.errorLabel(now("error"))} options={error} />
      <Chart
        title={threshold === undefined ? t.norm : `${t.norm} · ${t.thresholdAt(short(threshold))}`}
        label={t.normLabel(now("norm"))}
        options={norm}
      />
    </>
  );
}
