import * as Plot from "@observablehq/plot";
import { useEffect, useId, useMemo, useRef } from "preact/hooks";
import { say } from "../../language.js";
import { Chart } from "../../parts/chart.js";
import { Choice } from "../../parts/fields.js";
import { lookCount, stride } from "./looks.js";
import type { Look, Row } from "./messages.js";
import type { Plan } from "./plan.js";
import { arrived, type Run, rough } from "./runs.js";
import { fields, settings } from "./settings.js";
import { words } from "./texts.js";

/** Decades that have colours of their own, from the largest norm down. */
const DECADES = 10;
const SCHEME: Plot.ColorScheme = "viridis";

interface MapsProps {
  readonly plan: Plan;
  readonly rows: readonly Row[];
  readonly runs: readonly Run[];
}

/** A map for each network: time step across, training step down, all with the same colours. */
export function Maps({ plan, rows, runs }: MapsProps) {
  const t = say(words);
  const id = useId();
  const drawn = useMemo(
    () => (settings.color.value === "norm" ? rows : rows.map(sharesOf)),
    [rows, settings.color.value],
  );
  const domain = domainOf(drawn);
  return (
    <section aria-labelledby={id}>
      <h2 id={id} class="visually-hidden">
        {t.maps}
      </h2>
      <div class="heading">
        <Legend domain={domain} />
        <Choice label={t.color} value={settings.color} field={fields.color} names={t.colorNames} />
      </div>
      <p class="quiet">{t.mapsNote}</p>
      <div class="maps">
        {runs.map((run) => (
          <HeatMap key={run.name} {...{ plan, rows: drawn, run, low: domain[0], high: domain[1] }} />
        ))}
      </div>
    </section>
  );
}

interface HeatMapProps {
  readonly plan: Plan;
  readonly rows: readonly Row[];
  readonly run: Run;
  readonly low: number;
  readonly high: number;
}

function HeatMap({ plan, rows, run, low, high }: HeatMapProps) {
  const t = say(words);
  const { index, name, mark, before, now } = run;
  const options = useMemo(() => {
    const width = rows.reduce((most, { looks }) => Math.max(most, looks[index]?.norms.length ?? 0), 1);
    const height = lookCount(plan.steps);
    const values = new Array<number>(width * height).fill(Number.NaN);
    rows.forEach(({ looks }, row) => {
      looks[index]?.norms.forEach((norm, step) => {
        values[row * width + step] = Math.max(low, Math.log10(norm));
      });
    });
    const each = stride(plan.steps);
    return () => ({
      x: { label: t.timeStep, labelOffset: 38, ticks: 5, domain: [0.5, width + 0.5] },
      y: { label: t.step, ticks: 5, reverse: true, domain: [-each / 2, (height - 0.5) * each] },
      color: { type: "linear" as const, scheme: SCHEME, domain: [low, high], clamp: true },
      marks: [
        Plot.raster(values, {
          ...{ width, height, x1: 0.5, x2: width + 0.5, y1: -each / 2, y2: (height - 0.5) * each },
          imageRendering: "pixelated",
        }),
        Plot.frame({ stroke: "var(--line)" }),
      ],
    });
  }, [rows, plan, index, low, high, t]);
  const label = t.heatLabel(name, rough(arrived(before)), rough(arrived(now)));
  return <Chart title={`${mark} ${name}`} label={label} options={options} height={230} />;
}

function Legend({ domain: [low, high] }: { readonly domain: readonly [number, number] }) {
  const place = useRef<HTMLDivElement>(null);
  const label = say(words).legend[settings.color.value];
  useEffect(() => {
    const drawn = Plot.legend({
      color: { type: "linear", scheme: SCHEME, domain: [low, high], label },
      ...{
        width: 300,
        marginLeft: 24,
        ticks: 5,
        tickFormat: (power: number) => (power === low ? `≤ ${ten(power)}` : ten(power)),
      },
      style: { fontSize: "13px" },
    });
    drawn.setAttribute("role", "img");
    drawn.setAttribute("aria-label", `${label}: ${ten(low)} … ${ten(high)}`);
    place.current?.replaceChildren(drawn);
  }, [low, high, label]);
  return <div ref={place} class="legend" />;
}

const DIGITS = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"];

/** As 10⁻³. */
function ten(power: number): string {
  const digits = [...String(Math.abs(power))].map((digit) => DIGITS[Number(digit)]).join("");
  return `10${power < 0 ? "⁻" : ""}${digits}`;
}

/** Norms beside the norm at the last step. */
function sharesOf({ step, looks }: Row): Row {
  const share = (look: Look | undefined) => {
    const end = look?.norms.at(-1) ?? 0;
    return look && { ...look, norms: look.norms.map((norm) => norm / end) };
  };
  return { step, looks: looks.map(share) };
}

/** Powers of ten around the largest norms: even ones, which stand at the legend. */
function domainOf(rows: readonly Row[]): readonly [low: number, high: number] {
  let most = 0;
  for (const { looks } of rows)
    for (const look of looks)
      for (const norm of look?.norms ?? []) if (norm > most && Number.isFinite(norm)) most = norm;
  const high = most > 0 ? 2 * Math.ceil(Math.log10(most) / 2) : 0;
  return [high - DECADES, high];
}
