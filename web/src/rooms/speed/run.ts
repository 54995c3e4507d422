import { computed, signal } from "@preact/signals";
import { forget, keep, kept } from "../../store.js";
import { type Answer, NAMES, type Name, type Request, type Results } from "./messages.js";
import { SECONDS, settings } from "./settings.js";

export const results = signal<Results>({});
/** When the first of them was measured. */
export const date = signal<Date | undefined>(undefined);
/** What is being measured. */
export const current = signal<Name | undefined>(undefined);
export const isRunning = signal(false);
export const problem = signal<unknown>(undefined);
const next = computed(() => NAMES.find((name) => results.value[name] === undefined));
export const isDone = computed(() => next.value === undefined);

let worker: Worker | undefined;
/** Counts stops: what was begun before one is not heard any more. */
let generation = 0;

/** Measures what is not measured yet. */
export async function run(): Promise<void> {
  const mine = generation;
  isRunning.value = true;
  while (mine === generation && !isDone.value) await one(mine);
  if (mine === generation) stop();
}

/** Measures the next thing. */
export async function step(): Promise<void> {
  await one(generation);
}

/** At once: what is half measured is measured again. */
export function pause(): void {
  stop();
}

export async function reset(): Promise<void> {
  stop();
  results.value = {};
  date.value = undefined;
  problem.value = undefined;
  await forget("speed");
}

function stop(): void {
  generation += 1;
  worker?.terminate();
  worker = undefined;
  current.value = undefined;
  isRunning.value = false;
}

async function one(mine: number): Promise<void> {
  const name = next.value;
  if (name === undefined || current.value !== undefined) return;
  current.value = name;
  problem.value = undefined;
  try {
    const result = await ask({ name, seconds: SECONDS[settings.pace.value] });
    if (mine !== generation) return;
    current.value = undefined;
    date.value ??= new Date();
    results.value = { ...results.value, [name]: result };
    await keep("speed", { results: results.value, date: date.value } satisfies Kept);
  } catch (error) {
    if (mine !== generation) return;
    stop();
    problem.value = error;
  }
}

function ask(request: Request): Promise<unknown> {
  worker ??= new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  const asked = worker;
  return new Promise((resolve, reject) => {
    asked.onmessage = ({ data }: MessageEvent<Answer>) => {
      if ("result" in data) resolve(data.result);
      else reject(Object.assign(new Error(data.problem.message), { code: data.problem.code }));
    };
    asked.onerror = ({ message }) => reject(new Error(message || "the worker could not be started"));
    asked.postMessage(request);
  });
}

interface Kept {
  readonly results: Results;
  readonly date: Date;
}

/** Puts back what the last visit measured. */
export async function restore(): Promise<void> {
  const last = await kept<Kept>("speed");
  if (!last || date.value !== undefined || current.value !== undefined) return;
  results.value = last.results;
  date.value = last.date;
}
