import { type CodedError, plainError, show } from "../../check.js";
import { readSafetensors, type Safetensors, type SaveOptions, writeSafetensors } from "../../formats/safetensors.js";
import type { Network } from "../../nn/network.js";
import { isPortable } from "../../text/tokenizer.js";
import { Vocabulary } from "../../text/vocabulary.js";
import { readState, type TrainingState, writeState } from "../../train/state.js";
import { TaggerModel } from "./model.js";
import { resolveTaggerOptions, type TaggerOptions } from "./options.js";
import { networkFor, type TaggerParts, type TaggingModel } from "./tagging.js";

/** The version that this code writes; it reads this one and all before it. */
const FORMAT_VERSION = 1;
const TASK = "sequence-tagger";

/**
 * One file holds the whole model: weights under PyTorch's names, everything else as JSON in `__metadata__`; a checkpoint is a model with the state of its
 * training beside it.
 */
export function writeTagger(
  model: TaggerModel,
  { state, ...options }: SaveOptions & { readonly state?: TrainingState } = {},
): Uint8Array<ArrayBuffer> {
  const { tokenizer, vocabulary, tagSet, network } = model;
  const { parameters } = network;
  const tensors = [...parameters].map(({ name, shape }) => ({ name, shape, data: parameters.read(name) }));
  const training = state && writeState(state);
  const metadata = {
    format: "bptt",
    formatVersion: String(FORMAT_VERSION),
    task: TASK,
    options: JSON.stringify({ ...model.options, tokenizer }),
    portable: String(isPortable(tokenizer)),
    vocabulary: JSON.stringify(vocabulary.toJSON()),
    tags: JSON.stringify(tagSet),
    ...training?.metadata,
  };
  return writeSafetensors([...tensors, ...(training?.tensors ?? [])], metadata, options);
}

/** @throws Error, RangeError BPTT_FILE for bytes that are not a tagger of this or an earlier format */
export async function readTagger(bytes: Uint8Array): Promise<{ model: TaggerModel; state: TrainingState | undefined }> {
  const { model, tensors, metadata } = await readModel(bytes, (parts, network) => new TaggerModel(parts, network));
  return { model, state: readState(tensors, metadata) };
}

/** The model of a file, as `make` makes it, and all else that stands there. Throws as readTagger does. */
export async function readModel<Model extends TaggingModel>(
  bytes: Uint8Array,
  make: (parts: TaggerParts, network: Network) => Model,
): Promise<Safetensors & { model: Model }> {
  const { tensors, metadata } = readSafetensors(bytes);
  if (metadata.format !== "bptt")
    throw plainError(
      "BPTT_FILE",
      `model file: expected a model of bptt, got safetensors of format ${show(metadata.format ?? "without a name")}`,
    );
  const version = Number(metadata.formatVersion);
  if (!Number.isInteger(version) || version < 1 || version > FORMAT_VERSION)
    throw plainError(
      "BPTT_FILE",
      `model file: format version ${metadata.formatVersion}, but this release reads up to ${FORMAT_VERSION}; install a later bptt`,
    );
  if (metadata.task !== TASK)
    throw plainError("BPTT_FILE", `model file: expected a ${TASK}, got a model of the task ${show(metadata.task)}`);
  const options = parse<TaggerOptions>(metadata, "options");
  const tags = parse<unknown>(metadata, "tags");
  if (!Array.isArray(tags) || tags.length === 0 || !tags.every((tag) => typeof tag === "string"))
    throw plainError("BPTT_FILE", `model file: tags: expected a list of strings, got ${show(tags)}`);
  const resolved = asFileError("options", () => resolveTaggerOptions(options));
  const { tokenizer } = resolved;
  if (tokenizer === undefined)
    throw plainError("BPTT_FILE", "model file: options in __metadata__: expected a tokenizer, got none");
  const vocabulary = Vocabulary.fromJSON(parse<unknown>(metadata, "vocabulary"));
  const parts = { options: resolved, tokenizer, vocabulary, tagSet: tags };
  const model = await networkFor(parts)
    .then((network) => make(parts, network))
    .catch(disagree);
  const { parameters } = model.network;
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
  return { model, tensors, metadata };
}

/** Options, vocabulary and tags are each well-formed, but not with each other, or no network of this size can be. */
function disagree(error: unknown): never {
  const { code, message } = error as Partial<CodedError>;
  if (code !== "BPTT_OPTION" && code !== "BPTT_DATA") throw error;
  throw plainError("BPTT_FILE", `model file: __metadata__ makes no model: ${message}`, error);
}

function parse<T>(metadata: Readonly<Record<string, string>>, key: string): T {
  const text = metadata[key];
  if (text === undefined) throw plainError("BPTT_FILE", `model file: ${key} is missing in __metadata__`);
  return asFileError(key, () => JSON.parse(text) as T);
}

function asFileError<T>(key: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw plainError("BPTT_FILE", `model file: ${key} in __metadata__ cannot be read: ${reason}`, error);
  }
}
