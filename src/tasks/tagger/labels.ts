/** What training and scoring do with the labels of sentences: see TaggerOptions.sentenceLabels. */

import { rangeError } from "../../check.js";
import type { Example } from "../../data/example.js";
import { LabelScores } from "../../metrics/labels.js";
import type { SentenceLabel } from "./marks.js";
import type { Evaluation } from "./results.js";
import type { Sentence } from "./sentences.js";

/** Throws RangeError BPTT_DATA where there is none. */
export function labelIn({ label, source }: Example): string {
  if (label !== undefined) return label;
  throw rangeError(
    "BPTT_DATA",
    `${source}: expected a label of the sentence, since the tagger has sentenceLabels, got none; give "label", a string of one character or more`,
  );
}

/** Throws RangeError BPTT_DATA where there is only one. */
export function checkLabels(labels: ReadonlySet<string>): void {
  if (labels.size === 1)
    throw rangeError(
      "BPTT_DATA",
      `examples: expected two labels of sentences or more to tell apart, got ${[...labels].join()}; give examples of another label, or leave sentenceLabels out`,
    );
}

export function scoreLabels(
  sentences: readonly Sentence[],
  predicted: readonly (SentenceLabel & { readonly tags: readonly string[] })[],
  unknownLabels: Readonly<Record<string, number>>,
): Pick<Evaluation, "labels" | "labelAccuracy" | "frameAccuracy" | "unknownLabels"> {
  const scores = new LabelScores();
  let frames = 0;
  sentences.forEach(({ label = "", tags }, number) => {
    const said = predicted[number];
    scores.add([label], [said?.label ?? ""]);
    if (said?.label === label && tags.every((tag, t) => said.tags[t] === tag)) frames += 1;
  });
  const labels = scores.report();
  return { labels, labelAccuracy: labels.accuracy, frameAccuracy: frames / sentences.length, unknownLabels };
}
