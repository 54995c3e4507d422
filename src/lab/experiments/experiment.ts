import type { NonFiniteError } from "../../train/non-finite.js";
import { Pace } from "../../train/pace.js";
import type { StepReport } from "../../train/reports.js";
import { describeCells } from "./cells.js";
import { Learner, type LearnerOptions } from "./learner.js";
import { type ExperimentOptions, type ResolvedExperiment, resolveExperiment } from "./options.js";
import { type ExperimentProgress, type ExperimentRun, type ExperimentSummary, summarize } from "./results.js";

export interface ExperimentResult {
  /** In the order in which they were made; those that failed are among them. */
  readonly runs: readonly ExperimentRun[];
  readonly summary: readonly ExperimentSummary[];
  readonly stopped: "finished" | "aborted";
}

/** Sequences of a check. */
const CHECK = 500;

/** Times that a run reports progress. */
const REPORTS = 100;

/**
 * Trains every cell with every clipping, omega, length and seed on a synthetic task, and says which of them succeeded and after how many steps. The same
 * options give the same runs everywhere, but for the seconds.
 *
 * A run that flies off, or throws, is a result like others: the experiment goes on. Options that do not fit are refused before the first run.
 *
 * @throws RangeError, TypeError BPTT_OPTION; RangeError BPTT_DATA for a task of one's own whose sequences do not fit it; what a callback throws
 */
export async function experiment(options: ExperimentOptions): Promise<ExperimentResult> {
  const resolved = resolveExperiment(options);
  const { seeds, signal, onRun } = resolved;
  const combinations = combinationsOf(resolved);
  const pace = new Pace();
  for (const { learner } of combinations) {
    if (signal?.aborted) break;
    await (await Learner.create({ ...learner, seed: seeds[0] ?? 0 })).check(1, pace);
  }
  const total = combinations.length * seeds.length;
  const runs: ExperimentRun[] = [];
  for (const combination of combinations)
    for (const seed of seeds) {
      if (signal?.aborted) return { runs, summary: summarize(runs), stopped: "aborted" };
      const run = await follow(combination, seed, { run: runs.length + 1, runs: total }, resolved);
      runs.push(run);
      onRun?.(run);
    }
  return { runs, summary: summarize(runs), stopped: runs.at(-1)?.ended === "aborted" ? "aborted" : "finished" };
}

interface Planned {
  readonly label: Pick<ExperimentRun, "cell" | "seqLen" | "clip" | "omega">;
  readonly learner: Omit<LearnerOptions, "seed">;
}

function combinationsOf({
  task,
  cells,
  lengths,
  clips,
  omegas,
  hiddenSize,
  optimizer,
  batchSize,
  steps,
}: ResolvedExperiment): Planned[] {
  const shared = { task, optimizer, batchSize, steps };
  return lengths.flatMap((seqLen) =>
    describeCells(cells, hiddenSize, seqLen).flatMap(({ name, cell }) =>
      clips.flatMap((clip) =>
        omegas.map((omega) => ({
          label: { cell: name, seqLen, clip, omega },
          learner: { ...shared, cell, seqLen, clip, omega },
        })),
      ),
    ),
  );
}

type News = Pick<ExperimentProgress, "step" | "lossPerToken" | "error">;
type Verdict = Pick<ExperimentRun, "ended" | "error" | "steps" | "stepsToSuccess" | "nonFinite" | "message">;

/** Makes one run; what a callback throws is not taken for the run's own failure. */
async function follow(
  { label, learner }: Planned,
  seed: number,
  number: Pick<ExperimentProgress, "run" | "runs">,
  options: ResolvedExperiment,
): Promise<ExperimentRun> {
  const pace = new Pace();
  const training = train({ ...learner, seed }, options, pace);
  for (;;) {
    const { done, value } = await training.next();
    if (!done) options.onProgress?.({ ...label, seed, ...number, steps: options.steps, ...value });
    else {
      const succeeded = value.ended === "success";
      const { stepsToSuccess, ...verdict } = value;
      const first = succeeded && { stepsToSuccess: stepsToSuccess ?? value.steps };
      return { ...label, seed, succeeded, ...verdict, ...first, seconds: pace.seconds };
    }
  }
}

async function* train(
  own: LearnerOptions,
  { task, steps, checkEvery, testSize, untilSuccess, signal }: ResolvedExperiment,
  pace: Pace,
): AsyncGenerator<News, Verdict> {
  const goal = task.success(own.seqLen);
  const stride = Math.ceil(steps / REPORTS);
  let step = 0;
  let stepsToSuccess: number | undefined;
  let checked: number | undefined;
  try {
    const learner = await Learner.create(own);
    learner.reserve();
    while (step < steps) {
      if (signal?.aborted) return { ended: "aborted", error: Number.NaN, steps: step };
      const { report, flown } = await stepOf(learner);
      if (flown) return { ended: "non-finite", error: await learner.verdict(testSize, pace), steps: step, ...flown };
      step += 1;
      await pace.rest();
      if (step % checkEvery === 0 && stepsToSuccess === undefined) {
        checked = await learner.check(Math.min(CHECK, testSize), pace);
        // many lucky checks are not a verdict
        const error = checked < goal ? await learner.verdict(testSize, pace) : checked;
        if (error < goal) stepsToSuccess = step;
        if (error < goal && untilSuccess) return { ended: "success", error, steps: step, stepsToSuccess };
      }
      if (step % stride === 0)
        yield { step, lossPerToken: report.lossPerToken, ...(checked !== undefined && { error: checked }) };
    }
    const error = await learner.verdict(testSize, pace);
    return { ended: error < goal ? "success" : "steps", error, steps, stepsToSuccess };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ended: "error", error: Number.NaN, steps: step, message };
  }
}

/** One step, or where it flew off. */
async function stepOf(
  learner: Learner,
): Promise<
  | { readonly report: StepReport; readonly flown?: undefined }
  | { readonly report?: undefined; readonly flown: Pick<Verdict, "nonFinite" | "message"> }
> {
  try {
    return { report: await learner.step() };
  } catch (error) {
    const { place, message } = error as NonFiniteError;
    if (place === undefined) throw error;
    return { flown: { nonFinite: place, message } };
  }
}
