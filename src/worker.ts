export type { WorkerReport } from "./worker/crew.js";
export {
  Forecaster,
  type RemoteForecasterFitOptions,
  type RemoteForecasterTrainOptions,
} from "./worker/forecaster.js";
export {
  LanguageModel,
  type RemoteLanguageModelFitOptions,
  type RemoteLanguageModelTrainOptions,
} from "./worker/language-model.js";
export type { ThreadOptions } from "./worker/open-task.js";
export { openWorkers } from "./worker/open-workers.js";
export type { RemoteTask, RemoteTraining } from "./worker/remote-task.js";
export {
  type RemoteClassifierFitOptions,
  type RemoteClassifierTrainOptions,
  SequenceClassifier,
} from "./worker/sequence-classifier.js";
export { type RemoteFitOptions, type RemoteTrainOptions, SequenceTagger } from "./worker/sequence-tagger.js";
export type { TaggerStream } from "./worker/stream.js";
export type { NodeWorker, ThreadWorker } from "./worker/threads.js";
export type { Workers, WorkersOptions } from "./worker/workers.js";
