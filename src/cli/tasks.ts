import { oneOf, plainError } from "../check.js";
import {
  type ClassifierEvaluation,
  type Evaluation,
  type Example,
  type LabelledExample,
  SequenceClassifier,
  SequenceTagger,
} from "../index.js";
import { classifierTraining } from "../tasks/classifier/options.js";
import { openModel } from "../tasks/shared/file.js";
import { taggerTraining } from "../tasks/tagger/options.js";
import { type ExampleOptions, type Part, readExamples, refuseColumns } from "./data.js";
import { readLabelled } from "./labelled.js";

/** A model that learns from labelled examples. */
export type LabellingModel = SequenceTagger | SequenceClassifier;
export type LabellingScores = Evaluation | ClassifierEvaluation;
export type Examples = readonly (Example | LabelledExample)[];

/** Of each task that the commands train, the name in the model's file. */
const FILES = {
  tagger: "sequence-tagger",
  classifier: "sequence-classifier",
  "language-model": "language-model",
  forecaster: "forecaster",
} as const;

export type Task = keyof typeof FILES;
export const TASKS = Object.keys(FILES) as readonly Task[];

/** How the commands make, load and feed the models of the tasks with labelled examples. */
export const labelling = {
  tagger: { type: SequenceTagger, defaults: taggerTraining, metric: "f1", read: readExamples },
  classifier: {
    type: SequenceClassifier,
    defaults: classifierTraining,
    metric: "accuracy",
    async read(name: string, part: Part, options: ExampleOptions): Promise<Examples> {
      refuseColumns("classifier", options);
      return readLabelled(name, part, options);
    },
  },
} as const;

export type LabellingTask = keyof typeof labelling;

/** Of the argument of train; language-model and forecaster are commands of their own. Throws RangeError, TypeError BPTT_OPTION. */
export const taskOf = (name: string): LabellingTask => oneOf("train: task", name, TASKS) as LabellingTask;

/** Of the run in a folder. Throws Error BPTT_FILE. */
export function taskOfRun(folder: string, name: string): Task {
  const task = TASKS.find((known) => known === name);
  if (task === undefined)
    throw plainError("BPTT_FILE", `${folder}: expected a run of the task ${TASKS.join(" or ")}, got ${name}`);
  return task;
}

/** Of a model's file. Throws Error BPTT_FILE. */
export function taskOfFile(bytes: Uint8Array): Task {
  const { metadata } = openModel(bytes, ...TASKS.map((task) => FILES[task]));
  return TASKS.find((task) => FILES[task] === metadata.task) as Task;
}
