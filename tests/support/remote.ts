// Tasks in this thread and in a worker, side by side.

import {
  SequenceClassifier as DirectClassifier,
  LanguageModel as DirectModel,
  type LanguageModelOptions,
  type Report,
  type Stopped,
} from "../../src/index.js";
import {
  SequenceClassifier as RemoteClassifier,
  LanguageModel as RemoteModel,
  type ThreadOptions,
} from "../../src/worker.js";
import { requests, TINY } from "./texts.js";
import { timeless } from "./workers.js";

export const TEXT = requests(40);
export const HELD_TEXT = requests(9, "validation");
export const LEARN = {
  epochs: 2,
  batchSize: 5,
  truncate: 17,
  validation: HELD_TEXT,
  evaluateEvery: { steps: 7 },
} as const;

/** Both classifiers, of a file or new; the remote one is closed at the end. */
export async function classifiers<T>(
  use: (direct: DirectClassifier, remote: RemoteClassifier) => Promise<T>,
  options: object = {},
): Promise<T> {
  const given = { ...TINY, ...options };
  const remote = await RemoteClassifier.create(given);
  return use(await DirectClassifier.create(given), remote).finally(() => remote.close());
}

/** The same of language models. source: a file, or options. */
export async function models<T>(
  use: (direct: DirectModel, remote: RemoteModel) => Promise<T>,
  source: Uint8Array | LanguageModelOptions = {},
  thread: ThreadOptions = {},
): Promise<T> {
  const isFile = source instanceof Uint8Array;
  const given = { ...TINY, ...source };
  const remote = await (isFile ? RemoteModel.load(source, thread) : RemoteModel.create(given, thread));
  const direct = await (isFile ? DirectModel.load(source) : DirectModel.create(given));
  return use(direct, remote).finally(() => remote.close());
}

export async function everyReport(run: AsyncGenerator<Report, Stopped>): Promise<unknown[]> {
  const reports: unknown[] = [];
  for (;;) {
    const { done, value } = await run.next();
    if (done) return [...reports, value];
    reports.push(timeless<Report>(value));
  }
}
