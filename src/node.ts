export { type DatasetOptions, readDataset } from "./node/dataset.js";
export { loadFile, saveFile, streamFile } from "./node/files.js";
