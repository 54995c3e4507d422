export type { Act } from "../nn/cells/cell.js";
export type { FlowProbe, FlowWatch, LayerStepFlow, StepFlow } from "../train/flow.js";
export type { Connectivity, ConnectivityOptions } from "./connectivity/connectivity.js";
export {
  compareConnectivity,
  connectivity,
  type Named,
  type TextConnectivity,
  type TextConnectivityOptions,
} from "./connectivity/text.js";
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
export {
  type GateFlow,
  type GradientFlow,
  type GradientFlowOptions,
  gradientFlow,
  type LayerFlow,
} from "./flow/flow.js";
export { type FlowReportOptions, gradientFlowReport } from "./flow/report.js";
export { type Preset, presets } from "./presets.js";
export {
  type ParameterElement,
  type Plane,
  type PlaneAxis,
  parameterPlane,
  type RandomPlaneOptions,
  randomPlane,
} from "./surface/directions.js";
export type { Axis, Interval, Surface } from "./surface/grid.js";
export { type PathPlane, pathPlane, WeightPath } from "./surface/path.js";
export { type Evaluator, type Refined, type RefineOptions, refine } from "./surface/refine.js";
export {
  type ErrorSurface,
  type ErrorSurfaceOptions,
  errorSurface,
  type RefinedErrorSurfaceOptions,
  refinedErrorSurface,
} from "./surface/surface.js";
export { type SyntheticTaskName, syntheticTasks } from "./tasks/list.js";
export { adding, multiplication } from "./tasks/marked.js";
export { permutation } from "./tasks/permutation.js";
export { copying, memorisation } from "./tasks/recall.js";
export { sines } from "./tasks/sines.js";
export type { Problem, SyntheticTask } from "./tasks/task.js";
export { temporalOrder, temporalOrder3 } from "./tasks/temporal-order.js";
export { type Bifurcation, type BifurcationOptions, bifurcation } from "./toy/bifurcation.js";
export { type DescendOptions, type Descent, descend, type RateChange } from "./toy/descend.js";
export { type LargestRate, type LargestRateOptions, largestRate } from "./toy/largest-rate.js";
export {
  linearNeuron,
  linearNeuronSweep,
  type NeuronOptions,
  type NeuronRun,
  type NeuronSweep,
  type NeuronSweepOptions,
} from "./toy/neuron.js";
export {
  type OneUnitCellsOptions,
  type OneUnitOptions,
  type OneUnitPoint,
  type OneUnitSurfaceOptions,
  oneUnit,
  oneUnitCells,
  oneUnitSurface,
} from "./toy/one-unit.js";
export type { OneUnitSystem } from "./toy/unit-batch.js";
export type { WorkOptions } from "./work.js";
