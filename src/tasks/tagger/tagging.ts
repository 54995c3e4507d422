import { rangeError } from "../../check.js";
import { type Batch, unpack } from "../../data/batch.js";
import { Network } from "../../nn/network.js";
import { decode, type Transitions, transitions } from "../../text/decode.js";
import type { TokenizerName } from "../../text/tokenizer.js";
import type { Vocabulary } from "../../text/vocabulary.js";
import type { Pace } from "../../train/pace.js";
import { answerBatches } from "../shared/batches.js";
import { type ResolvedTaggerOptions, taggerLayers } from "./options.js";
import { TaggerStream } from "./stream.js";

/** The tags of one sentence with the probability of each. */
export interface Tagging {
  readonly tags: readonly string[];
  readonly probabilities: readonly number[];
}

/** All of a tagger but its weights. */
export interface TaggerParts {
  readonly options: ResolvedTaggerOptions;
  readonly tokenizer: TokenizerName;
  readonly vocabulary: Vocabulary;
  readonly tagSet: readonly string[];
}

/** The network of a tagger, with its first weights. Throws RangeError BPTT_OPTION for the weight of a tag that is none. */
export async function networkFor({ options, vocabulary, tagSet }: TaggerParts): Promise<Network> {
  const { tagWeights, seed } = options;
  for (const tag of Object.keys(tagWeights))
    if (!tagSet.includes(tag))
      throw rangeError(
        "BPTT_OPTION",
        `tagWeights: ${tag} is not a tag of the training examples; the tags are ${tagSet.join(", ")}`,
      );
  return Network.create(taggerLayers(options, vocabulary.size, tagSet.length), {
    seed,
    ...(Object.keys(tagWeights).length > 0 && { classWeights: tagSet.map((tag) => tagWeights[tag] ?? 1) }),
  });
}

/** What a tagger needs to answer: vocabulary, tags and network. */
export class TaggingModel implements TaggerParts {
  readonly options: ResolvedTaggerOptions;
  readonly tokenizer: TokenizerName;
  readonly vocabulary: Vocabulary;
  readonly tagSet: readonly string[];
  readonly network: Network;
  readonly #constraints: Transitions | undefined;

  constructor({ options, tokenizer, vocabulary, tagSet }: TaggerParts, network: Network) {
    this.options = options;
    this.tokenizer = tokenizer;
    this.vocabulary = vocabulary;
    this.tagSet = tagSet;
    this.network = network;
    this.#constraints = options.constrained ? transitions(tagSet, options.scheme) : undefined;
  }

  /** Tags for lists of words, in the caller's order. */
  async tag(sentences: readonly (readonly string[])[], pace: Pace): Promise<Tagging[]> {
    const taggings: Tagging[] = sentences.map(() => ({ tags: [], probabilities: [] }));
    const present = sentences.flatMap((words, number) => (words.length > 0 ? [number] : []));
    const sequences = await pace.map(present, (number) => ({ tokens: this.wordNumbers(sentences[number] ?? []) }));
    for (const { batch, members } of answerBatches(sequences)) {
      this.decode(batch, this.network.predict(batch)).forEach((tagging, index) => {
        taggings[present[members[index] ?? 0] ?? 0] = tagging;
      });
      await pace.rest();
    }
    return taggings;
  }

  stream(): TaggerStream {
    return new TaggerStream(this.network.stream(), this.vocabulary, this.tagSet, this.#constraints);
  }

  protected wordNumbers(words: readonly string[]): number[] {
    return words.map((word) => this.vocabulary.lookup(word));
  }

  /** One tagging for each sequence of the batch, in the order of its members. */
  protected decode(batch: Batch, logits: Float32Array): Tagging[] {
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
