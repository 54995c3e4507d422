import { type Command, Option } from "commander";
import { rangeError } from "../check.js";
import { integer } from "./data.js";

/** Options of `train` about its run folder, and about steps and evaluations. */
export interface RunFlags {
  readonly run?: string;
  readonly checkpointEvery?: number;
  readonly open?: boolean;
  readonly accumulate?: number;
  readonly truncate?: number;
  readonly evaluateEvery?: number;
  readonly evaluateUnit?: "steps" | "epochs";
  readonly onNonFinite?: "stop" | "skip";
}

/** @param truncate the default of that option */
export function addRunFlags(command: Command, truncate = "never"): Command {
  return command
    .optionsGroup("Run:")
    .option("--run <folder>", "where the run is kept (default: runs/<task>-<date>-<time>)")
    .option(
      "--checkpoint-every <n>",
      "steps between two checkpoints (default: one a minute and one at every epoch's end)",
      integer,
    )
    .option("--open", "draw the report live, in the browser")
    .optionsGroup("Steps:")
    .option("--accumulate <n>", "batches whose gradients make one step (default: 1)", integer)
    .option("--truncate <n>", `steps after which BPTT is cut off (default: ${truncate})`, integer)
    .option("--evaluate-every <n>", "steps or epochs between two validations (default: 1 epoch)", integer)
    .addOption(
      new Option("--evaluate-unit <name>", "what --evaluate-every counts (default: epochs)").choices([
        "steps",
        "epochs",
      ]),
    )
    .addOption(
      new Option(
        "--on-non-finite <what>",
        "at a gradient that is not finite: stop, or skip the step (default: stop)",
      ).choices(["stop", "skip"]),
    );
}

/** The options of training that they set. */
export function stepOptions({ accumulate, truncate, evaluateEvery, evaluateUnit, onNonFinite }: RunFlags): object {
  if (evaluateUnit !== undefined && evaluateEvery === undefined)
    throw rangeError("BPTT_OPTION", "--evaluate-unit: it does nothing without --evaluate-every; give both");
  return {
    ...(accumulate !== undefined && { accumulate }),
    ...(truncate !== undefined && { truncate }),
    ...(evaluateEvery !== undefined && { evaluateEvery: { [evaluateUnit ?? "epochs"]: evaluateEvery } }),
    ...(onNonFinite !== undefined && { onNonFinite }),
  };
}

/** Declares where the model goes, and how reports are written. */
export function addOutputFlags(command: Command): void {
  command
    .option("-o, --output <file>", "where else the model goes")
    .addOption(
      new Option("--dtype <name>", "numbers in the file of the model; f16: half the size, a little less precise")
        .choices(["f32", "f16"])
        .default("f32"),
    )
    .option("--json", "reports as JSON lines on standard output");
}

/** Options before the name of a task with a command of its own are those of another task. */
export function refuseEarly(above: Command | null, task: string): void {
  const early = above?.options.find((option) => above.getOptionValueSource(option.attributeName()) === "cli");
  if (early) throw rangeError("BPTT_OPTION", `train: ${early.long}: options of ${task} stand behind it; move it there`);
}
