import { plainError, rangeError } from "../../check.js";
import type { Batch, Sequence } from "../../data/batch.js";
import type { WordVectors } from "../../data/word-vectors.js";
import { EntityScores } from "../../metrics/entities.js";
import type { Network } from "../../nn/network.js";
import type { TokenizerName } from "../../text/tokenizer.js";
import { Vocabulary } from "../../text/vocabulary.js";
import type { Pace } from "../../train/pace.js";
import { answerBatches } from "../shared/batches.js";
import { placeVectors } from "../shared/vectors.js";
import { wordDropper } from "../shared/words.js";
import type { ResolvedTaggerOptions } from "./options.js";
import type { Evaluation } from "./results.js";
import type { Sentence } from "./sentences.js";
import { networkFor, type TaggerParts, TaggingModel } from "./tagging.js";

/** What a tagger is once it has seen data: it answers, and it can be trained and scored. */
export class TaggerModel extends TaggingModel {
  readonly #tagNumbers: ReadonlyMap<string, number>;

  constructor(parts: TaggerParts, network: Network) {
    super(parts, network);
    this.#tagNumbers = new Map(parts.tagSet.map((tag, number) => [tag, number]));
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
    const parts = { options: fitting, tokenizer, vocabulary, tagSet: ["O", ...[...known].sort()] };
    const model = new TaggerModel(parts, await networkFor(parts));
    if (vectors) placeVectors(model.network.parameters, vocabulary, vectors);
    return model;
  }

  /** Numbers for training. Throws RangeError BPTT_DATA for a tag that the model does not know. */
  trainingSequences(sentences: readonly Sentence[], pace: Pace): Promise<Sequence[]> {
    return pace.map(sentences, ({ words, tags }, number) => ({
      tokens: this.wordNumbers(words),
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

  wordDropper(training: readonly Sequence[]): (batch: Batch, seed: number) => void {
    return wordDropper(training, this.vocabulary.size, this.options.wordDropout);
  }

  /** Loss and scores. Tags that the model does not know are left out of the loss and count as missed. */
  async evaluate(sentences: readonly Sentence[], pace: Pace): Promise<Evaluation> {
    const unknownTags: Record<string, number> = {};
    const sequences = await pace.map(sentences, ({ words, tags }) => ({
      tokens: this.wordNumbers(words),
      labels: tags.map((tag) => {
        const label = this.#tagNumbers.get(tag) ?? -1;
        if (label < 0) unknownTags[tag] = (unknownTags[tag] ?? 0) + 1;
        return label;
      }),
    }));
    const predicted: (readonly string[])[] = new Array(sentences.length).fill([]);
    let loss = 0;
    let weight = 0;
    for (const { batch, members } of answerBatches(sequences)) {
      loss += this.network.forward(batch, { training: false }).loss;
      weight += this.network.weigh(batch).weight;
      this.decode(batch, this.network.logits()).forEach(({ tags }, index) => {
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
