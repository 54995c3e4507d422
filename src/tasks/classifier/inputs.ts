import { rangeError } from "../../check.js";
import type { Sequence } from "../../data/batch.js";
import type { TokenizerName } from "../../text/tokenizer.js";
import { Vocabulary } from "../../text/vocabulary.js";
import type { Pace } from "../../train/pace.js";
import { tokensOf } from "../shared/tokens.js";
import { type CheckedExample, checkInput, type SequenceInput, type Series } from "./examples.js";

/** Of one channel of the training's series, which are scaled to a mean of 0 and a deviation of 1. */
export interface Channel {
  readonly mean: number;
  /** 1 for a channel that never changes. */
  readonly deviation: number;
}

/** How sequences become numbers: a vocabulary for words, or a scale for each channel. */
export type Inputs =
  | { readonly tokenizer: TokenizerName; readonly vocabulary: Vocabulary; readonly channels?: undefined }
  | { readonly channels: readonly Channel[]; readonly tokenizer?: undefined; readonly vocabulary?: undefined };

/** The words of an example with a text. Throws RangeError BPTT_DATA for a text that has none. */
export function wordsOf(input: string | readonly string[], tokenizer: TokenizerName, where: string): string[] {
  const { tokens } = tokensOf(input, where, tokenizer);
  if (tokens.length === 0)
    throw rangeError("BPTT_DATA", `${where}: expected a text with one token or more, got none; leave it out`);
  return tokens.map(({ text }) => text);
}

/** The vocabulary of the examples' words. */
export async function vocabularyOf(
  examples: readonly CheckedExample[],
  tokenizer: TokenizerName,
  options: Parameters<typeof Vocabulary.builder>[0],
  pace: Pace,
): Promise<Vocabulary> {
  const builder = Vocabulary.builder(options);
  await pace.map(examples, ({ text, tokens, source }) => builder.add(wordsOf(text ?? tokens ?? "", tokenizer, source)));
  return builder.build();
}

/** Mean and deviation of each channel over all steps. */
export async function channelsOf(examples: readonly CheckedExample[], pace: Pace): Promise<Channel[]> {
  const width = examples[0]?.series?.[0]?.length ?? 0;
  const over = async (term: (value: number, channel: number) => number) => {
    const sums = new Float64Array(width);
    let count = 0;
    await pace.map(examples, ({ series = [], source }) => {
      checkWidth(series, width, source);
      for (const row of series) for (let c = 0; c < width; ++c) sums[c] = (sums[c] ?? 0) + term(row[c] ?? 0, c);
      count += series.length;
    });
    return sums.map((sum) => sum / count);
  };
  const means = await over((value) => value);
  const variances = await over((value, c) => (value - (means[c] ?? 0)) * (value - (means[c] ?? 0)));
  return Array.from(means, (mean, c) => ({ mean, deviation: Math.sqrt(variances[c] ?? 0) || 1 }));
}

/** An input as a network takes it. Throws RangeError, TypeError BPTT_DATA for one of another kind. */
export function sequenceOf(input: SequenceInput, inputs: Inputs, where: string): Sequence {
  checkInput(input, where);
  const isText = isWords(input);
  if (isText !== (inputs.vocabulary !== undefined))
    throw rangeError(
      "BPTT_DATA",
      `${where}: expected a ${isText ? "series" : "text"}, as the classifier was trained on, got a ${isText ? "text" : "series"}; give it what it knows`,
    );
  if (inputs.vocabulary) {
    const { vocabulary, tokenizer } = inputs;
    return { tokens: wordsOf(input as string, tokenizer, where).map((word) => vocabulary.lookup(word)) };
  }
  const [series, channels] = [input as Series, inputs.channels];
  checkWidth(series, channels.length, where);
  const features = new Float32Array(series.length * channels.length);
  for (const [t, row] of series.entries())
    for (const [c, { mean, deviation }] of channels.entries())
      features[t * channels.length + c] = ((row[c] ?? 0) - mean) / deviation;
  return { features, length: series.length };
}

const isWords = (input: SequenceInput): input is string | readonly string[] =>
  typeof input === "string" || typeof input[0] === "string";

function checkWidth(series: Series, width: number, where: string): void {
  const got = series[0]?.length ?? 0;
  if (got !== width)
    throw rangeError(
      "BPTT_DATA",
      `${where}: expected ${width} channels, as in the training's first series, got ${got}; give every series the same channels`,
    );
}
