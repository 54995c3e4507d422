import { resolve } from "node:path";
import type {
  Example,
  SequenceTagger,
  TaggerOptions,
  TaggerTrainOptions,
  TrainingPlan,
  VectorCoverage,
} from "../index.js";
import { type RunDescription, type RunStart, streamFile } from "../node.js";
import { taggerTraining } from "../tasks/tagger/options.js";
import { resolveTrainOptions, trainOptionNames } from "../train/options.js";
import { type DataOptions, type Part, readExamples } from "./data.js";
import { showPlan, showVectors } from "./progress.js";
import type { CommandOptions, Job } from "./run.js";

/** Of the package; the bundle has it in place of this name. */
declare const VERSION: string;

/** What a run's options.json holds of a tagger. */
interface PlanOptions {
  readonly network: TaggerOptions;
  readonly training: TaggerTrainOptions;
  readonly columns: DataOptions;
  readonly command: CommandOptions;
}

export interface Plan extends RunStart {
  readonly version: string;
  readonly options: RunStart["options"] & PlanOptions;
}

/** All options with their values, so that the run can be done again, and gone on with. */
export function planOf(
  tagger: SequenceTagger,
  training: TaggerTrainOptions,
  data: { readonly [use: string]: string | undefined },
  { columns, command, ownWidth }: Pick<PlanOptions, "columns" | "command"> & { readonly ownWidth: boolean },
): Plan {
  const { embeddingDim, ...network } = tagger.options;
  const resolved = Object.entries({
    ...resolveTrainOptions(training, tagger.options.seed, taggerTraining),
    ...training,
  });
  return plain({
    task: "tagger",
    version: VERSION,
    folder: process.cwd(),
    data: Object.fromEntries(Object.entries(data).flatMap(([use, name]) => (name === undefined ? [] : [[use, name]]))),
    options: {
      network: { ...network, ...(ownWidth && { embeddingDim }) },
      training: Object.fromEntries(resolved.filter(([name]) => trainOptionNames.some((known) => known === name))),
      columns,
      command,
    },
  });
}

/** What was written is taken up again. */
export const planFrom = (description: RunDescription): Plan => description as RunDescription & Plan;

export interface Sets {
  readonly train: readonly Example[];
  readonly validation?: readonly Example[];
  readonly test?: readonly Example[];
}

export async function readSets({ data, folder, options }: Plan): Promise<Sets> {
  const read = async (part: Part) => {
    const name = data[part];
    return name === undefined ? undefined : await readExamples(placed(name, folder), part, options.columns);
  };
  const train = (await read("train")) ?? [];
  const validation = await read("validation");
  const test = await read("test");
  return { train, ...(validation && { validation }), ...(test && { test }) };
}

/** What `tagger.train` is given. */
export function trainingOf(
  { data, folder, options }: Plan,
  { validation }: Sets,
  shown: { readonly json?: boolean },
): TaggerTrainOptions {
  const { vectors } = data;
  return {
    ...options.training,
    onPlan: (memory: TrainingPlan) => showPlan(memory, shown),
    ...(validation && { validation }),
    ...(vectors !== undefined && {
      vectors: streamFile(placed(vectors, folder)),
      onVectors: (coverage: VectorCoverage) => showVectors(coverage, shown),
    }),
  };
}

/** The training as a run takes it. */
export const jobOf = ({
  tagger,
  sets,
  training,
  ...rest
}: Pick<Job, "plan" | "flags" | "folder"> & {
  readonly tagger: SequenceTagger;
  readonly sets: Sets;
  readonly training: TaggerTrainOptions;
}): Job => ({
  ...rest,
  model: tagger,
  train: (options) => tagger.train(sets.train, { ...training, ...options }),
  earlyStopping: training.earlyStopping,
  score: "F1",
});

/** A path as it is from here; of the folder that this process runs in, as it was given. */
export const placed = (name: string, folder: string): string =>
  /^travel:/.test(name) || folder === process.cwd() ? name : resolve(folder, name);

/** As it comes back from the file. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value));
