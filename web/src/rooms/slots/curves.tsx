import * as Plot from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import { say } from "../../language.js";
import { Chart } from "../../parts/chart.js";
import { history, type Point } from "./history.js";
import { hasFlownOff } from "./run.js";
import { settings } from "./settings.js";
import { words } from "./texts.js";

/** Loss, norm of the gradient and F1 while the network trains. */
export function Curves() {
  const t = say(words);
  const { points: shown, scores: scored, steps, clippedSteps, total } = history.value;
  const last = shown.at(-1);
  const x = { label: t.step, labelOffset: 40, ticks: 4, domain: [0, Math.max(total, steps, 1)] };
  const threshold = settings.clip.value === "norm" ? settings.threshold.value : undefined;
  // a curve that jumps spans decades
  const high = shown.some((point) => point.loss > 8);
  const end = hasFlownOff.value
    ? [
        Plot.text([{ step: steps }], {
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
  const share = steps === 0 ? 0 : clippedSteps / steps;
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
