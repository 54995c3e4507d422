import { digits } from "../drawing/digits.js";
import { table } from "../drawing/html.js";
import type { Run, RunReport } from "../node.js";
import { knownMode } from "../optim/mode.js";
import { lossTitle, lossUnit, metric } from "./numbers.js";
import { numberOf, type Scores, type Series } from "./series.js";

const STATES: Readonly<Record<string, string>> = {
  finished: "finished",
  early: "stopped early: the metric became no better",
  aborted: "stopped by hand; it can be gone on with",
};

/** What came of each run. */
export function summary(runs: readonly Run[], series: readonly Series[]): string {
  const columns = runs.map((run, index) => new Map(factsOf(run, series[index] as Series)));
  const names = [...new Set(columns.flatMap((facts) => [...facts.keys()]))];
  return table(
    runs.length > 1 ? ["", ...series.map(({ name }) => name)] : [],
    names.map((name) => [name, ...columns.map((facts) => facts.get(name) ?? "-")]),
  );
}

function factsOf(run: Run, { task, loss, norm, validations, epochs, happenings }: Series): [string, string][] {
  const { description, reports, stopped, running } = run;
  const steps = reports.filter(({ type }) => type === "step");
  const last = steps.at(-1) ?? { type: "step" };
  const timed = reports.findLast((report) => numberOf(report, "seconds") !== undefined);
  const skipped = numberOf(last, "skippedSteps") ?? happenings.filter(({ kind }) => kind === "skipped").length;
  const resumed = happenings.filter(({ kind }) => kind === "resumed");
  const state =
    stopped !== undefined ? endOf(stopped, reports.at(-1)) : running ? "running" : "cut off; it can be gone on with";
  const facts: [string, string | undefined][] = [
    ["state", state],
    ["began", description.start.replace("T", " ").replace(/(:\d\d)\.\d+Z$/, "$1 UTC")],
    ["bptt", description.version || undefined],
    ["task", description.task],
    ...Object.entries(description.data).map(([use, name]): [string, string] => [`data: ${use}`, name]),
    ["steps", ofAll(numberOf(last, "step") ?? 0, numberOf(last, "steps"))],
    ["epochs", ofAll(epochs.length, numberOf(last, "epochs"))],
    ["best", bestOf(run, validations, epochs)],
    [
      `${lossTitle(task)}, last step`,
      loss.length > 0 ? `${digits(loss.at(-1)?.value ?? 0)} ${lossUnit(task)}` : undefined,
    ],
    ["time", timed && `${digits(numberOf(timed, "seconds") ?? 0)} s`],
    ["tokens per second", present(numberOf(last, "tokensPerSecond"), digits)],
    [
      "clipped steps",
      norm.length > 0 ? `${digits((100 * norm.filter(({ clipped }) => clipped).length) / norm.length)} %` : undefined,
    ],
    ["skipped steps", steps.length > 0 ? digits(skipped) : undefined],
    [
      "gone on with",
      resumed.length > 0 ? resumed.map(({ step }) => `after step ${digits(step)}`).join(", ") : undefined,
    ],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== undefined);
}

function endOf(stopped: string, end: RunReport | undefined): string {
  const message = typeof end?.message === "string" ? `: ${end.message}` : "";
  return `${STATES[stopped] ?? stopped}${message}`;
}

const ofAll = (done: number, all: number | undefined): string =>
  all === undefined ? digits(done) : `${digits(done)} of ${digits(all)}`;

const present = (value: number | undefined, show: (value: number) => string): string | undefined =>
  value === undefined ? undefined : show(value);

/** By the metric of early stopping, or the first of the usual ones that the run has. */
function bestOf(run: Run, validations: readonly Scores[], epochs: Series["epochs"]): string | undefined {
  const name = metricOf(run, validations);
  const best = name === undefined ? undefined : bestBy(validations, name);
  if (name !== undefined && best !== undefined) {
    const { title, show } = metric(name, run.description.task);
    return `${title} ${show(best.values[name] ?? 0)} in epoch ${best.epoch}`;
  }
  const least = epochs.filter(({ loss }) => Number.isFinite(loss)).sort((one, other) => one.loss - other.loss)[0];
  return least && `training loss ${digits(least.loss)} in epoch ${least.epoch}`;
}

export function metricOf(run: Run, validations: readonly Scores[]): string | undefined {
  const { training } = run.description.options as { training?: { earlyStopping?: { metric?: unknown } } };
  const chosen = training?.earlyStopping?.metric;
  return [chosen, "f1", "accuracy", "lossPerToken"].find(
    (name): name is string => typeof name === "string" && validations.some(({ values }) => name in values),
  );
}

export function bestBy(validations: readonly Scores[], name: string): Scores | undefined {
  const sign = knownMode(name) === "min" ? -1 : 1;
  return validations
    .filter(({ values }) => name in values)
    .reduce<Scores | undefined>((best, scores) => {
      const better = best === undefined || sign * (scores.values[name] ?? 0) > sign * (best.values[name] ?? 0);
      return better ? scores : best;
    }, undefined);
}

/** The options of one run; of several runs those that differ, and the common ones to unfold. */
export function optionsTable(runs: readonly Run[], names: readonly string[]): string {
  const columns = runs.map(({ description }) => new Map(flat(description.options)));
  const keys = [...new Set(columns.flatMap((options) => [...options.keys()]))];
  const rows = keys.map((key) => [key, ...columns.map((options) => options.get(key) ?? "-")]);
  if (runs.length === 1) return rows.length > 0 ? table([], rows) : "<p>None were noted.</p>";
  const differ = rows.filter(([, first, ...others]) => others.some((value) => value !== first));
  const common = rows.filter((row) => !differ.includes(row)).map(([key = "", value = ""]) => [key, value]);
  return (
    (differ.length > 0 ? table(["", ...names], differ) : "<p>All options are equal.</p>") +
    (common.length > 0
      ? `<details id="common"><summary>${common.length} options that are equal</summary>${table([], common)}</details>`
      : "")
  );
}

/** Nested options by their paths: training.optimizer.lr. */
function flat(options: object, path: readonly string[] = []): [string, string][] {
  return Object.entries(options).flatMap(([name, value]): [string, string][] => {
    const here = [...path, name];
    if (typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length > 0)
      return flat(value, here);
    if (value === null || value === undefined) return [];
    return [[here.join("."), shown(value)]];
  });
}

function shown(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return value.map(shown).join(", ");
  return typeof value === "object" ? "none" : String(value);
}
