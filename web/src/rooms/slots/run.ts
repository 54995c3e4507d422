import { batch, computed, type Signal, signal } from "@preact/signals";
import type { Evaluation, Example, Report, TaggedTokens } from "bptt";
import { SequenceTagger } from "bptt/worker";
import { forget, keep, kept } from "../../store.js";
import { type Data, dataOf } from "./data.js";
import { addScore, addStep, beginRun, type History, history, NOTHING } from "./history.js";
import { recipe } from "./recipes.js";
import { isFree, keys, settings } from "./settings.js";

/** What is kept of a run, so that a reload loses nothing. */
interface Kept {
  readonly settings: Readonly<Record<string, unknown>>;
  /** As `checkpoint()` gives it within a run: with the weights, and with where training was. Empty before there is a network. */
  readonly model: Uint8Array<ArrayBuffer>;
  readonly isWithin: boolean;
  readonly history: History;
  readonly opened: string | undefined;
  readonly corrections: readonly TaggedTokens[];
  readonly own: string;
}

export type Phase = "new" | "preparing" | "running" | "paused" | "done";

export const phase = signal<Phase>("new");
export const problem = signal<unknown>(undefined);
export const tagger = signal<SequenceTagger | undefined>(undefined);
/** The reader's own text, pasted or from a file. */
export const own = signal("");
export const corrections = signal<readonly TaggedTokens[]>([]);
/** The name of the model file that was opened. */
export const opened = signal<string | undefined>(undefined);
/** A network that has learned nothing yet has no tags to give. */
export const canTag = computed(
  () => tagger.value !== undefined && (history.value.steps > 0 || opened.value !== undefined),
);

/** Training ended since a loss, a gradient or an update was not finite. */
export const hasFlownOff = computed(
  () => (problem.value as { readonly code?: unknown } | undefined)?.code === "BPTT_NON_FINITE",
);

/** How often an example of the reader's own stands in an epoch: so often that it is heard among hundreds. */
const WEIGHT = 10;
/** Milliseconds between two copies of the run in the store. */
const KEEP = 3000;

let reports: AsyncGenerator<Report<Evaluation>, unknown> | undefined;
let lastKept = 0;
/** Counts resets: what was begun before one is not heard any more. */
let generation = 0;

/** Trains until it is paused or over. */
export async function run(): Promise<void> {
  if (phase.value === "running" || phase.value === "preparing") return;
  const mine = generation;
  await guarded(mine, async () => {
    await begin(mine);
    phase.value = "running";
    while (phase.value === "running" && mine === generation) await next(mine);
    await keepRun();
  });
}

export function pause(): void {
  if (phase.value === "running") phase.value = "paused";
}

/** One update of the weights. */
export async function step(): Promise<void> {
  if (phase.value === "running" || phase.value === "preparing") return;
  const mine = generation;
  await guarded(mine, async () => {
    await begin(mine);
    phase.value = "paused";
    const { steps } = history.value;
    while (phase.value === "paused" && history.value.steps === steps && mine === generation) await next(mine);
    await keepRun();
  });
}

/** Forgets the network and its run, not the reader's own text. */
export async function reset(): Promise<void> {
  generation += 1;
  reports = undefined;
  const closing = tagger.value;
  tagger.value = undefined;
  history.value = NOTHING;
  corrections.value = [];
  opened.value = undefined;
  problem.value = undefined;
  other.value = undefined;
  phase.value = "new";
  await closing?.close();
  await keepRun();
}

/** Forgets everything, also what the browser keeps. */
export async function clear(): Promise<void> {
  own.value = "";
  await reset();
  await forget("slots");
}

/** Adds a sentence with the tags that it should have. */
export function correct(example: TaggedTokens): void {
  corrections.value = [...corrections.value, example];
  // a run under way has its examples; the next one has this too
  if (phase.value !== "running") {
    void reports?.return(undefined);
    reports = undefined;
    if (phase.value === "paused") phase.value = "done";
  }
}

/** A model file, from this page or from Node. Throws if it is none; the network of before then stays. */
export async function open(file: File): Promise<void> {
  const loaded = await SequenceTagger.load(file);
  await reset();
  tagger.value = loaded;
  opened.value = file.name;
  phase.value = "done";
  await keepRun();
}

/** A kept run with other settings than the address has: it waits until the reader asks for it, or begins another one. */
export const other = signal<Kept | undefined>(undefined);

/** Puts back what the last visit left. A link with other settings comes first. */
export async function restore(): Promise<void> {
  const last = await kept<Kept>("slots");
  if (!last || phase.value !== "new") return;
  own.value = last.own;
  if (last.model.length === 0) return;
  if (isFree() || keys.every((key) => settings[key].value === last.settings[key])) await bringBack(last);
  else other.value = last;
}

/** Goes on where a kept run was, with its settings. */
export async function bringBack(last: Kept): Promise<void> {
  const mine = generation;
  other.value = undefined;
  batch(() => {
    for (const key of keys) (settings[key] as Signal<unknown>).value = last.settings[key];
  });
  await guarded(mine, async () => {
    phase.value = "preparing";
    const loaded = await SequenceTagger.load(last.model);
    // a file that was opened meanwhile stays
    if (mine !== generation) return loaded.close();
    tagger.value = loaded;
    history.value = last.history;
    corrections.value = last.corrections;
    opened.value = last.opened;
    if (last.isWithin)
      reports = loaded.train(examples().train, { resume: true, validation: examples().validation, ahead: 0 });
    phase.value = last.isWithin ? "paused" : "done";
  });
}

async function guarded(mine: number, work: () => Promise<void>): Promise<void> {
  problem.value = undefined;
  try {
    await work();
  } catch (error) {
    if (mine !== generation) return;
    problem.value = error;
    reports = undefined;
    phase.value = tagger.value === undefined ? "new" : "done";
  }
}

function examples(): Data {
  const { train, validation } = dataOf(settings.data.value, own.value);
  const more: Example[] = corrections.value.flatMap((one) => Array.from({ length: WEIGHT }, () => one));
  return { train: [...recipe().pick(train), ...more], validation };
}

async function begin(mine: number): Promise<void> {
  if (reports) return;
  phase.value = "preparing";
  const { train, validation } = examples();
  const { tagger: options, training } = recipe();
  if (tagger.value === undefined) {
    const created = await SequenceTagger.create(options);
    if (mine !== generation) return created.close();
    tagger.value = created;
  }
  other.value = undefined;
  beginRun();
  reports = tagger.value.train(train, { ...training, validation, ahead: 0 });
}

async function next(mine: number): Promise<void> {
  const result = await reports?.next();
  if (mine !== generation || result === undefined) return;
  if (result.done) {
    reports = undefined;
    phase.value = "done";
    return;
  }
  const report = result.value;
  if (report.type === "step") addStep(report);
  else if (report.validation) addScore(report.step, report.validation.f1);
  if (Date.now() - lastKept > KEEP) await keepRun();
}

/** Copies the run into the store of the browser. */
export async function keepRun(): Promise<void> {
  lastKept = Date.now();
  const mine = generation;
  const { steps, base } = history.value;
  const isWithin = reports !== undefined && steps > base;
  const network = tagger.value;
  const model = (await (isWithin ? network?.checkpoint() : network?.save())) ?? new Uint8Array(0);
  if (mine !== generation) return;
  const last: Kept = {
    ...{ model, isWithin, history: history.value, opened: opened.value },
    ...{ corrections: corrections.value, own: own.value },
    settings: Object.fromEntries(keys.map((key) => [key, settings[key].value])),
  };
  await keep("slots", last);
}
