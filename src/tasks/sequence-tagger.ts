import { knownOptions, plainError, show, typeError } from "../check.js";
import type { Example } from "../data/example.js";
import type { AnyOptimizer } from "../optim/optimizer.js";
import { spansOf } from "../text/tags.js";
import { type Token, tokenize } from "../text/tokenizer.js";
import { train } from "../train/loop.js";
import {
  type ResolvedTrainOptions,
  resolveTrainOptions,
  type TrainOptions,
  trainOptionNames,
} from "../train/options.js";
import { Pace } from "../train/pace.js";
import type { EpochReport, History, Report, StepReport, Stopped } from "../train/reports.js";
import { readTagger, writeTagger } from "./tagger/file.js";
import { need, TaggerModel, type Tagging } from "./tagger/model.js";
import {
  type ResolvedTaggerOptions,
  resolveTaggerOptions,
  type TaggerOptions,
  taggerTraining,
} from "./tagger/options.js";
import type { Entity, Evaluation, TaggedText } from "./tagger/results.js";
import { checkExamples, sentencesOf, tokenizerFor } from "./tagger/sentences.js";
import { bytesOf, type ModelSource } from "./tagger/source.js";
import type { TaggerStream } from "./tagger/stream.js";
import { checkVectors, type VectorOptions, vectorsFor } from "./tagger/vectors.js";

export interface TaggerTrainOptions extends TrainOptions, VectorOptions {
  /** Passes over the data. Default 16. */
  readonly epochs?: number;
  /** Default adam({ lr: 0.006, schedule: linearDecay() }). */
  readonly optimizer?: AnyOptimizer;
  /** Scored after every epoch. */
  readonly validation?: readonly Example[];
}

export interface TaggerFitOptions extends TaggerTrainOptions {
  readonly onStep?: (report: StepReport) => void;
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
  #training = false;

  private constructor(
    options: ResolvedTaggerOptions,
    { model, embeddingDim }: { readonly model?: TaggerModel; readonly embeddingDim?: number },
  ) {
    this.#options = options;
    this.#model = model;
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
   * @param source what `save` gave: bytes, a Blob, a Response or a URL
   * @throws Error BPTT_FILE for a file that is truncated, foreign, of another task or of a later format
   */
  static async load(source: ModelSource | Promise<Response>): Promise<SequenceTagger> {
    const model = await readTagger(await bytesOf(await source));
    return new SequenceTagger(model.options, { model });
  }

  /** Every option with its value. */
  get options(): ResolvedTaggerOptions {
    return this.#model?.options ?? this.#options;
  }

  /** The tags that the model knows, "O" first. */
  get tags(): readonly string[] {
    return need(this.#model, "tags").tagSet;
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
    const sentences = await sentencesOf(list, tokenizer, options.scheme, pace);
    this.#model = await TaggerModel.fromSentences(options, tokenizer, sentences, pace, (vocabulary) =>
      vectorsFor(vocabulary, vectors, this.#embeddingDim, signal),
    );
  }

  /**
   * Trains, and reports every step and every epoch. Leaving the loop stops training; the weights stay as they are then. Called again, it
   * goes on with the same vocabulary, tags and weights.
   *
   * @returns why training ended
   * @throws RangeError BPTT_NON_FINITE when loss or gradient is not finite (its `place` says where; the last good weights stay)
   * @throws RangeError, TypeError BPTT_DATA, BPTT_OPTION; Error BPTT_MEMORY
   */
  async *train(
    examples: Iterable<Example>,
    options: TaggerTrainOptions = {},
  ): AsyncGenerator<Report<Evaluation>, Stopped> {
    knownOptions("train", options, [...trainOptionNames, "validation", "vectors", "onVectors"]);
    const { validation, vectors, onVectors, ...rest } = options;
    const resolved = resolveTrainOptions(rest, this.options.seed, taggerTraining);
    if (this.#training)
      throw plainError(
        "BPTT_ORDER",
        "train: this tagger is in training already; wait for the end of that run (or leave its loop), or use another tagger",
      );
    this.#training = true;
    try {
      return yield* this.#train(examples, { validation, vectors, onVectors }, resolved);
    } finally {
      this.#training = false;
    }
  }

  async *#train(
    examples: Iterable<Example>,
    { validation, ...vectors }: Pick<TaggerTrainOptions, "validation" | keyof VectorOptions>,
    options: ResolvedTrainOptions,
  ): AsyncGenerator<Report<Evaluation>, Stopped> {
    const pace = new Pace();
    const list = await checkExamples(examples, pace);
    const heldOut = validation && (await checkExamples(validation, pace, "validation"));
    checkVectors(vectors.vectors, this.options.freezeVectors, this.#model !== undefined);
    if (this.#model === undefined)
      try {
        await this.#prepare(list, vectors, options.signal);
      } catch (error) {
        if (options.signal?.aborted && error === options.signal.reason) return "aborted";
        throw error;
      }
    const model = need(this.#model, "train");
    const { scheme } = this.options;
    const sequences = await model.trainingSequences(await sentencesOf(list, model.tokenizer, scheme, pace), pace);
    const held = heldOut && (await sentencesOf(heldOut, model.tokenizer, scheme, pace));
    return yield* train(
      {
        network: model.network,
        sequences,
        disturb: model.wordDropper(sequences),
        ...(held && { validate: (pace: Pace) => model.evaluate(held, pace) }),
      },
      options,
    );
  }

  /** The same training, with its reports collected. */
  async fit(examples: Iterable<Example>, options: TaggerFitOptions = {}): Promise<History<Evaluation>> {
    const { onStep, onEpoch, ...rest } = optionsOf("fit", options);
    const steps: StepReport[] = [];
    const epochs: EpochReport<Evaluation>[] = [];
    const run = this.train(examples, rest);
    for (;;) {
      const { done, value } = await run.next();
      if (done) return { steps, epochs, stopped: value };
      if (value.type === "step") {
        steps.push(value);
        onStep?.(value);
      } else {
        epochs.push(value);
        onEpoch?.(value);
      }
    }
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
    return model.evaluate(await sentencesOf(list, model.tokenizer, this.options.scheme, pace), pace);
  }

  /** Tags one text, or one list of tokens (offsets are then those in the tokens joined by a space). */
  async tag(input: string | readonly string[]): Promise<TaggedText> {
    const [tagged] = await this.tagAll([input]);
    return tagged ?? { tokens: [], tags: [], entities: [] };
  }

  /** Tags many texts, in batches; the answers are in the order of the texts. */
  async tagAll(inputs: Iterable<string | readonly string[]>): Promise<TaggedText[]> {
    const model = need(this.#model, "tag");
    if (typeof inputs === "string" || typeof inputs?.[Symbol.iterator] !== "function")
      throw typeError("BPTT_DATA", `tagAll: expected a list of texts, got ${show(inputs)}; for one text call tag()`);
    const pace = new Pace();
    const split = await pace.map(inputs, (input, number) => tokensOf(input, number, model));
    const words = split.map(({ tokens }) => tokens.map(({ text }) => text));
    const taggings = await model.tag(words, pace);
    return pace.map(split, ({ text, tokens }, number) => assemble(text, tokens, taggings[number], model));
  }

  /**
   * A stream: tags come token by token, before the text ends. Any number of streams may run side by side.
   *
   * @throws Error BPTT_ORDER before there is a model; RangeError BPTT_OPTION for a bidirectional tagger, which needs the whole text
   */
  stream(): TaggerStream {
    return need(this.#model, "stream").stream();
  }

  /** The whole model as one file: safetensors with PyTorch's names; the same model gives the same bytes. */
  async save(): Promise<Uint8Array<ArrayBuffer>> {
    return writeTagger(need(this.#model, "save"));
  }
}

function optionsOf<T>(where: string, options: T): T {
  if (typeof options !== "object" || options === null)
    throw typeError("BPTT_OPTION", `${where}: expected an object of options, got ${show(options)}`);
  return options;
}

function tokensOf(
  input: string | readonly string[],
  number: number,
  model: TaggerModel,
): { text: string; tokens: Token[] } {
  if (typeof input === "string") return { text: input, tokens: tokenize(input, model.tokenizer) };
  if (!Array.isArray(input))
    throw typeError("BPTT_DATA", `tag: text ${number}: expected a string or a list of tokens, got ${show(input)}`);
  let start = 0;
  const tokens = input.map((text: unknown, index) => {
    if (typeof text !== "string" || text === "")
      throw typeError(
        "BPTT_DATA",
        `tag: text ${number}: token ${index}: expected a string of one character or more, got ${show(text)}`,
      );
    const token = { text, start, end: start + text.length };
    start = token.end + 1;
    return token;
  });
  return { text: input.join(" "), tokens };
}

function assemble(
  text: string,
  tokens: readonly Token[],
  tagging: Tagging | undefined,
  model: TaggerModel,
): TaggedText {
  const { tags, probabilities } = tagging ?? { tags: [], probabilities: [] };
  const entities = spansOf(tags, model.options.scheme).map(({ label, start, end }): Entity => {
    const from = tokens[start]?.start ?? 0;
    const to = tokens[end - 1]?.end ?? 0;
    const probability = probabilities.slice(start, end).reduce((product, p) => product * p, 1);
    return { label, text: text.slice(from, to), start: from, end: to, probability };
  });
  return { tokens: tokens.map((token) => token.text), tags, entities };
}
