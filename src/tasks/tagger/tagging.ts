import { rangeError } from "../../check.js";
import { type Batch, unpack } from "../../data/batch.js";
import { Network } from "../../nn/network.js";
import { decode, type Transitions, transitions } from "../../text/decode.js";
import type { TokenizerName } from "../../text/tokenizer.js";
import type { Vocabulary } from "../../text/vocabulary.js";
import type { Pace } from "../../train/pace.js";
import { answerBatches } from "../shared/batches.js";
import { labelAt, type Marks, marksOf, type SentenceLabel, tagColumns } from "./marks.js";
import { type ResolvedTaggerOptions, taggerLayers } from "./options.js";
import { TaggerStream } from "./stream.js";

/** The tags of one sentence with the probability of each, and its label if the tagger has any. */
export interface Tagging extends SentenceLabel {
  readonly tags: readonly string[];
  readonly probabilities: readonly number[];
}

/** All of a tagger but its weights. */
export interface TaggerParts {
  readonly options: ResolvedTaggerOptions;
  readonly tokenizer: TokenizerName;
  readonly vocabulary: Vocabulary;
  readonly tagSet: readonly string[];
  /** Of sentences, sorted by code unit; none without `sentenceLabels`. */
  readonly labels: readonly string[];
}

/** The network of a tagger, with its first weights. Throws RangeError BPTT_OPTION for the weight of a tag that is none. */
export async function networkFor({ options, vocabulary, tagSet, labels }: TaggerParts): Promise<Network> {
  const { tagWeights, seed } = options;
  for (const tag of Object.keys(tagWeights))
    if (!tagSet.includes(tag))
      throw rangeError(
        "BPTT_OPTION",
        `tagWeights: ${tag} is not a tag of the training examples; the tags are ${tagSet.join(", ")}`,
      );
  const { before, behind } = marksOf(vocabulary.size, labels.length, options.bidirectional);
  const rows = vocabulary.size + before.length + behind.length;
  return Network.create(taggerLayers(options, rows, tagSet.length + labels.length), {
    seed,
    ...(Object.keys(tagWeights).length > 0 && {
      classWeights: [...tagSet.map((tag) => tagWeights[tag] ?? 1), ...labels.map(() => 1)],
    }),
  });
}

/** What a tagger needs to answer: vocabulary, tags and network. */
export class TaggingModel implements TaggerParts {
  readonly options: ResolvedTaggerOptions;
  readonly tokenizer: TokenizerName;
  readonly vocabulary: Vocabulary;
  readonly tagSet: readonly string[];
  readonly labels: readonly string[];
  readonly network: Network;
  protected readonly marks: Marks;
  readonly #constraints: Transitions | undefined;

  constructor({ options, tokenizer, vocabulary, tagSet, labels }: TaggerParts, network: Network) {
    this.options = options;
    this.tokenizer = tokenizer;
    this.vocabulary = vocabulary;
    this.tagSet = tagSet;
    this.labels = labels;
    this.marks = marksOf(vocabulary.size, labels.length, options.bidirectional);
    this.network = network;
    this.#constraints = options.constrained ? transitions(tagSet, options.scheme) : undefined;
  }

  /** Tags for lists of words, in the caller's order. */
  async tag(sentences: readonly (readonly string[])[], pace: Pace): Promise<Tagging[]> {
    const taggings: Tagging[] = sentences.map(() => ({ tags: [], probabilities: [] }));
    const present = sentences.flatMap((words, number) => (words.length > 0 ? [number] : []));
    const sequences = await pace.map(present, (number) => ({ tokens: this.tokens(sentences[number] ?? []) }));
    for (const { batch, members } of answerBatches(sequences)) {
      this.decode(batch, this.network.predict(batch)).forEach((tagging, index) => {
        taggings[present[members[index] ?? 0] ?? 0] = tagging;
      });
      await pace.rest();
    }
    return taggings;
  }

  stream(): TaggerStream {
    return new TaggerStream(this.network.stream(), this, this.#constraints);
  }

  /** Numbers of the words, between the marks. */
  protected tokens(words: readonly string[]): number[] {
    const { before, behind } = this.marks;
    return [...before, ...words.map((word) => this.vocabulary.lookup(word)), ...behind];
  }

  /** One tagging for each sequence of the batch, in the order of its members. */
  protected decode(batch: Batch, logits: Float32Array): Tagging[] {
    const { tagSet, labels, marks } = this;
    const [tags, classes] = [tagSet.length, tagSet.length + labels.length];
    const probabilities = unpack(batch, this.network.softmax(logits), classes);
    return unpack(batch, logits, classes).map((rows, member) => {
      const own = tagColumns(rows, marks, classes, tags);
      const path = [...decode(own, own.length / tags, tags, this.#constraints)];
      const shares = probabilities[member] ?? new Float32Array(0);
      return {
        tags: path.map((tag) => tagSet[tag] ?? "O"),
        probabilities: path.map((tag, t) => shares[(marks.before.length + t) * classes + tag] ?? 0),
        ...labelAt(shares, marks, classes, labels),
      };
    });
  }
}
