import { plainError } from "../../check.js";
import type { Safetensors, SaveOptions } from "../../formats/safetensors.js";
import type { Network } from "../../nn/network.js";
import { isPortable } from "../../text/tokenizer.js";
import { Vocabulary } from "../../text/vocabulary.js";
import { readState, type TrainingState } from "../../train/state.js";
import { disagree, openModel, readJson, readTexts, readWeights, writeModel } from "../shared/file.js";
import { TaggerModel } from "./model.js";
import { resolveTaggerOptions } from "./options.js";
import { networkFor, type TaggerParts, type TaggingModel } from "./tagging.js";

const TASK = "sequence-tagger";

export function writeTagger(
  model: TaggerModel,
  options: SaveOptions & { readonly state?: TrainingState } = {},
): Uint8Array<ArrayBuffer> {
  const { tokenizer, vocabulary, tagSet, labels, network } = model;
  const metadata = {
    // left out where it is false: earlier releases read such a file too
    options: JSON.stringify({ ...model.options, sentenceLabels: model.options.sentenceLabels || undefined, tokenizer }),
    portable: String(isPortable(tokenizer)),
    vocabulary: JSON.stringify(vocabulary.toJSON()),
    tags: JSON.stringify(tagSet),
    ...(labels.length > 0 && { labels: JSON.stringify(labels) }),
  };
  return writeModel(TASK, { parameters: network.parameters, metadata }, options);
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
  const { tensors, metadata } = openModel(bytes, TASK);
  const tagSet = readTexts(metadata, "tags");
  const options = readJson(metadata, "options", resolveTaggerOptions);
  const { tokenizer } = options;
  if (tokenizer === undefined)
    throw plainError("BPTT_FILE", "model file: options in __metadata__: expected a tokenizer, got none");
  const vocabulary = Vocabulary.fromJSON(readJson(metadata, "vocabulary", (value: unknown) => value));
  const labels = options.sentenceLabels ? readTexts(metadata, "labels") : [];
  const parts = { options, tokenizer, vocabulary, tagSet, labels };
  const model = await networkFor(parts)
    .then((network) => make(parts, network))
    .catch(disagree);
  readWeights(model.network.parameters, tensors);
  return { model, tensors, metadata };
}
