import { Argument, Command, InvalidArgumentError } from "commander";
import { rangeError } from "../../check.js";
import { type ExperimentCombination, type ExperimentName, type ExperimentRun, experiments } from "../../lab/index.js";
import { type CellDescription, cellKinds } from "../../nn/cells.js";
import { integer, integers, numbers } from "../data.js";
import { leaveWhenReaderLeaves } from "../fail.js";
import { addReportFlags, type Findings, reportFlag, runLab, type Tools } from "./report.js";
import { planOf, runTasks, type TasksFlags, type TasksPlan } from "./tasks-runs.js";

const USUAL: ExperimentName = "temporal-order";

export function tasksCommand(): Command {
  const about = Object.entries(experiments).map(
    ([name, { about, seconds }]) => `  ${name} (about ${seconds} s): ${about}`,
  );
  const command = new Command("tasks")
    .description(
      "Runs an experiment on why recurrent networks are hard to train and which cells help. Ctrl-C ends it; the runs so far are then the report.",
    )
    .addArgument(new Argument("[name]", `which one (default: ${USUAL})`).choices(Object.keys(experiments)))
    .option("--cell <list>", "cells to compare (default: those of the experiment)", cells)
    .option("--lengths <list>", "steps of the sequences (default: those of the experiment)", integers)
    .option("--clips <list>", "clippings to compare: none, norm:1, value:0.5, ... (default: those of the experiment)")
    .option("--omegas <list>", "weights of the regulariser of rnn and irnn (default: those of the experiment)", numbers)
    .option("--hidden-size <n>", "units of each cell (default: those of the experiment)", integer)
    .option("--batch-size <n>", "sequences of each step (default: the experiment's)", integer)
    .option("--steps <n>", "steps of a run, at most (default: the experiment's)", integer)
    .option("--seeds <n>", "runs of each, seeds 1 to n (default: those of the experiment, 5 or 3)", integer)
    .option("--json", "a line of JSON for each run instead of the report")
    .addHelpText("after", `\nExperiments:\n${about.join("\n")}`);
  return addReportFlags(command).action((name: ExperimentName = USUAL) => tasks(command, name));
}

async function tasks(command: Command, name: ExperimentName): Promise<void> {
  const flags: TasksFlags = command.opts();
  const plan = planOf(name, flags);
  if (!flags.json) return runLab(command, (tools) => findings(plan, tools));
  const given = reportFlag(command);
  if (given !== undefined)
    throw rangeError(
      "BPTT_OPTION",
      `--json and ${given}: expected one of them, got both; the report is left out for --json`,
    );
  leaveWhenReaderLeaves();
  await runTasks(plan, (run) => process.stdout.write(`${JSON.stringify({ experiment: name, ...run })}\n`));
}

async function findings(plan: TasksPlan, { draw }: Tools): Promise<Findings> {
  process.stdout.write(`${plan.about}\n`);
  const { runs, summary } = await runTasks(plan, (run) => process.stdout.write(`${lineOf(run)}\n`));
  const { task, steps, planned } = plan;
  const pictures = draw.tasksPictures(runs, summary, { ...task, about: `The task: ${task.about}.`, steps, planned });
  return {
    title: `What is learned: ${task.name}`,
    about: plan.about,
    pictures,
    summary: summary.map(({ runs, succeeded, medianSteps, medianError, ...combination }) => {
      const after = medianSteps === undefined ? "" : `, median steps ${medianSteps}`;
      return `${labelOf(combination)}  ${succeeded} of ${runs} succeeded, median error ${medianError.toPrecision(3)}${after}`;
    }),
  };
}

function cells(text: string): CellDescription["type"][] {
  const names = Object.keys(cellKinds) as CellDescription["type"][];
  return text.split(",").map((one) => {
    const found = names.find((name) => name === one);
    if (found === undefined) throw new InvalidArgumentError(`Allowed choices are ${names.join(", ")}.`);
    return found;
  });
}

function lineOf(run: ExperimentRun): string {
  const [error, steps] = [run.error.toPrecision(3).padEnd(8), String(run.stepsToSuccess ?? run.steps).padStart(5)];
  if (run.ended === "error") return `${labelOf(run)}  seed ${run.seed}  stopped: ${run.message}`;
  if (run.ended === "aborted") return `${labelOf(run)}  seed ${run.seed}  interrupted after ${run.steps} steps`;
  const end = run.ended === "non-finite" ? "flew off " : run.succeeded ? "succeeded" : "failed   ";
  return `${labelOf(run)}  seed ${run.seed}  error ${error} ${steps} steps  ${end}  ${run.seconds.toFixed(1)} s`;
}

function labelOf({ cell, seqLen, clip, omega }: ExperimentCombination): string {
  const [kind, threshold] = Object.entries(clip || {})[0] ?? [];
  const clipping = kind === undefined ? "no clipping" : `clip ${kind} ${threshold}`;
  return `${cell.padEnd(9)}  T ${seqLen}  ${clipping}${omega > 0 ? `  omega ${omega}` : ""}`;
}
