export type { WorkerReport } from "./worker/crew.js";
export { openWorkers } from "./worker/open-workers.js";
export {
  type RemoteFitOptions,
  type RemoteTrainOptions,
  SequenceTagger,
  type ThreadOptions,
} from "./worker/sequence-tagger.js";
export type { TaggerStream } from "./worker/stream.js";
export type { NodeWorker, ThreadWorker } from "./worker/threads.js";
export type { Workers, WorkersOptions } from "./worker/workers.js";
