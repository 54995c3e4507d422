import { computed, signal } from "@preact/signals";
import type { Evaluation, Example, Report, StepReport, TaggedTokens } from "bptt";
import { SequenceTagger } from "bptt/worker";
import { forget, keep, kept } from "../../store.js";
import { type Data, dataOf } from "./data.js";
import { recipe } from "./recipes.js";
import { settings } from "./settings.js";

export interface Point {
  readonly step: number;
  readonly loss: number;
  readonly norm: number;
  readonly clipped: boolean;
}

export interface ScorePoint {
  readonly step: number;
  readonly f1: number;
}

/** What is kept of a run, so that a reload loses nothing. */
interface Kept {
  /** As `checkpoint()` gives it: with the weights, and with where training was. */
  readonly model: Uint8Array<ArrayBuffer>;
  readonly isWithin: boolean;
  readonly total: number;
  readonly base: number;
  readonly points: readonly Point[];
  readonly scores: readonly ScorePoint[];
  readonly corrections: readonly TaggedTokens[];
  readonly own: string;
}

export type Phase = "new" | "preparing" | "running" | "paused" | "done";

export const phase = signal<Phase>("new");
export const points = signal<readonly Point[]>([]);
export const scores = signal<readonly ScorePoint[]>([]);
/** Steps when the run is over. */
export const total = signal(0);
export const problem = signal<unknown>(undefined);
export const tagger = signal<SequenceTagger | undefined>(undefined);
/** The reader's own text, pasted or from a file. */
export const own = signal("");
export const corrections = signal<readonly TaggedTokens[]>([]);
/** The name of the model file that was opened. */
export const opened = signal<string | undefined>(undefined);
/** A network that has learned nothing yet has no tags to give. */
export const canTag = computed(
  () => tagger.value !== undefined && (points.value.length > 0 || opened.value !== undefined),
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
/** Steps of the runs before this one, which count their own from 1. */
let base = 0;
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
    const from = points.value.length;
    while (phase.value === "paused" && points.value.length === from && mine === generation) await next(mine);
    await keepRun();
  });
}

/** Forgets the network and its run, not the reader's data. */
export async function reset(): Promise<void> {
  generation += 1;
  reports = undefined;
  const closing = tagger.value;
  tagger.value = undefined;
  points.value = [];
  scores.value = [];
  corrections.value = [];
  opened.value = undefined;
  problem.value = undefined;
  phase.value = "new";
  await closing?.close();
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

/** Puts back what the last visit left. */
export async function restore(): Promise<void> {
  const last = await kept<Kept>("slots");
  if (!last || phase.value !== "new") return;
  const mine = generation;
  own.value = last.own;
  if (last.model.length === 0) return;
  await guarded(mine, async () => {
    phase.value = "preparing";
    tagger.value = await SequenceTagger.load(last.model);
    points.value = last.points;
    scores.value = last.scores;
    corrections.value = last.corrections;
    total.value = last.total;
    base = last.base;
    if (last.points.length === 0) opened.value = "";
    if (last.isWithin)
      reports = tagger.value.train(examples().train, { resume: true, validation: examples().validation, ahead: 0 });
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
  base = points.value.length;
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
  if (report.type === "step") take(report);
  else if (report.validation) scores.value = [...scores.value, { step: base + report.step, f1: report.validation.f1 }];
  if (Date.now() - lastKept > KEEP) await keepRun();
}

function take({ step, steps, lossPerToken, gradNorm, clipped }: StepReport): void {
  total.value = base + steps;
  points.value = [...points.value, { step: base + step, loss: lossPerToken, norm: gradNorm, clipped }];
}

/** Copies the run into the store of the browser. */
export async function keepRun(): Promise<void> {
  lastKept = Date.now();
  const mine = generation;
  const isWithin = reports !== undefined && points.value.length > base;
  const network = tagger.value;
  const model = await (isWithin ? network?.checkpoint() : network?.save());
  if (mine !== generation) return;
  await keep("slots", {
    ...{
      model: model ?? new Uint8Array(0),
      isWithin,
      total: total.value,
      base,
      points: points.value,
      scores: scores.value,
    },
    ...{ corrections: corrections.value, own: own.value },
  } satisfies Kept);
}
