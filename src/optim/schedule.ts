import {
  fraction,
  knownOptions,
  nonNegativeNumber,
  oneOf,
  positiveInteger,
  positiveNumber,
  show,
  typeError,
  wholeNumber,
} from "../check.js";
import { checkMode, type Mode } from "./mode.js";

/** How the learning rate moves, as plain JSON. */
export type Schedule = ConstantSchedule | FallingSchedule | StepSchedule | ExponentialSchedule | PlateauSchedule;

export interface WarmupOptions {
  /** Steps in which the rate rises from 0 to what it would be without. Default 0. */
  readonly warmup?: number;
}

export interface ScheduleOptions extends WarmupOptions {
  /** What is left at the end, as a share of lr, in [0, 1). Default 0. */
  readonly final?: number;
}

export interface ExponentialDecayOptions extends WarmupOptions {
  /** What the rate is multiplied by, in (0, 1). */
  readonly gamma: number;
  /** What is counted, from the beginning of the run: steps, or epochs, of which the optimizer must know `stepsPerEpoch`. Default "epochs". */
  readonly unit?: "steps" | "epochs";
}

export interface StepDecayOptions extends Omit<ExponentialDecayOptions, "gamma"> {
  /** How many steps or epochs the rate stays as it is. */
  readonly stepSize: number;
  /** What it is multiplied by then, in (0, 1). Default 0.1. */
  readonly gamma?: number;
}

export interface PlateauOptions extends WarmupOptions {
  /** The number of an evaluation that is watched. Default "lossPerToken". */
  readonly metric?: string;
  /** "min" if it should fall, "max" if it should rise. Default: what its name is known for; needed for other names. */
  readonly mode?: Mode;
  /** What the rate is multiplied by, in (0, 1). Default 0.1. */
  readonly factor?: number;
  /** Evaluations that may pass without a better value; one more lowers the rate. Default 10. */
  readonly patience?: number;
  /** The share of the best value by which a better one must differ, in [0, 1). Default 0.0001. */
  readonly threshold?: number;
  /** Evaluations after a fall of the rate which do not count. Default 0. */
  readonly cooldown?: number;
  /** The rate does not fall below it. Default 0. */
  readonly minLr?: number;
}

export type ConstantSchedule = { readonly type: "constant" } & Required<WarmupOptions>;
export type FallingSchedule = { readonly type: "linear" | "cosine" } & Required<ScheduleOptions>;
export type StepSchedule = { readonly type: "step" } & Required<StepDecayOptions>;
export type ExponentialSchedule = { readonly type: "exponential" } & Required<ExponentialDecayOptions>;
export type PlateauSchedule = { readonly type: "plateau" } & Required<Omit<PlateauOptions, "mode">> &
  Pick<PlateauOptions, "mode">;

/**
 * lr throughout, after the warm-up.
 *
 * @throws RangeError, TypeError BPTT_OPTION
 */
export function constant(options: WarmupOptions = {}): ConstantSchedule {
  knownOptions("schedule", options, ["type", "warmup"]);
  return { type: "constant", warmup: warmup(options) };
}

/**
 * From lr, after the warm-up, down to final * lr at the end of the run, in a straight line (PyTorch's LinearLR).
 *
 * @throws RangeError, TypeError BPTT_OPTION
 */
export const linearDecay = (options: ScheduleOptions = {}): FallingSchedule => falling("linear", options);

/**
 * From lr, after the warm-up, down to final * lr at the end of the run, along half a cosine (Loshchilov and Hutter 2017; PyTorch's
 * CosineAnnealingLR).
 *
 * @throws RangeError, TypeError BPTT_OPTION
 */
export const cosine = (options: ScheduleOptions = {}): FallingSchedule => falling("cosine", options);

/**
 * lr * gamma^floor(epoch / stepSize), epochs counted from 0 (PyTorch's StepLR). A warm-up multiplies it.
 *
 * @throws RangeError, TypeError BPTT_OPTION
 */
export function stepDecay(options: StepDecayOptions): StepSchedule {
  knownOptions("schedule", options, ["type", "warmup", "stepSize", "gamma", "unit"]);
  return {
    type: "step",
    warmup: warmup(options),
    stepSize: positiveInteger("schedule: stepSize", options.stepSize),
    gamma: share("gamma", options.gamma ?? 0.1),
    unit: unit(options),
  };
}

/**
 * lr * gamma^epoch, epochs counted from 0 (PyTorch's ExponentialLR). A warm-up multiplies it.
 *
 * @throws RangeError, TypeError BPTT_OPTION
 */
export function exponentialDecay(options: ExponentialDecayOptions): ExponentialSchedule {
  knownOptions("schedule", options, ["type", "warmup", "gamma", "unit"]);
  return { type: "exponential", warmup: warmup(options), gamma: share("gamma", options.gamma), unit: unit(options) };
}

/**
 * lr * factor^n, where n grows whenever a metric has not become better for more than `patience` evaluations (PyTorch's ReduceLROnPlateau with its
 * relative threshold and eps = 0). Evaluations are given to `optimizer.judge`. A warm-up multiplies it.
 *
 * @throws RangeError, TypeError BPTT_OPTION
 */
export function reduceOnPlateau(options: PlateauOptions = {}): PlateauSchedule {
  checkMode("schedule", options.mode);
  const names = ["type", "warmup", "metric", "mode", "factor", "patience", "threshold", "cooldown", "minLr"];
  knownOptions("schedule", options, names);
  const {
    metric = "lossPerToken",
    mode,
    factor = 0.1,
    patience = 10,
    threshold = 1e-4,
    cooldown = 0,
    minLr = 0,
  } = options;
  if (typeof metric !== "string" || metric === "")
    throw typeError(
      "BPTT_OPTION",
      `schedule: metric: expected a name such as "lossPerToken" or "f1", got ${show(metric)}`,
    );
  return {
    type: "plateau",
    warmup: warmup(options),
    metric,
    ...(mode !== undefined && { mode }),
    factor: share("factor", factor),
    patience: wholeNumber("schedule: patience", patience),
    threshold: fraction("schedule: threshold", threshold),
    cooldown: wholeNumber("schedule: cooldown", cooldown),
    minLr: nonNegativeNumber("schedule: minLr", minLr),
  };
}

function falling(type: "linear" | "cosine", options: ScheduleOptions): FallingSchedule {
  knownOptions("schedule", options, ["type", "warmup", "final"]);
  return { type, warmup: warmup(options), final: fraction("schedule: final", options.final ?? 0) };
}

const warmup = ({ warmup = 0 }: WarmupOptions): number => wholeNumber("schedule: warmup", warmup);

const unit = ({ unit = "epochs" }: Pick<ExponentialDecayOptions, "unit">) =>
  oneOf("schedule: unit", unit, ["steps", "epochs"]);

/** In (0, 1). */
const share = (name: string, value: unknown): number =>
  positiveNumber(`schedule: ${name}`, fraction(`schedule: ${name}`, value));
