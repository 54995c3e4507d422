import { computed, effect, type Signal, signal } from "@preact/signals";
import {
  type Bifurcation,
  bifurcation,
  type DescendOptions,
  type Descent,
  descend,
  largestRate,
  oneUnitSurface,
  type Surface,
} from "bptt/lab";
import { settings, views } from "./settings.js";

export type WayName = "unclipped" | "clipped" | "sgd" | "momentum" | "adam";

export interface Way {
  readonly name: WayName;
  readonly descent: Descent;
  readonly clip: DescendOptions["clip"];
}

/** Points along each axis. */
const POINTS = 256;

/** Where the state of the unit begins. */
export const X0 = 0.5;

/** Momentum adds up to ten gradients, and Adam makes each as long as a large one. */
const SLOWER = 0.1;

export const problem = signal<unknown>(undefined);
export const surface = signal<Surface | undefined>(undefined);
export const ways = signal<readonly Way[]>([]);
/** The largest rate with which one step from the start still lowers E. */
export const largest = signal<number | undefined>(undefined);

/** Where the state rests over b, at the w of the start. */
export const rests = signal<Bifurcation | undefined>(undefined);

/** The step that is shown. */
export const position = signal(settings.at.peek());
export const isRunning = signal(false);
/** The same for what takes longer to draw: while the balls roll, ten times a second. */
export const coarse = computed(() => {
  const skipped = isRunning.value ? Math.max(1, Math.round(Number(settings.speed.value) / 10)) : 1;
  return position.value - (position.value % skipped);
});
export const last = computed(() => Math.max(0, ...ways.value.map(({ descent }) => descent.w.length - 1)));

const system = () => ({ seqLen: settings.length.value, x0: X0 });

follow(surface, (stop) =>
  oneUnitSurface({ ...views[settings.view.value], ...system(), size: [POINTS, POINTS], signal: stop }),
);
follow(ways, (stop) =>
  Promise.all(
    asked().map(async ({ name, options }) => ({
      name,
      clip: options.clip,
      descent: await descend({ ...options, signal: stop }),
    })),
  ),
);
follow(largest, async () => (await largestRate({ w: settings.w.value, b: settings.b.value, ...system() })).rate);
follow(rests, (stop) =>
  // one start will do: only the points of rest are drawn
  bifurcation({ w: settings.w.value, b: views[settings.view.value].b, count: 81, starts: [X0], signal: stop }),
);

effect(() => {
  position.value = settings.at.value;
});
effect(() => {
  if (ways.value.length > 0 && position.value > last.value) goTo(last.value);
});

/** Computes anew when the settings change that are read before anything is waited for. */
function follow<T>(into: Signal<T>, compute: (stop: AbortSignal) => Promise<T>): void {
  let controller = new AbortController();
  effect(() => {
    controller.abort();
    controller = new AbortController();
    const stop = controller.signal;
    compute(stop).then(
      (value) => {
        if (stop.aborted) return;
        problem.value = undefined;
        into.value = value;
      },
      (error: unknown) => {
        if (!stop.aborted) problem.value = error;
      },
    );
  });
}

function asked(): { readonly name: WayName; readonly options: DescendOptions }[] {
  const { w, b, lr, from, later, clip, threshold, optimizer, compare, steps, view } = settings;
  const forms = { norm: { norm: threshold.value }, value: { value: threshold.value }, off: false } as const;
  const rates = (slower: number) => {
    const first = slower * lr.value;
    if (from.value === 0) return first;
    return [
      { from: 0, lr: first },
      { from: from.value, lr: slower * later.value },
    ];
  };
  const common = { ...system(), start: { w: w.value, b: b.value }, steps: steps.value, map: views[view.value] };
  const own = { ...common, lr: rates(1), optimizer: optimizer.value };
  const unclipped = { name: "unclipped", options: { ...own, clip: false } } as const;
  const clipped = { name: "clipped", options: { ...own, clip: forms[clip.value] } } as const;
  if (compare.value === "optimizers")
    return (["sgd", "momentum", "adam"] as const).map((name) => ({
      name,
      options: { ...common, clip: forms[clip.value], optimizer: name, lr: rates(name === "sgd" ? 1 : SLOWER) },
    }));
  if (clip.value === "off") return [unclipped];
  return compare.value === "clipping" ? [unclipped, clipped] : [clipped];
}

let frame: number | undefined;

/** Goes on from step to step, from the first again when all is over. */
export function run(): void {
  const from = position.value < last.value ? position.value : 0;
  let start: number | undefined;
  isRunning.value = true;
  const next = (now: number) => {
    start ??= now;
    position.value = Math.min(last.value, from + Math.floor(((now - start) / 1000) * Number(settings.speed.value)));
    if (position.value >= last.value) pause();
    else frame = requestAnimationFrame(next);
  };
  cancelFrame();
  frame = requestAnimationFrame(next);
}

export function pause(): void {
  cancelFrame();
  isRunning.value = false;
  // the address is written once, not at every step
  settings.at.value = position.value;
}

function cancelFrame(): void {
  if (frame !== undefined) cancelAnimationFrame(frame);
  frame = undefined;
}

export function goTo(step: number): void {
  position.value = Math.min(last.value, Math.max(0, step));
  pause();
}

/** Sets the start, and lets the ball go. */
export function drop(w: number, b: number): void {
  goTo(0);
  settings.w.value = Number(w.toFixed(3));
  settings.b.value = Number(b.toFixed(3));
  if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) goTo(last.value);
  else run();
}

/** The step from which the longest gradient of the first way is seen. */
export const steepest = computed(() => {
  const norm = ways.value[0]?.descent.norm ?? new Float64Array(0);
  return norm.reduce((at, value, k) => (value > (norm[at] ?? 0) ? k : at), 0);
});
