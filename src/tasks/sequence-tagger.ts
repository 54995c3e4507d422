import { knownOptions, show, typeError } from "../check.js";
import type { Example } from "../data/example.js";
import type { SaveOptions } from "../formats/safetensors.js";
import { historyOf } from "../train/history.js";
import type { TrainingJob } from "../train/job.js";
import { Pace } from "../train/pace.js";
import type { EpochReport, EvaluationReport, History, Report, StepReport, Stopped } from "../train/reports.js";
import type { TrainingState } from "../train/state.js";
import { Runs } from "./shared/run.js";
import { bytesOf, type ModelSource } from "./shared/source.js";
import { checkVectors, type VectorOptions, vectorsFor } from "./shared/vectors.js";
import { tokenizerFor } from "./shared/words.js";
import { readTagger, writeTagger } from "./tagger/file.js";
import { need, TaggerModel } from "./tagger/model.js";
import {
  type ResolvedTaggerOptions,
  resolveTaggerOptions,
  type TaggerOptions,
  taggerTraining,
} from "./tagger/options.js";
import { type Evaluation, LABEL_METRICS, METRICS, type TaggedText } from "./tagger/results.js";
import { checkExamples, identify, sentencesOf } from "./tagger/sentences.js";
import type { TaggerStream } from "./tagger/stream.js";
import { tagAll, tagOne } from "./tagger/texts.js";
import { checkTrainOptions, type TaggerTrainOptions } from "./tagger/train-options.js";

export interface TaggerFitOptions extends TaggerTrainOptions {
  readonly onStep?: (report: StepReport) => void;
  readonly onEvaluation?: (report: EvaluationReport<Evaluation>) => void;
  readonly onEpoch?: (report: EpochReport<Evaluation>) => void;
}

/**
 * Gives every word of a sentence a tag (slot filling, named entities): an embedding, a recurrent network and a softmax for each word. It
 * learns from examples with one tag for each token, or with labelled spans of a text.
 */
export class SequenceTagger {
  readonly #options: ResolvedTaggerOptions;
  /** As the program chose it; what it left open the vectors choose. */
  readonly #embeddingDim: number | undefined;
  #model: TaggerModel | undefined;
  readonly #runs: Runs<Evaluation>;

  private constructor(
    options: ResolvedTaggerOptions,
    {
      model,
      state,
      embeddingDim,
    }: {
      readonly model?: TaggerModel;
      readonly state?: TrainingState | undefined;
      readonly embeddingDim?: number;
    },
  ) {
    this.#options = options;
    this.#model = model;
    this.#runs = new Runs("tagger", state);
    this.#embeddingDim = embeddingDim;
  }

  /**
   * @param options see TaggerOptions; all have defaults
   * @throws RangeError, TypeError BPTT_OPTION
   */
  static async create(options: TaggerOptions = {}): Promise<SequenceTagger> {
    return new SequenceTagger(resolveTaggerOptions(options), { embeddingDim: options.embeddingDim });
  }

  /**
   * @param source what `save` or `checkpoint` gave: bytes, a Blob, a Response or a URL
   * @throws Error BPTT_FILE for a file that is truncated, foreign, of another task or of a later format
   */
  static async load(source: ModelSource | Promise<Response>): Promise<SequenceTagger> {
    const { model, state } = await readTagger(await bytesOf(await source));
    return new SequenceTagger(model.options, { model, state });
  }

  /** Every option with its value. */
  get options(): ResolvedTaggerOptions {
    return this.#model?.options ?? this.#options;
  }

  /** The tags that the model knows, "O" first. */
  get tags(): readonly string[] {
    return need(this.#model, "tags").tagSet;
  }

  /** The labels of sentences that the model knows, sorted by code unit; none without `sentenceLabels`. */
  get labels(): readonly string[] {
    return need(this.#model, "labels").labels;
  }

  /** How many numbers the network has learned. */
  get parameterCount(): number {
    return need(this.#model, "parameterCount").network.parameters.size;
  }

  /**
   * Fixes tokeniser, vocabulary and tags by these examples and makes the network with its first weights. `train` does so itself with the
   * first examples that it sees.
   *
   * @param options pre-trained vectors for the words
   * @throws RangeError, TypeError BPTT_DATA, BPTT_OPTION; Error BPTT_MEMORY
   */
  async prepare(examples: Iterable<Example>, options: VectorOptions = {}): Promise<void> {
    knownOptions("prepare", options, ["vectors", "onVectors"]);
    await this.#prepare(await checkExamples(examples, new Pace()), options);
  }

  async #prepare(list: readonly Example[], vectors: VectorOptions, signal?: AbortSignal): Promise<void> {
    const pace = new Pace();
    const options = this.#options;
    checkVectors(vectors.vectors, options.freezeVectors, false);
    const tokenizer = options.tokenizer ?? (await tokenizerFor(list, pace));
    const sentences = await sentencesOf(list, tokenizer, options, pace);
    this.#model = await TaggerModel.fromSentences(options, tokenizer, sentences, pace, (vocabulary) =>
      vectorsFor(vocabulary, vectors, this.#embeddingDim, signal),
    );
  }

  /**
   * Trains, and reports every step, evaluation and epoch. Leaving the loop stops training; the weights stay as they are then. Called again, it
   * goes on with the same vocabulary, tags and weights; with `resume` behind `load` of a checkpoint it goes on with that run.
   *
   * @returns why training ended
   * @throws RangeError BPTT_NON_FINITE when loss or gradient is not finite (its `place` says where; the last good weights stay)
   * @throws RangeError, TypeError BPTT_DATA, BPTT_OPTION; Error BPTT_MEMORY, BPTT_ORDER
   */
  async *train(
    examples: Iterable<Example>,
    options: TaggerTrainOptions = {},
  ): AsyncGenerator<Report<Evaluation>, Stopped> {
    checkTrainOptions(options);
    const { validation, vectors, onVectors, ...rest } = options;
    return yield* this.#runs.train(rest, { seed: this.options.seed, defaults: taggerTraining }, async ({ signal }) => {
      const list = await checkExamples(examples, new Pace());
      const heldOut = validation && (await checkExamples(validation, new Pace(), "validation"));
      checkVectors(vectors, this.options.freezeVectors, this.#model !== undefined);
      if (this.#model === undefined) await this.#prepare(list, { vectors, onVectors }, signal);
      return this.#job(need(this.#model, "train"), list, heldOut);
    });
  }

  /**
   * The model with all that its training needs to go on, for a file: optimiser, schedule, generators, position, the best weights. To be called at a report, inside
   * the loop of `train` (or in a callback of `fit`). `load` takes it as a model; behind it `train` with `resume` ends with the same bytes as a run
   * that was never interrupted.
   *
   * @throws Error BPTT_ORDER when no training is under way
   */
  async checkpoint(): Promise<Uint8Array<ArrayBuffer>> {
    const state = this.#runs.save();
    return writeTagger(need(this.#model, "checkpoint"), { state });
  }

  /** What is trained: the examples as numbers. */
  async #job(
    model: TaggerModel,
    list: readonly Example[],
    heldOut: readonly Example[] | undefined,
  ): Promise<TrainingJob<Evaluation>> {
    const pace = new Pace();
    const sequences = await model.trainingSequences(
      await sentencesOf(list, model.tokenizer, model.options, pace),
      pace,
    );
    const held = heldOut && (await sentencesOf(heldOut, model.tokenizer, model.options, pace));
    return {
      network: model.network,
      sequences,
      disturb: model.wordDropper(sequences),
      metrics: model.options.sentenceLabels ? [...METRICS, ...LABEL_METRICS] : METRICS,
      ...(held && {
        validate: (turns: Pace) => model.evaluate(held, turns),
        identify: (fingerprint) => identify(held, fingerprint),
      }),
    };
  }

  /** The same training, with its reports collected. */
  async fit(examples: Iterable<Example>, options: TaggerFitOptions = {}): Promise<History<Evaluation>> {
    const { onStep, onEvaluation, onEpoch, ...rest } = optionsOf("fit", options);
    return historyOf(this.train(examples, rest), { onStep, onEvaluation, onEpoch });
  }

  /**
   * Loss, token accuracy and entity F1. Tags that training has not shown are counted in `unknownTags`.
   *
   * @throws RangeError, TypeError BPTT_DATA; Error BPTT_ORDER before there is a model
   */
  async evaluate(examples: Iterable<Example>): Promise<Evaluation> {
    const model = need(this.#model, "evaluate");
    const pace = new Pace();
    const list = await checkExamples(examples, pace);
    return model.evaluate(await sentencesOf(list, model.tokenizer, model.options, pace), pace);
  }

  /** Tags one text, or one list of tokens (offsets are then those in the tokens joined by a space). */
  async tag(input: string | readonly string[]): Promise<TaggedText> {
    return tagOne(need(this.#model, "tag"), input);
  }

  /** Tags many texts, in batches; the answers are in the order of the texts. */
  async tagAll(inputs: Iterable<string | readonly string[]>): Promise<TaggedText[]> {
    return tagAll(need(this.#model, "tag"), inputs);
  }

  /**
   * A stream: tags come token by token, before the text ends. Any number of streams may run side by side.
   *
   * @throws Error BPTT_ORDER before there is a model; RangeError BPTT_OPTION for a bidirectional tagger, which needs the whole text
   */
  stream(): TaggerStream {
    return need(this.#model, "stream").stream();
  }

  /**
   * The whole model as one file: safetensors with PyTorch's names; the same model gives the same bytes.
   *
   * @param options dtype "f16": half the bytes, for models that are downloaded; loading gives f32
   * @throws RangeError BPTT_FILE for weights that f16 cannot hold (65520 and above); BPTT_OPTION
   */
  async save(options: SaveOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    return writeTagger(need(this.#model, "save"), options);
  }
}

function optionsOf<T>(where: string, options: T): T {
  if (typeof options !== "object" || options === null)
    throw typeError("BPTT_OPTION", `${where}: expected an object of options, got ${show(options)}`);
  return options;
}
