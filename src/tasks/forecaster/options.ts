import {
  fraction,
  knownOptions,
  oneOf,
  positiveInteger,
  rangeError,
  show,
  typeError,
  wholeNumber,
} from "../../check.js";
import { OWN_OPTIONS } from "../../nn/cells/own.js";
import { last } from "../../nn/last.js";
import type { LayerDescription } from "../../nn/layers.js";
import { linear } from "../../nn/linear.js";
import { adam } from "../../optim/adam.js";
import type { AnyOptimizer } from "../../optim/optimizer.js";
import { linearDecay } from "../../optim/schedule.js";
import { type TrainDefaults, type TrainOptions, trainOptionNames } from "../../train/options.js";
import { type EncoderOptions, encoderLayers, ownOptions, resolveEncoder } from "../shared/encoder.js";

/** What the networks of all tasks have in common. */
const SHARED = ["cell", "hiddenSize", "numLayers", ...OWN_OPTIONS, "recurrentInit"] as const;

type Shared = (typeof SHARED)[number];
type Always = "cell" | "hiddenSize" | "numLayers" | "recurrentInit";

const REFERENCES = ["last", "mean"] as const;

/** Of the options that other tasks have too, `cell` is "gru" unless given, and `hiddenSize` 32. */
export interface ForecasterOptions extends Pick<EncoderOptions, Shared> {
  /** Steps ahead that are forecast, all at once. Default 1. */
  readonly horizon?: number;
  /** Steps that the network looks back. Default 24. */
  readonly window?: number;
  /** Columns that are forecast, by name, or of rows without names by number; the others only inform. Default: all. */
  readonly targets?: readonly (string | number)[];
  /**
   * What the numbers of a target are told from, in units of the training's deviation: the last value of the window, so that the network forecasts a change and
   * a series may drift; or the training's mean. Default "last".
   */
  readonly reference?: "last" | "mean";
  /** Before, between and behind the recurrent layers, in [0, 1). Default 0. */
  readonly dropout?: number;
  /** Share of the true values, in (0, 1), that should lie within the prediction intervals. Default 0.9. */
  readonly level?: number;
  /** First weights, order of batches, dropout. Default 1. */
  readonly seed?: number;
}

/** Every option with its value; `targets` is left out while it is open. */
export type ResolvedForecasterOptions = Required<Omit<ForecasterOptions, Exclude<Shared, Always> | "targets">> &
  Pick<EncoderOptions, Exclude<Shared, Always>> & { readonly targets?: readonly string[] };

export interface ForecasterTrainOptions extends TrainOptions {
  /** Passes over the windows. Default 60. */
  readonly epochs?: number;
  /** Windows in a batch. Default 32. */
  readonly batchSize?: number;
  /** Default adam({ lr: 0.006, schedule: linearDecay() }). */
  readonly optimizer?: AnyOptimizer;
  /**
   * Rows at the end of the series that are kept out of training and scored after every epoch, or as `evaluateEvery` says. The prediction intervals are then
   * from these rows too. Default: none.
   */
  readonly validation?: number;
}

/** How a forecaster is trained unless told otherwise. */
export const forecasterTraining: TrainDefaults = {
  epochs: 60,
  optimizer: /* @__PURE__ */ adam({ lr: 6e-3, schedule: /* @__PURE__ */ linearDecay() }),
};

/** Throws RangeError, TypeError BPTT_OPTION. */
export function resolveForecasterOptions(options: ForecasterOptions): ResolvedForecasterOptions {
  knownOptions("Forecaster", options, [
    "horizon",
    "window",
    "targets",
    "reference",
    "level",
    ...SHARED,
    "dropout",
    "seed",
  ]);
  const { cell: type = "gru", hiddenSize = 32, dropout = 0, targets } = options;
  const { recurrentInit, ...encoder } = resolveEncoder({ ...shared(options), cell: type, hiddenSize, dropout });
  const { cell, numLayers } = encoder;
  return {
    horizon: positiveInteger("horizon", options.horizon ?? 1),
    window: positiveInteger("window", options.window ?? 24),
    reference: oneOf("reference", options.reference ?? "last", REFERENCES),
    level: share("level", options.level ?? 0.9),
    cell,
    hiddenSize,
    numLayers,
    recurrentInit,
    dropout: fraction("dropout", dropout),
    seed: wholeNumber("seed", options.seed ?? 1),
    ...ownOptions(cell, shared(options), hiddenSize),
    // last, where training puts those that the series has
    ...(targets !== undefined && { targets: targetNames(targets) }),
  };
}

const shared = (options: ForecasterOptions): EncoderOptions =>
  Object.fromEntries(SHARED.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])));

/** A number between 0 and 1. */
export function share(name: string, value: unknown): number {
  if (typeof value === "number" && value > 0 && value < 1) return value;
  throw rangeError("BPTT_OPTION", `${name}: expected a number between 0 and 1, such as 0.9, got ${show(value)}`);
}

function targetNames(targets: readonly unknown[]): readonly string[] {
  const isName = (target: unknown) => typeof target === "string" || Number.isInteger(target);
  if (!Array.isArray(targets) || targets.length === 0 || !targets.every(isName))
    throw typeError("BPTT_OPTION", `targets: expected a list of columns, by name or number, got ${show(targets)}`);
  return [...new Set(targets.map(String))];
}

/** Recurrent layers over a window, the state at its end, and an output for each target and step ahead. */
export const forecasterLayers = (options: ResolvedForecasterOptions, outputs: number): LayerDescription[] => {
  const { cell, hiddenSize, dropout, seed } = options;
  const encoder = resolveEncoder({ ...shared(options), cell, hiddenSize, dropout, bidirectional: false });
  return [
    ...encoderLayers({ ...encoder, ...ownOptions(cell, shared(options), hiddenSize), seed }),
    last(),
    linear({ outFeatures: outputs }),
  ];
};

/** Refuses options that do not exist. Throws TypeError, RangeError BPTT_OPTION. */
export function checkTrainOptions(options: ForecasterTrainOptions): void {
  knownOptions("train", options, [...trainOptionNames, "validation"]);
  if (options.validation !== undefined) positiveInteger("validation", options.validation);
  if (options.truncate !== undefined)
    throw rangeError(
      "BPTT_OPTION",
      `truncate: a forecaster learns from whole windows; leave it out, or use a smaller window`,
    );
}
