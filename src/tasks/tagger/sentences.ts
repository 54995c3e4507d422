import { rangeError, show, typeError } from "../../check.js";
import { alignEntities } from "../../data/align.js";
import { checkExample, type Example, type TaggedTokens } from "../../data/example.js";
import { convertTags, SchemeDetector, type TagScheme, tagProblem, tagsOf } from "../../text/tags.js";
import { type TokenizerName, tokenize } from "../../text/tokenizer.js";
import type { Fingerprint } from "../../train/fingerprint.js";
import type { Pace } from "../../train/pace.js";
import { labelIn } from "./labels.js";
import type { ResolvedTaggerOptions } from "./options.js";

/** An example as the network sees it: words and their tags in the scheme of the model, and the sentence's label if the tagger has `sentenceLabels`. */
export interface Sentence {
  readonly words: readonly string[];
  readonly tags: readonly string[];
  readonly label?: string;
}

/** The examples in a program's list, checked. `name` is that of the list in messages. */
export async function checkExamples(examples: Iterable<Example>, pace: Pace, name = "examples"): Promise<Example[]> {
  if (typeof examples === "string" || typeof examples?.[Symbol.iterator] !== "function")
    throw typeError("BPTT_DATA", `${name}: expected a list of examples, got ${show(examples)}`);
  const list = await pace.map(examples, (example, number) =>
    checkExample(example, example?.source ?? `${name}[${number}]`),
  );
  if (list.length === 0) throw rangeError("BPTT_DATA", `${name}: expected one example or more, got none`);
  return list;
}

/**
 * Checked examples of both forms as sentences.
 *
 * @throws RangeError BPTT_DATA for texts without tokens, entities that cut a token, tags that are none, and a label that is missing
 */
export async function sentencesOf(
  examples: readonly Example[],
  tokenizer: TokenizerName,
  { scheme, sentenceLabels }: Pick<ResolvedTaggerOptions, "scheme" | "sentenceLabels">,
  pace: Pace,
): Promise<Sentence[]> {
  const detector = new SchemeDetector();
  await pace.map(examples, (example) => "tokens" in example && detector.add(example.tags));
  const given = detector.scheme;
  return pace.map(examples, (example) => {
    const label = sentenceLabels ? { label: labelIn(example) } : {};
    if ("tokens" in example) return { words: example.tokens, tags: tagsIn(example, given, scheme), ...label };
    const tokens = tokenize(example.text, tokenizer);
    if (tokens.length === 0)
      throw rangeError("BPTT_DATA", `${example.source}: expected a text with one token or more, got none`);
    const spans = alignEntities(example.text, example.entities, tokens, example.source);
    return { words: tokens.map(({ text }) => text), tags: tagsOf(spans, tokens.length, scheme), ...label };
  });
}

/** Tells a checkpoint whether its run was scored on the same sentences. */
export function identify(sentences: readonly Sentence[], fingerprint: Fingerprint): void {
  for (const { words, tags, label } of sentences)
    for (const text of [...words, ...tags, ...(label === undefined ? [] : [label]), ""]) fingerprint.addText(text);
}

function tagsIn({ tags, source }: TaggedTokens, given: TagScheme, scheme: TagScheme): string[] {
  for (const tag of tags) {
    const problem = tagProblem(tag, given);
    if (problem !== undefined) throw rangeError("BPTT_DATA", `${source}: ${problem}`);
  }
  return convertTags(tags, given, scheme);
}
