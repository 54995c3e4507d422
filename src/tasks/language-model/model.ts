import { plainError, rangeError } from "../../check.js";
import type { Sequence } from "../../data/batch.js";
import { packStreams } from "../../data/chunks.js";
import { Network } from "../../nn/network.js";
import type { States } from "../../nn/states.js";
import { Vocabulary } from "../../text/vocabulary.js";
import type { Pace } from "../../train/pace.js";
import type { Validation } from "../../train/reports.js";
import { languageModelLayers, type ResolvedLanguageModelOptions } from "./options.js";

/** How well a model predicts each token of a text from all tokens before it; the first token is not predicted. */
export interface LanguageModelEvaluation extends Validation {
  /** Cross-entropy over the predicted tokens in nats: the sum and the mean. */
  readonly loss: number;
  readonly lossPerToken: number;
  /** The same for each character (code point), in nats and in bits. */
  readonly nats: number;
  readonly bits: number;
  /** exp(lossPerToken) */
  readonly perplexity: number;
  /** Tokens that were predicted, and their characters. */
  readonly count: number;
  readonly characters: number;
  /** How many of these tokens the vocabulary lacks; they count as the unknown token. */
  readonly unknown: number;
}

/** The numbers of an evaluation that early stopping and schedules may watch. */
export const METRICS = ["loss", "lossPerToken"] as const;

/** Steps that are computed at once where nothing is learned. */
const STEPS = 512;

/** All of a language model but its weights. */
export interface LanguageModelParts {
  readonly options: ResolvedLanguageModelOptions;
  readonly vocabulary: Vocabulary;
}

/** Vocabulary and network of a language model. */
export class TextModel implements LanguageModelParts {
  readonly options: ResolvedLanguageModelOptions;
  readonly vocabulary: Vocabulary;
  readonly network: Network;

  private constructor({ options, vocabulary }: LanguageModelParts, network: Network) {
    this.options = options;
    this.vocabulary = vocabulary;
    this.network = network;
  }

  /** With its first weights. */
  static async create(parts: LanguageModelParts): Promise<TextModel> {
    const { options, vocabulary } = parts;
    return new TextModel(
      parts,
      await Network.create(languageModelLayers(options, vocabulary.size), { seed: options.seed }),
    );
  }

  /** With the vocabulary of these tokens. Throws RangeError BPTT_DATA if all are rare. */
  static async fromTokens(options: ResolvedLanguageModelOptions, tokens: readonly string[]): Promise<TextModel> {
    const { minCount } = options;
    const vocabulary = Vocabulary.build([tokens], { minCount, lowercase: false, digits: false });
    if (vocabulary.words.length === 0)
      throw rangeError(
        "BPTT_DATA",
        `text: expected a token that it has ${minCount} times (minCount), got none; give more text or a smaller minCount`,
      );
    return TextModel.create({ options, vocabulary });
  }

  numbers(tokens: readonly string[]): Int32Array {
    return Int32Array.from(tokens, (token) => this.vocabulary.lookup(token));
  }

  /** So many streams that follow each other, each token with the next one as its label. A stream has `truncate` steps or more, unless it is the only one. */
  streams(tokens: readonly string[], most: number, truncate: number): Sequence[] {
    const { tokens: inputs, labels } = successors(this.numbers(tokens));
    const steps = inputs.length;
    const count = Math.max(1, Math.min(most, Math.floor(steps / truncate)));
    const start = (stream: number) => stream * Math.floor(steps / count) + Math.min(stream, steps % count);
    return Array.from({ length: count }, (_, stream) => {
      const [from, to] = [start(stream), start(stream + 1)];
      return { tokens: inputs.subarray(from, to), labels: labels.subarray(from, to) };
    });
  }

  /** The states are carried over the whole text. */
  async evaluate(tokens: readonly string[], pace: Pace): Promise<LanguageModelEvaluation> {
    const { network } = this;
    const sequence = successors(this.numbers(tokens));
    let loss = 0;
    let initialStates: States | undefined;
    for (const chunk of packStreams(sequence, { batchSize: 1, seqLen: STEPS })) {
      loss += network.forward(chunk, { training: false, ...(initialStates && { initialStates }) }).loss;
      initialStates = network.finalStates();
      await pace.rest();
    }
    const predicted = tokens.slice(1);
    const characters = predicted.reduce((sum, token) => sum + [...token].length, 0);
    const lossPerToken = loss / predicted.length;
    const nats = loss / characters;
    return {
      loss,
      lossPerToken,
      nats,
      bits: nats / Math.LN2,
      perplexity: network.parameters.arena.kernel.exp(lossPerToken),
      count: predicted.length,
      characters,
      unknown: sequence.labels.reduce((sum, label) => sum + (label === 0 ? 1 : 0), 0),
    };
  }
}

/** Each token but the last, with the next one as its label. */
const successors = (numbers: Int32Array) => ({ tokens: numbers.subarray(0, -1), labels: numbers.subarray(1) });

/** The model that there is. Throws Error BPTT_ORDER otherwise. */
export function need(model: TextModel | undefined, method: string): TextModel {
  if (model === undefined)
    throw plainError(
      "BPTT_ORDER",
      `${method}: the language model has no vocabulary yet; call train(), fit() or prepare() with a text first, or load a model`,
    );
  return model;
}
