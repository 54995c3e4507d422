/** What reads the files of a task. */
const READERS = {
  "sequence-tagger": "SequenceTagger",
  "sequence-classifier": "SequenceClassifier",
  "language-model": "LanguageModel",
  forecaster: "Forecaster",
  network: "trainNetwork",
} as const;

export type TaskName = keyof typeof READERS;

/** What to do with a file of this task. */
export function remedyFor(task: string | undefined): string {
  const reader = Object.entries(READERS).find(([name]) => name === task)?.[1];
  return reader === undefined ? "give a file that this task saved" : `load it with ${reader}`;
}
