export { type Bifurcation, type BifurcationOptions, bifurcation } from "./bifurcation.js";
export { type DescendOptions, type Descent, descend, type RateChange } from "./descend.js";
export {
  type ParameterElement,
  type Plane,
  type PlaneAxis,
  parameterPlane,
  type RandomPlaneOptions,
  randomPlane,
} from "./directions.js";
export { type PathPlane, pathPlane, WeightPath } from "./directions-path.js";
export { type Experiment, experiments, type Outcome } from "./experiments.js";
export type { Axis, Interval, Surface } from "./grid.js";
export { type LargestRate, type LargestRateOptions, largestRate } from "./largest-rate.js";
export {
  type ErrorSurface,
  type ErrorSurfaceOptions,
  errorSurface,
  type RefinedErrorSurfaceOptions,
  refinedErrorSurface,
} from "./network-surface.js";
export {
  linearNeuron,
  linearNeuronSweep,
  type NeuronOptions,
  type NeuronRun,
  type NeuronSweep,
  type NeuronSweepOptions,
} from "./neuron.js";
export {
  type OneUnitCellsOptions,
  type OneUnitOptions,
  type OneUnitPoint,
  type OneUnitSurfaceOptions,
  oneUnit,
  oneUnitCells,
  oneUnitSurface,
} from "./one-unit.js";
export { type Preset, presets } from "./presets.js";
export { adding, type Problem, temporalOrder } from "./problems.js";
export { type Evaluator, type Refined, type RefineOptions, refine } from "./refine.js";
export type { OneUnitSystem } from "./unit-batch.js";
export type { WorkOptions } from "./work.js";
