import { type CodedError, plainError, show } from "../../check.js";
import {
  type NamedTensor,
  readSafetensors,
  type Safetensors,
  type SaveOptions,
  writeSafetensors,
} from "../../formats/safetensors.js";
import type { Parameters } from "../../parameters.js";
import { type TrainingState, writeState } from "../../train/state.js";
import { remedyFor, type TaskName } from "./readers.js";

/** The version that this code writes; it reads this one and all before it. */
const FORMAT_VERSION = 1;

type Metadata = Readonly<Record<string, string>>;

/**
 * One file holds the whole model: weights under PyTorch's names, everything else as JSON in `__metadata__`; a checkpoint is a model with the state of its
 * training beside it.
 */
export function writeModel(
  task: TaskName,
  { parameters, metadata }: { readonly parameters: Parameters; readonly metadata: Metadata },
  { state, ...options }: SaveOptions & { readonly state?: TrainingState },
): Uint8Array<ArrayBuffer> {
  const tensors = [...parameters].map(({ name, shape }) => ({ name, shape, data: parameters.read(name) }));
  const training = state && writeState(state);
  const all = { format: "bptt", formatVersion: String(FORMAT_VERSION), task, ...metadata, ...training?.metadata };
  return writeSafetensors([...tensors, ...(training?.tensors ?? [])], all, options);
}

/** @throws Error, RangeError BPTT_FILE for bytes that are not a model of one of these tasks in this or an earlier format */
export function openModel(bytes: Uint8Array, ...tasks: readonly TaskName[]): Safetensors {
  const file = openAny(bytes);
  const { task } = file.metadata;
  if (!tasks.some((one) => one === task))
    throw plainError(
      "BPTT_FILE",
      `model file: expected a ${tasks.join(" or ")}, got a model of the task ${show(task)}; ${remedyFor(task)}`,
    );
  return file;
}

/**
 * The task whose class loads a model file: "sequence-tagger", "sequence-classifier" or "language-model"; of a file by a later release maybe another.
 *
 * @param bytes what `save` or `checkpoint` gave
 * @throws Error BPTT_FILE for a file that is truncated, foreign or of a later format
 */
export function taskOf(bytes: Uint8Array): string {
  const { task } = openAny(bytes).metadata;
  if (task === undefined) throw plainError("BPTT_FILE", "model file: task is missing in __metadata__; save it again");
  return task;
}

/** A model of any task. */
function openAny(bytes: Uint8Array): Safetensors {
  const file = readSafetensors(bytes);
  const { format, formatVersion } = file.metadata;
  if (format !== "bptt")
    throw plainError(
      "BPTT_FILE",
      `model file: expected a model of bptt, got safetensors of format ${show(format ?? "without a name")}; give a file that bptt saved`,
    );
  const version = Number(formatVersion);
  if (!Number.isInteger(version) || version < 1 || version > FORMAT_VERSION)
    throw plainError(
      "BPTT_FILE",
      `model file: format version ${formatVersion}, but this release reads up to ${FORMAT_VERSION}; install a later bptt`,
    );
  return file;
}

/** Gives the parameters their values. Throws Error BPTT_FILE for tensors that are missing, of another shape or not finite. */
export function readWeights(parameters: Parameters, tensors: readonly NamedTensor[]): void {
  for (const { name, shape } of parameters) {
    const tensor = tensors.find((candidate) => candidate.name === name);
    if (tensor === undefined) throw plainError("BPTT_FILE", `model file: the tensor ${name} is missing`);
    if (tensor.shape.join() !== shape.join())
      throw plainError(
        "BPTT_FILE",
        `model file: ${name}: expected the shape [${shape.join()}], got [${tensor.shape.join()}]`,
      );
    const strange = tensor.data.find((value) => !Number.isFinite(value));
    if (strange !== undefined)
      throw plainError("BPTT_FILE", `model file: ${name}: expected finite numbers, got ${strange}; get the file again`);
    parameters.write(name, tensor.data);
  }
}

/** Options, vocabulary and labels are each well-formed, but not with each other, or no network of this size can be. */
export function disagree(error: unknown): never {
  const { code, message } = error as Partial<CodedError>;
  if (code !== "BPTT_OPTION" && code !== "BPTT_DATA") throw error;
  throw plainError("BPTT_FILE", `model file: __metadata__ makes no model: ${message}`, error);
}

/** What `check` makes of the JSON under a key. Throws Error BPTT_FILE. */
export function readJson<T, Checked>(metadata: Metadata, key: string, check: (value: T) => Checked): Checked {
  const text = metadata[key];
  if (text === undefined) throw plainError("BPTT_FILE", `model file: ${key} is missing in __metadata__`);
  try {
    return check(JSON.parse(text) as T);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw plainError("BPTT_FILE", `model file: ${key} in __metadata__ cannot be read: ${reason}`, error);
  }
}

/** A list of one text or more. */
export function readTexts(metadata: Metadata, key: string): readonly string[] {
  const texts = readJson(metadata, key, (value: unknown) => value);
  if (!Array.isArray(texts) || texts.length === 0 || !texts.every((text) => typeof text === "string"))
    throw plainError("BPTT_FILE", `model file: ${key}: expected a list of strings, got ${show(texts)}`);
  return texts;
}
