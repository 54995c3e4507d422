import { flag, knownOptions, nonNegativeNumber, oneOf, show, typeError, wholeNumber } from "../../check.js";
import type { LayerDescription } from "../../nn/layers.js";
import { linear } from "../../nn/linear.js";
import { adam } from "../../optim/adam.js";
import { linearDecay } from "../../optim/schedule.js";
import { TAG_SCHEMES, type TagScheme } from "../../text/tags.js";
import { TOKENIZERS } from "../../text/tokenizer.js";
import type { TrainDefaults } from "../../train/options.js";
import {
  type EncoderOptions,
  encoderLayers,
  encoderOptionNames,
  type Open,
  ownOptions,
  resolveEncoder,
} from "../shared/encoder.js";
import { hasLabels } from "./marks.js";

export interface TaggerOptions extends EncoderOptions {
  /** How the network writes spans as tags. Default "IOB2". */
  readonly scheme?: TagScheme;
  /** Whether decoding leaves out impossible sequences of tags. Default true. */
  readonly constrained?: boolean;
  /**
   * The examples carry a `label` for the whole sentence (its intent), and the tagger learns and says it too, in the same network: at a mark behind the last word,
   * and one before the first if it is bidirectional (after Hakkani-Tür et al. 2016). Default false.
   */
  readonly sentenceLabels?: boolean;
  /** A weight of the loss for some tags; others weigh 1. */
  readonly tagWeights?: Readonly<Record<string, number>>;
}

/** How a tagger is trained unless told otherwise. */
export const taggerTraining: TrainDefaults = {
  epochs: 16,
  optimizer: /* @__PURE__ */ adam({ lr: 6e-3, schedule: /* @__PURE__ */ linearDecay() }),
};

/** Every option with its default. */
export type ResolvedTaggerOptions = Required<Omit<TaggerOptions, Open>> & Pick<TaggerOptions, Open>;

const names: readonly (keyof TaggerOptions)[] = [
  ...encoderOptionNames,
  "scheme",
  "constrained",
  "sentenceLabels",
  "tagWeights",
  "seed",
];

export function resolveTaggerOptions(options: TaggerOptions): ResolvedTaggerOptions {
  knownOptions("SequenceTagger", options, names);
  const { tokenizer, tagWeights = {} } = options;
  const encoder = resolveEncoder(options);
  if (typeof tagWeights !== "object" || tagWeights === null || Array.isArray(tagWeights))
    throw typeError("BPTT_OPTION", `tagWeights: expected weights by tag, such as { O: 0.5 }, got ${show(tagWeights)}`);
  for (const [tag, weight] of Object.entries(tagWeights)) nonNegativeNumber(`tagWeights: ${tag}`, weight);
  return {
    ...encoder,
    scheme: oneOf("scheme", options.scheme ?? "IOB2", TAG_SCHEMES),
    constrained: flag("constrained", options.constrained ?? true),
    sentenceLabels: hasLabels(options.sentenceLabels),
    tagWeights: { ...tagWeights },
    seed: wholeNumber("seed", options.seed ?? 1),
    ...ownOptions(encoder.cell, options, encoder.hiddenSize),
    // last, where saving puts the tokenizer that the examples chose: a model that was loaded is saved as the same bytes
    ...(tokenizer !== undefined && { tokenizer: oneOf("tokenizer", tokenizer, TOKENIZERS) }),
  };
}

/** The network of a tagger: embedding, dropout, recurrent layers, dropout, one output for each tag and each label of sentences. */
export const taggerLayers = (options: ResolvedTaggerOptions, words: number, classes: number): LayerDescription[] => [
  ...encoderLayers(options, words),
  linear({ outFeatures: classes }),
];
