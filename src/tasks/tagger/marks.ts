/**
 * The marks around a sentence at which a tagger with `sentenceLabels` says the label of the whole: one behind the last word (Hakkani-Tür et al. 2016, section
 * 3.3), and one before the first if the network reads from both ends, since at each end one direction has read everything. The labels are classes behind the
 * tags.
 */

import { flag } from "../../check.js";

/** Of the option. Throws TypeError BPTT_OPTION. */
export const hasLabels = (value: boolean | undefined): boolean => flag("sentenceLabels", value ?? false);

/** Numbers of the tokens before and behind the words: rows of the embedding behind those of the words. */
export interface Marks {
  readonly before: readonly number[];
  readonly behind: readonly number[];
}

/** Of a tagger without labels: none. */
export function marksOf(words: number, labels: number, bidirectional: boolean): Marks {
  if (labels === 0) return { before: [], behind: [] };
  return { before: bidirectional ? [words + 1] : [], behind: [words] };
}

/** A label for the whole sentence, with its probability. */
export interface SentenceLabel {
  readonly label?: string;
  readonly labelProbability?: number;
}

/** The label that is most probable at the marks together. probabilities: [T, K], whose last columns are the labels; behind no label: none. */
export function labelAt(
  probabilities: Float32Array,
  { before, behind }: Marks,
  classes: number,
  labels: readonly string[],
): SentenceLabel {
  if (labels.length === 0) return {};
  const steps = probabilities.length / classes;
  const rows = [...before.keys(), ...behind.map((_, mark) => steps - 1 - mark)];
  const first = classes - labels.length;
  const sums = labels.map((_, k) => rows.reduce((sum, t) => sum + (probabilities[t * classes + first + k] ?? 0), 0));
  const best = sums.reduce((at, sum, k) => (sum > (sums[at] ?? 0) ? k : at), 0);
  const all = sums.reduce((total, sum) => total + sum, 0);
  return { label: labels[best] ?? "", labelProbability: all > 0 ? (sums[best] ?? 0) / all : 0 };
}

/** The tags' part of rows [T, K], without the marks: [words, tags]. */
export function tagColumns(rows: Float32Array, { before, behind }: Marks, classes: number, tags: number): Float32Array {
  if (tags === classes) return rows;
  const words = rows.length / classes - before.length - behind.length;
  const columns = new Float32Array(words * tags);
  for (let t = 0; t < words; ++t) {
    const from = (before.length + t) * classes;
    columns.set(rows.subarray(from, from + tags), t * tags);
  }
  return columns;
}
