import { choice, number, settingsOf, text } from "../../settings.js";

/** Of the network that is trained, and of its run. */
export const network = {
  data: choice("travel-en", ["travel-en", "travel-zh", "own"]),
  recipe: choice("tagger", ["tagger", "curve"]),
  cell: choice("lstm", ["lstm", "gru", "rnn", "irnn", "clockwork", "scrn"]),
  size: number(64, 1, 512, { whole: true }),
  lr: number(0.005, 1e-6, 100),
  clip: choice("norm", ["norm", "value", "off"]),
  threshold: number(5, 1e-6, 1e6),
  epochs: number(8, 1, 1000, { whole: true }),
  seed: number(1, 0, 2 ** 32 - 1, { whole: true }),
};

/** What a network is asked, which says nothing of its run. */
const asked = {
  sentence: text(""),
  // of a language model
  prompt: text(""),
  temperature: number(1, 0, 2),
  topK: number(0, 0, 100_000, { whole: true }),
  topP: number(1, 0.05, 1),
  length: number(200, 1, 100_000, { whole: true }),
  draw: number(1, 0, 2 ** 32 - 1, { whole: true }),
};

export const fields = { ...network, ...asked };

export const settings = settingsOf(fields, "slots");

/** The built-in requests, or the reader's own text. */
export type DataName = (typeof fields.data.options)[number];

const SENTENCES = {
  "travel-en": "leave Taipei for Tokyo on November 2nd",
  "travel-zh": "11月2日离开台北",
  own: "",
} satisfies Record<DataName, string>;

/** Whether the address says nothing of the network: what the last visit left may then be shown. */
export const isFree = (): boolean => keys.every((key) => settings[key].value === network[key].usual);

export const keys = Object.keys(network) as (keyof typeof network)[];

/** What stands in the field for a sentence until the reader types one. */
export const sentence = (): string => settings.sentence.value || SENTENCES[settings.data.value];
