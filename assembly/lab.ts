// The laboratory's door: toy systems in f64. A module of its own, so that nobody who trains or answers carries it.
// Field offsets of argument records are named as in answers.ts.

import { NeuronArgs } from "./lab/neuron";
import { UnitArgs } from "./lab/one-unit";

export { neuronRun } from "./lab/neuron";
export { unitRun } from "./lab/one-unit";
export { sigmoidForward } from "./lab/sigmoid";
export { heapBase } from "./memory";

export const NEURON_T: usize = offsetof<NeuronArgs>("T");
export const NEURON_vectors: usize = offsetof<NeuronArgs>("vectors");
export const NEURON_x: usize = offsetof<NeuronArgs>("x");
export const NEURON_w: usize = offsetof<NeuronArgs>("w");
export const NEURON_h: usize = offsetof<NeuronArgs>("h");
export const NEURON_dh: usize = offsetof<NeuronArgs>("dh");
export const NEURON_dhStride: usize = offsetof<NeuronArgs>("dhStride");
export const NEURON_dw: usize = offsetof<NeuronArgs>("dw");
export const NEURON_SIZE: usize = offsetof<NeuronArgs>();

export const UNIT_n: usize = offsetof<UnitArgs>("n");
export const UNIT_T: usize = offsetof<UnitArgs>("T");
export const UNIT_w: usize = offsetof<UnitArgs>("w");
export const UNIT_b: usize = offsetof<UnitArgs>("b");
export const UNIT_x: usize = offsetof<UnitArgs>("x");
export const UNIT_error: usize = offsetof<UnitArgs>("error");
export const UNIT_dw: usize = offsetof<UnitArgs>("dw");
export const UNIT_db: usize = offsetof<UnitArgs>("db");
export const UNIT_states: usize = offsetof<UnitArgs>("states");
export const UNIT_target_f64: usize = offsetof<UnitArgs>("target");
export const UNIT_SIZE: usize = offsetof<UnitArgs>();
