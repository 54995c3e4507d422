import { knownOptions, typeError } from "../../check.js";
import type { Example } from "../../data/example.js";
import { travelRequests } from "../../data/travel/generator.js";
import { SequenceTagger } from "../../tasks/sequence-tagger.js";
import type { TaggerOptions } from "../../tasks/tagger/options.js";
import type { TaggerTrainOptions } from "../../tasks/tagger/train-options.js";
import type { NonFiniteError, NonFinitePlace } from "../../train/non-finite.js";
import { checkSignal, type TrainOptions, trainOptionNames } from "../../train/options.js";
import type { StepReport } from "../../train/reports.js";
import { type CurveEvent, EventLog } from "./events.js";

/** Options of a training that a curve has no use for. */
type Foreign = "validation" | "vectors" | "onVectors" | "evaluateEvery" | "earlyStopping" | "signal" | "resume";

export interface LossCurveOptions {
  /** What is trained. Default: the tagger's own defaults. */
  readonly tagger?: TaggerOptions;
  /** How. Default: the tagger's own defaults. */
  readonly training?: Omit<TaggerTrainOptions, Foreign>;
  /** Default: the first 100 of `travelRequests({ language: "en", part: "train" })`. */
  readonly examples?: readonly Example[];
  /** Stops after the current step. */
  readonly signal?: AbortSignal;
  readonly onPoint?: (point: CurvePoint) => void;
}

/** One step of training. Steps that were skipped have a loss and a norm of NaN. */
export interface CurvePoint {
  /** Counted from 1. */
  readonly step: number;
  readonly epoch: number;
  /** Of the batch, before the update: the sum over its tokens, as the lecture plots it, and the mean. */
  readonly loss: number;
  readonly lossPerToken: number;
  /** Before clipping. */
  readonly gradNorm: number;
  readonly clipped: boolean;
  /** Of this step's update. */
  readonly learningRate: number;
}

export interface LossCurve {
  readonly points: readonly CurvePoint[];
  /** In the order of their first steps. */
  readonly events: readonly CurveEvent[];
  /** "non-finite": training stopped since a loss, a gradient or an update was not finite; as a rule in the step behind the last point. */
  readonly ended: "finished" | "non-finite" | "aborted";
  readonly nonFinite?: NonFinitePlace;
}

/**
 * Trains a slot tagger and keeps what a plot of the loss needs. A run that flies off is a curve like others, and ends with that event. The same options
 * give the same curve everywhere.
 *
 * @throws RangeError, TypeError BPTT_OPTION, BPTT_DATA; Error BPTT_MEMORY
 */
export async function lossCurve(options: LossCurveOptions = {}): Promise<LossCurve> {
  knownOptions("lossCurve", options, ["tagger", "training", "examples", "signal", "onPoint"]);
  const { training = {}, signal, onPoint } = options;
  knownOptions("lossCurve: training", training, allowed);
  if (onPoint !== undefined && typeof onPoint !== "function")
    throw typeError("BPTT_OPTION", `lossCurve: onPoint: expected a function, got ${typeof onPoint}`);
  const examples = options.examples ?? travelRequests({ language: "en", part: "train", count: 100 });
  const tagger = await SequenceTagger.create(options.tagger);
  const reports = tagger.train(examples, { ...training, ...(signal !== undefined && { signal: checkSignal(signal) }) });
  const points: CurvePoint[] = [];
  const log = new EventLog();
  for (;;) {
    let next: Awaited<ReturnType<typeof reports.next>>;
    try {
      next = await reports.next();
    } catch (error) {
      const { place, message } = error as NonFiniteError;
      if (place === undefined) throw error;
      log.end(place, message);
      return { points, events: log.events, ended: "non-finite", nonFinite: place };
    }
    if (next.done) return { points, events: log.events, ended: next.value === "aborted" ? "aborted" : "finished" };
    if (next.value.type !== "step") continue;
    log.add(next.value);
    const point = pointOf(next.value);
    points.push(point);
    onPoint?.(point);
  }
}

const foreign: readonly (keyof TrainOptions)[] = ["evaluateEvery", "earlyStopping", "signal", "resume"];
const allowed = trainOptionNames.filter((name) => !foreign.includes(name));

const pointOf = (report: StepReport): CurvePoint => {
  const { step, epoch, loss, gradNorm, clipped, learningRate } = report;
  // a step that was skipped is counted without tokens
  const lossPerToken = Number.isNaN(loss) ? Number.NaN : report.lossPerToken;
  return { step, epoch, loss, lossPerToken, gradNorm, clipped, learningRate };
};
