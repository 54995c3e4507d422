import { Command } from "commander";
import { linearNeuron, linearNeuronSweep, type NeuronRun, presets } from "../../lab/index.js";
import { figureOf } from "../../pictures/figures.js";
import { given, integer, numbers } from "../data.js";
import { addReportFlags, type Findings, pairOf, presetOption, runLab, type Tools } from "./report.js";

interface Flags {
  readonly preset?: "neuron-table" | "neuron-sweep";
  readonly w?: readonly number[];
  readonly seqLen?: number;
  readonly input?: readonly number[];
  readonly sweep?: readonly number[];
  readonly count?: number;
}

export function neuronCommand(): Command {
  const command = new Command("neuron")
    .description("One linear neuron over many steps: how output and gradient explode or vanish with its one weight.")
    .addOption(presetOption(presets, ["neuron-table", "neuron-sweep"], "both"))
    .option("--w <list>", "recurrent weights to compare (default: 1,1.01,0.99,0.01)", numbers)
    .option("--seq-len <n>", "steps (default: 1000)", integer)
    .option("--input <list>", "the first inputs; zeros follow (default: 1)", numbers)
    .option("--sweep <from,to>", "weights that the second picture goes over (default: 0.9,1.02)", numbers)
    .option("--count <n>", "how many of them (default: 241)", integer);
  return addReportFlags(command).action(() => runLab(command, (tools) => neuron(command.opts(), tools)));
}

async function neuron(flags: Flags, { onProgress, signal, draw }: Tools): Promise<Findings> {
  const { preset, seqLen = 1000, input, count } = flags;
  const own = given({ seqLen, input });
  const usual = presets["neuron-table"].linearNeuron.map(({ w }) => w);
  const runs: NeuronRun[] = [];
  if (preset !== "neuron-sweep") for (const w of flags.w ?? usual) runs.push(await linearNeuron({ ...own, w }));
  const sweep =
    preset === "neuron-table"
      ? undefined
      : await linearNeuronSweep({
          ...presets["neuron-sweep"].linearNeuronSweep,
          ...own,
          ...given({ w: pairOf("--sweep", flags.sweep), count }),
          onProgress,
          signal,
        });
  return {
    title: "The linear neuron",
    about:
      "The smallest recurrent network: one weight, used again at every step. What it does to a signal, and to the gradient on its way back, is decided by whether that weight is above or below 1.",
    pictures: [
      ...(runs.length > 0 ? draw.neuronPictures(runs, given({ input })) : []),
      ...(sweep === undefined ? [] : [draw.neuronSweepPicture(sweep, { seqLen })]),
    ],
    summary: [
      ...(runs.length > 0 ? [`${"w".padEnd(10)}${`y(${seqLen})`.padEnd(22)}dy/dw`] : []),
      ...runs.map(({ w, y, dw }) => `${String(w).padEnd(10)}${figureOf(y.at(-1) ?? 0).padEnd(22)}${figureOf(dw)}`),
      ...(sweep === undefined
        ? []
        : [
            `over w from ${sweep.w[0]} to ${sweep.w.at(-1)} dy/dw goes from ${figureOf(sweep.dw[0] ?? 0)} to ${figureOf(sweep.dw.at(-1) ?? 0)}`,
          ]),
    ],
  };
}
