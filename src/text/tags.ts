/**
 * Tags that mark spans of tokens: "O" outside, else a prefix letter, a hyphen and a label (which may contain hyphens).
 *
 * | scheme | spans dest dest, then dest, then nothing |
 * |---|---|
 * | IOB2  | B-dest I-dest B-dest O |
 * | IOB1  | I-dest I-dest B-dest O: B- only where a span touches one of the same label |
 * | IOBES | B-dest E-dest S-dest O |
 * | IO    | I-dest I-dest I-dest O: spans of the same label that touch become one; plain labels (`dest`) are read too |
 */

import { oneOf, rangeError, show, wholeNumber } from "../check.js";

/** The names of the tag schemes. */
export const TAG_SCHEMES = ["IOB2", "IOB1", "IOBES", "IO"] as const;

export type TagScheme = (typeof TAG_SCHEMES)[number];

/** A labelled run of tokens, token numbers from 0, end exclusive. */
export interface TokenSpan {
  readonly label: string;
  readonly start: number;
  readonly end: number;
}

/** A tag's parts; "O" has no label. */
export interface TagParts {
  readonly prefix: string;
  readonly label: string;
}

/**
 * The spans of one sentence in order, read as conlleval does: tags that break the scheme still give spans (I-dest after
 * O begins one, I-time after B-dest another).
 *
 * @throws RangeError BPTT_DATA for a tag that is not of the scheme
 */
export function spansOf(tags: readonly string[], scheme: TagScheme): TokenSpan[] {
  oneOf("scheme", scheme, TAG_SCHEMES);
  const spans: TokenSpan[] = [];
  let start = 0;
  let previous = OUTSIDE;
  for (let t = 0; t <= tags.length; ++t) {
    const tag = t < tags.length ? tagParts(tags[t], scheme) : OUTSIDE;
    const begins = startsSpan(previous, tag);
    if (previous.prefix !== "O" && (begins || tag.prefix === "O")) spans.push({ label: previous.label, start, end: t });
    if (begins) start = t;
    previous = tag;
  }
  return spans;
}

/**
 * The well-formed spans of one sentence in order, as in seqeval's strict mode: whatever breaks the scheme is no span.
 *
 * @throws RangeError BPTT_DATA for a tag that is not of the scheme
 */
export function strictSpansOf(tags: readonly string[], scheme: TagScheme): TokenSpan[] {
  oneOf("scheme", scheme, TAG_SCHEMES);
  const spans: TokenSpan[] = [];
  const parts = tags.map((tag) => tagParts(tag, scheme));
  const at = (t: number): TagParts => parts[t] ?? OUTSIDE;
  const { starts, continues, ends } = STRICT[scheme];
  let t = 0;
  while (t < tags.length) {
    const start = t++;
    if (!starts(at(start - 1), at(start))) continue;
    while (continues(at(t - 1), at(t))) ++t;
    if (ends(at(t - 1), at(t))) spans.push({ label: at(start).label, start, end: t });
  }
  return spans;
}

/**
 * The tags of a sentence of `length` tokens with these spans, in any order.
 *
 * @throws RangeError BPTT_DATA for spans that are empty, overlap, or leave the sentence
 */
export function tagsOf(spans: readonly TokenSpan[], length: number, scheme: TagScheme): string[] {
  oneOf("scheme", scheme, TAG_SCHEMES);
  const tags: string[] = new Array(wholeNumber("length", length)).fill("O");
  let previous: TokenSpan = { label: "", start: 0, end: 0 };
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    const { label, start, end } = span;
    if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || start >= end || end > length)
      throw rangeError(
        "BPTT_DATA",
        `span ${show(label)}: expected 0 <= start < end <= ${length} tokens, got ${start} to ${end}`,
      );
    if (start < previous.end)
      throw rangeError(
        "BPTT_DATA",
        `span ${show(label)} from ${start} to ${end} overlaps ${show(previous.label)}, which ends at ` +
          `${previous.end}; keep one of them`,
      );
    if (label === "")
      throw rangeError("BPTT_DATA", `span from ${start} to ${end}: expected a label, got an empty string`);
    const touches = previous.end === start && previous.label === label;
    for (let t = start; t < end; ++t)
      tags[t] = `${prefixOf(scheme, { first: t === start, last: t === end - 1, touches })}-${label}`;
    previous = span;
  }
  return tags;
}

/**
 * The same spans in another scheme; broken sequences come out well-formed, and IO unites spans of the same label that
 * touch.
 */
export function convertTags(tags: readonly string[], from: TagScheme, to: TagScheme): string[] {
  return tagsOf(spansOf(tags, from), tags.length, to);
}

/**
 * The scheme that fits the tags of a whole data set: IOBES if any tag begins with E- or S-; without B-, IO (also plain
 * labels); IOB1 if some span begins with I- and each B- stands where IOB1 needs it; else IOB2. Never throws:
 * `tagProblem` finds the tags that do not fit.
 */
export function detectScheme(sentences: Iterable<readonly string[]>): TagScheme {
  const detector = new SchemeDetector();
  for (const sentence of sentences) detector.add(sentence);
  return detector.scheme;
}

/** `detectScheme`, one sentence after the other. */
export class SchemeDetector {
  #labels = false;
  #beginnings = false;
  #ends = false;
  #bareStarts = false;
  #needless = false;

  add(sentence: readonly string[]): void {
    let previous = "O";
    for (const tag of sentence) {
      const joined = previous.slice(1) === tag.slice(1) && /^[BI]-/.test(previous);
      this.#labels ||= tag !== "O";
      this.#beginnings ||= tag.startsWith("B-");
      this.#ends ||= /^[ES]-/.test(tag);
      this.#needless ||= tag.startsWith("B-") && !joined;
      this.#bareStarts ||= tag.startsWith("I-") && !joined;
      previous = tag;
    }
  }

  get scheme(): TagScheme {
    if (this.#ends) return "IOBES";
    if (!this.#beginnings) return this.#labels ? "IO" : "IOB2";
    return this.#bareStarts && !this.#needless ? "IOB1" : "IOB2";
  }
}

/** What is wrong with a tag, with the remedy, or undefined for a tag of the scheme. */
export function tagProblem(tag: unknown, scheme: TagScheme): string | undefined {
  oneOf("scheme", scheme, TAG_SCHEMES);
  if (typeof tag !== "string") return `tag: expected a string such as "O" or "I-dest", got ${show(tag)}`;
  return partsOrUndefined(tag, scheme) ? undefined : `tag ${show(tag)}: ${explain(tag, scheme)}`;
}

/**
 * Prefix and label of a tag.
 *
 * @throws RangeError BPTT_DATA for a tag that is not of the scheme
 */
export function tagParts(tag: string | undefined, scheme: TagScheme): TagParts {
  const parts = typeof tag === "string" ? partsOrUndefined(tag, scheme) : undefined;
  if (!parts) throw rangeError("BPTT_DATA", tagProblem(tag, scheme) ?? "");
  return parts;
}

/** Whether a tag may follow another in a well-formed sentence, which begins and ends as if "O" stood around it. */
export function mayFollow(previous: TagParts, tag: TagParts, scheme: TagScheme): boolean {
  const sameLabel = previous.prefix !== "O" && previous.label === tag.label;
  switch (scheme) {
    case "IOB2":
      return tag.prefix !== "I" || sameLabel;
    case "IOB1":
      return tag.prefix !== "B" || sameLabel;
    case "IOBES":
      return "BI".includes(previous.prefix) ? sameLabel && "IE".includes(tag.prefix) : !"IE".includes(tag.prefix);
    case "IO":
      return true;
  }
}

const OUTSIDE: TagParts = { prefix: "O", label: "" };

const PREFIXES: Readonly<Record<TagScheme, string>> = { IOB2: "BI", IOB1: "BI", IOBES: "BIES", IO: "I" };

/**
 * conlleval's startOfChunk with E and S (Sang 2004, in the Python version by Pyysalo); a span ends where the next tag
 * is O or starts one.
 */
const startsSpan = (previous: TagParts, tag: TagParts): boolean =>
  tag.prefix !== "O" && ("BS".includes(tag.prefix) || "OES".includes(previous.prefix) || previous.label !== tag.label);

type Rule = (previous: TagParts, tag: TagParts) => boolean;

const continuesWithI: Rule = (previous, tag) =>
  tag.prefix === "I" && "BI".includes(previous.prefix) && previous.label === tag.label;

/**
 * The patterns of seqeval's scheme.py (Nakayama 2018): may a span start here, does it go on, and is it whole where it
 * stops.
 */
const STRICT: Readonly<Record<TagScheme, { starts: Rule; continues: Rule; ends: Rule }>> = {
  IOB2: { starts: (_, tag) => tag.prefix === "B", continues: continuesWithI, ends: () => true },
  IOB1: {
    starts: (previous, tag) =>
      tag.prefix === "I"
        ? previous.prefix !== "I" || previous.label !== tag.label
        : tag.prefix === "B" && previous.prefix !== "O" && previous.label === tag.label,
    continues: continuesWithI,
    ends: (previous, tag) => previous.prefix !== "B" || tag.prefix !== "B" || previous.label === tag.label,
  },
  IOBES: {
    starts: (_, tag) => "BS".includes(tag.prefix),
    continues: (previous, tag) =>
      "IE".includes(tag.prefix) && "BI".includes(previous.prefix) && previous.label === tag.label,
    ends: (previous) => "ES".includes(previous.prefix),
  },
  IO: {
    starts: (previous, tag) => tag.prefix === "I" && (previous.prefix === "O" || previous.label !== tag.label),
    continues: continuesWithI,
    ends: () => true,
  },
};

function prefixOf(scheme: TagScheme, at: { first: boolean; last: boolean; touches: boolean }): string {
  switch (scheme) {
    case "IOB2":
      return at.first ? "B" : "I";
    case "IOB1":
      return at.first && at.touches ? "B" : "I";
    case "IOBES":
      return at.first ? (at.last ? "S" : "B") : at.last ? "E" : "I";
    case "IO":
      return "I";
  }
}

function partsOrUndefined(tag: string, scheme: TagScheme): TagParts | undefined {
  if (tag === "O") return OUTSIDE;
  const prefix = tag.charAt(0);
  if (tag.length > 2 && tag.charAt(1) === "-" && PREFIXES[scheme].includes(prefix))
    return { prefix, label: tag.slice(2) };
  return scheme === "IO" && isPlainLabel(tag) ? { prefix: "I", label: tag } : undefined;
}

/** Plain labels must not look like a misspelt tag: those would silently become labels. */
const isPlainLabel = (tag: string): boolean => !/^$|^[o0]$|^[A-Z]-|^[bi]-|^[BIES]([_:/]|$)/.test(tag);

/** Prefixes of BILOU and BMES in the words of IOBES. */
const OTHER_PREFIXES: Readonly<Record<string, string>> = { L: "E", U: "S", M: "I", W: "S" };

function explain(tag: string, scheme: TagScheme): string {
  const prefixes = [...PREFIXES[scheme]].map((letter) => `${letter}-`).join(" or ");
  const expected = `expected "O" or ${prefixes} and a label (scheme ${scheme})`;
  const [prefix, rest] = [tag.charAt(0), tag.slice(2)];
  if (tag === "") return `${expected}; write "O" for a token outside every span`;
  if (tag === "o" || tag === "0") return `${expected}; write the capital letter "O"`;
  if (/^[BIES]-?$/.test(tag)) return `${expected}; add the label, such as "${prefix}-dest"`;
  if (/^[BIES][_:/]/.test(tag)) return `${expected}; write "${prefix}-${rest}"`;
  if (/^[bies]-/.test(tag)) return `${expected}; write "${prefix.toUpperCase()}-${rest}"`;
  if (/^[ES]-/.test(tag)) return `${expected}; ${prefix}- belongs to scheme "IOBES"`;
  if (/^B-/.test(tag)) return `${expected}; B- belongs to scheme "IOB2"`;
  const other = Object.hasOwn(OTHER_PREFIXES, prefix) ? OTHER_PREFIXES[prefix] : undefined;
  if (/^[A-Z]-/.test(tag) && other) return `${expected}; write "${other}-${rest}" and use scheme "IOBES"`;
  if (/^[A-Z]-/.test(tag)) return `${expected}, got the prefix ${prefix}-`;
  return `${expected}; write "${PREFIXES[scheme].charAt(0)}-${tag}", or give all tags as plain labels (scheme "IO")`;
}
