export type { CodedError, ErrorCode } from "./check.js";
export { type Batch, type PackOptions, pack, type Sequence, unpack } from "./data/batch.js";
export type { AsyncTextSource, TextSource } from "./data/bytes.js";
export {
  type Chunk,
  type ChunkOptions,
  packChunks,
  packStreams,
  type StreamOptions,
  sliceSequence,
} from "./data/chunks.js";
export { type ConllOptions, readConll } from "./data/conll.js";
export type { AnnotatedText, EntitySpan, Example, TaggedTokens } from "./data/example.js";
export { type JsonLinesOptions, readJsonLines } from "./data/jsonlines.js";
export { type LargestBatchOptions, largestBatch } from "./data/largest-batch.js";
export { type ParallelOptions, readParallel } from "./data/parallel.js";
export { readSeries, type SeriesOptions, type SeriesTable } from "./data/series.js";
export { type TravelOptions, travelRequests } from "./data/travel/generator.js";
export { type PassengerOptions, passengerSeries } from "./data/travel/passengers.js";
export { readWordVectors, type VectorCoverage, type WordVectorOptions, type WordVectors } from "./data/word-vectors.js";
export {
  type NamedTensor,
  readSafetensors,
  type Safetensors,
  type SaveOptions,
  writeSafetensors,
} from "./formats/safetensors.js";
export { type KernelSource, loadKernel } from "./kernel/load.js";
export { type EntityReport, type EntityReportOptions, entityReport, type Score } from "./metrics/entities.js";
export type { LabelReport } from "./metrics/labels.js";
export { type ClockworkDescription, type ClockworkOptions, clockwork } from "./nn/cells/clockwork.js";
export { type GruDescription, type GruOptions, gru } from "./nn/cells/gru.js";
export { type IrnnDescription, type IrnnOptions, irnn } from "./nn/cells/irnn.js";
export { type LstmDescription, type LstmOptions, lstm } from "./nn/cells/lstm.js";
export type { RecurrentOptions } from "./nn/cells/options.js";
export { type RnnDescription, type RnnOptions, rnn } from "./nn/cells/rnn.js";
export { type ScrnDescription, type ScrnOptions, scrn } from "./nn/cells/scrn.js";
export type { CellDescription } from "./nn/cells.js";
export {
  checkGradients,
  type GradientCheck,
  type GradientCheckOptions,
  type ParameterCheck,
} from "./nn/check-gradients.js";
export { type DropoutDescription, type DropoutOptions, dropout } from "./nn/dropout.js";
export { type EmbeddingDescription, type EmbeddingOptions, embedding } from "./nn/embedding.js";
export { type LastDescription, last } from "./nn/last.js";
export type { LayerDescription } from "./nn/layers.js";
export { type LinearDescription, type LinearOptions, linear } from "./nn/linear.js";
export type { LossOptions } from "./nn/loss.js";
export { Network } from "./nn/network.js";
export type {
  BackwardOptions,
  BackwardResult,
  ForwardOptions,
  LossResult,
  NetworkOptions,
} from "./nn/network-options.js";
export { type MemoryPlan, type PlanOptions, planMemory, reserveMemory } from "./nn/plan.js";
export { type PoolDescription, pool } from "./nn/pool.js";
export type { BatchShape } from "./nn/room.js";
export { carryStates, type States } from "./nn/states.js";
export type { NetworkStream, StreamedStep } from "./nn/stream.js";
export { type AdagradDescription, type AdagradOptions, adagrad } from "./optim/adagrad.js";
export { type AdamDescription, type AdamOptions, adam } from "./optim/adam.js";
export { type AdamwDescription, type AdamwOptions, adamw } from "./optim/adamw.js";
export type { ParameterGroup } from "./optim/algorithm.js";
export { type Clipping, type ClipResult, clipGradNorm, clipGradTensorNorm, clipGradValue } from "./optim/clip.js";
export type { Mode } from "./optim/mode.js";
export { type AnyOptimizer, Optimizer, type OptimizerOptions, type OptimizerState } from "./optim/optimizer.js";
export type { PlateauState } from "./optim/plateau.js";
export { type RmspropDescription, type RmspropOptions, rmsprop } from "./optim/rmsprop.js";
export {
  constant,
  cosine,
  type ExponentialDecayOptions,
  exponentialDecay,
  linearDecay,
  type PlateauOptions,
  reduceOnPlateau,
  type Schedule,
  type ScheduleOptions,
  type StepDecayOptions,
  stepDecay,
  type WarmupOptions,
} from "./optim/schedule.js";
export { type SgdDescription, type SgdOptions, sgd } from "./optim/sgd.js";
export type { Parameter, Parameters } from "./parameters.js";
export { Random } from "./random.js";
export type {
  Labelled,
  LabelledExample,
  LabelledSeries,
  LabelledText,
  SequenceInput,
  Series,
} from "./tasks/classifier/examples.js";
export type { ClassifierOptions, ResolvedClassifierOptions } from "./tasks/classifier/options.js";
export type { Classification, ClassifierEvaluation } from "./tasks/classifier/results.js";
export type { ClassifierFitOptions, ClassifierTrainOptions } from "./tasks/classifier/train-options.js";
export type {
  ForecasterOptions,
  ForecasterTrainOptions,
  ResolvedForecasterOptions,
} from "./tasks/forecaster/options.js";
export type { ComparedErrors, Forecast, ForecastErrors, ForecastEvaluation } from "./tasks/forecaster/results.js";
export type { ForecastSeries } from "./tasks/forecaster/table.js";
export {
  type ForecastEvaluationOptions,
  Forecaster,
  type ForecasterFitOptions,
  type ForecastOptions,
} from "./tasks/forecaster.js";
export type { GeneratedText, GenerateOptions, GenerationEnd } from "./tasks/language-model/generate.js";
export type { LanguageModelEvaluation } from "./tasks/language-model/model.js";
export type {
  LanguageModelOptions,
  LanguageModelTrainOptions,
  ResolvedLanguageModelOptions,
} from "./tasks/language-model/options.js";
export type { SamplingOptions } from "./tasks/language-model/sampling.js";
export type { Corpus, TextUnit } from "./tasks/language-model/text.js";
export { LanguageModel, type LanguageModelFitOptions } from "./tasks/language-model.js";
export { type NetworkTraining, type NetworkTrainOptions, trainNetwork } from "./tasks/network.js";
export { SequenceClassifier } from "./tasks/sequence-classifier.js";
export { SequenceTagger, type TaggerFitOptions } from "./tasks/sequence-tagger.js";
export type { EncoderOptions, ResolvedEncoderOptions } from "./tasks/shared/encoder.js";
export { taskOf } from "./tasks/shared/file.js";
export type { ModelSource } from "./tasks/shared/source.js";
export type { VectorOptions } from "./tasks/shared/vectors.js";
export type { SentenceLabel } from "./tasks/tagger/marks.js";
export type { ResolvedTaggerOptions, TaggerOptions } from "./tasks/tagger/options.js";
export type { Entity, Evaluation, TaggedText } from "./tasks/tagger/results.js";
export type { StreamedTag, TaggerStream } from "./tasks/tagger/stream.js";
export type { TaggerTrainOptions } from "./tasks/tagger/train-options.js";
export { convertTags, detectScheme, type TagScheme } from "./text/tags.js";
export { type Token, type TokenizerName, tokenize } from "./text/tokenizer.js";
export type { FlowProbe, FlowWatch, LayerStepFlow, StepFlow } from "./train/flow.js";
export type { NonFiniteError, NonFinitePlace } from "./train/non-finite.js";
export type { NormPercentiles } from "./train/norms.js";
export type { EarlyStopping, EvaluateEvery, TrainOptions } from "./train/options.js";
export { planTraining, type TrainingPlanOptions } from "./train/plan.js";
export type {
  EpochReport,
  EvaluationReport,
  History,
  Report,
  StepReport,
  Stopped,
  TrainingPlan,
  Validation,
} from "./train/reports.js";
