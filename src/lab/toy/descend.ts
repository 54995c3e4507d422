import {
  finiteNumber,
  fraction,
  knownOptions,
  oneOf,
  positiveInteger,
  positiveNumber,
  rangeError,
  show,
  typeError,
} from "../../check.js";
import { type Interval, interval, limited } from "../surface/grid.js";
import { Work, type WorkOptions, workNames } from "../work.js";
import { defaultMap } from "./one-unit.js";
import { type OneUnitSystem, STEP_SECONDS, systemNames, systemOf, UnitBatch } from "./unit-batch.js";

/** A learning rate from some step on. */
export interface RateChange {
  /** The first step that has it, counted from 0. */
  readonly from: number;
  readonly lr: number;
}

export interface DescendOptions extends OneUnitSystem, WorkOptions {
  readonly start: { readonly w: number; readonly b: number };
  /** Learning rate, or rates of which the first is from step 0. */
  readonly lr: number | readonly RateChange[];
  /** Updates of w and b. Default 500. */
  readonly steps?: number;
  /**
   * norm: the gradient is scaled to this norm where it is longer (Pascanu et al. 2013, algorithm 1); value: each of its two parts is set to this where
   * it is beyond (the lecture's form). Default false, not at all.
   */
  readonly clip?: { readonly norm: number } | { readonly value: number } | false;
  /** As `sgd`, its two forms of momentum, and `adam`. Default "sgd". */
  readonly optimizer?: "sgd" | "momentum" | "nesterov" | "adam";
  /** Of "momentum" and "nesterov", in [0, 1). Default 0.9. */
  readonly momentum?: number;
  /** Of "adam", each in [0, 1). Default [0.9, 0.999]. */
  readonly betas?: readonly [number, number];
  /** Of "adam". Default 1e-8. */
  readonly eps?: number;
  /** The map that `leftMap` is about. Default w [3, 7], b [-4, -1]. */
  readonly map?: { readonly w: Interval; readonly b: Interval };
}

/** A way over the error surface: N = steps + 1 points, the start first. */
export interface Descent {
  /** [N] */
  readonly w: Float64Array;
  /** [N] */
  readonly b: Float64Array;
  /** [N]: E at each point. */
  readonly error: Float64Array;
  /** [N]: norm of the gradient at each point, before clipping. */
  readonly norm: Float64Array;
  /** [N]: 1 where the gradient was clipped; 0 at the last point, from which no step is taken. */
  readonly clipped: Uint8Array;
  /** The first point outside the map, if one is. The way goes on from there. */
  readonly leftMap: number | undefined;
  /** The first point whose place, error or gradient is not finite, if one is. */
  readonly nonFinite: number | undefined;
}

/**
 * Gradient descent over the error surface of the one-unit system (`oneUnit`), in f64. From w = 5, b = -2.5 at rate 0.3 it reaches the cliff in 29
 * steps, where the gradient's norm is 71.5 and the next step throws it to (15.6, 16.0) for good; clipped by norm 1 it arrives.
 *
 * @throws TypeError, RangeError BPTT_OPTION; Error BPTT_MEMORY for more steps than fit into memory; the signal's reason
 */
export async function descend(options: DescendOptions): Promise<Descent> {
  knownOptions("descend", options, [...ownNames, ...systemNames, ...workNames]);
  const { start, map = defaultMap } = options;
  knownOptions("descend: start", start, ["w", "b"]);
  knownOptions("descend: map", map, ["w", "b"]);
  const system = systemOf("descend", options);
  const steps = positiveInteger("descend: steps", options.steps ?? 500);
  limited("descend: steps", String(steps), steps + 1, STEP_SECONDS * system.seqLen);
  const rate = rateOf(options.lr);
  const clip = clipOf(options.clip ?? false);
  const update = updateOf(options);
  const isOn = insideOf(map);
  const work = new Work(options);
  const batch = await UnitBatch.open(system, 1);

  const column = () => new Float64Array(steps + 1);
  const way = { w: column(), b: column(), error: column(), norm: column(), clipped: new Uint8Array(steps + 1) };
  let [w, b] = [finiteNumber("descend: start: w", start.w), finiteNumber("descend: start: b", start.b)];
  let [leftMap, nonFinite]: (number | undefined)[] = [];
  for (let step = 0; step <= steps; ++step) {
    const { error, dw, db } = batch.evaluate(Float64Array.of(w), Float64Array.of(b));
    const gradient = [dw[0] ?? 0, db[0] ?? 0] as const;
    const norm = Math.sqrt(gradient[0] * gradient[0] + gradient[1] * gradient[1]);
    way.w[step] = w;
    way.b[step] = b;
    way.error[step] = error[0] ?? 0;
    way.norm[step] = norm;
    if (!isOn(w, b)) leftMap ??= step;
    if (!Number.isFinite(w + b + norm + (error[0] ?? 0))) nonFinite ??= step;
    if (step === steps) break;
    const used = clip(gradient, norm);
    way.clipped[step] = used === gradient ? 0 : 1;
    const [moveW, moveB] = update(used);
    const lr = rate(step);
    w -= lr * moveW;
    b -= lr * moveB;
    if (step % 64 === 0) await work.rest(step / steps);
  }
  await work.rest(1);
  return { ...way, leftMap, nonFinite };
}

const ownNames = ["start", "lr", "steps", "clip", "optimizer", "momentum", "betas", "eps", "map"];

/** By w and by b. */
type Pair = readonly [w: number, b: number];

function rateOf(lr: DescendOptions["lr"]): (step: number) => number {
  if (typeof lr === "number") {
    positiveNumber("descend: lr", lr);
    return () => lr;
  }
  if (!Array.isArray(lr) || lr.length === 0)
    throw typeError("BPTT_OPTION", `descend: lr: expected a number or rates [{ from, lr }, ...], got ${show(lr)}`);
  const changes: readonly RateChange[] = lr;
  changes.forEach((change, i) => {
    knownOptions(`descend: lr[${i}]`, change, ["from", "lr"]);
    positiveNumber(`descend: lr[${i}].lr`, change.lr);
    const before = changes[i - 1]?.from;
    if (!Number.isSafeInteger(change.from) || (before === undefined ? change.from !== 0 : change.from <= before))
      throw rangeError(
        "BPTT_OPTION",
        `descend: lr[${i}].from: expected ${before === undefined ? "0, since it is the first" : `an integer above ${before}`}, got ${show(change.from)}`,
      );
  });
  return (step) => changes.findLast(({ from }) => from <= step)?.lr ?? 0;
}

/** What is left of a gradient; the very same where it is not clipped. A norm that is not finite changes nothing. */
function clipOf(clip: NonNullable<DescendOptions["clip"]>): (gradient: Pair, norm: number) => Pair {
  if (clip === false) return (gradient) => gradient;
  knownOptions("descend: clip", clip, ["norm", "value"]);
  if (Object.keys(clip).length !== 1)
    throw typeError("BPTT_OPTION", "descend: clip: expected one of { norm }, { value }, or false");
  if ("norm" in clip) {
    const most = positiveNumber("descend: clip: norm", clip.norm);
    return (gradient, norm) => {
      if (!(norm > most && Number.isFinite(norm))) return gradient;
      const factor = most / norm;
      return [factor * gradient[0], factor * gradient[1]];
    };
  }
  const most = positiveNumber("descend: clip: value", clip.value);
  const within = (part: number) => Math.min(most, Math.max(-most, part));
  return (gradient, norm) => {
    const isBeyond = Math.max(Math.abs(gradient[0]), Math.abs(gradient[1])) > most;
    return isBeyond && Number.isFinite(norm) ? [within(gradient[0]), within(gradient[1])] : gradient;
  };
}

/** What is multiplied by the rate and taken away, from the gradients so far. */
function updateOf(options: DescendOptions): (gradient: Pair) => Pair {
  const kind = oneOf("descend: optimizer", options.optimizer ?? "sgd", ["sgd", "momentum", "nesterov", "adam"]);
  const needed: readonly string[] = { sgd: [], momentum: ["momentum"], nesterov: ["momentum"], adam: ["betas", "eps"] }[
    kind
  ];
  for (const name of ["momentum", "betas", "eps"] as const)
    if (options[name] !== undefined && !needed.includes(name))
      throw typeError(
        "BPTT_OPTION",
        `descend: ${name}: the optimizer "${kind}" has none; leave it out, or choose another optimizer`,
      );
  if (kind === "sgd") return (gradient) => gradient;
  if (kind === "adam") return adamOf(options);
  const momentum = fraction("descend: momentum", options.momentum ?? 0.9);
  let velocity: Pair = [0, 0];
  return (gradient) => {
    velocity = [momentum * velocity[0] + gradient[0], momentum * velocity[1] + gradient[1]];
    return kind === "momentum"
      ? velocity
      : [gradient[0] + momentum * velocity[0], gradient[1] + momentum * velocity[1]];
  };
}

/** Kingma and Ba 2015, algorithm 1, as PyTorch computes it. */
function adamOf({ betas = [0.9, 0.999], eps = 1e-8 }: DescendOptions): (gradient: Pair) => Pair {
  if (!Array.isArray(betas) || betas.length !== 2)
    throw typeError("BPTT_OPTION", `descend: betas: expected two numbers, got ${show(betas)}`);
  const [beta1, beta2] = [fraction("descend: betas[0]", betas[0]), fraction("descend: betas[1]", betas[1])];
  positiveNumber("descend: eps", eps);
  const [m, v] = [
    [0, 0],
    [0, 0],
  ];
  // beta^t by multiplication, which is exact enough and the same everywhere
  let [power1, power2] = [1, 1];
  return (gradient) => {
    power1 *= beta1;
    power2 *= beta2;
    const move = (k: 0 | 1) => {
      const g = gradient[k];
      m[k] = beta1 * (m[k] ?? 0) + (1 - beta1) * g;
      v[k] = beta2 * (v[k] ?? 0) + (1 - beta2) * g * g;
      return m[k] / (1 - power1) / (Math.sqrt(v[k]) / Math.sqrt(1 - power2) + eps);
    };
    return [move(0), move(1)];
  };
}

function insideOf(map: NonNullable<DescendOptions["map"]>): (w: number, b: number) => boolean {
  const [fromW, toW] = interval("descend: map: w", map.w);
  const [fromB, toB] = interval("descend: map: b", map.b);
  return (w, b) => w >= fromW && w <= toW && b >= fromB && b <= toB;
}
