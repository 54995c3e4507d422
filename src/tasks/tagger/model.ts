import { plainError, rangeError } from "../../check.js";
import { type Batch, packMembers, type Sequence, unpack } from "../../data/batch.js";
import type { WordVectors } from "../../data/word-vectors.js";
import { EntityScores } from "../../metrics/entities.js";
import { Network } from "../../nn/network.js";
import { mix } from "../../random.js";
import { decode, type Transitions, transitions } from "../../text/decode.js";
import type { TokenizerName } from "../../text/tokenizer.js";
import { Vocabulary } from "../../text/vocabulary.js";
import type { Pace } from "../../train/pace.js";
import { type ResolvedTaggerOptions, taggerLayers } from "./options.js";
import type { Evaluation } from "./results.js";
import type { Sentence } from "./sentences.js";
import { TaggerStream } from "./stream.js";
import { placeVectors } from "./vectors.js";

/** The most rows that are computed at once where nothing is learned; a longer sentence is a batch of its own. */
const ROWS = 1024;

/** The tags of one sentence with the probability of each. */
export interface Tagging {
  readonly tags: readonly string[];
  readonly probabilities: readonly number[];
}

/** What a tagger is once it has seen data: vocabulary, tags and network. */
export class TaggerModel {
  readonly options: ResolvedTaggerOptions;
  readonly tokenizer: TokenizerName;
  readonly vocabulary: Vocabulary;
  readonly tagSet: readonly string[];
  readonly network: Network;
  readonly #tagNumbers: ReadonlyMap<string, number>;
  readonly #constraints: Transitions | undefined;

  private constructor(
    options: ResolvedTaggerOptions,
    tokenizer: TokenizerName,
    vocabulary: Vocabulary,
    tagSet: readonly string[],
    network: Network,
  ) {
    this.options = options;
    this.tokenizer = tokenizer;
    this.vocabulary = vocabulary;
    this.tagSet = tagSet;
    this.network = network;
    this.#tagNumbers = new Map(tagSet.map((tag, number) => [tag, number]));
    this.#constraints = options.constrained ? transitions(tagSet, options.scheme) : undefined;
  }

  static async create(
    options: ResolvedTaggerOptions,
    tokenizer: TokenizerName,
    vocabulary: Vocabulary,
    tagSet: readonly string[],
  ): Promise<TaggerModel> {
    for (const tag of Object.keys(options.tagWeights))
      if (!tagSet.includes(tag))
        throw rangeError(
          "BPTT_OPTION",
          `tagWeights: ${tag} is not a tag of the training examples; the tags are ${tagSet.join(", ")}`,
        );
    const network = await Network.create(taggerLayers(options, vocabulary.size, tagSet.length), {
      seed: options.seed,
      ...(Object.keys(options.tagWeights).length > 0 && {
        classWeights: tagSet.map((tag) => options.tagWeights[tag] ?? 1),
      }),
    });
    return new TaggerModel(options, tokenizer, vocabulary, tagSet, network);
  }

  /**
   * The vocabulary and the tags of these sentences, and a network with its first weights.
   *
   * @param vectorsFor the pre-trained vectors of a vocabulary, if there are any: they tell the width of the embedding
   */
  static async fromSentences(
    options: ResolvedTaggerOptions,
    tokenizer: TokenizerName,
    sentences: readonly Sentence[],
    pace: Pace,
    vectorsFor: (vocabulary: Vocabulary) => Promise<WordVectors | undefined> = async () => undefined,
  ): Promise<TaggerModel> {
    const { minCount, lowercase, digits } = options;
    const builder = Vocabulary.builder({ minCount, lowercase, digits });
    const known = new Set<string>();
    await pace.map(sentences, ({ words, tags }) => {
      builder.add(words);
      for (const tag of tags) known.add(tag);
    });
    known.delete("O");
    const vocabulary = builder.build();
    const vectors = await vectorsFor(vocabulary);
    const fitting = vectors ? { ...options, embeddingDim: vectors.dim } : options;
    const model = await TaggerModel.create(fitting, tokenizer, vocabulary, ["O", ...[...known].sort()]);
    if (vectors) placeVectors(model.network.parameters, vocabulary, vectors);
    return model;
  }

  /** Numbers for training. Throws RangeError BPTT_DATA for a tag that the model does not know. */
  trainingSequences(sentences: readonly Sentence[], pace: Pace): Promise<Sequence[]> {
    return pace.map(sentences, ({ words, tags }, number) => ({
      tokens: this.#wordNumbers(words),
      labels: tags.map((tag) => {
        const label = this.#tagNumbers.get(tag);
        if (label === undefined)
          throw rangeError(
            "BPTT_DATA",
            `example ${number}: the model has no tag ${tag}; its tags were fixed by the first training: ${this.tagSet.join(", ")}`,
          );
        return label;
      }),
    }));
  }

  /**
   * Replaces words by the unknown one, rare ones more often: a word that training has n times with probability a / (a + n) (Kiperwasser
   * and Goldberg 2016), where a makes that of a word seen once wordDropout. A function of seed, sequence and time, not of the batch.
   */
  wordDropper(training: readonly Sequence[]): (batch: Batch, seed: number) => void {
    const { wordDropout } = this.options;
    const counts = new Float64Array(this.vocabulary.size);
    for (const { tokens = [] } of training)
      for (let t = 0; t < tokens.length; ++t) counts[tokens[t] ?? 0] = (counts[tokens[t] ?? 0] ?? 0) + 1;
    const a = wordDropout / (1 - wordDropout);
    const limits = counts.map((count) => (count === 0 ? 0 : (a / (a + count)) * 2 ** 32));
    return ({ tokens, sequences, times, rows }, seed) => {
      if (tokens === undefined || wordDropout === 0) return;
      for (let row = 0; row < rows; ++row)
        if (mix(mix(seed, sequences[row] ?? 0), times[row] ?? 0) < (limits[tokens[row] ?? 0] ?? 0)) tokens[row] = 0;
    };
  }

  /** Tags for lists of words, in the caller's order. */
  async tag(sentences: readonly (readonly string[])[], pace: Pace): Promise<Tagging[]> {
    const taggings: Tagging[] = sentences.map(() => ({ tags: [], probabilities: [] }));
    const present = sentences.flatMap((words, number) => (words.length > 0 ? [number] : []));
    const sequences = await pace.map(present, (number) => ({ tokens: this.#wordNumbers(sentences[number] ?? []) }));
    for (const { batch, members } of this.#batches(sequences)) {
      this.#decode(batch, this.network.predict(batch)).forEach((tagging, index) => {
        taggings[present[members[index] ?? 0] ?? 0] = tagging;
      });
      await pace.rest();
    }
    return taggings;
  }

  stream(): TaggerStream {
    return new TaggerStream(this.network.stream(), this.vocabulary, this.tagSet, this.#constraints);
  }

  /** Loss and scores. Tags that the model does not know are left out of the loss and count as missed. */
  async evaluate(sentences: readonly Sentence[], pace: Pace): Promise<Evaluation> {
    const unknownTags: Record<string, number> = {};
    const sequences = await pace.map(sentences, ({ words, tags }) => ({
      tokens: this.#wordNumbers(words),
      labels: tags.map((tag) => {
        const label = this.#tagNumbers.get(tag) ?? -1;
        if (label < 0) unknownTags[tag] = (unknownTags[tag] ?? 0) + 1;
        return label;
      }),
    }));
    const predicted: (readonly string[])[] = new Array(sentences.length).fill([]);
    let loss = 0;
    let weight = 0;
    for (const { batch, members } of this.#batches(sequences)) {
      loss += this.network.forward(batch, { training: false }).loss;
      weight += this.network.weigh(batch).weight;
      this.#decode(batch, this.network.logits()).forEach(({ tags }, index) => {
        predicted[members[index] ?? 0] = tags;
      });
      await pace.rest();
    }
    const { scheme } = this.options;
    const lenient = new EntityScores({ scheme, matching: "lenient" });
    const strict = new EntityScores({ scheme, matching: "strict" });
    await pace.map(sentences, ({ tags }, number) => {
      for (const scores of [lenient, strict]) scores.add(tags, predicted[number] ?? []);
    });
    const lossPerToken = weight > 0 ? loss / weight : 0;
    return { ...lenient.report(), strict: strict.report(), loss, lossPerToken, unknownTags };
  }

  #wordNumbers(words: readonly string[]): number[] {
    return words.map((word) => this.vocabulary.lookup(word));
  }

  /** Batches of similar length, longest first. */
  *#batches(sequences: readonly Sequence[]): Generator<{ batch: Batch; members: readonly number[] }> {
    const lengths = sequences.map(({ tokens }) => tokens?.length ?? 0);
    const order = lengths.map((_, number) => number).sort((a, b) => (lengths[b] ?? 0) - (lengths[a] ?? 0));
    for (let first = 0; first < order.length; ) {
      const size = Math.max(1, Math.floor(ROWS / (lengths[order[first] ?? 0] ?? 1)));
      const members = order.slice(first, first + size);
      first += size;
      yield { batch: packMembers(sequences, members), members };
    }
  }

  /** One tagging for each sequence of the batch, in the order of its members. */
  #decode(batch: Batch, logits: Float32Array): Tagging[] {
    const classes = this.tagSet.length;
    const probabilities = unpack(batch, this.network.softmax(logits), classes);
    return unpack(batch, logits, classes).map((rows, member) => {
      const steps = rows.length / classes;
      const labels = [...decode(rows, steps, classes, this.#constraints)];
      return {
        tags: labels.map((label) => this.tagSet[label] ?? "O"),
        probabilities: labels.map((label, t) => probabilities[member]?.[t * classes + label] ?? 0),
      };
    });
  }
}

/** The model of a tagger that has one. Throws Error BPTT_ORDER otherwise. */
export function need(model: TaggerModel | undefined, method: string): TaggerModel {
  if (model === undefined)
    throw plainError(
      "BPTT_ORDER",
      `${method}: the tagger has no vocabulary yet; call train(), fit() or prepare() with examples first, or load a model`,
    );
  return model;
}
