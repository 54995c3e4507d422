import { type Baseline, lagOf } from "./baselines.js";
import type { ComparedErrors, ForecastErrors, ForecastEvaluation } from "./results.js";
import type { Values, WindowPlan } from "./windows.js";

/** Forecasts and all that they are compared with. */
export interface Scored {
  readonly series: Values;
  readonly plan: WindowPlan;
  readonly names: readonly string[];
  /** [K] */
  readonly baselines: readonly Baseline[];
  readonly origins: readonly number[];
  /** Of each origin [H * K], in the units of the series. */
  readonly forecasts: readonly ArrayLike<number>[];
  /** [H * K] halves of the intervals, in the units of the series. */
  readonly widths?: readonly number[] | undefined;
}

/** What some method says of target k, `step` steps (from 1) behind the origin with this number. */
type Guess = (i: number, step: number, k: number) => number;

/** The errors of the network and of both baselines: of all, by target and by steps ahead. */
export function compare(scored: Scored): Omit<ForecastEvaluation, "loss" | "lossPerToken" | "level"> {
  const { plan, names, baselines, origins } = scored;
  const { horizon } = plan;
  const steps = Array.from({ length: horizon }, (_, h) => h + 1);
  const targets = [...names.keys()];
  return {
    ...compared(scored, steps, targets),
    byTarget: Object.fromEntries(
      names.map((name, k) => [name, { ...compared(scored, steps, [k]), season: baselines[k]?.season ?? 1 }]),
    ),
    bySteps: steps.map((step) => compared(scored, [step], targets)),
    origins: origins.length,
    horizon,
  };
}

function compared(scored: Scored, steps: readonly number[], targets: readonly number[]): ComparedErrors {
  const { plan, baselines, origins, forecasts, widths } = scored;
  const K = plan.targets.length;
  const truth = (t: number, k: number): number =>
    scored.series.values[t * scored.series.width + (plan.targets[k] ?? 0)] ?? 0;
  const places = { scored, steps, targets, truth };
  const network: Guess = (i, step, k) => forecasts[i]?.[(step - 1) * K + k] ?? 0;
  const coverage = widths && {
    coverage: mean(places, (i, step, k, right) =>
      Math.abs(network(i, step, k) - right) <= (widths[(step - 1) * K + k] ?? 0) ? 1 : 0,
    ),
  };
  return {
    ...errorsOf(places, network),
    ...coverage,
    naive: errorsOf(places, (i, _, k) => truth(origins[i] ?? 0, k)),
    seasonal: errorsOf(places, (i, step, k) =>
      truth((origins[i] ?? 0) + step - lagOf(baselines[k]?.season ?? 1, step), k),
    ),
  };
}

interface Places {
  readonly scored: Scored;
  readonly steps: readonly number[];
  readonly targets: readonly number[];
  readonly truth: (t: number, k: number) => number;
}

function errorsOf(places: Places, guess: Guess): ForecastErrors {
  const { baselines } = places.scored;
  const error: Term = (i, step, k, right) => Math.abs(guess(i, step, k) - right);
  return {
    mae: mean(places, error),
    rmse: Math.sqrt(mean(places, (i, step, k, right) => error(i, step, k, right) * error(i, step, k, right))),
    mase: mean(places, (i, step, k, right) => error(i, step, k, right) / (baselines[k]?.scale ?? 1)),
  };
}

type Term = (i: number, step: number, k: number, right: number) => number;

function mean({ scored: { origins }, steps, targets, truth }: Places, term: Term): number {
  let sum = 0;
  for (const [i, origin] of origins.entries())
    for (const step of steps) for (const k of targets) sum += term(i, step, k, truth(origin + step, k));
  return sum / (origins.length * steps.length * targets.length);
}
