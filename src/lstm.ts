// In dist/lstm.js the files of src/lstm/ stand in for those of the same path in src/ (scripts/smaller.mjs), and the kernel is that of assembly/lstm.ts.

export type { CodedError, ErrorCode } from "./check.js";
export type { AnnotatedText, EntitySpan, Example, TaggedTokens } from "./data/example.js";
export type { SaveOptions } from "./formats/safetensors.js";
export { type AdamDescription, type AdamOptions, adam } from "./optim/adam.js";
export { constant, linearDecay } from "./optim/schedule.js";
export { type SgdDescription, type SgdOptions, sgd } from "./optim/sgd.js";
export { SequenceTagger, type TaggerFitOptions } from "./tasks/sequence-tagger.js";
export type { EncoderOptions, ResolvedEncoderOptions } from "./tasks/shared/encoder.js";
export type { ModelSource } from "./tasks/shared/source.js";
export type { SentenceLabel } from "./tasks/tagger/marks.js";
export type { ResolvedTaggerOptions, TaggerOptions } from "./tasks/tagger/options.js";
export type { Entity, Evaluation, TaggedText } from "./tasks/tagger/results.js";
export type { TaggerTrainOptions } from "./tasks/tagger/train-options.js";
export type { NonFiniteError, NonFinitePlace } from "./train/non-finite.js";
export type { EarlyStopping, EvaluateEvery } from "./train/options.js";
export type {
  EpochReport,
  EvaluationReport,
  History,
  Report,
  StepReport,
  Stopped,
  Validation,
} from "./train/reports.js";
