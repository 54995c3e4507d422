import { knownOptions } from "../check.js";
import type { SaveOptions } from "../formats/safetensors.js";
import { historyOf } from "../train/history.js";
import type { TrainingJob } from "../train/job.js";
import { type ResolvedTrainOptions, trainOptionNames } from "../train/options.js";
import { Pace } from "../train/pace.js";
import type { EpochReport, EvaluationReport, History, Report, StepReport, Stopped } from "../train/reports.js";
import type { TrainingState } from "../train/state.js";
import { readLanguageModel, writeLanguageModel } from "./language-model/file.js";
import {
  collected,
  type GeneratedText,
  type GenerateOptions,
  type GenerationEnd,
  generate,
} from "./language-model/generate.js";
import { type LanguageModelEvaluation, METRICS, need, TextModel } from "./language-model/model.js";
import {
  checkTrainOptions,
  type LanguageModelOptions,
  type LanguageModelTrainOptions,
  languageModelTraining,
  type ResolvedLanguageModelOptions,
  resolveLanguageModelOptions,
} from "./language-model/options.js";
import { type Corpus, learnable } from "./language-model/text.js";
import { Runs } from "./shared/run.js";
import { bytesOf, type ModelSource } from "./shared/source.js";

export interface LanguageModelFitOptions extends LanguageModelTrainOptions {
  readonly onStep?: (report: StepReport) => void;
  readonly onEvaluation?: (report: EvaluationReport<LanguageModelEvaluation>) => void;
  readonly onEpoch?: (report: EpochReport<LanguageModelEvaluation>) => void;
}

/**
 * Predicts the next character, or word, of a text, and so writes text: an embedding, a recurrent network and a softmax over the vocabulary. The text
 * is cut into streams that are read side by side, with truncated BPTT and carried states.
 */
export class LanguageModel {
  readonly #options: ResolvedLanguageModelOptions;
  readonly #runs: Runs<LanguageModelEvaluation>;
  #model: TextModel | undefined;

  private constructor(options: ResolvedLanguageModelOptions, model?: TextModel, state?: TrainingState) {
    this.#options = options;
    this.#model = model;
    this.#runs = new Runs("language model", state);
  }

  /**
   * @param options see LanguageModelOptions; all have defaults
   * @throws RangeError, TypeError BPTT_OPTION
   */
  static async create(options: LanguageModelOptions = {}): Promise<LanguageModel> {
    return new LanguageModel(resolveLanguageModelOptions(options));
  }

  /**
   * @param source what `save` or `checkpoint` gave: bytes, a Blob, a Response or a URL
   * @throws Error BPTT_FILE for a file that is truncated, foreign, of another task or of a later format
   */
  static async load(source: ModelSource | Promise<Response>): Promise<LanguageModel> {
    const { model, state } = await readLanguageModel(await bytesOf(await source));
    return new LanguageModel(model.options, model, state);
  }

  /** Every option with its value. */
  get options(): ResolvedLanguageModelOptions {
    return this.#options;
  }

  /** The tokens that the model knows, most frequent first. Every other one is read as the unknown token, which is never generated. */
  get tokens(): readonly string[] {
    return need(this.#model, "tokens").vocabulary.words;
  }

  /** How many numbers the network has learned. */
  get parameterCount(): number {
    return need(this.#model, "parameterCount").network.parameters.size;
  }

  /**
   * Fixes the vocabulary by this text and makes the network with its first weights. `train` does so itself with the first text that it sees.
   *
   * @throws RangeError, TypeError BPTT_DATA, BPTT_OPTION; Error BPTT_MEMORY
   */
  async prepare(text: Corpus): Promise<void> {
    const { unit } = this.#options;
    this.#model = await TextModel.fromTokens(this.#options, learnable(text, unit, "text"));
  }

  /**
   * Trains, and reports every step, evaluation and epoch. Leaving the loop stops training; the weights stay as they are then. Called again, it
   * goes on with the same vocabulary and weights; with `resume` behind `load` of a checkpoint it goes on with that run.
   *
   * @param text one text, or documents, which are joined by line breaks
   * @returns why training ended
   * @throws RangeError BPTT_NON_FINITE when loss or gradient is not finite (its `place` says where; the last good weights stay)
   * @throws RangeError, TypeError BPTT_DATA, BPTT_OPTION; Error BPTT_MEMORY, BPTT_ORDER
   */
  async *train(
    text: Corpus,
    options: LanguageModelTrainOptions = {},
  ): AsyncGenerator<Report<LanguageModelEvaluation>, Stopped> {
    checkTrainOptions(options);
    const { validation, ...rest } = options;
    // a run that goes on has its own
    const given = rest.resume ? rest : { ...rest, truncate: rest.truncate ?? languageModelTraining.truncate };
    const run = { seed: this.#options.seed, defaults: languageModelTraining };
    return yield* this.#runs.train(given, run, async (resolved) => {
      const { unit } = this.#options;
      const tokens = learnable(text, unit, "text");
      const held = validation === undefined ? undefined : learnable(validation, unit, "validation");
      this.#model ??= await TextModel.fromTokens(this.#options, tokens);
      return jobOf(this.#model, tokens, held, resolved);
    });
  }

  /** The same training, with its reports collected. */
  async fit(text: Corpus, options: LanguageModelFitOptions = {}): Promise<History<LanguageModelEvaluation>> {
    knownOptions("fit", options, [...trainOptionNames, "validation", "onStep", "onEvaluation", "onEpoch"]);
    const { onStep, onEvaluation, onEpoch, ...rest } = options;
    return historyOf(this.train(text, rest), {
      ...(onStep && { onStep }),
      ...(onEvaluation && { onEvaluation }),
      ...(onEpoch && { onEpoch }),
    });
  }

  /**
   * The model with all that its training needs to go on, for a file. To be called at a report, inside the loop of `train` (or in a callback of `fit`).
   * `load` takes it as a model; behind it `train` with `resume` ends with the same bytes as a run that was never interrupted.
   *
   * @throws Error BPTT_ORDER when no training is under way
   */
  async checkpoint(): Promise<Uint8Array<ArrayBuffer>> {
    const state = this.#runs.save();
    return writeLanguageModel(need(this.#model, "checkpoint"), { state });
  }

  /**
   * How well the model predicts each token of a text from all tokens before it.
   *
   * @throws RangeError, TypeError BPTT_DATA for a text of fewer than two tokens; Error BPTT_ORDER before there is a model
   */
  async evaluate(text: Corpus): Promise<LanguageModelEvaluation> {
    const model = need(this.#model, "evaluate");
    return model.evaluate(learnable(text, model.options.unit, "text"), new Pace());
  }

  /**
   * Writes text, piece by piece: each as soon as its token is drawn, unless it may be the beginning of a stop string. A seed gives the same text in
   * every engine. Leaving the loop stops it.
   *
   * @returns why the text ended
   * @throws RangeError, TypeError BPTT_OPTION, BPTT_DATA; Error BPTT_ORDER before there is a model
   */
  async *generate(options: GenerateOptions = {}): AsyncGenerator<string, GenerationEnd> {
    return yield* generate(need(this.#model, "generate"), options);
  }

  /** The same text as a whole. */
  async generateText(options: GenerateOptions = {}): Promise<GeneratedText> {
    return collected(need(this.#model, "generateText"), options);
  }

  /**
   * The whole model as one file: safetensors with PyTorch's names; the same model gives the same bytes.
   *
   * @param options dtype "f16": half the bytes, for models that are downloaded; loading gives f32
   * @throws RangeError BPTT_FILE for weights that f16 cannot hold (65520 and above); BPTT_OPTION
   */
  async save(options: SaveOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    return writeLanguageModel(need(this.#model, "save"), options);
  }
}

/** What is trained: the text as streams of numbers. */
function jobOf(
  model: TextModel,
  tokens: readonly string[],
  held: readonly string[] | undefined,
  { batchSize, accumulate, truncate = languageModelTraining.truncate }: ResolvedTrainOptions,
): TrainingJob<LanguageModelEvaluation> {
  return {
    network: model.network,
    sequences: model.streams(tokens, batchSize * accumulate, truncate),
    metrics: METRICS,
    ...(held && {
      validate: (pace: Pace) => model.evaluate(held, pace),
      identify: (fingerprint) => {
        for (const token of held) fingerprint.addText(token);
      },
    }),
  };
}
