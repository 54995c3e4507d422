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
  options: EntityReportOptions,
): EntityReport {
  const scores = new EntityScores(options);
  if (gold.length !== predicted.length)
    throw rangeError(
      "BPTT_DATA",
      `entityReport: expected as many predicted sentences as gold ones, got ${gold.length} gold and ${predicted.length} predicted`,
    );
  for (const [index, tags] of gold.entries()) scores.add(tags, predicted[index] ?? []);
  return scores.report();
}

/** `entityReport`, one sentence after the other. */
export class EntityScores {
  readonly #scheme: TagScheme;
  readonly #read: typeof spansOf;
  readonly #byLabel = new Map<string, Counts>();
  #sentences = 0;
  #tokens = 0;
  #rightTags = 0;

  constructor({ scheme, matching }: EntityReportOptions) {
    this.#scheme = oneOf("scheme", scheme, TAG_SCHEMES);
    this.#read = oneOf("matching", matching, ["lenient", "strict"]) === "strict" ? strictSpansOf : spansOf;
  }

  add(gold: readonly string[], predicted: readonly string[]): void {
    const index = this.#sentences++;
    if (gold.length !== predicted.length)
      throw rangeError(
        "BPTT_DATA",
        `entityReport: sentence ${index}: expected one predicted tag for each gold tag, got ${gold.length} gold and ${predicted.length} predicted`,
      );
    this.#tokens += gold.length;
    for (const [t, tag] of gold.entries()) if (tag === predicted[t]) this.#rightTags += 1;
    const read = (tags: readonly string[]) => located(index, () => this.#read(tags, this.#scheme));
    count(this.#byLabel, read(gold), read(predicted));
  }

  report(): EntityReport {
    const labels = [...this.#byLabel].sort(([a], [b]) => (a < b ? -1 : 1));
    const total = labels.reduce((left, [, counts]) => sum(left, counts), new Counts());
    return {
      ...score(total),
      accuracy: share(this.#rightTags, this.#tokens),
      tokens: this.#tokens,
      byLabel: Object.fromEntries(labels.map(([label, counts]) => [label, score(counts)])),
    };
  }
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
