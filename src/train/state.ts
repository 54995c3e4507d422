import { type CodedError, plainError, show } from "../check.js";
import type { NamedTensor } from "../formats/safetensors.js";
import type { OptimizerState } from "../optim/optimizer.js";
import type { BestState } from "./best.js";
import type { Carried } from "./carried.js";
import type { ResolvedTrainOptions } from "./options.js";
import type { StepperState } from "./stepper.js";

/** Where a run stands between two reports, beside the weights of the network. */
export interface TrainingState {
  /** Without those that change nothing of the weights. */
  readonly options: Omit<ResolvedTrainOptions, "onPlan" | "workers" | "signal">;
  /** Fingerprint of the data. */
  readonly data: string;
  readonly position: Position;
  readonly stepper: StepperState;
  readonly optimizer: OptimizerState;
  readonly best?: { readonly state: BestState; readonly weights: Float32Array };
  /** By the number of the part that goes on from them. */
  readonly carried: readonly (Carried | undefined)[];
}

export interface Position {
  /** Counted from 1; one more than there are after the last. */
  readonly epoch: number;
  /** Updates of this epoch that were done, and whether the evaluation behind the last of them was. */
  readonly updates: number;
  readonly evaluated: boolean;
  /** The generator's state at the start of this epoch. */
  readonly random: readonly number[];
  /** Of this epoch: the sum of the losses, what their mean is divided by, and steps with an update. */
  readonly loss: number;
  readonly weight: number;
  readonly good: number;
  /** Since training began. */
  readonly seconds: number;
  /** Whether patience has come to its end. */
  readonly early: boolean;
}

/** The version of checkpoints that this code writes and reads. */
const VERSION = 1;
const KEY = "training";
const PREFIX = "training.";

/** The state as the parts of a safetensors file, beside those of a model. */
export function writeState(state: TrainingState): { tensors: NamedTensor[]; metadata: Record<string, string> } {
  const { optimizer, best, carried, ...plain } = state;
  const { moments, ...rates } = optimizer;
  const tensor = (name: string, data: Float32Array): NamedTensor => ({
    name: PREFIX + name,
    shape: [data.length],
    data,
  });
  const json = {
    version: VERSION,
    ...plain,
    optimizer: rates,
    moments: moments.length,
    best: best?.state,
    sizes: carried.map((lane) => lane?.size ?? 0),
  };
  return {
    tensors: [
      ...moments.map((moment, number) => tensor(`moment${number}`, moment)),
      ...(best ? [tensor("best", best.weights)] : []),
      ...carried.flatMap((before, lane) =>
        Object.entries(before?.states ?? {}).map(([name, values]) => tensor(`carried.${lane}.${name}`, values)),
      ),
    ],
    metadata: { [KEY]: JSON.stringify(json) },
  };
}

/**
 * The state in a file, or undefined for a model alone.
 *
 * @throws Error BPTT_FILE for one that is damaged or of another version
 */
export function readState(
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>>,
): TrainingState | undefined {
  const text = metadata[KEY];
  if (text === undefined) return undefined;
  const json = parse(text);
  if (json.version !== VERSION)
    throw plainError(
      "BPTT_FILE",
      `checkpoint: version ${show(json.version)}, but this release reads version ${VERSION}; go on with the release that wrote it, or begin a new training from its weights`,
    );
  const { version: _, moments, optimizer, best, sizes, ...plain } = json;
  const data = (name: string): Float32Array => {
    const found = tensors.find((tensor) => tensor.name === PREFIX + name);
    if (found === undefined) throw damaged(`the tensor ${PREFIX}${name} is missing`);
    return found.data;
  };
  for (const field of ["options", "position", "stepper"] as const)
    if (typeof plain[field] !== "object" || plain[field] === null)
      throw damaged(`${field}: expected an object, got ${show(plain[field])}`);
  if (!Number.isInteger(moments) || typeof optimizer !== "object" || !Array.isArray(sizes))
    throw damaged(`expected moments, optimizer and sizes, got ${Object.keys(json).join(", ")}`);
  return {
    ...plain,
    optimizer: { ...optimizer, moments: Array.from({ length: moments }, (_, number) => data(`moment${number}`)) },
    ...(best && { best: { state: best, weights: data("best") } }),
    carried: sizes.map((size, lane) => (size > 0 ? { states: statesOf(tensors, lane), size } : undefined)),
  };
}

function statesOf(tensors: readonly NamedTensor[], lane: number): Carried["states"] {
  const prefix = `${PREFIX}carried.${lane}.`;
  const own = tensors.filter(({ name }) => name.startsWith(prefix));
  return Object.fromEntries(own.map(({ name, data }) => [name.slice(prefix.length), data]));
}

type Json = Omit<TrainingState, "optimizer" | "best" | "carried"> & {
  readonly version: number;
  readonly moments: number;
  readonly optimizer: Omit<OptimizerState, "moments">;
  readonly best?: BestState;
  readonly sizes: readonly number[];
};

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw damaged("expected JSON", error);
  }
}

const damaged = (what: string, cause?: unknown): CodedError =>
  plainError("BPTT_FILE", `checkpoint: it is damaged: ${what}; go on from an earlier one`, cause);
