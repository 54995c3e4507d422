/**
 * The small language in which the requests are written. Three marks, anything else is plain text:
 *
 *     <when>           any phrase of the rule "when"
 *     {dest}           any phrase of the rule "dest", tagged B-dest I-dest ...
 *     {time:weekday}   any phrase of the rule "weekday", tagged as time
 *
 * Phrases may hold marks themselves; inside a slot they add words to that slot.
 */

import { type TokenizerName, tokenize } from "../../text/tokenizer.js";
import type { TaggedTokens } from "../example.js";

/** All that is known about the requests in one language. */
export interface Grammar {
  /** Splits plain text as users of the language will have it split. */
  readonly tokenizer: TokenizerName;
  readonly cities: Division;
  readonly templates: Division;
  /** Phrases to choose from, by the name of their rule. */
  readonly rules: Readonly<Record<string, readonly string[]>>;
}

/** What training shows, and what only the test part uses. */
export interface Division {
  readonly shown: readonly string[];
  readonly heldOut: readonly string[];
}

/** A function that writes templates out; `choose` gives a phrase of the rule that it is asked for. */
export function writer(tokenizer: TokenizerName, choose: (rule: string) => string): (template: string) => TaggedTokens {
  const parsed = new Map<string, readonly Part[]>();

  const partsOf = (phrase: string): readonly Part[] => {
    const parts = parsed.get(phrase) ?? parse(phrase, tokenizer);
    parsed.set(phrase, parts);
    return parts;
  };

  return (template) => {
    const tokens: string[] = [];
    const tags: string[] = [];

    const append = (phrase: string): void => {
      for (const { words, rule, slot } of partsOf(phrase)) {
        const start = tokens.length;
        tokens.push(...words);
        tags.push(...words.map(() => "O"));
        if (rule !== undefined) append(choose(rule));
        if (slot !== undefined)
          for (let t = start; t < tokens.length; ++t) tags[t] = `${t === start ? "B" : "I"}-${slot}`;
      }
    };

    append(template);
    return { tokens, tags };
  };
}

/** Plain words, or a mark. */
interface Part {
  readonly words: readonly string[];
  readonly rule?: string | undefined;
  readonly slot?: string | undefined;
}

const MARKS = /\{(\w+)(?::(\w+))?\}|<(\w+)>|([^{<]+)/g;

const parse = (phrase: string, tokenizer: TokenizerName): Part[] =>
  Array.from(phrase.matchAll(MARKS), ({ 1: slot, 2: rule = slot, 3: name = rule, 4: text = "" }) => ({
    words: tokenize(text, tokenizer).map((token) => token.text),
    rule: name,
    slot,
  }));
