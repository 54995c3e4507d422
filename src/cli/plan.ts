import { resolve } from "node:path";
import { rangeError } from "../check.js";
import type { ClassifierOptions, Example, LabelledExample, TaggerOptions } from "../index.js";
import { type RunDescription, type RunStart, streamFile } from "../node.js";
import type { VectorOptions } from "../tasks/shared/vectors.js";
import { labelIn } from "../tasks/tagger/labels.js";
import type { TrainOptions } from "../train/options.js";
import type { DataOptions, ExampleOptions, Part } from "./data.js";
import { showVectors } from "./progress.js";
import type { CommandOptions, Job } from "./run.js";
import { runPlan } from "./run-plan.js";
import { type Examples, type LabellingModel, type LabellingTask, labelling } from "./tasks.js";

/** What a run's options.json holds of a task with labelled examples. */
interface PlanOptions {
  readonly network: TaggerOptions | ClassifierOptions;
  readonly training: TrainOptions;
  readonly columns: DataOptions;
  readonly command: CommandOptions;
}

export interface Plan extends RunStart {
  readonly task: LabellingTask;
  readonly version: string;
  readonly options: RunStart["options"] & PlanOptions;
}

/** All options with their values, so that the run can be done again, and gone on with. */
export function planOf(
  task: LabellingTask,
  model: LabellingModel,
  training: TrainOptions,
  data: { readonly [use: string]: string | undefined },
  { columns, command, ownWidth }: Pick<PlanOptions, "columns" | "command"> & { readonly ownWidth: boolean },
): Plan {
  const { embeddingDim, ...network } = model.options;
  return runPlan({
    task,
    data,
    ...{ seed: model.options.seed, defaults: labelling[task].defaults, training },
    options: { network: { ...network, ...(ownWidth && { embeddingDim }) }, columns, command },
  });
}

/** What was written is taken up again. */
export const planFrom = (description: RunDescription): Plan => description as RunDescription & Plan;

export interface Sets {
  readonly train: Examples;
  readonly validation?: Examples;
  readonly test?: Examples;
}

export async function readSets({ task, data, folder, options }: Plan): Promise<Sets> {
  const read = async (part: Part) => {
    const name = data[part];
    return name === undefined
      ? undefined
      : await labelling[task].read(placed(name, folder), part, { ...options.columns, ...labelsOf(options.network) });
  };
  const train = (await read("train")) ?? [];
  const validation = await read("validation");
  const test = await read("test");
  if (test) checkTest(train, test, { isClassifier: task === "classifier", ...labelsOf(options.network) });
  return { train, ...(validation && { validation }), ...(test && { test }) };
}

/** Learns before the training, not after it, that the test data cannot be scored. */
function checkTest(
  train: Examples,
  test: Examples,
  { isClassifier, sentenceLabels }: { readonly isClassifier: boolean; readonly sentenceLabels?: boolean },
): void {
  if (sentenceLabels) for (const example of test) labelIn(example as Example);
  if (!isClassifier) return;
  const seen = new Set((train as readonly LabelledExample[]).flatMap(labelsIn));
  for (const example of test as readonly LabelledExample[])
    for (const label of labelsIn(example))
      if (!seen.has(label))
        throw rangeError(
          "BPTT_DATA",
          `${example.source}: expected a label that training has shown, got ${label}; leave the example out, or train with examples of that label`,
        );
}

/** What is no label the model refuses. */
const labelsIn = ({ label, labels }: { readonly label?: unknown; readonly labels?: unknown }): string[] =>
  [label, labels].flat().filter((one) => typeof one === "string");

/** Whether its examples have labels of sentences, or several labels each. */
export const labelsOf = (
  network: TaggerOptions | ClassifierOptions,
): Pick<ExampleOptions, "sentenceLabels" | "multiLabel"> => ({
  ...("sentenceLabels" in network && { sentenceLabels: network.sentenceLabels === true }),
  ...("multiLabel" in network && { multiLabel: network.multiLabel === true }),
});

/** The training as a run takes it. */
export const jobOf = ({
  model,
  sets: { train, validation },
  ...rest
}: Pick<Job, "flags" | "folder" | "resume"> & {
  readonly plan: Plan;
  readonly model: LabellingModel;
  readonly sets: Sets;
}): Job => ({
  ...rest,
  model,
  train: (options) =>
    model.train(train as never, {
      ...options,
      ...(validation && { validation: validation as never }),
      // the vocabulary of a checkpoint has its vectors
      ...(!rest.resume && vectorsOf(rest.plan, rest.flags)),
    }),
  score: labelling[rest.plan.task].metric === "accuracy" ? "accuracy" : "F1",
});

const vectorsOf = ({ data: { vectors }, folder }: Plan, shown: { readonly json?: boolean }): VectorOptions =>
  vectors === undefined
    ? {}
    : {
        vectors: streamFile(placed(vectors, folder)),
        onVectors: (coverage) => showVectors(coverage, shown),
      };

/** A path as it is from here; of the folder that this process runs in, as it was given. */
export const placed = (name: string, folder: string): string =>
  /^travel:/.test(name) || folder === process.cwd() ? name : resolve(folder, name);
