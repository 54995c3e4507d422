import { signal } from "@preact/signals";
import { type Helper, startHelper } from "./helper.js";
import { fromLastVisit, keepPart } from "./kept.js";
import type { Influence, Reader, Reply, Request } from "./messages.js";
import type { CellName } from "./plan.js";
import { namesIn, settings } from "./settings.js";

/** Taggers that have learned the travel requests, and what moves them in a sentence. */
export const readers = signal<readonly Reader[]>([]);
/** Which one is in training, and how far it is. */
export const training = signal<{ readonly cell: CellName; readonly share: number } | undefined>(undefined);
export const influences = signal<readonly Influence[]>([]);
export const readingProblem = signal<unknown>(undefined);

let helper: Helper | undefined;
/** The text that was asked for last. */
let asked = "";
let isAnswered = true;

/** Trains a tagger with each of the chosen cells. */
export function train(): void {
  const cells = namesIn(settings.readers.value) as CellName[];
  const [first] = cells;
  if (first === undefined) return;
  restart();
  training.value = { cell: first, share: 0 };
  ask({ type: "train", cells, seed: settings.seed.value });
}

/** Ends training; the taggers from before are there again. */
export function stop(): void {
  open(readers.value);
}

/** Those of the last visit. */
export async function restore(): Promise<void> {
  const { readers: last = [] } = await fromLastVisit();
  if (last.length > 0 && readers.value.length === 0 && training.value === undefined) open(last);
}

export async function clear(): Promise<void> {
  open([]);
  await keepPart({ readers: undefined });
}

/** Asks what moves the tags of the sentence, as soon as the answer before is there. */
export function read(): void {
  const text = settings.sentence.value;
  if (training.value || readers.value.length === 0 || !isAnswered || text === asked) return;
  asked = text;
  if (text.trim() === "") {
    influences.value = [];
    return;
  }
  isAnswered = false;
  ask({ type: "read", text });
}

function open(list: readonly Reader[]): void {
  restart();
  readers.value = list;
  if (list.length === 0) return;
  ask({ type: "open", readers: list });
  read();
}

function ask(request: Request): void {
  helper ??= startHelper(hear);
  helper.ask(request);
}

function restart(): void {
  helper?.end();
  helper = undefined;
  asked = "";
  isAnswered = true;
  training.value = undefined;
  influences.value = [];
  readingProblem.value = undefined;
}

function hear(reply: Reply): void {
  switch (reply.type) {
    case "progress":
      training.value = reply;
      return;
    case "trained":
      training.value = undefined;
      readers.value = reply.readers;
      void keepPart({ readers: reply.readers });
      read();
      return;
    case "influence":
      influences.value = reply.results;
      readingProblem.value = undefined;
      isAnswered = true;
      read();
      return;
    case "problem":
      readingProblem.value = Object.assign(new Error(reply.message), { code: reply.code });
      training.value = undefined;
      isAnswered = true;
      return;
  }
}
