export type { CodedError, ErrorCode } from "./check.js";
export { type KernelSource, loadKernel } from "./kernel/load.js";
export { type LoadedTagger, loadTagger } from "./tasks/loaded-tagger.js";
export type { ModelSource } from "./tasks/shared/source.js";
export type { SentenceLabel } from "./tasks/tagger/marks.js";
export type { Entity, TaggedText } from "./tasks/tagger/results.js";
export type { StreamedTag, TaggerStream } from "./tasks/tagger/stream.js";
