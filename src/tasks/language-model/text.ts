import { rangeError, show, typeError } from "../../check.js";

export const UNITS = ["characters", "words"] as const;
export type TextUnit = (typeof UNITS)[number];

/** One text, or documents that follow each other. */
export type Corpus = string | readonly string[];

/** Scripts without spaces between words: each character is a word. */
const ALONE = ["Han", "Hiragana", "Katakana", "Thai", "Lao", "Khmer", "Myanmar"]
  .map((script) => `\\p{Script=${script}}`)
  .join("|");
const LETTERS = `(?:(?!${ALONE})[\\p{L}\\p{M}\\p{N}_])+`;
const WORDS = new RegExp(` ?(?:${ALONE}|${LETTERS}(?:['’-]${LETTERS})*|\\S)|\\s`, "gu");

/** The tokens of a text. Joined they are the text again. */
export const tokensOf = (text: string, unit: TextUnit): string[] =>
  unit === "characters" ? [...text] : (text.match(WORDS) ?? []);

/**
 * One text from a program's. Documents are joined by a line break where the one before has none at its end.
 *
 * @param name of the text in messages
 * @throws TypeError BPTT_DATA
 */
export function joined(text: Corpus, name: string): string {
  if (typeof text === "string") return text;
  if (!Array.isArray(text))
    throw typeError("BPTT_DATA", `${name}: expected a string or a list of strings, got ${show(text)}`);
  let whole = "";
  for (const [number, document] of text.entries()) {
    if (typeof document !== "string")
      throw typeError("BPTT_DATA", `${name}[${number}]: expected a string, got ${show(document)}`);
    if (whole !== "" && !whole.endsWith("\n")) whole += "\n";
    whole += document;
  }
  return whole;
}

/** The tokens of a text that is long enough to predict something. Throws RangeError, TypeError BPTT_DATA. */
export function learnable(text: Corpus, unit: TextUnit, name: string): string[] {
  const tokens = tokensOf(joined(text, name), unit);
  if (tokens.length < 2)
    throw rangeError("BPTT_DATA", `${name}: expected a text of two ${unit} or more, got ${tokens.length}`);
  return tokens;
}
