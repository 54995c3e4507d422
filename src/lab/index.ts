export { type Experiment, experiments, type Outcome } from "./experiments.js";
export { adding, type Problem, temporalOrder } from "./problems.js";
