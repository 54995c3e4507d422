import { Option } from "commander";
import { positiveInteger, positiveNumber, rangeError, wholeNumber } from "../../check.js";
import type { Network } from "../../index.js";
import {
  errorSurface,
  type Interval,
  type PathPlane,
  type Plane,
  parameterPlane,
  pathPlane,
  randomPlane,
  type Surface,
  type WeightPath,
} from "../../lab/index.js";
import { interval, LARGEST_GRID } from "../../lab/surface/grid.js";
import { type CellDescription, cellKinds } from "../../nn/cells.js";
import { Pace } from "../../train/pace.js";
import { columnOptions, type DataOptions, dataHelp, given, integer, numbers, readExamples } from "../data.js";
import { DIRECTIONS, type Directions, networkFindings } from "./network-figures.js";
import { lossOf, prepare, type Subject, stepsOf, type TrainingPlan, train } from "./network-training.js";
import { type Findings, pairOf, type Tools } from "./report.js";

/** Options of the surface of a network, by the names of the fields that they set. */
export interface NetworkFlags extends Omit<DataOptions, "labelColumn"> {
  readonly directions?: Directions;
  readonly parameters?: string;
  readonly x?: readonly number[];
  readonly y?: readonly number[];
  readonly cell?: CellDescription["type"];
  readonly hiddenSize?: number;
  readonly epochs?: number;
  readonly data?: string;
  readonly examples?: number;
  readonly seed?: number;
  /** These two the surface of one unit has too. */
  readonly lr?: number;
  readonly size?: number;
}

/** What the surface of one unit has not. */
export const networkOptions = (): Option[] => [
  new Option(
    "--directions <name>",
    "of the map. path: those along which training moved the weights most; random: two random ones, as long as the weights themselves; parameters: two single weights (default: path)",
  ).choices(DIRECTIONS),
  new Option("--parameters <a[i],b[j]>", "the two weights, such as rnn.weight_hh_l0[0,0],rnn.weight_hh_l0[0,1]"),
  new Option("--x <from,to>", "from where to where along the first direction").argParser(numbers),
  new Option("--y <from,to>", "from where to where along the second").argParser(numbers),
  new Option("--cell <name>", "of the network (default: rnn)").choices(Object.keys(cellKinds)),
  new Option("--hidden-size <n>", "its units (default: 32)").argParser(integer),
  new Option("--epochs <n>", "passes over the data (default: 30)").argParser(integer),
  new Option("--data <data>", `${dataHelp} (default: travel:en)`),
  ...columnOptions(),
  new Option("--examples <n>", "sentences of it that are learned, and whose loss is shown (default: 200)").argParser(
    integer,
  ),
  new Option("--seed <n>", "of weights, order and random directions (default: 1)").argParser(integer),
];

/** Every option, checked. */
interface Plan extends TrainingPlan {
  readonly directions: Directions;
  /** Of the directions "parameters". */
  readonly pair: readonly string[];
  readonly size: number;
  readonly ranges: { readonly x?: Interval; readonly y?: Interval };
}

/** The error surface of a tagger that is trained here. */
export async function networkSurface(flags: NetworkFlags, { onProgress, signal, draw }: Tools): Promise<Findings> {
  const plan = planOf(flags);
  const count = positiveInteger("--examples", flags.examples ?? 200);
  const examples = (await readExamples(flags.data ?? "travel:en", "train", flags)).slice(0, count);
  const subject = await prepare(plan, examples);
  const { network, batches } = subject;
  await refuseEarly(subject, plan);
  // an epoch takes about as long as a point of the map with its gradient
  const share = plan.epochs / (plan.epochs + plan.size * plan.size);
  const before = lossOf(subject);
  const { path, steps } = await train(subject, plan, { signal, onProgress: (done) => onProgress(share * done) });
  const after = lossOf(subject);
  const { f1 } = await subject.model.evaluate(subject.sentences, new Pace());
  const plane = await planeOf(subject, plan, path, signal);
  const surface: Surface = await errorSurface(network, batches, plane, {
    ...plan.ranges,
    size: [plan.size, plan.size],
    gradients: true,
    reduction: "mean",
    signal,
    onProgress: (done) => onProgress(share + (1 - share) * done),
  });
  const training = { before, after, f1, steps };
  const found = { plan, plane, surface, training, sentences: examples.length, weights: network.parameters.snapshot() };
  return networkFindings(found, draw);
}

function planOf(flags: NetworkFlags): Plan {
  const { cell = "rnn", hiddenSize = 32, epochs = 30, lr = 0.01, seed = 1, size = 64, parameters } = flags;
  const { directions = parameters === undefined ? "path" : "parameters" } = flags;
  if (parameters !== undefined && directions !== "parameters")
    throw rangeError(
      "BPTT_OPTION",
      `--parameters: the directions are ${directions}; leave it out, or give --directions parameters`,
    );
  return {
    cell,
    directions,
    hiddenSize: positiveInteger("--hidden-size", hiddenSize),
    epochs: positiveInteger("--epochs", epochs),
    lr: positiveNumber("--lr", lr),
    seed: wholeNumber("--seed", seed),
    size: positiveInteger("--size", size),
    // commas between indices stay
    pair: parameters?.split(/,(?![^[]*\])/).map((name) => name.trim()) ?? [],
    ranges: given({ x: rangeOf("--x", flags.x), y: rangeOf("--y", flags.y) }),
  };
}

function rangeOf(flag: string, values: readonly number[] | undefined): Interval | undefined {
  const pair = pairOf(flag, values);
  return pair && interval(flag, [...pair]);
}

/** What can be found out before training is refused before it. */
async function refuseEarly({ network, batches, sequences }: Subject, plan: Plan): Promise<void> {
  const { directions, pair, size } = plan;
  if (directions === "path" && stepsOf(sequences.length, plan.epochs) < 2)
    throw rangeError(
      "BPTT_OPTION",
      `--epochs: expected 2 steps of training or more for a path, got 1 (${sequences.length} sentences); give more --epochs or --examples`,
    );
  if (directions === "parameters") {
    if (pair.length !== 2)
      throw rangeError(
        "BPTT_OPTION",
        `--parameters: expected two weights with a comma between them, got ${pair.length === 0 ? "none" : pair.join(",")}; ` +
          `each is a name with its place in brackets, and the names are ${[...network.parameters].map(({ name }) => name).join(", ")}`,
      );
    parametersPlane(network, pair);
  }
  // refuses it, with the time that it would take
  if (size * size > LARGEST_GRID)
    await errorSurface(network, batches, randomPlane(network, { seed: plan.seed }), { size: [size, size] });
}

const parametersPlane = (network: Network, [x = "", y = ""]: readonly string[]): Plane => parameterPlane(network, x, y);

async function planeOf(
  { network }: Subject,
  { directions, pair, seed }: Plan,
  path: WeightPath,
  signal: AbortSignal,
): Promise<Plane | PathPlane> {
  if (directions === "parameters") return parametersPlane(network, pair);
  return directions === "random" ? randomPlane(network, { seed }) : pathPlane(network, path, { signal });
}
