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
import { checkLabels, scoreLabels } from "./labels.js";
import type { ResolvedTaggerOptions } from "./options.js";
import type { Evaluation } from "./results.js";
import type { Sentence } from "./sentences.js";
import { networkFor, type TaggerParts, type Tagging, TaggingModel } from "./tagging.js";

/** Who hears of a tag or a label that the model does not know. */
interface Unknown {
  readonly tag: (tag: string) => void;
  readonly label: (label: string) => void;
}

/** What a tagger is once it has seen data: it answers, and it can be trained and scored. */
export class TaggerModel extends TaggingModel {
  readonly #tagNumbers: ReadonlyMap<string, number>;
  readonly #labelNumbers: ReadonlyMap<string, number>;

  constructor(parts: TaggerParts, network: Network) {
    super(parts, network);
    const { tagSet, labels } = parts;
    this.#tagNumbers = new Map(tagSet.map((tag, number) => [tag, number]));
    this.#labelNumbers = new Map(labels.map((label, number) => [label, tagSet.length + number]));
  }

  /**
   * The vocabulary, the tags and the labels of these sentences, and a network with its first weights.
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
    const labels = new Set<string>();
    await pace.map(sentences, ({ words, tags, label }) => {
      builder.add(words);
      for (const tag of tags) known.add(tag);
      if (label !== undefined) labels.add(label);
    });
    checkLabels(labels);
    known.delete("O");
    const vocabulary = builder.build();
    const vectors = await vectorsFor(vocabulary);
    const fitting = vectors ? { ...options, embeddingDim: vectors.dim } : options;
    const tagSet = ["O", ...[...known].sort()];
    const parts = { options: fitting, tokenizer, vocabulary, tagSet, labels: [...labels].sort() };
    const model = new TaggerModel(parts, await networkFor(parts));
    if (vectors) placeVectors(model.network.parameters, vocabulary, vectors);
    return model;
  }

  /** Numbers for training. Throws RangeError BPTT_DATA for a tag that the model does not know. */
  trainingSequences(sentences: readonly Sentence[], pace: Pace): Promise<Sequence[]> {
    return pace.map(sentences, (sentence, number) => {
      const refuse = (kind: "tag" | "label", got: string, known: readonly string[]) => {
        throw rangeError(
          "BPTT_DATA",
          `example ${number}: the model has no ${kind} ${got}; its ${kind}s were fixed by the first training: ${known.join(", ")}`,
        );
      };
      return this.#sequence(sentence, {
        tag: (tag) => refuse("tag", tag, this.tagSet),
        label: (label) => refuse("label", label, this.labels),
      });
    });
  }

  /** Words and tags as numbers; with labels of sentences theirs at the marks. unknown: hears of tags and labels that the model does not know, which count for nothing. */
  #sequence({ words, tags, label }: Sentence, unknown: Unknown): Sequence {
    const { before, behind } = this.marks;
    const numberOf = (name: string, numbers: ReadonlyMap<string, number>, tell: (name: string) => void) => {
      const known = numbers.get(name);
      if (known === undefined) tell(name);
      return known ?? -1;
    };
    const whole = label === undefined ? -1 : numberOf(label, this.#labelNumbers, unknown.label);
    const numbers = tags.map((tag) => numberOf(tag, this.#tagNumbers, unknown.tag));
    return {
      tokens: this.tokens(words),
      labels: [...before.map(() => whole), ...numbers, ...behind.map(() => whole)],
    };
  }

  wordDropper(training: readonly Sequence[]): (batch: Batch, seed: number) => void {
    return wordDropper(training, this.vocabulary.size, this.options.wordDropout);
  }

  /** Loss and scores. Tags and labels that the model does not know are left out of the loss and count as missed. */
  async evaluate(sentences: readonly Sentence[], pace: Pace): Promise<Evaluation> {
    const unknownTags: Record<string, number> = {};
    const unknownLabels: Record<string, number> = {};
    const count = (counts: Record<string, number>) => (name: string) => {
      counts[name] = (counts[name] ?? 0) + 1;
    };
    const unknown = { tag: count(unknownTags), label: count(unknownLabels) };
    const sequences = await pace.map(sentences, (sentence) => this.#sequence(sentence, unknown));
    const predicted: Tagging[] = new Array(sentences.length);
    let loss = 0;
    let weight = 0;
    for (const { batch, members } of answerBatches(sequences)) {
      loss += this.network.forward(batch, { training: false }).loss;
      weight += this.network.weigh(batch).weight;
      this.decode(batch, this.network.logits()).forEach((tagging, index) => {
        predicted[members[index] ?? 0] = tagging;
      });
      await pace.rest();
    }
    const { scheme } = this.options;
    const lenient = new EntityScores({ scheme, matching: "lenient" });
    const strict = new EntityScores({ scheme, matching: "strict" });
    await pace.map(sentences, ({ tags }, number) => {
      for (const scores of [lenient, strict]) scores.add(tags, predicted[number]?.tags ?? []);
    });
    const lossPerToken = weight > 0 ? loss / weight : 0;
    const labels = this.options.sentenceLabels ? scoreLabels(sentences, predicted, unknownLabels) : {};
    return { ...lenient.report(), strict: strict.report(), ...labels, loss, lossPerToken, unknownTags };
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
