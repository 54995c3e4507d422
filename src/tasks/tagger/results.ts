import type { EntityReport } from "../../metrics/entities.js";

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

/** What a tagger says of one text. */
export interface TaggedText {
  readonly tokens: readonly string[];
  /** One for each token, in the scheme of the model. */
  readonly tags: readonly string[];
  readonly entities: readonly Entity[];
}

/** Scores of a tagger. f1, precision, recall and byLabel read spans leniently, as conlleval does; `strict` as seqeval's strict mode. */
export interface Evaluation extends EntityReport {
  readonly strict: EntityReport;
  /** Cross-entropy over the tokens whose tag the model knows: the sum and the mean, in nats. */
  readonly loss: number;
  readonly lossPerToken: number;
  /** Tags of the examples that the model does not know, with their counts. */
  readonly unknownTags: Readonly<Record<string, number>>;
}

/** The numbers of an Evaluation that early stopping and schedules may watch. */
export const METRICS = ["f1", "precision", "recall", "accuracy", "loss", "lossPerToken"] as const;
