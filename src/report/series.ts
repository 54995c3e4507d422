import type { Point } from "../drawing/thin.js";
import type { Run, RunReport } from "../node.js";

/** Numbers of a validation at a step. */
export interface Scores {
  readonly step: number;
  readonly epoch: number;
  readonly values: Readonly<Record<string, number>>;
  readonly best: boolean;
}

/** Something that happened at a step. */
export interface Happening {
  readonly kind: "skipped" | "rate drop" | "resumed";
  readonly step: number;
  readonly text: string;
}

/** A run as curves; what its reports lack is left out. */
export interface Series {
  readonly name: string;
  readonly task: string;
  readonly loss: readonly Point[];
  readonly norm: readonly (Point & { readonly clipped: boolean })[];
  readonly rate: readonly Point[];
  readonly share: readonly Point[];
  /** The last step's. */
  readonly threshold?: number;
  readonly validations: readonly Scores[];
  /** Steps at which epochs ended, with the mean loss of each. */
  readonly epochs: readonly { readonly step: number; readonly epoch: number; readonly loss: number }[];
  readonly happenings: readonly Happening[];
}

export function seriesOf(run: Run, name: string): Series {
  const steps = run.reports.filter(({ type }) => type === "step");
  const threshold = numberOf(steps.at(-1) ?? {}, "clipThreshold");
  const rate = points(steps, "learningRate");
  return {
    name,
    task: run.description.task,
    loss: points(steps, "lossPerToken"),
    norm: steps.flatMap((report) => {
      const [step, value] = [numberOf(report, "step"), numberOf(report, "gradNorm")];
      return step === undefined || value === undefined ? [] : [{ step, value, clipped: report.clipped === true }];
    }),
    rate,
    share: points(steps, "clippedShare").map(({ step, value }) => ({ step, value: 100 * value })),
    ...(threshold !== undefined && { threshold }),
    validations: validationsOf(run.reports),
    epochs: run.reports.flatMap((report) => {
      const [step, epoch] = [numberOf(report, "step"), numberOf(report, "epoch")];
      if (report.type !== "epoch" || step === undefined || epoch === undefined) return [];
      return [{ step, epoch, loss: numberOf(report, "lossPerToken") ?? Number.NaN }];
    }),
    happenings: [...skippedOf(steps), ...dropsOf(rate), ...resumesOf(run.reports)],
  };
}

export function numberOf(report: Readonly<Record<string, unknown>>, field: string): number | undefined {
  const value = report[field];
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

function points(reports: readonly RunReport[], field: string): Point[] {
  return reports.flatMap((report) => {
    const [step, value] = [numberOf(report, "step"), numberOf(report, field)];
    return step === undefined || value === undefined ? [] : [{ step, value }];
  });
}

/** An evaluation at the end of an epoch may stand in two reports. */
function validationsOf(reports: readonly RunReport[]): Scores[] {
  const scores = new Map<number, Scores>();
  for (const report of reports) {
    const { validation, best } = report;
    const [step, epoch] = [numberOf(report, "step"), numberOf(report, "epoch")];
    if (typeof validation !== "object" || validation === null || step === undefined) continue;
    const values = Object.entries(validation).filter(
      ([, value]) => typeof value === "number" && Number.isFinite(value),
    );
    const before = scores.get(step)?.best ?? false;
    scores.set(step, { step, epoch: epoch ?? 0, values: Object.fromEntries(values), best: best === true || before });
  }
  return [...scores.values()];
}

function skippedOf(steps: readonly RunReport[]): Happening[] {
  return steps.flatMap((report): Happening[] => {
    const step = numberOf(report, "step");
    const { nonFinite } = report;
    if (nonFinite === undefined || nonFinite === null || step === undefined) return [];
    const { parameter, quantity } = nonFinite as { readonly parameter?: unknown; readonly quantity?: unknown };
    return [{ kind: "skipped", step, text: `step ${step} skipped: ${parameter ?? quantity ?? "a value"} not finite` }];
  });
}

/** Where a rate that was constant falls at once; one that falls all the time has no such place. */
function dropsOf(rate: readonly Point[]): Happening[] {
  return rate.flatMap(({ step, value }, index): Happening[] => {
    const [last, before] = [rate[index - 1]?.value ?? value, rate[index - 2]?.value];
    if (last !== before || value > 0.95 * last) return [];
    return [{ kind: "rate drop", step, text: `step ${step}: learning rate ${last} to ${value}` }];
  });
}

function resumesOf(reports: readonly RunReport[]): Happening[] {
  return reports.flatMap((report): Happening[] => {
    const step = numberOf(report, "step");
    return report.type === "resume" && step !== undefined
      ? [{ kind: "resumed", step, text: `gone on with after step ${step}` }]
      : [];
  });
}
