import type { ExperimentCombination, ExperimentRun, ExperimentSummary } from "../lab/index.js";
import { figureOf } from "./figures.js";

/** What was compared with the others: one combination with its runs. */
export interface TaskRow {
  /** By what it differs from other rows. */
  readonly name: string;
  /** The same without cell and length. */
  readonly variant: string;
  readonly summary: ExperimentSummary;
  readonly runs: readonly ExperimentRun[];
}

/** In the order in which they were made. */
export function rowsOf(runs: readonly ExperimentRun[], summary: readonly ExperimentSummary[]): TaskRow[] {
  const differs = (of: (one: ExperimentCombination) => unknown) =>
    new Set(summary.map((one) => JSON.stringify(of(one)))).size > 1;
  const [cells, lengths, clips, omegas] = [
    differs(({ cell }) => cell),
    differs(({ seqLen }) => seqLen),
    differs(({ clip }) => clip),
    differs(({ omega }) => omega),
  ];
  return summary.map((one) => {
    const variant = [
      ...(clips ? [clipName(one.clip)] : []),
      ...(omegas && one.omega > 0 ? [`omega ${one.omega}`] : []),
    ];
    const parts = [
      ...(cells || variant.length === 0 ? [one.cell] : []),
      ...(lengths ? [`T ${one.seqLen}`] : []),
      ...variant,
    ];
    return {
      name: parts.join(", "),
      variant: variant.join(", "),
      summary: one,
      runs: runs.filter((run) => keyOf(run) === keyOf(one)),
    };
  });
}

const keyOf = ({ cell, seqLen, clip, omega }: ExperimentCombination): string =>
  JSON.stringify([cell, seqLen, clip, omega]);

export function clipName(clip: ExperimentCombination["clip"]): string {
  const [kind, level] = Object.entries(clip || {})[0] ?? [];
  return kind === undefined ? "no clipping" : `clip ${kind} ${level}`;
}

/** Combinations that a caption names one by one. */
const FEW = 6;

/** Who succeeded how often, in sentences. */
export function tasksStory(rows: readonly TaskRow[]): string {
  const shares = rows.map(({ summary: { succeeded, runs } }) => (runs === 0 ? Number.NaN : succeeded / runs));
  const [all, none] = [1, 0].map((share) => shares.filter((one) => one === share).length);
  if (rows.length > FEW)
    return `Of ${rows.length} combinations ${all} succeeded in every run and ${none} in none; the table names them.`;
  const parts = rows.map(({ name, summary: { succeeded, runs, medianSteps, nonFinite } }) => {
    const when = medianSteps === undefined ? "" : ` (median ${figureOf(medianSteps)} steps)`;
    const flown = nonFinite === 0 ? "" : `, ${nonFinite} flew off`;
    return `${name}: ${succeeded} of ${runs}${when}${flown}`;
  });
  return `Runs that succeeded: ${parts.join("; ")}.`;
}
