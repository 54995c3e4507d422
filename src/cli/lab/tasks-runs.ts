import { rangeError } from "../../check.js";
import type { Clipping } from "../../index.js";
import {
  type CellChoice,
  type ExperimentName,
  type ExperimentOptions,
  type ExperimentProgress,
  type ExperimentRun,
  type ExperimentSummary,
  experiment,
  experiments,
  type SyntheticTask,
  syntheticTasks,
} from "../../lab/index.js";
import { type CellDescription, cellKinds } from "../../nn/cells.js";
import { given } from "../data.js";

/** Options of `bptt lab tasks`, by the names of the fields that they set. */
export interface TasksFlags {
  readonly cell?: readonly CellDescription["type"][];
  readonly lengths?: readonly number[];
  readonly clips?: string;
  readonly omegas?: readonly number[];
  readonly hiddenSize?: number;
  readonly batchSize?: number;
  readonly steps?: number;
  readonly seeds?: number;
  readonly json?: boolean;
}

/** What is to be run: several experiments if the regulariser does not go with every cell. */
export interface TasksPlan {
  readonly about: string;
  readonly task: SyntheticTask;
  readonly steps: number;
  readonly planned: number;
  readonly parts: readonly ExperimentOptions[];
}

/** Throws RangeError BPTT_OPTION. */
export function planOf(name: ExperimentName, flags: TasksFlags): TasksPlan {
  const { about, options } = experiments[name];
  const { seeds: count, lengths, hiddenSize, batchSize, steps } = flags;
  if (count !== undefined && count < 1) throw rangeError("BPTT_OPTION", `--seeds: expected 1 or more, got ${count}`);
  const seeds = count === undefined ? options.seeds : Array.from({ length: count }, (_, index) => index + 1);
  const clips = flags.clips === undefined ? options.clips : clipsOf(flags.clips);
  const own: ExperimentOptions = {
    ...options,
    ...given({ seeds, lengths, clips, hiddenSize, batchSize, steps }),
    cells: chosen(options.cells, flags),
  };
  const parts = byRegulariser(own, flags.omegas ?? options.omegas ?? [0]);
  const task = typeof options.task === "string" ? syntheticTasks[options.task] : options.task;
  // what is said of its sizes holds for the experiment as it is
  const isChanged =
    Object.keys(given({ lengths, clips: flags.clips, omegas: flags.omegas, hiddenSize, batchSize, steps })).length > 0;
  return {
    about: isChanged ? `${name}, with other options: ${task.about} (${task.source})` : about,
    task,
    steps: own.steps ?? 2000,
    planned: parts.reduce((sum, part) => sum + runsOf(part), 0),
    parts,
  };
}

const runsOf = ({ cells, lengths, clips = [false], omegas = [0], seeds }: ExperimentOptions): number =>
  cells.length * lengths.length * clips.length * omegas.length * seeds.length;

/** The experiment's own cells of these kinds, which may have sizes of their own. */
function chosen(cells: readonly CellChoice[], { cell, hiddenSize }: TasksFlags): readonly CellChoice[] {
  const picked =
    cell?.flatMap((kind): readonly CellChoice[] => {
      const own = cells.filter((one) => kindOf(one) === kind);
      return own.length > 0 ? own : [kind];
    }) ?? cells;
  if (hiddenSize === undefined) return picked;
  return picked.map((one) => (typeof one === "string" ? one : { ...one, hiddenSize }));
}

const kindOf = (cell: CellChoice): CellDescription["type"] => (typeof cell === "string" ? cell : cell.type);

const hasRegulariser = (choice: CellChoice): boolean => {
  const type = kindOf(choice);
  const kind = cellKinds[type];
  const description = typeof choice === "string" ? ({ type, hiddenSize: 8 } as CellDescription) : choice;
  return kind.cell(kind.describe(description)).omega === true;
};

/** A cell without the regulariser is run without it, which is said. */
function byRegulariser(options: ExperimentOptions, omegas: readonly number[]): ExperimentOptions[] {
  const without = options.cells.filter((cell) => !hasRegulariser(cell));
  if (without.length === 0 || omegas.every((omega) => omega === 0)) return [{ ...options, omegas }];
  process.stderr.write(
    `${without.map(kindOf).join(", ")}: only rnn and irnn have the regulariser, so omega is left out there\n`,
  );
  const others = options.cells.filter(hasRegulariser);
  return [
    ...(others.length > 0 ? [{ ...options, cells: others, omegas }] : []),
    { ...options, cells: without, omegas: [0] },
  ];
}

/** none, norm:1, value:0.5. */
function clipsOf(text: string): Clipping[] {
  return text.split(",").map((one) => {
    if (one === "none") return false;
    const [, kind, level] = /^(norm|value|tensorNorm|stepNorm):(.+)$/.exec(one) ?? [];
    const number = Number(level);
    if (kind === undefined || !(number > 0) || !Number.isFinite(number))
      throw rangeError(
        "BPTT_OPTION",
        `--clips: expected none, or norm, value, tensorNorm or stepNorm with a positive number behind a colon, such as norm:1, got ${JSON.stringify(one)}`,
      );
    return { [kind]: number } as Clipping;
  });
}

export interface TasksResult {
  readonly runs: readonly ExperimentRun[];
  readonly summary: readonly ExperimentSummary[];
}

/** Ctrl-C ends it after the step under way; what was made until then is kept. Runs that failed are told in the end, and make the command's code 1. */
export async function runTasks(
  { parts, planned }: TasksPlan,
  onRun: (run: ExperimentRun) => void,
): Promise<TasksResult> {
  const controller = new AbortController();
  const interrupt = () => controller.abort();
  // the second one ends the process
  process.once("SIGINT", interrupt);
  const runs: ExperimentRun[] = [];
  const summary: ExperimentSummary[] = [];
  try {
    for (const part of parts) {
      const before = runs.length;
      const made = await experiment({
        ...part,
        signal: controller.signal,
        onProgress: (progress) => showProgress({ ...progress, run: before + progress.run, runs: planned }),
        onRun(run) {
          runs.push(run);
          showProgress();
          onRun(run);
        },
      });
      summary.push(...made.summary);
    }
  } finally {
    process.off("SIGINT", interrupt);
    showProgress();
  }
  tellMissing(runs, planned, controller.signal.aborted);
  return { runs, summary };
}

function tellMissing(runs: readonly ExperimentRun[], planned: number, aborted: boolean): void {
  const failed = runs.filter(({ ended }) => ended === "error");
  const judged = runs.filter(({ ended }) => ended !== "error" && ended !== "aborted").length;
  if (failed.length > 0) {
    const reasons = [...new Set(failed.map(({ message }) => message))].join("; ");
    process.stderr.write(
      `bptt: ${failed.length} of ${planned} runs stopped with an error: ${reasons}; the others are kept\n`,
    );
    process.exitCode = 1;
  }
  if (!aborted) return;
  process.stderr.write(`bptt: interrupted: ${judged} of ${planned} runs have a verdict and are kept\n`);
  // nothing was begun, so there is nothing to show
  if (runs.length === 0) process.exit(130);
  process.exitCode = 130;
}

/** One line on a terminal that the next one replaces. */
function showProgress(progress?: ExperimentProgress): void {
  if (!process.stderr.isTTY) return;
  const { cell, seed, run, runs, step, steps } = progress ?? {};
  const text = progress && `run ${run} of ${runs}: ${cell} seed ${seed}, step ${step} of ${steps}`;
  process.stderr.write(`\r\u001b[K${text ?? ""}`);
}
