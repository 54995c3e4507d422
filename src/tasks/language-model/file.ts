import type { SaveOptions } from "../../formats/safetensors.js";
import { Vocabulary } from "../../text/vocabulary.js";
import { readState, type TrainingState } from "../../train/state.js";
import { disagree, openModel, readJson, readWeights, writeModel } from "../shared/file.js";
import { TextModel } from "./model.js";
import { resolveLanguageModelOptions } from "./options.js";

const TASK = "language-model";

export function writeLanguageModel(
  { options, vocabulary, network }: TextModel,
  more: SaveOptions & { readonly state?: TrainingState } = {},
): Uint8Array<ArrayBuffer> {
  const metadata = { options: JSON.stringify(options), vocabulary: JSON.stringify(vocabulary.toJSON()) };
  return writeModel(TASK, { parameters: network.parameters, metadata }, more);
}

/** @throws Error, RangeError BPTT_FILE for bytes that are not a language model of this or an earlier format */
export async function readLanguageModel(
  bytes: Uint8Array,
): Promise<{ readonly model: TextModel; readonly state: TrainingState | undefined }> {
  const { tensors, metadata } = openModel(bytes, TASK);
  const options = readJson(metadata, "options", resolveLanguageModelOptions);
  const vocabulary = Vocabulary.fromJSON(readJson(metadata, "vocabulary", (value: unknown) => value));
  const model = await TextModel.create({ options, vocabulary }).catch(disagree);
  readWeights(model.network.parameters, tensors);
  return { model, state: readState(tensors, metadata) };
}
