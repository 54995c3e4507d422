export { type Experiment, experiments, type Outcome } from "./experiments.js";
export { type GateFlow, type GradientFlow, type GradientFlowOptions, gradientFlow, type LayerFlow } from "./flow.js";
export { adding, type Problem, temporalOrder } from "./problems.js";
