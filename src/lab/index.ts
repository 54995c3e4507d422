export type { Act } from "../nn/cells/cell.js";
export type { FlowProbe, FlowWatch, LayerStepFlow, StepFlow } from "../train/flow.js";
export type { Connectivity, ConnectivityOptions } from "./connectivity.js";
export {
  compareConnectivity,
  connectivity,
  type Named,
  type TextConnectivity,
  type TextConnectivityOptions,
} from "./connectivity-text.js";
export { type Experiment, experiments, type Outcome } from "./experiments.js";
export { type GateFlow, type GradientFlow, type GradientFlowOptions, gradientFlow, type LayerFlow } from "./flow.js";
export { type FlowReportOptions, gradientFlowReport } from "./flow-report.js";
export { adding, type Problem, temporalOrder } from "./problems.js";
