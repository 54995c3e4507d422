// Data of the tasks beside tagging, and what a program finds with them in one place: Node, or a page of a browser.

import {
  SequenceClassifier as DirectClassifier,
  LanguageModel as DirectModel,
  type LabelledText,
  travelRequests,
} from "../../src/index.js";
import { LanguageModel, SequenceClassifier, type ThreadOptions } from "../../src/worker.js";
import { bitsHash } from "./hash.js";
import { requests, TINY } from "./texts.js";

/** Travel requests, labelled by whether they say when. */
export const labelled = (count: number, part: "train" | "validation" = "train"): LabelledText[] =>
  travelRequests({ language: "en", part, count }).map(({ tokens, tags }) => ({
    tokens,
    label: tags.includes("B-time") ? "dated" : "open",
  }));

/** Of each: in this thread, in a worker, and in a worker with two threads. */
export interface TasksPlace {
  /** Digests of the model files. */
  readonly classifiers: readonly string[];
  readonly languageModels: readonly string[];
  readonly written: readonly string[];
}

const FIT = { epochs: 2, batchSize: 8, shards: 2 };
const WRITE = { prompt: "arrive ", length: 120, seed: 7 };

export async function runTasks(thread: ThreadOptions): Promise<TasksPlace> {
  const examples = labelled(60);
  const text = requests(60);
  const classifiers: string[] = [];
  const languageModels: string[] = [];
  const written: string[] = [];

  const classifier = await DirectClassifier.create(TINY);
  await classifier.fit(examples, FIT);
  classifiers.push(bitsHash(await classifier.save()));
  const model = await DirectModel.create(TINY);
  await model.fit(text, { ...FIT, truncate: 17 });
  languageModels.push(bitsHash(await model.save()));
  written.push((await model.generateText(WRITE)).text);

  for (const workers of [0, 2]) {
    const remote = await SequenceClassifier.create(TINY, thread);
    await remote.fit(examples, { ...FIT, workers });
    classifiers.push(bitsHash(await remote.save()));
    await remote.close();
    const writer = await LanguageModel.create(TINY, thread);
    await writer.fit(text, { ...FIT, truncate: 17, workers });
    languageModels.push(bitsHash(await writer.save()));
    let pieces = "";
    for await (const piece of writer.generate(WRITE)) pieces += piece;
    written.push(pieces);
    await writer.close();
  }
  return { classifiers, languageModels, written };
}
