import { batch, signal } from "@preact/signals";
import { type Helper, startHelper } from "./helper.js";
import { fromLastVisit, keepPart } from "./kept.js";
import type { Reply, Row, Snapshot } from "./messages.js";
import type { Plan } from "./plan.js";
import { planNow } from "./settings.js";

export type Phase = "preparing" | "ready" | "running" | "paused" | "done" | "failed";

export const phase = signal<Phase>("preparing");
/** From the look before training on. */
export const rows = signal<readonly Row[]>([]);
export const step = signal(0);
export const problem = signal<unknown>(undefined);
/** What is trained and shown. */
export const plan = signal<Plan | undefined>(undefined);

/** Milliseconds between two drawings of the rows, at least; where drawing is slow, so many times what it took. */
const DRAWING = { least: 250, times: 3 } as const;

let helper: Helper | undefined;
/** Rows that are not shown yet. */
let waiting: Row[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;
let pace: number = DRAWING.least;
/** Text of the plan for which networks were made. */
let made = "";
/** Counts what was prepared: what was begun before goes no further. */
let generation = 0;

/** Makes the networks of the settings, as yet untrained; or takes up those of the last visit, if they are the same. */
export async function prepare(isAnew = false): Promise<void> {
  const wanted = planNow();
  const text = JSON.stringify(wanted);
  if (text === made && !isAnew) return;
  const isFirst = made === "";
  made = text;
  generation += 1;
  const mine = generation;
  helper?.end();
  helper = undefined;
  waiting = [];
  const count = wanted.networks.length + wanted.radii.length;
  batch(() => {
    plan.value = count > 0 ? wanted : undefined;
    rows.value = [];
    step.value = 0;
    problem.value = undefined;
    phase.value = "preparing";
  });
  if (count === 0) return;
  const { race } = isFirst ? await fromLastVisit() : {};
  if (mine !== generation) return;
  const isSame = race !== undefined && JSON.stringify(race.plan) === text;
  if (isSame) rows.value = race.rows;
  helper = startHelper(hear);
  helper.ask({ type: "plan", plan: wanted, ...(isSame && { from: race.snapshot }) });
}

export function run(): void {
  if (phase.value !== "ready" && phase.value !== "paused") return;
  phase.value = "running";
  helper?.ask({ type: "run" });
}

export function pause(): void {
  if (phase.value === "running") helper?.ask({ type: "pause" });
}

/** To the next row of the picture. */
export function oneStep(): void {
  if (phase.value !== "ready" && phase.value !== "paused") return;
  helper?.ask({ type: "step" });
}

/** Back to the untrained networks of the settings. */
export async function reset(): Promise<void> {
  await prepare(true);
  await keepPart({ race: undefined });
}

function hear(reply: Reply): void {
  switch (reply.type) {
    case "row":
      waiting.push(reply.row);
      timer ??= setTimeout(show, pace);
      return;
    case "step":
      step.value = reply.step;
      return;
    case "rest":
      take(reply.snapshot, reply.isResting);
      return;
    case "problem":
      problem.value = Object.assign(new Error(reply.message), { code: reply.code });
      phase.value = "failed";
      helper?.end();
      return;
  }
}

function show(): void {
  clearTimeout(timer);
  timer = undefined;
  if (waiting.length === 0) return;
  const start = performance.now();
  rows.value = [...rows.value, ...waiting];
  waiting = [];
  requestAnimationFrame(() =>
    setTimeout(() => {
      pace = Math.max(DRAWING.least, DRAWING.times * (performance.now() - start));
    }, 0),
  );
}

function take(snapshot: Snapshot, isResting: boolean): void {
  const own = plan.value;
  if (!own) return;
  show();
  step.value = snapshot.step;
  if (isResting) phase.value = phaseAt(snapshot, own);
  if (snapshot.step > 0) void keepPart({ race: { plan: own, rows: rows.value, snapshot } });
}

function phaseAt({ step: at, lanes }: Snapshot, { steps }: Plan): Phase {
  if (at >= steps || lanes.every(({ isLost }) => isLost)) return "done";
  return at === 0 ? "ready" : "paused";
}
