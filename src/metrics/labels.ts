import type { Score } from "./entities.js";

/** Scores of labels of whole sequences. Shares of nothing (0/0) are 0. */
export interface LabelReport {
  /** Share of the sequences whose label, or whole set of labels, is right. */
  readonly accuracy: number;
  /** The mean of the labels' F1: rare labels count as much as common ones. */
  readonly macroF1: number;
  readonly sequences: number;
  /** Gold and predicted labels, sorted by code unit. `support`: sequences that have it. */
  readonly byLabel: Readonly<Record<string, Score>>;
}

/** Counts labels, one sequence after the other. */
export class LabelScores {
  readonly #byLabel = new Map<string, { correct: number; predicted: number; support: number }>();
  #sequences = 0;
  #right = 0;

  add(gold: readonly string[], predicted: readonly string[]): void {
    this.#sequences += 1;
    if (gold.length === predicted.length && gold.every((label) => predicted.includes(label))) this.#right += 1;
    for (const label of gold) this.#of(label).support += 1;
    for (const label of predicted) {
      const counts = this.#of(label);
      counts.predicted += 1;
      if (gold.includes(label)) counts.correct += 1;
    }
  }

  report(): LabelReport {
    const byLabel = [...this.#byLabel]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([label, { correct, predicted, support }]) => {
        const f1 = share(2 * correct, predicted + support);
        const score = { precision: share(correct, predicted), recall: share(correct, support), f1 };
        return [label, { ...score, correct, predicted, support }] as const;
      });
    const sum = byLabel.reduce((total, [, { f1 }]) => total + f1, 0);
    return {
      accuracy: share(this.#right, this.#sequences),
      macroF1: share(sum, byLabel.length),
      sequences: this.#sequences,
      byLabel: Object.fromEntries(byLabel),
    };
  }

  #of(label: string) {
    const counts = this.#byLabel.get(label) ?? { correct: 0, predicted: 0, support: 0 };
    this.#byLabel.set(label, counts);
    return counts;
  }
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
