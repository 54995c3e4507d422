export { type CurvePoint, type LossCurve, type LossCurveOptions, lossCurve } from "./curves/curve.js";
export type { CurveEvent } from "./curves/events.js";
export { type LossCurveName, type LossCurvePreset, lossCurves } from "./curves/presets.js";
export { type ExperimentResult, experiment } from "./experiments/experiment.js";
export type { CellChoice, ExperimentOptions } from "./experiments/options.js";
export { type ExperimentName, type ExperimentPreset, experiments } from "./experiments/presets.js";
export type {
  ExperimentCombination,
  ExperimentProgress,
  ExperimentRun,
  ExperimentSummary,
  RunEnd,
} from "./experiments/results.js";
export { type SyntheticTaskName, syntheticTasks } from "./tasks/list.js";
export { adding, multiplication } from "./tasks/marked.js";
export { permutation } from "./tasks/permutation.js";
export { copying, memorisation } from "./tasks/recall.js";
export { sines } from "./tasks/sines.js";
export type { Problem, SyntheticTask } from "./tasks/task.js";
export { temporalOrder, temporalOrder3 } from "./tasks/temporal-order.js";
