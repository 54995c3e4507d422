import { capital } from "../drawing/capital.js";
import type { LossCurve, LossCurveOptions } from "../lab/index.js";
import { figureOf } from "./figures.js";
import type { Picture } from "./picture.js";

/** A curve with what it was asked for. */
export interface NamedCurve {
  readonly name: string;
  readonly curve: LossCurve;
  /** Of these, optimiser and clipping are told and drawn. Default: those of `lossCurve`. */
  readonly training?: LossCurveOptions["training"];
}

/** The step at which a value was not finite and training stopped. */
export const ended = ({ nonFinite }: LossCurve): number | undefined => nonFinite?.step;

/** Of steps that were skipped neither loss nor gradient is known. */
export const isFinitePoint = ({ loss, lossPerToken }: LossCurve["points"][number]): boolean =>
  Number.isFinite(loss) && Number.isFinite(lossPerToken);

export function thresholdOf({ training }: NamedCurve): { readonly kind: string; readonly level: number } | undefined {
  const [kind, level] = Object.entries(training?.clip || {})[0] ?? [];
  return kind === undefined || level === undefined ? undefined : { kind, level };
}

/** By how much a loss rises from one step to the next for a jump. */
const JUMP = 1.1;

const round = (value: number): string => figureOf(Number(value.toPrecision(2)));

/** What a curve does, in a sentence: from where to where, how high, what was clipped, how it ended. */
export function curveStory(one: NamedCurve): string {
  const { name, curve } = one;
  const points = curve.points.filter(isFinitePoint);
  const [first, last] = [points[0], points.at(-1)];
  const start = `${capital(name)} (${howOf(one)})`;
  if (first === undefined || last === undefined) return `${start} has no step with a finite loss.`;
  const least = points.reduce((best, point) => (point.lossPerToken < best.lossPerToken ? point : best), first);
  const most = points.reduce((best, point) => (point.lossPerToken > best.lossPerToken ? point : best), first);
  const jumps = jumpsOf(curve);
  const top = most === first ? "" : `, at most ${round(most.lossPerToken)} at step ${most.step}`;
  const rises = jumps === 0 ? "never rises by a tenth in one step" : `rises by more than a tenth at ${jumps} steps`;
  const end = ended(curve);
  const way =
    end === undefined
      ? `goes from ${round(first.lossPerToken)} to ${round(last.lossPerToken)} in ${last.step} steps${top}, and ${rises}`
      : `${least === first ? `never falls below its first loss, ${round(first.lossPerToken)}` : `falls to ${round(least.lossPerToken)} at step ${least.step}`}, and at step ${end} the ${curve.nonFinite?.quantity} is not finite: training stops`;
  return `${start} ${way}.${cutOf(one)}${curve.ended === "aborted" ? " It was stopped there." : ""}`;
}

function jumpsOf(curve: LossCurve): number {
  const losses = curve.points.filter(isFinitePoint).map(({ lossPerToken }) => lossPerToken);
  return losses.filter((loss, k) => loss > JUMP * (losses[k - 1] ?? loss)).length;
}

const countOf = ({ points, events }: LossCurve) => ({
  clipped: points.filter(({ clipped }) => clipped).length,
  skipped: events.filter(({ kind }) => kind === "skipped").reduce((sum, { from, to }) => sum + to - from + 1, 0),
});

function cutOf(one: NamedCurve): string {
  const { points } = one.curve;
  const { clipped, skipped } = countOf(one.curve);
  const parts = [
    ...(thresholdOf(one) ? [`${clipped} of ${points.length} gradients were clipped`] : []),
    ...(skipped > 0
      ? [`${skipped} ${skipped === 1 ? "step was" : "steps were"} skipped, since a value was not finite`]
      : []),
  ];
  return parts.length === 0 ? "" : ` ${parts.join("; ")}.`;
}

/** SGD 8e-4, clip norm 500. */
export function howOf(one: NamedCurve): string {
  const { optimizer } = one.training ?? {};
  const clip = thresholdOf(one);
  const rate = optimizer === undefined ? "default optimiser" : `${optimizer.type} ${short(optimizer.lr)}`;
  return `${rate}, ${clip === undefined ? "no clipping" : `clip ${clip.kind} ${clip.level}`}`;
}

/** As one types it: 8.5e-4. */
export const short = (value: number): string => {
  const round = Number(value.toPrecision(3));
  return round < 0.01 ? round.toExponential() : String(round);
};

/** The same in figures. */
export function curvesTable(curves: readonly NamedCurve[], name = "curves-table"): Picture {
  return {
    name,
    title: "The same in figures",
    caption:
      "Loss for each token: at the first step, the least, the largest, and at the last step. A jump is a step at which it rises by more than a tenth; a training flies off at the step at which a value is not finite. Clipped are so many steps.",
    keys: [],
    panels: [],
    table: {
      head: ["training", "first", "least", "largest", "last", "jumps", "clipped", "end"],
      rows: curves.map((one) => {
        const { curve } = one;
        const losses = curve.points.filter(isFinitePoint).map(({ lossPerToken }) => lossPerToken);
        const { clipped, skipped } = countOf(curve);
        const stop = ended(curve);
        const figures =
          losses.length === 0
            ? ["-", "-", "-", "-"]
            : [losses[0] ?? 0, Math.min(...losses), Math.max(...losses), losses.at(-1) ?? 0].map(round);
        return [
          one.name,
          ...figures,
          String(jumpsOf(curve)),
          String(clipped),
          stop !== undefined
            ? `flew off at ${stop}`
            : curve.ended === "aborted"
              ? "stopped"
              : skipped > 0
                ? `${skipped} skipped`
                : "finished",
        ];
      }),
    },
  };
}
