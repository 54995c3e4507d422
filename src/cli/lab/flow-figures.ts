import { positiveInteger, positiveNumber, rangeError, wholeNumber } from "../../check.js";
import {
  adam,
  type Batch,
  clipGradNorm,
  last,
  linear,
  Network,
  Optimizer,
  pack,
  Random,
  type Sequence,
} from "../../index.js";
import { gradientFlow, gradientFlowReport, syntheticTasks } from "../../lab/index.js";
import type { CellDescription } from "../../nn/cells.js";
import type { FlowRun, FlowTraining } from "../../pictures/index.js";
import { Pace } from "../../train/pace.js";
import { cellsOf, flowPresets, networks, radii, type Sizes, type Variant } from "./flow-presets.js";
import type { Findings, Tools } from "./report.js";

/** Options of `bptt lab flow`, by the names of the fields that they set. */
export interface FlowFlags {
  readonly preset?: keyof typeof flowPresets;
  readonly cell?: readonly CellDescription["type"][];
  readonly radius?: readonly number[];
  readonly hiddenSize?: number;
  readonly seqLen?: number;
  readonly sequences?: number;
  readonly trainSteps?: number;
  readonly lr?: number;
  readonly seed?: number;
}

const TASK = syntheticTasks["temporal-order"];
/** New sequences in each step of training. */
const BATCH = 32;
/** Jacobians are computed over so many sequences: they are most of the work. */
const OF_JACOBIANS = 4;
/** What most seeds come to: the simple network learns nothing, LSTM, GRU and SCRN do. The IRNN, fragile, does here and not everywhere. */
const SEED = 3;
/** Training steps that are looked at, about. */
const LOOKS = 50;

/** Every option, checked. */
interface Plan extends Sizes {
  readonly sequences: number;
  readonly trainSteps: number;
  readonly lr: number;
  readonly seed: number;
}

type Work = Pick<Tools, "onProgress" | "signal">;

export async function flow(flags: FlowFlags, { onProgress, signal, draw }: Tools): Promise<Findings> {
  const { about, plan, variants } = planOf(flags);
  const runs: FlowRun[] = [];
  for (const [number, variant] of variants.entries()) {
    signal.throwIfAborted();
    const show = (done: number) => onProgress((number + done) / variants.length);
    runs.push(await runOf(variant, plan, { signal, onProgress: show }));
  }
  const pictures = [...draw.flowPictures(runs, { about }), draw.flowCausesPicture(runs)];
  if (plan.trainSteps > 0) pictures.push(draw.reachPicture(runs));
  return {
    title: "How gradients flow",
    about:
      "Backpropagation through time sends a gradient back through every step, and at each it is multiplied by the same recurrent weights. What arrives at the first steps decides whether a network can learn what happened there.",
    pictures,
    summary: summaryOf(runs),
  };
}

function planOf(flags: FlowFlags): { about: string; plan: Plan; variants: readonly Variant[] } {
  const { hiddenSize = 32, seqLen = 50, sequences = 16, lr = 0.005, seed = SEED, cell, radius } = flags;
  if (positiveInteger("--seq-len", seqLen) < TASK.shortest)
    throw rangeError("BPTT_OPTION", `--seq-len: expected ${TASK.shortest} or more, got ${seqLen}`);
  const sizes = { hiddenSize: positiveInteger("--hidden-size", hiddenSize), seqLen };
  for (const one of radius ?? []) positiveNumber("--radius", one);
  const preset = flowPresets[flags.preset ?? "cells"];
  const isOwn = cell !== undefined || radius !== undefined;
  const variants = cell ? cellsOf(cell, sizes) : radius ? radii(radius, hiddenSize) : preset.variants(sizes);
  const usual = radius !== undefined ? 0 : isOwn ? 600 : preset.trainSteps;
  const plan = {
    ...sizes,
    sequences: positiveInteger("--sequences", sequences),
    trainSteps: wholeNumber("--train-steps", flags.trainSteps ?? usual),
    lr: positiveNumber("--lr", lr),
    seed: wholeNumber("--seed", seed),
  };
  return { about: isOwn ? networks(hiddenSize, seqLen) : preset.told(sizes), plan, variants };
}

async function runOf({ name, cell, spectralRadius }: Variant, plan: Plan, work: Work): Promise<FlowRun> {
  const { seed, seqLen } = plan;
  const { inputSize, outFeatures, loss } = TASK;
  const network = await Network.create([cell, last(), linear({ outFeatures })], { inputSize, loss, seed });
  if (spectralRadius !== undefined) scale(network, spectralRadius, batchOf(new Random(seed, "flow"), 1, seqLen));
  const batch = batchOf(new Random(seed, "flow"), plan.sequences, seqLen);
  const look = () => gradientFlow(network, batch, { sequences: OF_JACOBIANS });
  const before = look();
  if (plan.trainSteps === 0) return { name, before };
  const training = await train(network, plan, work);
  return { name, before, after: look(), training };
}

function batchOf(random: Random, count: number, seqLen: number): Batch {
  const sequences = Array.from({ length: count }, (): Sequence => TASK.problem(random, seqLen));
  const [batch] = pack(sequences, { batchSize: count });
  return batch as Batch;
}

/** Scales the recurrent weights to a spectral radius. */
function scale(network: Network, wanted: number, batch: Batch): void {
  const [layer] = gradientFlow(network, batch, { jacobians: false }).layers;
  const radius = Object.values(layer?.spectralRadius ?? {})[0] ?? 1;
  for (const { name } of network.parameters)
    if (name.includes("weight_hh"))
      network.parameters.write(
        name,
        network.parameters.read(name).map((weight) => (weight * wanted) / radius),
      );
}

async function train(network: Network, plan: Plan, { signal, onProgress }: Work): Promise<FlowTraining> {
  const { trainSteps, lr, seed, seqLen } = plan;
  const optimizer = new Optimizer(network.parameters, adam({ lr }));
  const random = new Random(seed, "flow training");
  const watch = gradientFlowReport({ every: Math.ceil(trainSteps / LOOKS) }).watch(network);
  const pace = new Pace();
  const losses: number[] = [];
  const reports: { step: number; flow: NonNullable<ReturnType<typeof watch.take>> }[] = [];
  for (let step = 1; step <= trainSteps; ++step) {
    const batch = batchOf(random, BATCH, seqLen);
    network.zeroGrad();
    losses.push(network.forward(batch).lossPerToken);
    watch.backward(batch, step, () => network.backward());
    const seen = watch.take();
    if (seen) reports.push({ step, flow: seen });
    clipGradNorm(network.parameters, 1);
    optimizer.step();
    onProgress(step / trainSteps);
    await pace.rest();
    signal.throwIfAborted();
  }
  return { losses, reports };
}

function summaryOf(runs: readonly FlowRun[]): string[] {
  const line = (words: readonly string[]) =>
    words
      .map((word, i) => word.padEnd(i === 0 ? 16 : 24))
      .join("")
      .trimEnd();
  const isTrained = runs.some(({ after }) => after);
  const left = ({ layers: [layer] }: FlowRun["before"]) => {
    const norms = layer?.gradientNorms ?? [];
    return ((norms[0] ?? 0) / (norms.at(-1) ?? 1)).toExponential(1);
  };
  const pair = (run: FlowRun, figure: (flow: FlowRun["before"]) => string) =>
    [figure(run.before), ...(run.after ? [figure(run.after)] : [])].join(" -> ");
  return [
    line(["", "loss", `||dE/dh|| first / last${isTrained ? " (before -> after training)" : ""}`]),
    ...runs.map((run) =>
      line([run.name, pair(run, ({ lossPerToken }) => lossPerToken.toPrecision(3)), pair(run, left)]),
    ),
  ];
}
