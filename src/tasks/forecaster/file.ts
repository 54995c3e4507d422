import { plainError, show } from "../../check.js";
import type { SaveOptions } from "../../formats/safetensors.js";
import { readState, type TrainingState } from "../../train/state.js";
import { disagree, openModel, readJson, readTexts, readWeights, writeModel } from "../shared/file.js";
import type { Residuals } from "./intervals.js";
import { ForecastModel } from "./model.js";
import { resolveForecasterOptions } from "./options.js";

const TASK = "forecaster";

export function writeForecaster(
  { options, columns, channels, baselines, residuals, network }: ForecastModel,
  more: SaveOptions & { readonly state?: TrainingState } = {},
): Uint8Array<ArrayBuffer> {
  const metadata = {
    options: JSON.stringify(options),
    columns: JSON.stringify(columns),
    channels: JSON.stringify(channels),
    baselines: JSON.stringify(baselines),
    ...(residuals && { residuals: JSON.stringify(residuals) }),
  };
  return writeModel(TASK, { parameters: network.parameters, metadata }, more);
}

/** @throws Error, RangeError BPTT_FILE for bytes that are not a forecaster of this or an earlier format */
export async function readForecaster(
  bytes: Uint8Array,
): Promise<{ readonly model: ForecastModel; readonly state: TrainingState | undefined }> {
  const { tensors, metadata } = openModel(bytes, TASK);
  const options = readJson(metadata, "options", resolveForecasterOptions);
  const columns = readTexts(metadata, "columns");
  const records = (key: string, width: number, fields: readonly string[]) =>
    readJson(metadata, key, (value: unknown) => checked(value, width, (item) => isRecord(item, fields)));
  const model = await ForecastModel.create({
    options,
    columns,
    channels: records("channels", columns.length, ["mean", "deviation"]) as ForecastModel["channels"],
    baselines: records("baselines", options.targets?.length ?? 0, ["scale", "season"]) as ForecastModel["baselines"],
  }).catch(disagree);
  if (metadata.residuals !== undefined)
    model.residuals = readJson(metadata, "residuals", (value: unknown) =>
      checked(value, model.network.outFeatures, isErrors),
    ) as Residuals;
  readWeights(model.network.parameters, tensors);
  return { model, state: readState(tensors, metadata) };
}

function checked(value: unknown, width: number, fits: (item: unknown) => boolean): readonly unknown[] {
  if (Array.isArray(value) && value.length === width && width > 0 && value.every(fits)) return value;
  throw plainError("BPTT_FILE", `expected a list of ${width}, whole and of finite numbers, got ${show(value)}`);
}

const isRecord = (item: unknown, fields: readonly string[]): boolean =>
  typeof item === "object" &&
  item !== null &&
  Object.keys(item).join() === fields.join() &&
  Object.values(item).every(Number.isFinite) &&
  Number(Object.values(item).at(-1)) > 0;

const isErrors = (item: unknown): boolean => Array.isArray(item) && item.length > 0 && item.every(Number.isFinite);
