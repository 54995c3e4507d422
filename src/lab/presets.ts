import type { BifurcationOptions } from "./toy/bifurcation.js";
import type { DescendOptions } from "./toy/descend.js";
import type { LargestRateOptions } from "./toy/largest-rate.js";
import type { NeuronOptions, NeuronSweepOptions } from "./toy/neuron.js";
import type { OneUnitCellsOptions, OneUnitSurfaceOptions } from "./toy/one-unit.js";

/** A figure: what it shows, and options under the names of the functions that compute it, as plain JSON. */
export interface Preset {
  readonly about: string;
  readonly linearNeuron?: readonly NeuronOptions[];
  readonly linearNeuronSweep?: NeuronSweepOptions;
  readonly oneUnitSurface?: OneUnitSurfaceOptions;
  readonly oneUnitCells?: OneUnitCellsOptions;
  readonly bifurcation?: BifurcationOptions;
  readonly largestRate?: readonly LargestRateOptions[];
  /** Ways to compare, by what tells them apart. */
  readonly descend?: Readonly<Record<string, DescendOptions>>;
}

const map = { w: [3, 7], b: [-4, -1] } as const;

/** On the plateau the rate looks too small; raised, it takes one step to the cliff. */
const story = {
  start: { w: 5, b: -2 },
  lr: [
    { from: 0, lr: 0.05 },
    { from: 100, lr: 1 },
  ],
  steps: 400,
  map,
} as const;

const steady = { start: { w: 5, b: -2.5 }, lr: 0.3, steps: 500, map } as const;

/** The lecture's figures, by name. */
export const presets = {
  "neuron-table": {
    about: "The linear neuron over 1000 steps: a weight of 1.01 explodes, one of 0.99 vanishes",
    linearNeuron: [1, 1.01, 0.99, 0.01].map((w) => ({ w, seqLen: 1000 })),
  },
  "neuron-sweep": {
    about: "Output and gradient of the linear neuron as its weight goes past 1",
    linearNeuronSweep: { w: [0.9, 1.02], count: 241, seqLen: 1000 },
  },
  cliff: {
    about:
      "The error of the one-unit system over 50 steps: plateaus, and a wall between them (Pascanu et al. 2013, figure 6)",
    oneUnitSurface: { ...map, size: [256, 256] },
    oneUnitCells: { ...map, budget: 20_000, maxDepth: 10 },
  },
  bifurcation: {
    about: "Where the state of the one-unit system rests as its bias moves (Pascanu et al. 2013, figure 3)",
    bifurcation: { w: 6, b: [-5, -1], count: 401, starts: [-10, -5, -2, 0, 2, 5, 10] },
  },
  rate: {
    about: "The largest rate that still lowers the error, from the plateau to the cliff: no rate is right for both",
    largestRate: [-1.25, -1.5, -1.75, -2, -2.25, -2.5, -2.6].map((b) => ({ w: 5, b })),
  },
  story: {
    about:
      "On the plateau the gradient is small, so after 100 steps the rate is raised from 0.05 to 1. One step lands on the cliff, and the next throws the " +
      "weights off the map; clipped, they stay on it and arrive",
    oneUnitSurface: { ...map, size: [256, 256] },
    descend: { unclipped: { ...story, clip: false }, clipped: { ...story, clip: { norm: 1 } } },
  },
  "steady-rate": {
    about: "One rate, 0.3, from w = 5 and b = -2.5: the cliff comes at step 29, without clipping the end",
    descend: { unclipped: { ...steady, clip: false }, clipped: { ...steady, clip: { norm: 1 } } },
  },
  optimizers: {
    about: "Momentum and Adam from the plateau towards the cliff, clipped by norm 1",
    oneUnitSurface: { w: [3.9, 5.1], b: [-2.75, -1.85], size: [256, 256] },
    descend: {
      sgd: { ...steady, clip: { norm: 1 } },
      momentum: { ...steady, lr: 0.03, clip: { norm: 1 }, optimizer: "momentum", momentum: 0.9 },
      adam: { ...steady, lr: 0.03, clip: { norm: 1 }, optimizer: "adam" },
    },
  },
} as const satisfies Readonly<Record<string, Preset>>;
