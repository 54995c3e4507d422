import { plainError, rangeError } from "../../check.js";
import { type Sequence, unpack } from "../../data/batch.js";
import type { WordVectors } from "../../data/word-vectors.js";
import { LabelScores } from "../../metrics/labels.js";
import { Network } from "../../nn/network.js";
import type { Vocabulary } from "../../text/vocabulary.js";
import type { TrainingJob } from "../../train/job.js";
import type { Pace } from "../../train/pace.js";
import { answerBatches } from "../shared/batches.js";
import { placeVectors } from "../shared/vectors.js";
import { tokenizerFor, wordDropper } from "../shared/words.js";
import type { CheckedExample, SequenceInput } from "./examples.js";
import { channelsOf, type Inputs, sequenceOf, vocabularyOf } from "./inputs.js";
import { classifierLayers, type ResolvedClassifierOptions } from "./options.js";
import { type Classification, type ClassifierEvaluation, METRICS } from "./results.js";
import { classWeightsOf } from "./weights.js";

/** All of a classifier but its weights. */
export interface ClassifierParts {
  readonly options: ResolvedClassifierOptions;
  readonly inputs: Inputs;
  /** Sorted by code unit. */
  readonly labels: readonly string[];
}

/** What a classifier is once it has seen data. */
export class ClassifierModel implements ClassifierParts {
  readonly options: ResolvedClassifierOptions;
  readonly inputs: Inputs;
  readonly labels: readonly string[];
  readonly network: Network;

  private constructor({ options, inputs, labels }: ClassifierParts, network: Network) {
    this.options = options;
    this.inputs = inputs;
    this.labels = labels;
    this.network = network;
  }

  /** With its first weights. Throws RangeError BPTT_OPTION for the weight of a label that is none. */
  static async create(parts: ClassifierParts): Promise<ClassifierModel> {
    const { options, inputs, labels } = parts;
    const { vocabulary, channels } = inputs;
    const network = await Network.create(classifierLayers(options, vocabulary?.size, labels.length), {
      seed: options.seed,
      loss: options.multiLabel ? "binaryCrossEntropy" : "crossEntropy",
      ...(channels && { inputSize: channels.length }),
      ...classWeightsOf(options.labelWeights, labels),
    });
    return new ClassifierModel(parts, network);
  }

  /**
   * Labels, and vocabulary or channels, of these examples, and a network with its first weights.
   *
   * @param vectorsFor the pre-trained vectors of a vocabulary, if there are any: they tell the width of the embedding
   */
  static async fromExamples(
    options: ResolvedClassifierOptions,
    examples: readonly CheckedExample[],
    pace: Pace,
    vectorsFor: (vocabulary: Vocabulary) => Promise<WordVectors | undefined>,
  ): Promise<ClassifierModel> {
    const labels = [...new Set(examples.flatMap((example) => example.labels))].sort();
    const fewest = options.multiLabel ? 1 : 2;
    if (labels.length < fewest)
      throw rangeError(
        "BPTT_DATA",
        `examples: expected ${fewest === 1 ? "a label" : "two labels"} or more to tell apart, got ${labels.join() || "none"}; give examples of another label`,
      );
    if (examples[0]?.series)
      return ClassifierModel.create({ options, inputs: { channels: await channelsOf(examples, pace) }, labels });
    const tokenizer = options.tokenizer ?? (await tokenizerFor(examples, pace));
    const { minCount, lowercase, digits } = options;
    const vocabulary = await vocabularyOf(examples, tokenizer, { minCount, lowercase, digits }, pace);
    const vectors = await vectorsFor(vocabulary);
    const fitting = { ...options, ...(vectors && { embeddingDim: vectors.dim }), tokenizer };
    const model = await ClassifierModel.create({ options: fitting, inputs: { tokenizer, vocabulary }, labels });
    if (vectors) placeVectors(model.network.parameters, vocabulary, vectors);
    return model;
  }

  /** What is trained. Throws RangeError BPTT_DATA for a label that the model does not know. */
  async job(
    examples: readonly CheckedExample[],
    heldOut: readonly CheckedExample[] | undefined,
    pace: Pace,
  ): Promise<TrainingJob<ClassifierEvaluation>> {
    const sequences = await this.#sequences(examples, pace);
    const held = heldOut && { sequences: await this.#sequences(heldOut, pace), examples: heldOut };
    const { vocabulary } = this.inputs;
    return {
      network: this.network,
      sequences,
      metrics: METRICS,
      ...(vocabulary && { disturb: wordDropper(sequences, vocabulary.size, this.options.wordDropout) }),
      ...(held && {
        validate: (turns: Pace) => this.#score(held.examples, held.sequences, turns),
        identify: (fingerprint) => fingerprint.addSequences(held.sequences),
      }),
    };
  }

  async evaluate(examples: readonly CheckedExample[], pace: Pace): Promise<ClassifierEvaluation> {
    return this.#score(examples, await this.#sequences(examples, pace), pace);
  }

  /** In the order of the inputs. */
  async classify(inputs: Iterable<SequenceInput>, pace: Pace): Promise<Classification[]> {
    const sequences = await pace.map(inputs, (input, number) => sequenceOf(input, this.inputs, `classify: ${number}`));
    const answers = new Map<number, Classification>();
    for (const { batch, members } of answerBatches(sequences)) {
      const probabilities = this.#probabilities(this.network.predict(batch));
      unpack(batch, probabilities, this.labels.length).forEach((row, place) => {
        answers.set(members[place] ?? 0, this.#answer(row));
      });
      await pace.rest();
    }
    return sequences.flatMap((_, number) => answers.get(number) ?? []);
  }

  #sequences(examples: readonly CheckedExample[], pace: Pace): Promise<Sequence[]> {
    const numbers = new Map(this.labels.map((label, number) => [label, number]));
    return pace.map(examples, ({ text, tokens, series, labels, source }) => {
      const known = labels.map((label) => {
        const number = numbers.get(label);
        if (number !== undefined) return number;
        throw rangeError(
          "BPTT_DATA",
          `${source}: expected a label that training has shown (${this.labels.join(", ")}), got ${label}; leave the example out, or train with examples of that label`,
        );
      });
      const goal = this.options.multiLabel
        ? { target: this.labels.map((_, number) => (known.includes(number) ? 1 : 0)) }
        : { label: known[0] ?? -1 };
      return { ...sequenceOf(text ?? tokens ?? series ?? "", this.inputs, source), ...goal };
    });
  }

  async #score(
    examples: readonly CheckedExample[],
    sequences: readonly Sequence[],
    pace: Pace,
  ): Promise<ClassifierEvaluation> {
    const scores = new LabelScores();
    let [loss, weight] = [0, 0];
    for (const { batch, members } of answerBatches(sequences)) {
      loss += this.network.forward(batch, { training: false }).loss;
      weight += this.network.weigh(batch).weight;
      const probabilities = this.#probabilities(this.network.logits());
      unpack(batch, probabilities, this.labels.length).forEach((row, place) => {
        scores.add(examples[members[place] ?? 0]?.labels ?? [], this.#answer(row).labels);
      });
      await pace.rest();
    }
    return { ...scores.report(), loss, lossPerToken: weight > 0 ? loss / weight : 0 };
  }

  #probabilities(logits: Float32Array): Float32Array {
    return this.options.multiLabel ? this.network.sigmoid(logits) : this.network.softmax(logits);
  }

  #answer(row: Float32Array): Classification {
    const named = this.labels.map((label, number) => ({ label, probability: row[number] ?? 0 }));
    const sorted = named.toSorted((a, b) => b.probability - a.probability);
    const [best = { label: "", probability: 0 }] = sorted;
    const held = this.options.multiLabel ? sorted.filter(({ probability }) => probability > 0.5) : [best];
    const probabilities = Object.fromEntries(named.map(({ label, probability }) => [label, probability]));
    return { ...best, labels: held.map(({ label }) => label), probabilities };
  }
}

/** The model of a classifier that has one. Throws Error BPTT_ORDER otherwise. */
export function need(model: ClassifierModel | undefined, method: string): ClassifierModel {
  if (model === undefined)
    throw plainError(
      "BPTT_ORDER",
      `${method}: the classifier has no labels yet; call train(), fit() or prepare() with examples first, or load a model`,
    );
  return model;
}
