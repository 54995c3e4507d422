import * as Plot from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import { say } from "../../language.js";
import { Chart } from "../../parts/chart.js";
import { hasFlownOff, type Point, points, scores, total } from "./run.js";
import { settings } from "./settings.js";
import { words } from "./texts.js";

/** Points that a chart draws at most: more than pixels across are not seen. */
const MOST = 600;

/** Loss, norm of the gradient and F1 while the network trains. */
export function Curves() {
  const t = say(words);
  const all = points.value;
  const last = all.at(-1);
  const shown = useMemo(() => thinned(all), [all]);
  const x = { label: t.step, labelOffset: 40, ticks: 4, domain: [0, Math.max(total.value, all.length, 1)] };
  const threshold = settings.clip.value === "norm" ? settings.threshold.value : undefined;
  // a curve that jumps spans decades
  const high = shown.some((point) => point.loss > 8);
  const end = hasFlownOff.value
    ? [
        Plot.text([{ step: all.length }], {
          x: "step",
          text: () => "✕ NaN",
          frameAnchor: "top",
          textAnchor: "start",
          dx: 8,
          dy: 4,
          fontWeight: "bold",
          fill: "var(--run1)",
        }),
      ]
    : [];
  const loss = useMemo(
    () => () => ({
      x,
      y: high
        ? { type: "log" as const, grid: true, label: null, tickFormat: "~g", ticks: 4 }
        : { grid: true, zero: true, label: null },
      marks: [Plot.line(shown, { x: "step", y: "loss", stroke: "var(--run0)", strokeWidth: 2 }), ...end],
    }),
    [shown, x.domain[1], t, high, hasFlownOff.value],
  );
  const norm = useMemo(
    () => () => ({
      x,
      y: { type: "log" as const, grid: true, label: null, tickFormat: "~g", ticks: 4 },
      marks: [
        Plot.dot(shown, {
          ...{ x: "step", y: ({ norm: value }: Point) => Math.max(value, 1e-9), r: 2.2 },
          fill: ({ clipped }: Point) => (clipped ? "var(--run1)" : "var(--run0)"),
          symbol: ({ clipped }: Point) => (clipped ? "triangle" : "circle"),
        }),
        ...(threshold === undefined
          ? []
          : [Plot.ruleY([threshold], { stroke: "var(--run1)", strokeDasharray: "6 4" })]),
      ],
      symbol: { type: "identity" as const },
    }),
    [shown, threshold, x.domain[1], t],
  );
  const scored = scores.value;
  const f1 = useMemo(
    () => () => ({
      x,
      y: { grid: true, domain: [0, 1], label: null },
      marks: [
        Plot.line(scored, { x: "step", y: "f1", stroke: "var(--run2)", strokeWidth: 2 }),
        Plot.dot(scored, { x: "step", y: "f1", fill: "var(--run2)", r: 4 }),
      ],
    }),
    [scored, x.domain[1], t],
  );
  const share = all.length === 0 ? 0 : all.filter(({ clipped }) => clipped).length / all.length;
  const percent = `${Math.round(100 * share)} %`;
  return (
    <div class="charts">
      <Chart title={t.loss} label={t.lossLabel(last?.loss.toFixed(3) ?? "–")} options={loss} />
      <Chart
        title={settings.clip.value === "off" ? t.norm : `${t.norm} · ${t.clipped(percent)}`}
        label={t.normLabel(last?.norm.toPrecision(3) ?? "–")}
        options={norm}
      />
      <Chart title={t.f1} label={t.f1Label(scored.at(-1)?.f1.toFixed(3) ?? "–")} options={f1} />
    </div>
  );
}

/** Evenly fewer, with the largest norm of those that one stands for: a peak must not be left out. */
function thinned(all: readonly Point[]): readonly Point[] {
  const size = Math.ceil(all.length / MOST);
  if (size <= 1) return all.filter(({ loss }) => Number.isFinite(loss));
  const groups = Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
  return groups.map((group) => group.reduce((most, one) => (one.norm > most.norm ? one : most)));
}
