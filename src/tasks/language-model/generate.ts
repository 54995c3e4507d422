import { knownOptions, show, typeError, wholeNumber } from "../../check.js";
import type { StreamedStep } from "../../nn/stream.js";
import { Pace } from "../../train/pace.js";
import type { TextModel } from "./model.js";
import { type SamplingOptions, sampler } from "./sampling.js";
import { Stops } from "./stops.js";
import { tokensOf } from "./text.js";

export interface GenerateOptions extends SamplingOptions {
  /**
   * What the text goes on from. Tokens that the model does not know are read as the unknown token, and `onUnknown` hears of them. Without a prompt
   * the text begins as if behind a line break.
   */
  readonly prompt?: string;
  /** The most tokens that are made. Default 200. */
  readonly length?: number;
  /** The text ends before the first of these strings, also if it lies over the borders of pieces. */
  readonly stop?: string | readonly string[];
  /** Hears which tokens of the prompt the model does not know, each once, before the first piece; not called if there are none. */
  readonly onUnknown?: (tokens: readonly string[]) => void;
}

/** Why a text ended: it has the length, or a stop string came. */
export type GenerationEnd = "length" | "stop";

export interface GeneratedText {
  /** Without the prompt and the stop string. */
  readonly text: string;
  readonly stopped: GenerationEnd;
  /** Tokens of the prompt that the model does not know. */
  readonly unknown: readonly string[];
}

const NAMES = ["prompt", "length", "stop", "onUnknown", "temperature", "topK", "topP", "seed"];

/** Throws RangeError, TypeError BPTT_OPTION, BPTT_DATA. */
export async function* generate(
  { network, vocabulary, options }: TextModel,
  given: GenerateOptions,
): AsyncGenerator<string, GenerationEnd> {
  knownOptions("generate", given, NAMES);
  const { prompt = "", length = 200, stop, onUnknown, ...sampling } = given;
  if (typeof prompt !== "string")
    throw typeError("BPTT_DATA", `generate: prompt: expected a string, got ${show(prompt)}`);
  wholeNumber("length", length);
  const next = sampler(sampling, (logits) => network.softmax(logits));
  const stops = new Stops(stop);
  const read = tokensOf(prompt === "" ? "\n" : prompt, options.unit);
  const unknown = prompt === "" ? [] : read.filter((token) => vocabulary.lookup(token) === 0);
  if (unknown.length > 0) onUnknown?.([...new Set(unknown)]);
  const pace = new Pace();
  const stream = network.stream();
  let step: StreamedStep | undefined;
  for (const token of read) {
    step = stream.push(vocabulary.lookup(token));
    await pace.rest();
  }
  for (let made = 0; made < length && step; ++made) {
    const token = next(step.logits);
    const text = stops.push(vocabulary.words[token - 1] ?? "");
    if (text !== "") yield text;
    if (stops.found) return "stop";
    if (made + 1 < length) step = stream.push(token);
    await pace.rest();
  }
  const rest = stops.rest();
  if (rest !== "") yield rest;
  return "length";
}

/** All pieces together. */
export async function collected(model: TextModel, options: GenerateOptions): Promise<GeneratedText> {
  let unknown: readonly string[] = [];
  const onUnknown = (tokens: readonly string[]) => {
    unknown = tokens;
    options.onUnknown?.(tokens);
  };
  const pieces = generate(model, { ...options, onUnknown });
  let text = "";
  for (;;) {
    const { done, value } = await pieces.next();
    if (done) return { text, stopped: value, unknown };
    text += value;
  }
}
