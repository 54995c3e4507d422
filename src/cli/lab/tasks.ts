import { Argument, Command, Option } from "commander";
import { rangeError } from "../../check.js";
import { experiments } from "../../lab/index.js";
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

async function tasks(name: string, { cell, seeds, json }: Flags): Promise<void> {
  leaveWhenReaderLeaves();
  if (seeds < 1) throw rangeError("BPTT_OPTION", `--seeds: expected 1 or more, got ${seeds}`);
  const experiment = experiments[name];
  if (experiment === undefined) return;
  if (!json) process.stdout.write(`${experiment.about}\n`);
  for (const type of cell === undefined ? experiment.cells : [cell]) {
    const errors: number[] = [];
    let succeeded = 0;
    for (let seed = 1; seed <= seeds; ++seed) {
      const start = performance.now();
      const outcome = await experiment.run(type, seed, (done) => showProgress(type, seed, done));
      const seconds = (performance.now() - start) / 1000;
      showProgress();
      errors.push(outcome.error);
      if (outcome.succeeded) succeeded += 1;
      process.stdout.write(
        json
          ? `${JSON.stringify({ experiment: name, cell: type, seed, ...outcome, seconds })}\n`
          : `${type.padEnd(9)} seed ${seed}  error ${outcome.error.toPrecision(3).padEnd(8)} ${String(outcome.steps).padStart(5)} steps  ${outcome.succeeded ? "succeeded" : "failed   "}  ${seconds.toFixed(1)} s\n`,
      );
    }
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    if (!json)
      process.stdout.write(`${type.padEnd(9)} ${succeeded} of ${seeds} succeeded, mean error ${mean.toPrecision(3)}\n`);
  }
}

/** One line on a terminal that the next one replaces. */
function showProgress(cell = "", seed = 0, done = 0): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(`\r\u001b[K${cell && `${cell} seed ${seed}: ${Math.round(100 * done)} %`}`);
}
