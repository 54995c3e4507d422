import { signal } from "@preact/signals";
import type { StepReport } from "bptt";

/** A step of training; where there are many it stands for several, and is the one with the largest norm, since a peak must not be left out. */
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

/** What a run has shown so far; plain data. */
export interface History {
  readonly points: readonly Point[];
  readonly scores: readonly ScorePoint[];
  /** Updates of the weights so far, and how many of them were clipped. */
  readonly steps: number;
  readonly clippedSteps: number;
  /** Updates when the run is over. */
  readonly total: number;
  /** Updates of the runs before this one, which count their own from 1. */
  readonly base: number;
}

export const NOTHING: History = { points: [], scores: [], steps: 0, clippedSteps: 0, total: 0, base: 0 };

export const history = signal<History>(NOTHING);

/** Points at most: more than a screen has across. */
const MOST = 1500;

/** Another run of the same network begins. */
export function beginRun(): void {
  history.value = { ...history.value, base: history.value.steps };
}

export function addStep({ step, steps, lossPerToken, gradNorm, clipped }: StepReport): void {
  const { points, clippedSteps, base, ...rest } = history.value;
  const point = { step: base + step, loss: lossPerToken, norm: gradNorm, clipped };
  const all = [...points, point];
  history.value = {
    ...rest,
    ...{ base, total: base + steps, steps: base + step, clippedSteps: clippedSteps + (clipped ? 1 : 0) },
    points: all.length > MOST ? halved(all) : all,
  };
}

export function addScore(step: number, f1: number): void {
  const { scores, base, ...rest } = history.value;
  history.value = { ...rest, base, scores: [...scores, { step: base + step, f1 }] };
}

function halved(points: readonly Point[]): Point[] {
  const pairs = Array.from({ length: Math.ceil(points.length / 2) }, (_, i) => points.slice(2 * i, 2 * i + 2));
  return pairs.map((pair) => pair.reduce((most, one) => (one.norm > most.norm ? one : most)));
}
