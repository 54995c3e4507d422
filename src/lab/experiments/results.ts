import type { Clipping } from "../../optim/clip.js";
import type { NonFinitePlace } from "../../train/non-finite.js";

/** What a run is a run of. */
export interface ExperimentCombination {
  /** The cell's name; where two cells share it, with the options in which they differ. */
  readonly cell: string;
  /** Steps, as the task counts them. */
  readonly seqLen: number;
  readonly clip: Clipping;
  /** Weight of the regulariser; 0 for none. */
  readonly omega: number;
}

/**
 * Why a run ended: it succeeded; its steps were over; a value was not finite ("non-finite", the last good weights are judged); something was thrown, such as for
 * lack of memory ("error"); or it was told to stop ("aborted").
 */
export type RunEnd = "success" | "steps" | "non-finite" | "error" | "aborted";

/** What one run came to. */
export interface ExperimentRun extends ExperimentCombination {
  readonly seed: number;
  /** See RunEnd. */
  readonly ended: RunEnd;
  /** Whether the error of the verdict is below what the task asks for. */
  readonly succeeded: boolean;
  /** On problems that training has not seen, as the task judges; NaN for a run without a verdict ("error", "aborted"). */
  readonly error: number;
  /** Updates of the weights that were made. */
  readonly steps: number;
  /** After how many of them a check saw success first, in a run that succeeded. */
  readonly stepsToSuccess?: number;
  /** Checks and verdict included. */
  readonly seconds: number;
  /** Where the value that is not finite arose. */
  readonly nonFinite?: NonFinitePlace;
  /** What was thrown. */
  readonly message?: string;
}

export interface ExperimentProgress extends ExperimentCombination {
  readonly seed: number;
  /** Counted from 1, and how many runs there will be. */
  readonly run: number;
  readonly runs: number;
  /** Steps done, of at most so many. */
  readonly step: number;
  readonly steps: number;
  /** Of the last batch. */
  readonly lossPerToken: number;
  /** Of the last check. */
  readonly error?: number;
}

/** All runs of one combination. Those that were aborted or threw are counted and left out of the rest. */
export interface ExperimentSummary extends ExperimentCombination {
  /** Runs with a verdict. */
  readonly runs: number;
  readonly succeeded: number;
  /** succeeded / runs; NaN without runs. */
  readonly successRate: number;
  /** Of the runs that succeeded; left out if none did. */
  readonly medianSteps?: number;
  /** Of the runs with a verdict; NaN without. */
  readonly medianError: number;
  /** Runs that a value which is not finite ended. */
  readonly nonFinite: number;
  /** Runs that threw or were aborted. */
  readonly incomplete: number;
}

/** The runs by combination, in the order in which these first appear. */
export function summarize(runs: readonly ExperimentRun[]): ExperimentSummary[] {
  const groups = new Map<string, ExperimentRun[]>();
  for (const run of runs) {
    const key = JSON.stringify([run.cell, run.seqLen, run.clip, run.omega]);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()].map(summaryOf);
}

function summaryOf(runs: readonly [ExperimentRun, ...ExperimentRun[]] | readonly ExperimentRun[]): ExperimentSummary {
  const { cell, seqLen, clip, omega } = runs[0] as ExperimentRun;
  const judged = runs.filter(({ ended }) => ended !== "error" && ended !== "aborted");
  const solved = judged.filter(({ succeeded }) => succeeded);
  const medianSteps = median(solved.map(({ stepsToSuccess, steps }) => stepsToSuccess ?? steps));
  return {
    ...{ cell, seqLen, clip, omega },
    runs: judged.length,
    succeeded: solved.length,
    successRate: solved.length / judged.length,
    ...(medianSteps !== undefined && { medianSteps }),
    medianError:
      median(judged.map(({ error }) => (Number.isNaN(error) ? Number.POSITIVE_INFINITY : error))) ?? Number.NaN,
    nonFinite: judged.filter(({ ended }) => ended === "non-finite").length,
    incomplete: runs.length - judged.length,
  };
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}
