import { rangeError, typeError } from "../../check.js";
import { alignEntities } from "../../data/align.js";
import type { Example } from "../../data/example.js";
import { convertTags, detectScheme, type TagScheme, tagsOf } from "../../text/tags.js";
import { type TokenizerName, tokenize } from "../../text/tokenizer.js";

/** An example as the network sees it: words and their tags in the scheme of the model. */
export interface Sentence {
  readonly words: readonly string[];
  readonly tags: readonly string[];
}

/**
 * Examples of both forms as sentences.
 *
 * @throws RangeError, TypeError BPTT_DATA for examples without tokens, with another count of tags, or with entities that cut a token
 */
export function sentencesOf(examples: readonly Example[], tokenizer: TokenizerName, scheme: TagScheme): Sentence[] {
  const given = detectScheme(examples.flatMap((example) => ("tokens" in example ? [example.tags] : [])));
  return examples.map((example, number) => sentenceOf(example, number, tokenizer, given, scheme));
}

function sentenceOf(
  example: Example,
  number: number,
  tokenizer: TokenizerName,
  given: TagScheme,
  scheme: TagScheme,
): Sentence {
  const where = example.source ?? `example ${number}`;
  if ("text" in example) {
    const tokens = tokenize(example.text, tokenizer);
    if (tokens.length === 0) throw rangeError("BPTT_DATA", `${where}: expected a text with one token or more, got none`);
    const spans = alignEntities(example.text, example.entities, tokens, where);
    return { words: tokens.map(({ text }) => text), tags: tagsOf(spans, tokens.length, scheme) };
  }
  const { tokens, tags } = example;
  if (!Array.isArray(tokens) || !Array.isArray(tags))
    throw typeError("BPTT_DATA", `${where}: expected { tokens, tags } or { text, entities }, two arrays each`);
  if (tokens.length === 0) throw rangeError("BPTT_DATA", `${where}: expected one token or more, got none`);
  if (tokens.length !== tags.length)
    throw rangeError("BPTT_DATA", `${where}: ${tokens.length} tokens but ${tags.length} tags; give one tag for each token`);
  return { words: tokens, tags: convertTags(tags, given, scheme) };
}
