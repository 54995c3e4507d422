import { Argument, Command, Option } from "commander";
import { rangeError } from "../../check.js";
import {
  type CellChoice,
  type ExperimentCombination,
  type ExperimentName,
  type ExperimentProgress,
  type ExperimentRun,
  experiment,
  experiments,
} from "../../lab/index.js";
import { type CellDescription, cellKinds } from "../../nn/cells.js";
import { integer } from "../data.js";
import { leaveWhenReaderLeaves } from "../fail.js";

interface Flags {
  readonly cell?: CellDescription["type"];
  readonly seeds: number;
  readonly json?: boolean;
}

export function tasksCommand(): Command {
  const about = Object.entries(experiments).map(([name, { about }]) => `  ${name}: ${about}`);
  return new Command("tasks")
    .description("Runs an experiment on why recurrent networks are hard to train and which cells help.")
    .addArgument(new Argument("<name>", "which one").choices(Object.keys(experiments)))
    .addOption(
      new Option("--cell <name>", "one cell (default: those that the experiment compares)").choices(
        Object.keys(cellKinds),
      ),
    )
    .option("--seeds <n>", "runs of each cell, seeds 1 to n", integer, 5)
    .option("--json", "a line of JSON for each run")
    .addHelpText("after", `\nExperiments:\n${about.join("\n")}`)
    .action(tasks);
}

async function tasks(name: ExperimentName, { cell, seeds, json }: Flags): Promise<void> {
  leaveWhenReaderLeaves();
  if (seeds < 1) throw rangeError("BPTT_OPTION", `--seeds: expected 1 or more, got ${seeds}`);
  const { about, options } = experiments[name];
  if (!json) process.stdout.write(`${about}\n`);
  const { summary } = await experiment({
    ...options,
    ...(cell !== undefined && { cells: chosen(options.cells, cell) }),
    seeds: Array.from({ length: seeds }, (_, index) => index + 1),
    onProgress: showProgress,
    onRun(run) {
      showProgress();
      process.stdout.write(json ? `${JSON.stringify({ experiment: name, ...run })}\n` : `${lineOf(run)}\n`);
    },
  });
  if (json) return;
  for (const { runs, succeeded, medianSteps, medianError, ...combination } of summary) {
    const after = medianSteps === undefined ? "" : `, median steps ${medianSteps}`;
    process.stdout.write(
      `${labelOf(combination)}  ${succeeded} of ${runs} succeeded, median error ${medianError.toPrecision(3)}${after}\n`,
    );
  }
}

/** The experiment's own cells of this kind, which may have sizes of their own. */
function chosen(cells: readonly CellChoice[], kind: CellDescription["type"]): readonly CellChoice[] {
  const own = cells.filter((cell) => (typeof cell === "string" ? cell : cell.type) === kind);
  return own.length > 0 ? own : [kind];
}

function lineOf(run: ExperimentRun): string {
  const [error, steps] = [run.error.toPrecision(3).padEnd(8), String(run.stepsToSuccess ?? run.steps).padStart(5)];
  if (run.ended === "error") return `${labelOf(run)}  seed ${run.seed}  stopped: ${run.message}`;
  const end = run.ended === "non-finite" ? "flew off " : run.succeeded ? "succeeded" : "failed   ";
  return `${labelOf(run)}  seed ${run.seed}  error ${error} ${steps} steps  ${end}  ${run.seconds.toFixed(1)} s`;
}

function labelOf({ cell, seqLen, clip, omega }: ExperimentCombination): string {
  const [kind, threshold] = Object.entries(clip || {})[0] ?? [];
  const clipping = kind === undefined ? "no clipping" : `clip ${kind} ${threshold}`;
  return `${cell.padEnd(9)}  T ${seqLen}  ${clipping}${omega > 0 ? `  omega ${omega}` : ""}`;
}

/** One line on a terminal that the next one replaces. */
function showProgress(progress?: ExperimentProgress): void {
  if (!process.stderr.isTTY) return;
  const { cell, seed, run, runs, step, steps } = progress ?? {};
  const text = progress && `run ${run} of ${runs}: ${cell} seed ${seed}, step ${step} of ${steps}`;
  process.stderr.write(`\r\u001b[K${text ?? ""}`);
}
