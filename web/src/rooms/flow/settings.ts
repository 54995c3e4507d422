import { choice, type Field, number, settingsOf, text } from "../../settings.js";
import { CELLS, CLIPS, LSTMS, type NetworkName, type Plan, TASKS } from "./plan.js";

/** Networks side by side: as many as there are colours. */
export const MOST = 6;
export const RADIUS = { min: 0.1, max: 10 } as const;

/** Some of the options, with commas between them in the address. Each once, in the order of the options. */
function some(usual: string, options: readonly string[]): Field<string> {
  const read = (given: string) => options.filter((option) => given.split(",").includes(option)).join();
  return { usual, read, write: (value) => value };
}

/** Spectral radii: numbers with commas or spaces between them; undefined for what is none. */
export function radiiFrom(given: string): readonly number[] | undefined {
  const list = given.split(/[\s,，、]+/).filter((word) => word !== "");
  const radii = [...new Set(list.map(Number))];
  return radii.length <= MOST && radii.every((one) => one >= RADIUS.min && one <= RADIUS.max) ? radii : undefined;
}

const radii: Field<string> = { usual: "", read: (given) => radiiFrom(given)?.join(), write: (value) => value };

/** Sentences in which an earlier word decides about the last one: it stands near, or far away. */
export const sentences = {
  near: "leave Taipei on November 2nd and arrive at Kaohsiung",
  far: "we have to depart , if it is not too much trouble , in Taipei",
} as const;

export const fields = {
  task: choice("temporal-order", TASKS),
  length: number(50, 10, 300, { whole: true }),
  cells: some(CELLS.join(), [...CELLS, ...LSTMS]),
  radii,
  size: number(32, 2, 128, { whole: true }),
  lr: number(0.005, 1e-6, 100),
  clip: choice("norm", CLIPS),
  threshold: number(1, 1e-6, 1e6),
  steps: number(600, 1, 20000, { whole: true }),
  seed: number(3, 0, 2 ** 32 - 1, { whole: true }),
  color: choice("norm", ["norm", "share"]),
  readers: some("rnn,lstm,gru", CELLS),
  sentence: text(sentences.near, 200),
  // counted from 1; 0 for the last
  word: number(0, 0, 200, { whole: true }),
};

export const settings = settingsOf(fields, "flow");

/** Names between commas. */
export const namesIn = (list: string): readonly string[] => list.split(",").filter((name) => name !== "");

export function planNow(): Plan {
  const { task, length, cells, radii: own, size, lr, clip, threshold, steps, seed } = settings;
  const radii = radiiFrom(own.value) ?? [];
  const networks = (namesIn(cells.value) as NetworkName[]).slice(0, Math.max(0, MOST - radii.length));
  return {
    ...{ task: task.value, length: length.value, networks, radii, size: size.value, lr: lr.value },
    ...{ clip: clip.value, threshold: threshold.value, steps: steps.value, seed: seed.value },
  };
}

/** Figures of the lecture: what the command `bptt lab flow` draws by the same names. */
export const presets = {
  cells: { cells: CELLS.join(), radii: "" },
  vanishing: { cells: "", radii: "0.5,0.7,0.9,1" },
  exploding: { cells: "", radii: "1,1.2,1.5,2,3" },
  lstm: { cells: "rnn,irnn,lstm,lstm-usual,lstm-bias1", radii: "" },
} as const;

export type PresetName = keyof typeof presets;

const OF_PRESETS = ["task", "length", "size", "lr", "clip", "threshold", "steps", "seed"] as const;

/** Which figure the settings are of. */
export function presetNow(): PresetName | undefined {
  const isUsual = OF_PRESETS.every((name) => settings[name].value === fields[name].usual);
  const names = Object.keys(presets) as PresetName[];
  const isSame = (name: PresetName) =>
    presets[name].cells === settings.cells.value && presets[name].radii === settings.radii.value;
  return isUsual ? names.find(isSame) : undefined;
}

export function setPreset(name: PresetName): void {
  const usual = Object.fromEntries(OF_PRESETS.map((one) => [one, fields[one].usual]));
  for (const [one, value] of Object.entries({ ...usual, ...presets[name] }))
    (settings[one as keyof typeof settings] as { value: unknown }).value = value;
}

export type SentenceName = keyof typeof sentences;

export function sentenceNow(): SentenceName | undefined {
  const names = Object.keys(sentences) as SentenceName[];
  return names.find((name) => sentences[name] === settings.sentence.value);
}
