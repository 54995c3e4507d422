/**
 * The two forms of a labelled sentence, and the check that every example passes once, whether read from a file or given
 * by a program.
 */

import { type CodedError, rangeError, show, typeError } from "../check.js";

/** A sentence that is already split: one tag for each token. */
export interface TaggedTokens {
  readonly tokens: readonly string[];
  readonly tags: readonly string[];
  /** Of the whole sentence (its intent), for a tagger with `sentenceLabels`; others leave it alone. */
  readonly label?: string;
  /** Where it stood, such as "train.conll:12". */
  readonly source?: string;
}

/** A labelled span, offsets in UTF-16 code units of the text, end exclusive. */
export interface EntitySpan {
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

/** A text with labelled spans, as annotation tools export them. */
export interface AnnotatedText {
  readonly text: string;
  readonly entities: readonly EntitySpan[];
  /** See TaggedTokens. */
  readonly label?: string;
  /** Where it stood, such as "train.jsonl:12". */
  readonly source?: string;
}

export type Example = TaggedTokens | AnnotatedText;

/**
 * The example in a value of unknown origin; `where` stands in front of messages and becomes the example's source. Keys
 * that an example does not have, such as an id, are left out.
 *
 * @throws TypeError BPTT_DATA for another shape; RangeError BPTT_DATA for empty sentences, other counts of tokens and
 * tags, and wrong offsets
 */
export function checkExample(value: unknown, where: string): Example {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw typeError("BPTT_DATA", `${where}: expected an object ${SHAPES}, got ${show(value)}`);
  const { tokens, tags, text, entities, label }: Partial<Record<string, unknown>> = { ...value };
  const more = { ...(typeof label === "string" && label !== "" && { label }), source: where };
  const split = tokens !== undefined || tags !== undefined;
  if (split && entities !== undefined)
    throw typeError("BPTT_DATA", `${where}: expected ${SHAPES}, got keys of both; keep one of the two`);
  if (split) return { ...checkTagged(tokens, tags, where), ...more };
  if (text === undefined) throw unknownShape(value, where);
  return { ...checkAnnotated(text, entities, where), ...more };
}

/**
 * The entities in the order of the text, offsets checked.
 *
 * @throws TypeError or RangeError BPTT_DATA for offsets that are inverted, empty, overlap or leave the text, and for
 * missing labels
 */
export function checkEntities(text: string, entities: readonly unknown[], where?: string): EntitySpan[] {
  const indexed = entities.map((entity, index) => ({ ...checkEntity(text, entity, entityName(index, where)), index }));
  indexed.sort((a, b) => a.start - b.start);
  for (let i = 1; i < indexed.length; ++i) {
    const [first, second] = [indexed[i - 1], indexed[i]];
    if (first && second && second.start < first.end)
      throw rangeError(
        "BPTT_DATA",
        `${entityName(second.index, where)}: ${describeEntity(text, second)} overlaps ${describeEntity(text, first)}; keep one of them`,
      );
  }
  return indexed.map(({ start, end, label }) => ({ start, end, label }));
}

/** How an entity is named in a message. */
export const entityName = (index: number, where?: string): string =>
  `${where === undefined ? "" : `${where}: `}entities[${index}]`;

/** An entity with its offsets and its text, as it is written in a message. */
export const describeEntity = (text: string, { start, end, label }: EntitySpan): string =>
  `${show(label)} at ${start}-${end} (${show(text.slice(start, end))})`;

const SHAPES = "{tokens, tags} or {text, entities}";

function unknownShape(value: object, where: string): CodedError {
  const keys = Object.keys(value).slice(0, 8);
  const got = keys.length === 0 ? "an object without keys" : `the keys ${keys.map((key) => show(key)).join(", ")}`;
  return typeError("BPTT_DATA", `${where}: expected ${SHAPES}, got ${got}; rename the keys`);
}

function checkTagged(tokens: unknown, tags: unknown, where: string): TaggedTokens {
  if (tags === undefined)
    throw typeError("BPTT_DATA", `${where}: a sentence without tags; give "tags", one for each token`);
  if (tokens === undefined)
    throw typeError("BPTT_DATA", `${where}: tags without tokens; give "tokens", one for each tag`);
  const [checkedTokens, checkedTags] = [checkStrings(tokens, `${where}: tokens`), checkStrings(tags, `${where}: tags`)];
  if (checkedTokens.length !== checkedTags.length)
    throw rangeError(
      "BPTT_DATA",
      `${where}: expected one tag for each token, got ${checkedTokens.length} tokens and ${checkedTags.length} tags`,
    );
  if (checkedTokens.length === 0) throw rangeError("BPTT_DATA", `${where}: a sentence without tokens; leave it out`);
  return { tokens: checkedTokens, tags: checkedTags };
}

function checkStrings(list: unknown, name: string): readonly string[] {
  if (!Array.isArray(list)) throw typeError("BPTT_DATA", `${name}: expected an array of strings, got ${show(list)}`);
  return list.map((item: unknown, index) => {
    if (typeof item === "string" && item !== "") return item;
    throw typeError("BPTT_DATA", `${name}[${index}]: expected a string of one character or more, got ${show(item)}`);
  });
}

function checkAnnotated(text: unknown, entities: unknown, where: string): AnnotatedText {
  if (typeof text !== "string") throw typeError("BPTT_DATA", `${where}: text: expected a string, got ${show(text)}`);
  if (text.trim() === "")
    throw rangeError("BPTT_DATA", `${where}: text: expected words, got ${show(text)}; leave it out`);
  if (!Array.isArray(entities))
    throw typeError(
      "BPTT_DATA",
      `${where}: entities: expected an array of {start, end, label}, got ${show(entities)}; a text without entities needs "entities": []`,
    );
  checkEntities(text, entities, where);
  return { text, entities: entities.map(({ start, end, label }: EntitySpan) => ({ start, end, label })) };
}

function checkEntity(text: string, entity: unknown, name: string): EntitySpan {
  if (typeof entity !== "object" || entity === null || Array.isArray(entity))
    throw typeError("BPTT_DATA", `${name}: expected {start, end, label}, got ${show(entity)}`);
  const { start, end, label }: Partial<Record<string, unknown>> = { ...entity };
  if (typeof label !== "string" || label === "")
    throw typeError("BPTT_DATA", `${name}: label: expected a string of one character or more, got ${show(label)}`);
  if (typeof start !== "number" || typeof end !== "number")
    throw typeError("BPTT_DATA", `${name}: start and end: expected numbers, got ${show(start)} and ${show(end)}`);
  if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || start >= end || end > text.length)
    throw rangeError(
      "BPTT_DATA",
      `${name}: ${show(label)}: expected 0 <= start < end <= ${text.length}, got ${start} and ${end} in ${show(text)}; the end is exclusive`,
    );
  return { start, end, label };
}
