export { type DatasetOptions, readDataset } from "./node/dataset.js";
export { loadFile, saveFile } from "./node/files.js";
