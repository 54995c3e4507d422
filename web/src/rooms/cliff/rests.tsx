import * as Plot from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import { say } from "../../language.js";
import { Chart } from "../../parts/chart.js";
import { rests, X0 } from "./run.js";
import { settings, views } from "./settings.js";
import { words } from "./texts.js";
import { short } from "./told.js";

interface Rest {
  readonly b: number;
  readonly x: number;
  readonly repels: boolean;
}

/** Where the state rests over b: what the wall comes from. */
export function Rests() {
  const t = say(words);
  const found = rests.value;
  const b = settings.b.value;
  const domain = views[settings.view.value].b;
  const options = useMemo(() => {
    const { b: biases, x, slope } = found?.fixedPoints ?? { b: [], x: [], slope: [] };
    const points = Array.from(biases, (bias, k): Rest => ({ b: bias, x: x[k] ?? 0, repels: (slope[k] ?? 0) > 1 }));
    return () => ({
      x: { label: "b", labelOffset: 40, ticks: 5, domain: [...domain] },
      y: { grid: true, label: "x", ticks: 5 },
      symbol: { type: "identity" as const },
      marginTop: 26,
      marks: [
        Plot.ruleY([X0], { stroke: "currentColor", strokeDasharray: "6 4" }),
        Plot.ruleX([b], { stroke: "currentColor", strokeWidth: 2 }),
        Plot.dot(points, {
          ...{ x: "b", y: "x", r: 3, clip: true },
          fill: ({ repels }: Rest) => (repels ? "var(--run1)" : "var(--run0)"),
          symbol: ({ repels }: Rest) => (repels ? "triangle" : "circle"),
        }),
      ],
    });
  }, [found, b, domain]);
  const title = t.rests(short(settings.w.value));
  return (
    <div class="rests">
      <Chart {...{ title, options }} label={`${title}. ${t.restsAbout(short(b))}`} />
      <p class="quiet">{t.restsAbout(short(b))}</p>
    </div>
  );
}
