export { type DatasetOptions, readDataset } from "./node/dataset.js";
export { loadFile, saveFile, streamFile } from "./node/files.js";
export type { CheckpointFile } from "./node/run/checkpoints.js";
export type { RunDescription, RunStart } from "./node/run/description.js";
export { type RunCheckpoint, RunFolder } from "./node/run/folder.js";
export { type Run, readRun } from "./node/run/read.js";
export type { RunReport } from "./node/run/reports.js";
