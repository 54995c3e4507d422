/** What a tagger's worker and its page say to each other. */

import type { VectorCoverage } from "../data/word-vectors.js";
import type { ResolvedTaggerOptions } from "../tasks/tagger/options.js";
import type { Evaluation } from "../tasks/tagger/results.js";
import type { TaggerTrainOptions } from "../tasks/tagger/train-options.js";
import type { Report } from "../train/reports.js";
import type { WorkerReport } from "./crew.js";
import type { SentError } from "./errors.js";
import type { HelperSetup } from "./helper.js";
import type { Moved } from "./peer.js";

/** A list that was sent in pieces before, or a value that is none. */
export type SentList = { readonly list: number } | { readonly value: unknown };

/** Word vectors: something that can be cloned, or pieces that are asked for one by one. */
export type SentVectors = { readonly value: unknown } | { readonly name?: string };

export interface TrainRequest {
  readonly examples: SentList;
  readonly validation?: SentList;
  readonly vectors?: SentVectors;
  /** Plain data. */
  readonly options: Omit<TaggerTrainOptions, "validation" | "vectors" | "onVectors" | "workers" | "signal">;
  readonly ahead: number;
  readonly workers: number;
  readonly sharedMemory?: boolean;
  readonly isAborted: boolean;
}

/** What the tagger's getters say: a value, or the error that they throw. */
export interface Facts {
  readonly options: ResolvedTaggerOptions;
  readonly tags: Fact<readonly string[]>;
  readonly parameterCount: Fact<number>;
}

export type Fact<T> = { readonly value: T } | { readonly error: SentError };

/** What the page answers. */
export interface PageSide {
  facts(facts: Facts): void;
  report(report: Report<Evaluation>): void;
  worker(report: WorkerReport): void;
  coverage(coverage: VectorCoverage): void;
  /** The next piece of the word vectors. */
  piece(): Promise<{ readonly done: boolean; readonly value?: unknown }>;
  endPieces(): Promise<void>;
  /** The port of a new thread, which is ready for a training. */
  hire(worker: number, setup: HelperSetup): Promise<Moved<MessagePort>>;
}
