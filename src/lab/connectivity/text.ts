import { knownOptions, rangeError, show, typeError } from "../../check.js";
import type { Sequence } from "../../data/batch.js";
import type { Network } from "../../nn/network.js";
import type { SequenceTagger } from "../../tasks/sequence-tagger.js";
import { readTagger } from "../../tasks/tagger/file.js";
import { tokenize } from "../../text/tokenizer.js";
import { Pace } from "../../train/pace.js";
import { type Connectivity, type ConnectivityOptions, networkConnectivity } from "./connectivity.js";

export interface TextConnectivityOptions extends Pick<ConnectivityOptions, "of"> {
  /** The tag whose logit is derived, the same for every token or one for each. Default: the tags that the tagger gives. */
  readonly tags?: string | readonly string[];
}

/** Connectivity of a tagger on a text: rows are tags, columns tokens. */
export interface TextConnectivity extends Connectivity {
  readonly tokens: readonly string[];
  readonly tags: readonly string[];
}

/** What has the name of its model beside it. */
export type Named<Result> = Result & { readonly name: string };

/**
 * How strongly each earlier (of a layer that reads backwards: each) input moves the output at each step: see `Connectivity`. It is the figure of Madsen,
 * "Visualizing memorization in RNNs" (Distill, 2019): norms of gradients of logits by embedding vectors. Dropout is off. A copy of the network computes it, so
 * the model stays as it is.
 *
 * @param input of a network a sequence with tokens, or features and length; of a tagger a text or a list of tokens
 * @throws RangeError, TypeError BPTT_OPTION, BPTT_DATA; Error BPTT_MEMORY, BPTT_ORDER for a tagger that has not seen data
 */
export function connectivity(model: Network, input: Sequence, options?: ConnectivityOptions): Promise<Connectivity>;
export function connectivity(
  model: SequenceTagger,
  input: string | readonly string[],
  options?: TextConnectivityOptions,
): Promise<TextConnectivity>;
export async function connectivity(
  model: Network | SequenceTagger,
  input: Sequence | string | readonly string[],
  options: ConnectivityOptions & TextConnectivityOptions = {},
): Promise<Connectivity> {
  // by what they can do: a page may have a class twice
  if (typeof model === "object" && model !== null) {
    if ("likeness" in model) return networkConnectivity(model, input as Sequence, options);
    if ("save" in model) return ofText(model, input, options);
  }
  throw typeError("BPTT_OPTION", `connectivity: expected a Network or a SequenceTagger, got ${show(model)}`);
}

/**
 * The same input through several models, side by side: an RNN, an LSTM and a GRU that have learned the same task, say.
 *
 * @param models by the name that each result then has
 * @throws as connectivity
 */
export function compareConnectivity(
  models: Readonly<Record<string, Network>>,
  input: Sequence,
  options?: ConnectivityOptions,
): Promise<Named<Connectivity>[]>;
export function compareConnectivity(
  models: Readonly<Record<string, SequenceTagger>>,
  input: string | readonly string[],
  options?: TextConnectivityOptions,
): Promise<Named<TextConnectivity>[]>;
export async function compareConnectivity(
  models: Readonly<Record<string, Network | SequenceTagger>>,
  input: Sequence | string | readonly string[],
  options: ConnectivityOptions & TextConnectivityOptions = {},
): Promise<Named<Connectivity>[]> {
  const list = Object.entries(models ?? {});
  if (list.length === 0)
    throw rangeError("BPTT_OPTION", "compareConnectivity: expected models by name, such as { lstm, gru }, got none");
  const results: Named<Connectivity>[] = [];
  for (const [name, model] of list)
    results.push({ name, ...(await connectivity(model as Network, input as Sequence, options)) });
  return results;
}

async function ofText(tagger: SequenceTagger, input: unknown, options: TextConnectivityOptions) {
  knownOptions("connectivity", options, ["of", "tags"]);
  // a copy through the file that it would be saved as: the very weights and words
  const { model } = await readTagger(await tagger.save());
  const tokens = tokensOf(input, (text) => tokenize(text, model.tokenizer).map((token) => token.text));
  const [tagging] = await model.tag([tokens], new Pace());
  const tags = tagsOf(options.tags, tagging?.tags ?? [], model.tagSet);
  const classes = tags.map((tag) => model.tagSet.indexOf(tag));
  const { of } = options;
  const sequence = { tokens: tokens.map((token) => model.vocabulary.lookup(token)) };
  const result = await networkConnectivity(model.network, sequence, { classes, ...(of !== undefined && { of }) });
  return { tokens, tags, ...result };
}

function tokensOf(input: unknown, split: (text: string) => string[]): string[] {
  const isList = Array.isArray(input) && input.every((token) => typeof token === "string" && token !== "");
  if (typeof input !== "string" && !isList)
    throw typeError("BPTT_DATA", `connectivity: expected a text or a list of tokens, got ${show(input)}`);
  const tokens = typeof input === "string" ? split(input) : [...(input as string[])];
  if (tokens.length === 0)
    throw rangeError("BPTT_DATA", "connectivity: expected a text with one token or more, got none");
  return tokens;
}

function tagsOf(given: unknown, own: readonly string[], known: readonly string[]): readonly string[] {
  if (given === undefined) return own;
  const list: unknown[] = Array.isArray(given) ? given : new Array(own.length).fill(given);
  if (list.length !== own.length)
    throw rangeError(
      "BPTT_OPTION",
      `connectivity: tags: expected ${own.length}, one for each token, got ${list.length}`,
    );
  return list.map((tag) => {
    if (typeof tag === "string" && known.includes(tag)) return tag;
    throw rangeError(
      "BPTT_OPTION",
      `connectivity: tags: expected tags of the model (${known.join(", ")}), got ${show(tag)}`,
    );
  });
}
