import { type CodedError, plainError, show } from "../../check.js";
import { readSafetensors, type SaveOptions, writeSafetensors } from "../../formats/safetensors.js";
import { Vocabulary } from "../../text/vocabulary.js";
import { readState, type TrainingState, writeState } from "../../train/state.js";
import { TextModel } from "./model.js";
import { type LanguageModelOptions, resolveLanguageModelOptions } from "./options.js";

/** The version that this code writes; it reads this one and all before it. */
const FORMAT_VERSION = 1;
const TASK = "language-model";

/** As a tagger's file: weights under PyTorch's names, everything else as JSON in `__metadata__`; a checkpoint has the state of its training beside them. */
export function writeLanguageModel(
  { options, vocabulary, network: { parameters } }: TextModel,
  { state, ...rest }: SaveOptions & { readonly state?: TrainingState } = {},
): Uint8Array<ArrayBuffer> {
  const tensors = [...parameters].map(({ name, shape }) => ({ name, shape, data: parameters.read(name) }));
  const training = state && writeState(state);
  const metadata = {
    format: "bptt",
    formatVersion: String(FORMAT_VERSION),
    task: TASK,
    options: JSON.stringify(options),
    vocabulary: JSON.stringify(vocabulary.toJSON()),
    ...training?.metadata,
  };
  return writeSafetensors([...tensors, ...(training?.tensors ?? [])], metadata, rest);
}

/** @throws Error, RangeError BPTT_FILE for bytes that are not a language model of this or an earlier format */
export async function readLanguageModel(
  bytes: Uint8Array,
): Promise<{ readonly model: TextModel; readonly state: TrainingState | undefined }> {
  const { tensors, metadata } = readSafetensors(bytes);
  const { format, formatVersion, task } = metadata;
  if (format !== "bptt")
    throw damaged(`expected a model of bptt, got safetensors of format ${show(format ?? "without a name")}`);
  const version = Number(formatVersion);
  if (!Number.isInteger(version) || version < 1 || version > FORMAT_VERSION)
    throw damaged(
      `format version ${formatVersion}, but this release reads up to ${FORMAT_VERSION}; install a later bptt`,
    );
  if (task !== TASK) throw damaged(`expected a ${TASK}, got a model of the task ${show(task)}; load it with that task`);
  const model = await made(async () => {
    const options = resolveLanguageModelOptions(JSON.parse(metadata.options ?? "") as LanguageModelOptions);
    const vocabulary = Vocabulary.fromJSON(JSON.parse(metadata.vocabulary ?? ""));
    return TextModel.create({ options, vocabulary });
  });
  const { parameters } = model.network;
  for (const { name, shape } of parameters) {
    const tensor = tensors.find((candidate) => candidate.name === name);
    if (tensor === undefined) throw damaged(`the tensor ${name} is missing`);
    if (tensor.shape.join() !== shape.join())
      throw damaged(`${name}: expected the shape [${shape.join()}], got [${tensor.shape.join()}]`);
    const strange = tensor.data.find((value) => !Number.isFinite(value));
    if (strange !== undefined) throw damaged(`${name}: expected finite numbers, got ${strange}; get the file again`);
    parameters.write(name, tensor.data);
  }
  return { model, state: readState(tensors, metadata) };
}

/** What is said of options and vocabulary is said of the file. */
async function made(make: () => Promise<TextModel>): Promise<TextModel> {
  try {
    return await make();
  } catch (error) {
    const { code, message } = error as Partial<CodedError>;
    const ours = code === "BPTT_OPTION" || code === "BPTT_DATA" || error instanceof SyntaxError;
    if (!ours) throw error;
    throw damaged(`__metadata__ makes no model: ${message}`, error);
  }
}

const damaged = (what: string, cause?: unknown): CodedError => plainError("BPTT_FILE", `model file: ${what}`, cause);
