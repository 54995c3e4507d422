/** What a worker that has a task and its page say to each other. */

import type { Forecaster } from "../tasks/forecaster.js";
import type { LanguageModel } from "../tasks/language-model.js";
import type { SequenceClassifier } from "../tasks/sequence-classifier.js";
import type { SequenceTagger } from "../tasks/sequence-tagger.js";
import type { SentError } from "./errors.js";
import type { HelperSetup } from "./helper.js";
import type { Moved } from "./peer.js";

/** The tasks that a worker can have, by name. */
export interface Tasks {
  readonly tagger: SequenceTagger;
  readonly classifier: SequenceClassifier;
  readonly "language-model": LanguageModel;
  readonly forecaster: Forecaster;
}

export type TaskName = keyof Tasks;

/** The caller's functions, which stay with him: their names in the options, and the number under which they are called. */
export interface SentFunctions {
  readonly number: number;
  readonly names: readonly string[];
}

/** What a task's method is given: a list that was sent in pieces before, or a value, whose functions may have stayed behind. */
export type Sent = { readonly list: number } | { readonly value: unknown; readonly functions?: SentFunctions };

/** Word vectors: something that can be cloned, or pieces that are asked for one by one. */
export type SentVectors = { readonly value: unknown } | { readonly name?: string };

export interface TrainRequest {
  readonly data: Sent;
  readonly validation?: Sent;
  readonly vectors?: SentVectors;
  /** With the function `report`, which hears every report, and perhaps `onWorker`. */
  readonly options: Sent;
  readonly ahead: number;
  readonly workers: number;
  readonly sharedMemory?: boolean;
  readonly isAborted: boolean;
}

/** What the task's getters say, by name: a value, or the error that they throw. */
export type Facts = Readonly<Record<string, Fact>>;

export type Fact = { readonly value: unknown } | { readonly error: SentError };

/** What the page answers. */
export interface PageSide {
  facts(facts: Facts): void;
  /** Calls a function of the caller. */
  hear(functions: number, name: string, values: readonly unknown[]): void;
  /** The next piece of the word vectors. */
  piece(): Promise<{ readonly done: boolean; readonly value?: unknown }>;
  endPieces(): Promise<void>;
  /** The port of a new thread, which is ready for a training. */
  hire(worker: number, setup: HelperSetup): Promise<Moved<MessagePort>>;
}
