/**
 * Cuts text into tokens that remember where they stood in the caller's string. Nothing is changed on the way: no normal
 * form, no lower case, so `text.slice(start, end)` is the token.
 *
 * - `words`: letters, digits and their marks form words; white space parts them; every other character is a token of
 *   its own. Kept inside a word, between letters or digits: apostrophe (don't), hyphen (New-York), underscore, middle
 *   dot; between digits: . , : / (3.50, 1,000, 10:30, 24/7). Single letters with dots stay together (p.m., U.S.).
 *   Scripts that are written without spaces (Han, kana, Thai, Lao, Khmer, Myanmar) give one token for each character,
 *   so that any entity in them begins and ends at a token.
 * - `characters`: every character is a token, Latin letters and digits too; white space is none.
 * - `whitespace`: runs of anything that is not white space.
 * - `segmenter`: the words and punctuation of Intl.Segmenter, which differ between browsers.
 *
 * A character is a code point with the marks, variation selectors, skin tones and joined emoji that follow it, a
 * flag, or a Korean syllable. White space is JavaScript's (no-break space and byte-order mark included); `words` and
 * `characters` also drop control characters and invisible ones (zero-width space, soft hyphen, directional marks). A
 * word of more than 1,000 characters is cut. Left out: the exact rules of Unicode's annex 29. Characters that an
 * engine's Unicode version does not know yet count as symbols there.
 */

import { oneOf, plainError, show, typeError } from "../check.js";

/** The names of the tokenisers. */
export const TOKENIZERS = ["words", "characters", "whitespace", "segmenter"] as const;

export type TokenizerName = (typeof TOKENIZERS)[number];

/** A piece of the caller's string, offsets in UTF-16 code units, end exclusive. */
export interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Cuts a text into tokens in the order of the text.
 *
 * @throws TypeError BPTT_DATA if text is not a string, BPTT_OPTION for an unknown tokeniser; Error BPTT_OPTION where
 *   Intl.Segmenter is missing
 */
export function tokenize(text: string, tokenizer: TokenizerName): Token[] {
  if (typeof text !== "string") throw typeError("BPTT_DATA", `text: expected a string, got ${show(text)}`);
  switch (oneOf("tokenizer", tokenizer, TOKENIZERS)) {
    case "words":
      return matches(text, words());
    case "characters":
      return matches(text, characters());
    case "whitespace":
      return matches(text, /\S+/g);
    case "segmenter":
      return segments(text);
  }
}

/** Whether a tokeniser cuts the same way in every engine; `segmenter` does not. */
export function isPortable(tokenizer: TokenizerName): boolean {
  return oneOf("tokenizer", tokenizer, TOKENIZERS) !== "segmenter";
}

/**
 * The tokeniser under which tagging plain text agrees with the examples: characters if most letters are Han, else
 * words. Examples that are already split must come back from it token by token, joined with "" for characters and with
 * " " for words; otherwise, it is whitespace.
 */
export function chooseTokenizer(examples: Iterable<Written>): TokenizerName {
  const all = [...examples];
  const natural = naturalTokenizer(all.map(countLetters));
  return all.every((example) => agrees(example, natural)) ? natural : "whitespace";
}

/** An example that is split, or is not. */
export interface Written {
  readonly tokens?: readonly string[];
  readonly text?: string;
}

/** Letters of an example, and how many of them are Han. */
export function countLetters({ tokens, text }: Written): { readonly han: number; readonly letters: number } {
  let han = 0;
  let letters = 0;
  for (const piece of tokens ?? [text ?? ""]) {
    han += piece.match(/\p{Script=Han}/gu)?.length ?? 0;
    letters += piece.match(/[\p{L}\p{Script=Han}]/gu)?.length ?? 0;
  }
  return { han, letters };
}

/** Characters if most letters are Han, else words. */
export function naturalTokenizer(counts: readonly ReturnType<typeof countLetters>[]): "characters" | "words" {
  return counts.reduce((sum, { han, letters }) => sum + 2 * han - letters, 0) > 0 ? "characters" : "words";
}

/** Whether a tokeniser gives the tokens of an example back. */
export function agrees({ tokens }: Written, tokenizer: "characters" | "words"): boolean {
  if (tokens === undefined) return true;
  const again = tokenize(tokens.join(tokenizer === "characters" ? "" : " "), tokenizer);
  return tokens.length === again.length && again.every(({ text }, index) => text === tokens[index]);
}

function matches(text: string, pattern: RegExp): Token[] {
  return Array.from(text.matchAll(pattern), ({ 0: token, index }) => ({
    text: token,
    start: index,
    end: index + token.length,
  }));
}

function segments(text: string): Token[] {
  if (typeof Intl !== "object" || typeof Intl.Segmenter !== "function")
    throw plainError(
      "BPTT_OPTION",
      'tokenizer: "segmenter" needs Intl.Segmenter, missing here; use another engine, or "words" or "characters"',
    );
  const tokens: Token[] = [];
  for (const { segment, index } of new Intl.Segmenter("en", { granularity: "word" }).segment(text))
    if (/\S/.test(segment)) tokens.push({ text: segment, start: index, end: index + segment.length });
  return tokens;
}

const INVISIBLE = String.raw`\s\p{Cc}\u00AD\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\uFEFF`;

/** Scripts without spaces between words; the two long-vowel marks of kana belong to no script in Unicode. */
const APART = ["Han", "Hiragana", "Katakana", "Thai", "Lao", "Khmer", "Myanmar"]
  .map((script) => String.raw`\p{Script=${script}}`)
  .join("")
  .concat(String.raw`\u30FC\uFF70`);

/** Marks, half-width voicing marks, skin tones and the tag characters of flags. */
const FOLLOWER = String.raw`[\p{M}\uFF9E\uFF9F\u{1F3FB}-\u{1F3FF}\u{E0020}-\u{E007F}]`;

const FLAG = "[\u{1F1E6}-\u{1F1FF}]{2}";

/** Leading, vowel and trailing letters of a Korean syllable in decomposed form, as macOS writes file names. */
const FINALS = String.raw`[\u11A8-\u11FF]{0,3}`;
const KOREAN = String.raw`(?:[\u1100-\u115F]{1,3}[\u1160-\u11A7]{1,3}|[\uAC00-\uD7A3])${FINALS}`;

// no loop here is without a limit, since engines overflow their stack on millions of marks; 30 is that of Unicode's
// Stream-Safe Text Format (annex 15)
const FOLLOWERS = `${FOLLOWER}{0,30}`;
const JOINED = String.raw`(?:\u200D\p{Extended_Pictographic}${FOLLOWERS}){0,15}`;
const CHARACTER = `(?:${FLAG}|${KOREAN}|[^${INVISIBLE}])${FOLLOWERS}${JOINED}`;

// Whatever is no mark, punctuation, symbol, separator or control is a letter or a number: without the v flag
// (Safari 17) a regular expression cannot subtract the scripts apart in another way.
const LETTER_OR_DIGIT = String.raw`[^\p{M}\p{P}\p{S}\p{Z}\p{C}${APART}]`;
const WORD_PART = String.raw`${LETTER_OR_DIGIT}[^\p{P}\p{S}\p{Z}\p{C}${APART}]{0,999}`;
const JOINT = String.raw`['\u2019\uFF07\u05F3\u05F4\u00B7\u2010\u2011-]|_+|[\u00AD\u200C\u200D\u2060]+`;
const DIGIT_JOINT = String.raw`(?<=\p{Nd})[.,:/\u066B\u066C\uFF1A](?=\p{Nd})`;
const WORD = `${WORD_PART}(?:(?:${JOINT}|${DIGIT_JOINT})${WORD_PART}){0,999}`;

// at most six letters: without a limit a long a.a.a.a would be read again from each of its letters
const SINGLE_LETTER = String.raw`[^\P{L}${APART}]`;
const DOTTED = String.raw`${SINGLE_LETTER}(?:\.${SINGLE_LETTER}){1,5}(?!\.?${LETTER_OR_DIGIT})\.?`;

const characters = compiled(CHARACTER);
const words = compiled(`${DOTTED}|${WORD}|${CHARACTER}`);

/** The engine takes milliseconds for these, so it does at the first use and not at import. */
function compiled(source: string): () => RegExp {
  let pattern: RegExp | undefined;
  return () => {
    pattern ??= new RegExp(source, "gu");
    return pattern;
  };
}
