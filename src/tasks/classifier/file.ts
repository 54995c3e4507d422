import { plainError, show } from "../../check.js";
import type { SaveOptions } from "../../formats/safetensors.js";
import { isPortable } from "../../text/tokenizer.js";
import { Vocabulary } from "../../text/vocabulary.js";
import { readState, type TrainingState } from "../../train/state.js";
import { disagree, openModel, readJson, readTexts, readWeights, writeModel } from "../shared/file.js";
import type { Channel, Inputs } from "./inputs.js";
import { ClassifierModel } from "./model.js";
import { type ResolvedClassifierOptions, resolveClassifierOptions } from "./options.js";

const TASK = "sequence-classifier";

export function writeClassifier(
  { options, inputs, labels, network }: ClassifierModel,
  more: SaveOptions & { readonly state?: TrainingState } = {},
): Uint8Array<ArrayBuffer> {
  const metadata = {
    options: JSON.stringify(options),
    ...(inputs.vocabulary
      ? { portable: String(isPortable(inputs.tokenizer)), vocabulary: JSON.stringify(inputs.vocabulary.toJSON()) }
      : { channels: JSON.stringify(inputs.channels) }),
    labels: JSON.stringify(labels),
  };
  return writeModel(TASK, { parameters: network.parameters, metadata }, more);
}

/** @throws Error, RangeError BPTT_FILE for bytes that are not a classifier of this or an earlier format */
export async function readClassifier(
  bytes: Uint8Array,
): Promise<{ model: ClassifierModel; state: TrainingState | undefined }> {
  const { tensors, metadata } = openModel(bytes, TASK);
  const labels = readTexts(metadata, "labels");
  const options = readJson(metadata, "options", resolveClassifierOptions);
  const inputs = metadata.channels === undefined ? wordInputs(metadata, options) : { channels: channels(metadata) };
  const model = await ClassifierModel.create({ options, inputs, labels }).catch(disagree);
  readWeights(model.network.parameters, tensors);
  return { model, state: readState(tensors, metadata) };
}

function wordInputs(metadata: Readonly<Record<string, string>>, { tokenizer }: ResolvedClassifierOptions): Inputs {
  if (tokenizer === undefined)
    throw plainError("BPTT_FILE", "model file: options in __metadata__: expected a tokenizer, got none");
  return { tokenizer, vocabulary: Vocabulary.fromJSON(readJson(metadata, "vocabulary", (value: unknown) => value)) };
}

function channels(metadata: Readonly<Record<string, string>>): readonly Channel[] {
  const list = readJson(metadata, "channels", (value: readonly Partial<Channel>[]) =>
    value.map(({ mean = Number.NaN, deviation = 0 }) => ({ mean, deviation })),
  );
  const isScale = ({ mean, deviation }: Channel) =>
    Number.isFinite(mean) && Number.isFinite(deviation) && deviation > 0;
  if (list.length > 0 && list.every(isScale)) return list;
  throw plainError(
    "BPTT_FILE",
    `model file: channels: expected mean and deviation of each, got ${show(metadata.channels)}; get the file again`,
  );
}
