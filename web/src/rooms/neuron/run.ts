import { effect, signal } from "@preact/signals";
import { linearNeuron, linearNeuronSweep, type NeuronRun, type NeuronSweep } from "bptt/lab";
import { fields, settings } from "./settings.js";

/** Where the slider goes, and the sweep. */
export const RANGE = [0.9, 1.1] as const;
export const STEP = 0.001;
/** The change of w whose effect is told. */
export const CHANGE = 0.01;
/** Milliseconds between two steps of w while it runs. */
const PACE = 60;

export interface Neuron {
  readonly run: NeuronRun;
  /** The lines that are kept, in their order; the present weight may be among them. */
  readonly compared: readonly NeuronRun[];
  /** The last output at a weight that is smaller, and at one that is larger, by `CHANGE`. */
  readonly less: number;
  readonly more: number;
}

export const neuron = signal<Neuron | undefined>(undefined);
export const sweep = signal<NeuronSweep | undefined>(undefined);
export const problem = signal<unknown>(undefined);
export const isRunning = signal(false);

// of several computations under way the last one counts
let turn = 0;
effect(() => {
  const { w, seqLen, compare } = settings;
  const mine = ++turn;
  compute(w.value, seqLen.value, compare.value).then(
    (result) => {
      if (mine !== turn) return;
      neuron.value = result;
      problem.value = undefined;
    },
    (error: unknown) => {
      problem.value = error;
    },
  );
});

effect(() => {
  const seqLen = settings.seqLen.value;
  linearNeuronSweep({ w: RANGE, count: 401, seqLen }).then(
    (result) => {
      if (seqLen === settings.seqLen.value) sweep.value = result;
    },
    (error: unknown) => {
      problem.value = error;
    },
  );
});

async function compute(w: number, seqLen: number, compare: readonly number[]): Promise<Neuron> {
  const [run, around, ...compared] = await Promise.all([
    linearNeuron({ w, seqLen }),
    linearNeuronSweep({ w: [w - CHANGE, w + CHANGE], count: 2, seqLen }),
    ...compare.map((other) => linearNeuron({ w: other, seqLen })),
  ]);
  const [less = 0, more = 0] = around.y;
  return { run, compared, less, more };
}

let direction = 1;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Moves w by one step, to and fro between the ends of the slider. */
export function step(): void {
  const [low, high] = RANGE;
  const at = settings.w.value < low || settings.w.value > high ? low : settings.w.value;
  if (at >= high) direction = -1;
  if (at <= low) direction = 1;
  settings.w.value = Math.round((at + direction * STEP) / STEP) / Math.round(1 / STEP);
}

/** Drags w for the reader. */
export function run(): void {
  isRunning.value = true;
  step();
  timer = setTimeout(run, PACE);
}

export function pause(): void {
  clearTimeout(timer);
  isRunning.value = false;
}

export function reset(): void {
  pause();
  direction = 1;
  settings.w.value = fields.w.usual;
  settings.seqLen.value = fields.seqLen.usual;
  settings.compare.value = fields.compare.usual;
}
