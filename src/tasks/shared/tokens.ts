import { show, typeError } from "../../check.js";
import { type Token, type TokenizerName, tokenize } from "../../text/tokenizer.js";

/** The tokens of a text, or of a list of tokens (offsets are then those in the tokens joined by a space). */
export function tokensOf(
  input: string | readonly string[],
  where: string,
  tokenizer: TokenizerName,
): { text: string; tokens: Token[] } {
  if (typeof input === "string") return { text: input, tokens: tokenize(input, tokenizer) };
  if (!Array.isArray(input))
    throw typeError("BPTT_DATA", `${where}: expected a string or a list of tokens, got ${show(input)}`);
  let start = 0;
  const tokens = input.map((text: unknown, index) => {
    if (typeof text !== "string" || text === "")
      throw typeError(
        "BPTT_DATA",
        `${where}: token ${index}: expected a string of one character or more, got ${show(text)}`,
      );
    const token = { text, start, end: start + text.length };
    start = token.end + 1;
    return token;
  });
  return { text: input.join(" "), tokens };
}
