import { show, typeError } from "../../check.js";
import { spansOf } from "../../text/tags.js";
import { type Token, tokenize } from "../../text/tokenizer.js";
import { Pace } from "../../train/pace.js";
import type { Entity, TaggedText } from "./results.js";
import type { Tagging, TaggingModel } from "./tagging.js";

/** Tags many texts, in batches; the answers are in the order of the texts. */
export async function tagAll(model: TaggingModel, inputs: Iterable<string | readonly string[]>): Promise<TaggedText[]> {
  if (typeof inputs === "string" || typeof inputs?.[Symbol.iterator] !== "function")
    throw typeError("BPTT_DATA", `tagAll: expected a list of texts, got ${show(inputs)}; for one text call tag()`);
  const pace = new Pace();
  const split = await pace.map(inputs, (input, number) => tokensOf(input, number, model));
  const words = split.map(({ tokens }) => tokens.map(({ text }) => text));
  const taggings = await model.tag(words, pace);
  return pace.map(split, ({ text, tokens }, number) => assemble(text, tokens, taggings[number], model));
}

/** Tags one text. */
export async function tagOne(model: TaggingModel, input: string | readonly string[]): Promise<TaggedText> {
  const [tagged] = await tagAll(model, [input]);
  return tagged ?? { tokens: [], tags: [], entities: [] };
}

/** The tokens of a text, or of a list of tokens (offsets are then those in the tokens joined by a space). */
function tokensOf(
  input: string | readonly string[],
  number: number,
  model: TaggingModel,
): { text: string; tokens: Token[] } {
  if (typeof input === "string") return { text: input, tokens: tokenize(input, model.tokenizer) };
  if (!Array.isArray(input))
    throw typeError("BPTT_DATA", `tag: text ${number}: expected a string or a list of tokens, got ${show(input)}`);
  let start = 0;
  const tokens = input.map((text: unknown, index) => {
    if (typeof text !== "string" || text === "")
      throw typeError(
        "BPTT_DATA",
        `tag: text ${number}: token ${index}: expected a string of one character or more, got ${show(text)}`,
      );
    const token = { text, start, end: start + text.length };
    start = token.end + 1;
    return token;
  });
  return { text: input.join(" "), tokens };
}

/** Tags and entities with their places in the caller's text. */
function assemble(
  text: string,
  tokens: readonly Token[],
  tagging: Tagging | undefined,
  model: TaggingModel,
): TaggedText {
  const { tags, probabilities } = tagging ?? { tags: [], probabilities: [] };
  const entities = spansOf(tags, model.options.scheme).map(({ label, start, end }): Entity => {
    const from = tokens[start]?.start ?? 0;
    const to = tokens[end - 1]?.end ?? 0;
    const probability = probabilities.slice(start, end).reduce((product, p) => product * p, 1);
    return { label, text: text.slice(from, to), start: from, end: to, probability };
  });
  return { tokens: tokens.map((token) => token.text), tags, entities };
}
