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

/** Writes a template out; `choose` gives a phrase of the rule that it is asked for. */
export function write(template: string, tokenizer: TokenizerName, choose: (rule: string) => string): TaggedTokens {
  const tokens: string[] = [];
  const tags: string[] = [];

  const append = (phrase: string): void => {
    for (const { 1: slot, 2: rule = slot, 3: name = rule, 4: text = "" } of phrase.matchAll(MARKS)) {
      for (const token of tokenize(text, tokenizer)) {
        tokens.push(token.text);
        tags.push("O");
      }
      if (name === undefined) continue;
      const start = tokens.length;
      append(choose(name));
      if (slot) for (let t = start; t < tokens.length; ++t) tags[t] = `${t === start ? "B" : "I"}-${slot}`;
    }
  };

  append(template);
  return { tokens, tags };
}

const MARKS = /\{(\w+)(?::(\w+))?\}|<(\w+)>|([^{<]+)/g;
