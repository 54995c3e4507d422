import * as Plot from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import { say } from "../../language.js";
import { Chart } from "../../parts/chart.js";
import { TIMED } from "./messages.js";
import { figure, percent } from "./numbers.js";
import { results } from "./run.js";
import { words } from "./texts.js";

/** All times in a table, with the peak above it. */
export function Times() {
  const t = say(words);
  const all = results.value;
  const { peak } = all;
  return (
    <section class="card">
      <h2>{t.times}</h2>
      <p>{t.peak(...([peak?.gflops, peak?.min, peak?.max].map(shown) as [string, string, string]))}</p>
      <div class="scrolls">
        <table class="times">
          <thead>
            <tr>
              <th scope="col">{t.what}</th>
              <th scope="col">{t.ms}</th>
              <th scope="col">{t.tokens}</th>
              <th scope="col">{t.percent}</th>
            </tr>
          </thead>
          <tbody>
            {TIMED.map((name) => {
              const timing = all[name];
              return (
                <tr key={name}>
                  <th scope="row">
                    {t.names[name]} <small>{t.shapes[name]}</small>
                  </th>
                  <td>
                    {shown(timing?.median)}
                    {timing && (
                      <small>
                        {t.range(figure(timing.min), figure(timing.max))}
                        <br />
                        {t.samples(timing.samples)}
                      </small>
                    )}
                  </td>
                  <td>{shown(timing?.tokensPerSecond)}</td>
                  <td>
                    {timing ? percent(timing.percent) : t.none}
                    {timing && <small>{t.gflops(figure(timing.gflops))}</small>}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p class="quiet">{t.counted}</p>
    </section>
  );
}

const shown = (value: number | undefined): string => (value === undefined ? say(words).none : figure(value));

/** How much of the peak each thing reaches. */
export function Shares() {
  const t = say(words);
  const all = results.value;
  const bars = useMemo(
    () => TIMED.flatMap((name) => (all[name] ? [{ name: t.names[name], share: all[name].percent }] : [])),
    [all, t],
  );
  const options = useMemo(
    () => () => ({
      ...{ marginLeft: 110, marginRight: 56 },
      x: {
        domain: [0, Math.max(100, ...bars.map(({ share }) => share))],
        ticks: 5,
        grid: true,
        label: "%",
        labelOffset: 40,
      },
      y: { domain: TIMED.map((name) => t.names[name]), label: null, tickSize: 0 },
      marks: [
        Plot.barX(bars, { x: "share", y: "name", fill: "var(--run0)", insetTop: 4, insetBottom: 4 }),
        Plot.text(bars, {
          ...{ x: "share", y: "name", dx: 8, textAnchor: "start", fontWeight: "bold" },
          text: ({ share }: { readonly share: number }) => percent(share),
        }),
        Plot.ruleX([0]),
      ],
    }),
    [bars, t],
  );
  const list = bars.map(({ name, share }) => `${name} ${percent(share)}`).join("; ");
  return <Chart title={t.chart} label={t.chartLabel(list)} options={options} height={230} />;
}
