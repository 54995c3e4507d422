import type { EntityReport } from "../../metrics/entities.js";
import type { LabelReport } from "../../metrics/labels.js";
import type { SentenceLabel } from "./marks.js";

/** A labelled span of a text. */
export interface Entity {
  readonly label: string;
  /** text.slice(start, end) */
  readonly text: string;
  /** Offsets in the caller's string, in UTF-16 code units, end exclusive. */
  readonly start: number;
  readonly end: number;
  /** That all of its tags are right: the product of their probabilities. */
  readonly probability: number;
}

/** What a tagger says of one text; with `sentenceLabels` also the label of the whole, and its probability. */
export interface TaggedText extends SentenceLabel {
  readonly tokens: readonly string[];
  /** One for each token, in the scheme of the model. */
  readonly tags: readonly string[];
  readonly entities: readonly Entity[];
}

/** Scores of a tagger. f1, precision, recall and byLabel read spans leniently, as conlleval does; `strict` as seqeval's strict mode. */
export interface Evaluation extends EntityReport {
  readonly strict: EntityReport;
  /** With `sentenceLabels`: how often the sentences' labels are right. */
  readonly labels?: LabelReport;
  readonly labelAccuracy?: number;
  /** Share of the sentences whose label and tags are all right. */
  readonly frameAccuracy?: number;
  /** Labels of the examples that the model does not know, with their counts: they count as missed. */
  readonly unknownLabels?: Readonly<Record<string, number>>;
  /** Cross-entropy over the tokens whose tag the model knows (and over the sentences' labels): the sum and the mean, in nats. */
  readonly loss: number;
  readonly lossPerToken: number;
  /** Tags of the examples that the model does not know, with their counts. */
  readonly unknownTags: Readonly<Record<string, number>>;
}

/** The numbers of an Evaluation that early stopping and schedules may watch. */
export const METRICS = ["f1", "precision", "recall", "accuracy", "loss", "lossPerToken"] as const;

/** Those that `sentenceLabels` adds. */
export const LABEL_METRICS = ["labelAccuracy", "frameAccuracy"] as const;
