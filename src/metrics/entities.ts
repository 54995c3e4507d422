/**
 * Entity scores: an entity counts as correct when its label, its first and its last token are. Shares of nothing (0/0)
 * are 0.
 */

import { oneOf, rangeError } from "../check.js";
import { spansOf, strictSpansOf, TAG_SCHEMES, type TagScheme, type TokenSpan } from "../text/tags.js";

/** Shares from 0 to 1, and the counts behind them. */
export interface Score {
  readonly precision: number;
  readonly recall: number;
  /** The harmonic mean of precision and recall. */
  readonly f1: number;
  /** Entities that are in both. */
  readonly correct: number;
  /** Entities that were predicted. */
  readonly predicted: number;
  /** Entities of the gold tags. */
  readonly support: number;
}

export interface EntityReport extends Score {
  /** Share of the tokens with the right tag, "O" included. */
  readonly accuracy: number;
  readonly tokens: number;
  /** Labels of gold and predicted entities, sorted by code unit. */
  readonly byLabel: Readonly<Record<string, Score>>;
}

export interface EntityReportOptions {
  readonly scheme: TagScheme;
  /**
   * `lenient` reads broken sequences as conlleval and seqeval's default do; `strict` as seqeval's mode="strict" with
   * this scheme does.
   */
  readonly matching: "lenient" | "strict";
}

/**
 * Micro-averaged entity scores and token accuracy of predicted tags, one list for each sentence.
 *
 * @throws RangeError BPTT_DATA for other counts of sentences or tags, and for tags that are not of the scheme
 */
export function entityReport(
  gold: readonly (readonly string[])[],
  predicted: readonly (readonly string[])[],
  { scheme, matching }: EntityReportOptions,
): EntityReport {
  oneOf("scheme", scheme, TAG_SCHEMES);
  const read = oneOf("matching", matching, ["lenient", "strict"]) === "strict" ? strictSpansOf : spansOf;
  if (gold.length !== predicted.length)
    throw rangeError(
      "BPTT_DATA",
      `entityReport: expected as many predicted sentences as gold ones, got ${gold.length} gold and ${predicted.length} predicted`,
    );
  const byLabel = new Map<string, Counts>();
  let tokens = 0;
  let rightTags = 0;
  for (const [index, goldTags] of gold.entries()) {
    const tags = predicted[index] ?? [];
    if (goldTags.length !== tags.length)
      throw rangeError(
        "BPTT_DATA",
        `entityReport: sentence ${index}: expected one predicted tag for each gold tag, got ${goldTags.length} gold and ${tags.length} predicted`,
      );
    tokens += goldTags.length;
    for (const [t, tag] of goldTags.entries()) if (tag === tags[t]) rightTags += 1;
    const [goldSpans, spans] = located(index, () => [read(goldTags, scheme), read(tags, scheme)]);
    count(byLabel, goldSpans, spans);
  }
  const labels = [...byLabel.keys()].sort();
  const total = [...byLabel.values()].reduce(sum, new Counts());
  return {
    ...score(total),
    accuracy: share(rightTags, tokens),
    tokens,
    byLabel: Object.fromEntries(labels.map((label) => [label, score(byLabel.get(label) ?? new Counts())])),
  };
}

class Counts {
  correct = 0;
  predicted = 0;
  support = 0;
}

function located<T>(sentence: number, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw rangeError("BPTT_DATA", `entityReport: sentence ${sentence}: ${message}`, cause);
  }
}

function count(byLabel: Map<string, Counts>, gold: readonly TokenSpan[], predicted: readonly TokenSpan[]): void {
  const countsOf = (label: string): Counts => {
    const counts = byLabel.get(label) ?? new Counts();
    byLabel.set(label, counts);
    return counts;
  };
  for (const { label } of gold) countsOf(label).support += 1;
  // spans of one sentence never share their first token
  const starts = new Map(gold.map((span) => [span.start, span]));
  for (const { label, start, end } of predicted) {
    const counts = countsOf(label);
    const same = starts.get(start);
    counts.predicted += 1;
    if (same?.label === label && same.end === end) counts.correct += 1;
  }
}

const sum = (left: Counts, right: Counts): Counts => ({
  correct: left.correct + right.correct,
  predicted: left.predicted + right.predicted,
  support: left.support + right.support,
});

function score({ correct, predicted, support }: Counts): Score {
  const precision = share(correct, predicted);
  const recall = share(correct, support);
  return { precision, recall, f1: share(2 * correct, predicted + support), correct, predicted, support };
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
