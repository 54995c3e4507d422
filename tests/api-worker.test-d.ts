// The public API of the classifier and the language model in a worker: that of the same tasks in this thread. Compiled by `npm run check`, never run.

import type { LabelledExample, LanguageModel, SequenceClassifier } from "../src/index.js";
import {
  SequenceClassifier as RemoteClassifier,
  type RemoteClassifierFitOptions,
  type RemoteLanguageModelTrainOptions,
  LanguageModel as RemoteModel,
  type RemoteTask,
} from "../src/worker.js";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <_Claim extends true>(): void => {};

/** Classes whose methods and getters are those of another one, but for the options of training. */
type Alike<Remote, Direct> = Same<
  Omit<Remote, "train" | "fit" | "pause" | "resume" | "close">,
  Omit<Direct, "train" | "fit">
>;

export async function remoteTasks(examples: readonly LabelledExample[], signal: AbortSignal): Promise<void> {
  is<Alike<RemoteClassifier, SequenceClassifier>>();
  is<Alike<RemoteModel, LanguageModel>>();
  is<Same<ReturnType<RemoteClassifier["train"]>, ReturnType<SequenceClassifier["train"]>>>();
  is<Same<ReturnType<RemoteClassifier["fit"]>, ReturnType<SequenceClassifier["fit"]>>>();
  is<Same<ReturnType<RemoteModel["train"]>, ReturnType<LanguageModel["train"]>>>();
  is<Same<ReturnType<RemoteModel["fit"]>, ReturnType<LanguageModel["fit"]>>>();
  is<Same<Parameters<typeof RemoteClassifier.create>[0], Parameters<typeof SequenceClassifier.create>[0]>>();
  is<Same<Parameters<typeof RemoteModel.create>[0], Parameters<typeof LanguageModel.create>[0]>>();

  const classifier = await RemoteClassifier.create({ pooling: "mean" }, { worker: () => new Worker("worker.js") });
  const fit: RemoteClassifierFitOptions = { workers: 2, validation: examples, onEpoch: ({ epoch }) => epoch };
  (await classifier.fit(examples, fit)).epochs[0]?.validation?.macroF1 satisfies number | undefined;
  const model = await RemoteModel.create({ unit: "words" });
  const train: RemoteLanguageModelTrainOptions = { truncate: 32, ahead: 0, signal, validation: "a text" };
  for await (const report of model.train(["a", "text"], train))
    if (report.type === "epoch") report.validation?.bits satisfies number | undefined;
  // @ts-expect-error a language model has no word vectors
  await model.fit("a text", { vectors: "a 1 2" });
  // @ts-expect-error what watches the gradient within a step cannot do so by messages
  await classifier.fit(examples, { flow: undefined });
  const all: readonly Pick<RemoteTask<SequenceClassifier, RemoteClassifierFitOptions>, "pause" | "resume" | "close">[] =
    [classifier];
  await Promise.all([...all, model].map((task) => task.close()));
}
