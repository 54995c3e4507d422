import { Forecaster } from "../tasks/forecaster.js";
import { LanguageModel } from "../tasks/language-model.js";
import { SequenceClassifier } from "../tasks/sequence-classifier.js";
import { SequenceTagger } from "../tasks/sequence-tagger.js";
import type { Report, Stopped } from "../train/reports.js";
import type { TaskName, Tasks } from "./sides.js";

/** What every task has. */
export interface Task {
  prepare(data: never, options?: never): Promise<void>;
  train(data: never, options?: never): AsyncGenerator<Report, Stopped>;
  save(options?: never): Promise<Uint8Array<ArrayBuffer>>;
  checkpoint(): Promise<Uint8Array<ArrayBuffer>>;
}

interface Kind<T> {
  readonly task: { create(options?: never): Promise<T>; load(bytes: Uint8Array): Promise<T> };
  /** What the page has at hand without asking. */
  readonly getters: readonly (keyof T & string)[];
}

/** The tasks of a worker: one line for each. */
export const TASKS: { readonly [Name in TaskName]: Kind<Tasks[Name]> } = {
  tagger: { task: SequenceTagger, getters: ["options", "tags", "labels", "parameterCount"] },
  classifier: { task: SequenceClassifier, getters: ["options", "labels", "parameterCount"] },
  "language-model": { task: LanguageModel, getters: ["options", "tokens", "parameterCount"] },
  forecaster: { task: Forecaster, getters: ["options", "columns", "parameterCount"] },
};
