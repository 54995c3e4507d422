import { oneOf } from "../check.js";
import {
  type ClassifierEvaluation,
  type Evaluation,
  type Example,
  type LabelledExample,
  SequenceClassifier,
  SequenceTagger,
} from "../index.js";
import { classifierTraining } from "../tasks/classifier/options.js";
import { taggerTraining } from "../tasks/tagger/options.js";
import { type DataOptions, type Part, readExamples } from "./data.js";
import { readLabelled } from "./labelled.js";

/** What the commands train. */
export type Model = SequenceTagger | SequenceClassifier;
export type Scores = Evaluation | ClassifierEvaluation;
export type Examples = readonly (Example | LabelledExample)[];

export const TASKS = ["tagger", "classifier"] as const;
export type Task = (typeof TASKS)[number];

/** How the commands make, load and feed the model of each task. */
export const tasks = {
  tagger: { type: SequenceTagger, defaults: taggerTraining, metric: "f1", read: readExamples },
  classifier: {
    type: SequenceClassifier,
    defaults: classifierTraining,
    metric: "accuracy",
    read: (name: string, part: Part, _: DataOptions): Promise<Examples> => readLabelled(name, part),
  },
} as const;

export const taskOf = (name: string): Task => oneOf("train: task", name, TASKS);

/** The number by which people compare models of a task. */
export const mainScore = (scores: Scores): number => ("f1" in scores ? scores.f1 : scores.macroF1);
