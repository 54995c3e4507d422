import type { Measurement, Meter } from "./measure.js";

/** What a section needs to run. */
export interface Context {
  readonly meter: Meter;
  readonly isQuick: boolean;
  /** Whether the section, or this thing of it, was asked for. */
  readonly wants: (section: string, thing?: string) => boolean;
}

/** One result: milliseconds, GFLOP, GFLOP/s, shares of P, bytes, each under its name. */
export interface Row {
  readonly name: string;
  readonly values: Readonly<Record<string, number | string>>;
}

export interface Table {
  readonly head: readonly string[];
  readonly body: readonly (readonly string[])[];
}

export interface Section {
  readonly name: string;
  readonly title: string;
  readonly rows: readonly Row[];
  readonly table: Table;
  /** How numbers were got, and what was skipped and why. */
  readonly notes?: readonly string[];
}

/** GFLOP of one run. */
export interface Work {
  readonly nominal: number;
  readonly executed: number;
}

/** A measurement with what it means for the work done: speed in GFLOP/s and % of the P around it. */
export function worked(measurement: Measurement, { nominal, executed }: Work): Row["values"] {
  const { median, peakWork, peakWorkMin, peakWorkMax } = measurement;
  return {
    ...measurement,
    ...{ nominal, executed },
    gflops: (1000 * executed) / median,
    nominalGflops: (1000 * nominal) / median,
    share: (100 * executed) / peakWork,
    shareMin: (100 * executed) / peakWorkMax,
    shareMax: (100 * executed) / peakWorkMin,
    nominalShare: (100 * nominal) / peakWork,
  };
}

/** A column shows the value of this name; digits: behind the point, or three significant ones. */
export type Column = readonly [title: string, key: string, digits?: number];

export const TIMES: readonly Column[] = [
  ["median ms", "median"],
  ["min", "min"],
  ["max", "max"],
];

export const SHARES: readonly Column[] = [
  ["GFLOP/s", "gflops", 1],
  ["% of P", "share", 0],
  ["P", "peak", 1],
];

export function tableOf(columns: readonly Column[], rows: readonly Row[]): Table {
  return {
    head: ["", ...columns.map(([title]) => title)],
    body: rows.map(({ name, values }) => [name, ...columns.map(([, key, digits]) => show(values[key], digits))]),
  };
}

export function show(value: number | string | undefined, digits?: number): string {
  if (typeof value !== "number") return value ?? "";
  if (!Number.isFinite(value)) return "-";
  if (digits !== undefined) return value.toFixed(digits);
  const size = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  return value.toFixed(Math.min(6, Math.max(0, 2 - size)));
}
