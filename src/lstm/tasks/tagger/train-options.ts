import { knownOptions } from "../../../check.js";
import type * as whole from "../../../tasks/tagger/train-options.js";
import { missing } from "../../missing.js";

const LEFT_OUT = [
  "shards",
  "accumulate",
  "truncate",
  "onPlan",
  "workers",
  "flow",
  "resume",
  "vectors",
  "onVectors",
] as const;

const KEPT: readonly (keyof whole.TaggerTrainOptions)[] = [
  "epochs",
  "batchSize",
  "optimizer",
  "clip",
  "reduction",
  "evaluateEvery",
  "earlyStopping",
  "onNonFinite",
  "signal",
  "seed",
  "validation",
];

export const checkTrainOptions: typeof whole.checkTrainOptions = (options) => {
  for (const name of LEFT_OUT) if (options?.[name] !== undefined) missing(name);
  knownOptions("train", options, KEPT);
};
