import { rangeError } from "../../check.js";
import { alignEntities } from "../../data/align.js";
import { checkExample, type Example, type TaggedTokens } from "../../data/example.js";
import { convertTags, detectScheme, type TagScheme, tagProblem, tagsOf } from "../../text/tags.js";
import { type TokenizerName, tokenize } from "../../text/tokenizer.js";

/** An example as the network sees it: words and their tags in the scheme of the model. */
export interface Sentence {
  readonly words: readonly string[];
  readonly tags: readonly string[];
}

/** The examples in a program's list, checked. */
export const checkExamples = (examples: Iterable<Example>): Example[] =>
  Array.from(examples, (example, number) => checkExample(example, example?.source ?? `examples[${number}]`));

/**
 * Checked examples of both forms as sentences.
 *
 * @throws RangeError BPTT_DATA for texts without tokens, entities that cut a token, and tags that are none
 */
export function sentencesOf(examples: readonly Example[], tokenizer: TokenizerName, scheme: TagScheme): Sentence[] {
  const given = detectScheme(examples.flatMap((example) => ("tokens" in example ? [example.tags] : [])));
  return examples.map((example) => {
    if ("tokens" in example) return { words: example.tokens, tags: tagsIn(example, given, scheme) };
    const tokens = tokenize(example.text, tokenizer);
    if (tokens.length === 0)
      throw rangeError("BPTT_DATA", `${example.source}: expected a text with one token or more, got none`);
    const spans = alignEntities(example.text, example.entities, tokens, example.source);
    return { words: tokens.map(({ text }) => text), tags: tagsOf(spans, tokens.length, scheme) };
  });
}

function tagsIn({ tags, source }: TaggedTokens, given: TagScheme, scheme: TagScheme): string[] {
  for (const tag of tags) {
    const problem = tagProblem(tag, given);
    if (problem !== undefined) throw rangeError("BPTT_DATA", `${source}: ${problem}`);
  }
  return convertTags(tags, given, scheme);
}
