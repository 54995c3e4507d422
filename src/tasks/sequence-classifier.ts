import { knownOptions, rangeError, show, typeError } from "../check.js";
import type { SaveOptions } from "../formats/safetensors.js";
import { historyOf } from "../train/history.js";
import { Pace } from "../train/pace.js";
import type { History, Report, Stopped } from "../train/reports.js";
import type { TrainingState } from "../train/state.js";
import { type CheckedExample, checkLabelled, type LabelledExample, type SequenceInput } from "./classifier/examples.js";
import { readClassifier, writeClassifier } from "./classifier/file.js";
import { ClassifierModel, need } from "./classifier/model.js";
import {
  type ClassifierOptions,
  classifierTraining,
  type ResolvedClassifierOptions,
  resolveClassifierOptions,
} from "./classifier/options.js";
import type { Classification, ClassifierEvaluation } from "./classifier/results.js";
import {
  type ClassifierFitOptions,
  type ClassifierTrainOptions,
  checkTrainOptions,
} from "./classifier/train-options.js";
import { Runs } from "./shared/run.js";
import { bytesOf, type ModelSource } from "./shared/source.js";
import { checkVectors, type VectorOptions, vectorsFor } from "./shared/vectors.js";

/**
 * Gives a whole sequence a label (intent, topic, kind of a signal): recurrent layers over words or over a series of numbers, one row for the
 * sequence, and a softmax over the labels; or, with `multiLabel`, any number of labels.
 */
export class SequenceClassifier {
  readonly #options: ResolvedClassifierOptions;
  /** As the program chose it; what it left open the vectors choose. */
  readonly #embeddingDim: number | undefined;
  readonly #runs: Runs<ClassifierEvaluation>;
  #model: ClassifierModel | undefined;

  private constructor(
    options: ResolvedClassifierOptions,
    {
      model,
      state,
      embeddingDim,
    }: {
      readonly model?: ClassifierModel;
      readonly state?: TrainingState | undefined;
      readonly embeddingDim?: number;
    },
  ) {
    this.#options = options;
    this.#model = model;
    this.#embeddingDim = embeddingDim;
    this.#runs = new Runs("classifier", state);
  }

  /**
   * @param options see ClassifierOptions; all have defaults
   * @throws RangeError, TypeError BPTT_OPTION
   */
  static async create(options: ClassifierOptions = {}): Promise<SequenceClassifier> {
    return new SequenceClassifier(resolveClassifierOptions(options), { embeddingDim: options.embeddingDim });
  }

  /**
   * @param source what `save` or `checkpoint` gave: bytes, a Blob, a Response or a URL
   * @throws Error BPTT_FILE for a file that is truncated, foreign, of another task or of a later format
   */
  static async load(source: ModelSource | Promise<Response>): Promise<SequenceClassifier> {
    const { model, state } = await readClassifier(await bytesOf(await source));
    return new SequenceClassifier(model.options, { model, state });
  }

  /** Every option with its value. */
  get options(): ResolvedClassifierOptions {
    return this.#model?.options ?? this.#options;
  }

  /** The labels that the model knows, sorted by code unit. */
  get labels(): readonly string[] {
    return need(this.#model, "labels").labels;
  }

  /** How many numbers the network has learned. */
  get parameterCount(): number {
    return need(this.#model, "parameterCount").network.parameters.size;
  }

  /**
   * Fixes labels, tokeniser and vocabulary (or the scale of each channel) by these examples and makes the network with its first weights. `train`
   * does so itself with the first examples that it sees.
   *
   * @param options pre-trained vectors for the words
   * @throws RangeError, TypeError BPTT_DATA, BPTT_OPTION; Error BPTT_MEMORY
   */
  async prepare(examples: Iterable<LabelledExample>, options: VectorOptions = {}): Promise<void> {
    knownOptions("prepare", options, ["vectors", "onVectors"]);
    await this.#prepare(await this.#check(examples), options);
  }

  async #prepare(list: readonly CheckedExample[], vectors: VectorOptions, signal?: AbortSignal): Promise<void> {
    checkVectors(vectors.vectors, this.#options.freezeVectors, false);
    if (vectors.vectors !== undefined && list[0]?.series)
      throw rangeError("BPTT_OPTION", "vectors: expected texts, got series; leave vectors out");
    this.#model = await ClassifierModel.fromExamples(this.#options, list, new Pace(), (vocabulary) =>
      vectorsFor(vocabulary, vectors, this.#embeddingDim, signal),
    );
  }

  /**
   * Trains, and reports every step, evaluation and epoch. Leaving the loop stops training; the weights stay as they are then. Called again, it
   * goes on with the same labels and weights; with `resume` behind `load` of a checkpoint it goes on with that run.
   *
   * @returns why training ended
   * @throws RangeError BPTT_NON_FINITE when loss or gradient is not finite (its `place` says where; the last good weights stay)
   * @throws RangeError, TypeError BPTT_DATA, BPTT_OPTION; Error BPTT_MEMORY, BPTT_ORDER
   */
  async *train(
    examples: Iterable<LabelledExample>,
    options: ClassifierTrainOptions = {},
  ): AsyncGenerator<Report<ClassifierEvaluation>, Stopped> {
    checkTrainOptions(options);
    const { validation, vectors, onVectors, ...rest } = options;
    const run = { seed: this.options.seed, defaults: classifierTraining };
    return yield* this.#runs.train(rest, run, async ({ signal }) => {
      const list = await this.#check(examples);
      const heldOut = validation && (await this.#check(validation, "validation"));
      checkVectors(vectors, this.options.freezeVectors, this.#model !== undefined);
      if (this.#model === undefined) await this.#prepare(list, { vectors, onVectors }, signal);
      return need(this.#model, "train").job(list, heldOut, new Pace());
    });
  }

  /** The same training, with its reports collected. */
  async fit(
    examples: Iterable<LabelledExample>,
    options: ClassifierFitOptions = {},
  ): Promise<History<ClassifierEvaluation>> {
    if (typeof options !== "object" || options === null)
      throw typeError("BPTT_OPTION", `fit: expected an object of options, got ${show(options)}`);
    const { onStep, onEvaluation, onEpoch, ...rest } = options;
    return historyOf(this.train(examples, rest), { onStep, onEvaluation, onEpoch });
  }

  /**
   * The model with all that its training needs to go on, for a file: see SequenceTagger.checkpoint. To be called at a report, inside the loop of `train`.
   *
   * @throws Error BPTT_ORDER when no training is under way
   */
  async checkpoint(): Promise<Uint8Array<ArrayBuffer>> {
    const state = this.#runs.save();
    return writeClassifier(need(this.#model, "checkpoint"), { state });
  }

  /**
   * Accuracy, macro F1, the scores of each label, loss.
   *
   * @throws RangeError, TypeError BPTT_DATA, also for a label that training has not shown; Error BPTT_ORDER before there is a model
   */
  async evaluate(examples: Iterable<LabelledExample>): Promise<ClassifierEvaluation> {
    return need(this.#model, "evaluate").evaluate(await this.#check(examples), new Pace());
  }

  /** Classifies one text, list of tokens, or series. Throws RangeError, TypeError BPTT_DATA for an empty one. */
  async classify(input: SequenceInput): Promise<Classification> {
    const [answer] = await need(this.#model, "classify").classify([input], new Pace());
    if (answer === undefined) throw typeError("BPTT_DATA", `classify: expected a sequence, got ${show(input)}`);
    return answer;
  }

  /** Classifies many, in batches; the answers are in the order of the inputs. */
  async classifyAll(inputs: Iterable<SequenceInput>): Promise<Classification[]> {
    const model = need(this.#model, "classifyAll");
    if (typeof inputs === "string" || typeof inputs?.[Symbol.iterator] !== "function")
      throw typeError(
        "BPTT_DATA",
        `classifyAll: expected a list of sequences, got ${show(inputs)}; for one call classify()`,
      );
    return model.classify(inputs, new Pace());
  }

  /**
   * The whole model as one file: safetensors with PyTorch's names; the same model gives the same bytes.
   *
   * @param options dtype "f16": half the bytes, for models that are downloaded; loading gives f32
   * @throws RangeError BPTT_FILE for weights that f16 cannot hold (65520 and above); BPTT_OPTION
   */
  async save(options: SaveOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    return writeClassifier(need(this.#model, "save"), options);
  }

  #check(examples: Iterable<LabelledExample>, name?: string): Promise<CheckedExample[]> {
    return checkLabelled(examples, this.options.multiLabel, new Pace(), name);
  }
}
