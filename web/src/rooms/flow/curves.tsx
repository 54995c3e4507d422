import * as Plot from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import { say } from "../../language.js";
import { Chart } from "../../parts/chart.js";
import type { Look, Row } from "./messages.js";
import type { Plan } from "./plan.js";
import { arrived, type Run, rough } from "./runs.js";
import { words } from "./texts.js";

/** Norms below it are drawn there: nothing comes of them. */
const LEAST = 1e-16;
/** Losses so many times as large as the first one are cut off. */
const PEAK = 2;
/** Signs on a curve. */
const SIGNS = 6;

interface CurvesProps {
  readonly plan: Plan;
  readonly rows: readonly Row[];
  readonly runs: readonly Run[];
}

/** The gradient by time step now and before training, and the loss. */
export function Curves({ plan, rows, runs }: CurvesProps) {
  const t = say(words);
  const norms = useMemo(
    () => () => ({
      inset: 7,
      x: { label: t.timeStep, labelOffset: 40, ticks: 5 },
      y: { type: "log" as const, grid: true, label: null, ticks: 5, tickFormat: (value: number) => rough(value) },
      marks: runs.flatMap(({ before, now, ...look }) => [
        Plot.line(pointsOf(before), { x: "t", y: "norm", stroke: look.color, strokeWidth: 1, strokeDasharray: "3 3" }),
        ...curve(pointsOf(now), { x: "t", y: "norm" }, look),
      ]),
    }),
    [runs, t],
  );
  const { top, isCut } = useMemo(() => topOf(rows), [rows]);
  const loss = useMemo(
    () => () => ({
      ...{ insetLeft: 7, insetRight: 7, insetTop: 7 },
      x: { label: t.step, labelOffset: 40, ticks: 5, domain: [0, plan.steps] },
      y: { grid: true, domain: [0, top], label: null, ticks: 5 },
      marks: [
        Plot.ruleY([0]),
        ...runs.flatMap((run) => {
          const points = rows.flatMap(({ step, looks }) => {
            const value = looks[run.index]?.loss;
            return value === undefined || !Number.isFinite(value) ? [] : [{ step, loss: value }];
          });
          return curve(points, { x: "step", y: "loss" }, run);
        }),
      ],
    }),
    [rows, runs, plan, top, t],
  );
  return (
    <div class="charts">
      <Chart title={isCut ? t.lossCut : t.loss} label={t.lossLabel} options={loss} />
      <Chart title={t.norms} label={t.normsLabel} options={norms} />
    </div>
  );
}

/** As high as the losses, but for peaks that would press all else to the ground. */
function topOf(rows: readonly Row[]): { readonly top: number; readonly isCut: boolean } {
  const losses = (some: readonly Row[]) => some.flatMap(({ looks }) => looks.map((look) => look?.loss ?? 0));
  const largest = (all: readonly number[]) => all.reduce((most, one) => (one > most ? one : most), 0);
  const [most, room] = [largest(losses(rows)), PEAK * largest(losses(rows.slice(0, 1)))];
  return { top: Math.min(most, room) || 1, isCut: most > room };
}

/** A line with the network's sign here and there; each network's at other places. */
function curve<Point>(
  points: readonly Point[],
  axes: { readonly x: string; readonly y: string },
  { color, symbol, index }: Pick<Run, "color" | "symbol" | "index">,
) {
  const every = Math.max(1, Math.floor(points.length / SIGNS));
  const shift = points.length > SIGNS ? Math.floor((index * every) / SIGNS) : 0;
  const signs = points.filter((_, i) => i % every === shift % every);
  return [
    Plot.line(points, { ...axes, stroke: color, strokeWidth: 2, clip: "frame" }),
    Plot.dot(signs, { ...axes, fill: color, symbol: symbol as Plot.SymbolType, r: 5, clip: "frame" }),
  ];
}

const pointsOf = (look: Look | undefined) =>
  Array.from(look?.norms ?? [], (norm, i) => ({ t: i + 1, norm: Math.max(norm, LEAST) })).filter(({ norm }) =>
    Number.isFinite(norm),
  );

/** The figures behind the drawings, and their legend. */
export function Figures({ runs }: { readonly runs: readonly Run[] }) {
  const t = say(words);
  return (
    <div class="card figures">
      <table>
        <caption>{t.table.caption}</caption>
        <thead>
          <tr>
            <th scope="col">{t.table.name}</th>
            <th scope="col">{t.table.loss}</th>
            <th scope="col">{t.table.before}</th>
            <th scope="col">{t.table.now}</th>
          </tr>
        </thead>
        <tbody>
          {runs.map(({ name, mark, color, before, now, lostBy }) => (
            <tr key={name}>
              <th scope="row">
                <span style={{ color }} aria-hidden="true">
                  {mark}
                </span>
                {"\u00a0"}
                {name}
              </th>
              <td>{lostBy === undefined ? (now?.loss.toFixed(3) ?? "–") : t.lost(lostBy)}</td>
              <td>{rough(arrived(before))}</td>
              <td>{rough(arrived(now))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
