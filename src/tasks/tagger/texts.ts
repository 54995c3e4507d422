import { show, typeError } from "../../check.js";
import { spansOf } from "../../text/tags.js";
import type { Token } from "../../text/tokenizer.js";
import { Pace } from "../../train/pace.js";
import { tokensOf } from "../shared/tokens.js";
import type { Entity, TaggedText } from "./results.js";
import type { Tagging, TaggingModel } from "./tagging.js";

/** Tags many texts, in batches; the answers are in the order of the texts. */
export async function tagAll(model: TaggingModel, inputs: Iterable<string | readonly string[]>): Promise<TaggedText[]> {
  if (typeof inputs === "string" || typeof inputs?.[Symbol.iterator] !== "function")
    throw typeError("BPTT_DATA", `tagAll: expected a list of texts, got ${show(inputs)}; for one text call tag()`);
  const pace = new Pace();
  const split = await pace.map(inputs, (input, number) => tokensOf(input, `tag: text ${number}`, model.tokenizer));
  const words = split.map(({ tokens }) => tokens.map(({ text }) => text));
  const taggings = await model.tag(words, pace);
  return pace.map(split, ({ text, tokens }, number) => assemble(text, tokens, taggings[number], model));
}

/** Tags one text. */
export async function tagOne(model: TaggingModel, input: string | readonly string[]): Promise<TaggedText> {
  const [tagged] = await tagAll(model, [input]);
  return tagged ?? { tokens: [], tags: [], entities: [] };
}

/** Tags and entities with their places in the caller's text. */
function assemble(
  text: string,
  tokens: readonly Token[],
  tagging: Tagging | undefined,
  model: TaggingModel,
): TaggedText {
  const { tags, probabilities, ...label }: Tagging = tagging ?? { tags: [], probabilities: [] };
  const entities = spansOf(tags, model.options.scheme).map(({ label, start, end }): Entity => {
    const from = tokens[start]?.start ?? 0;
    const to = tokens[end - 1]?.end ?? 0;
    const probability = probabilities.slice(start, end).reduce((product, p) => product * p, 1);
    return { label, text: text.slice(from, to), start: from, end: to, probability };
  });
  return { tokens: tokens.map((token) => token.text), tags, entities, ...label };
}
