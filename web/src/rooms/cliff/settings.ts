import { presets } from "bptt/lab";
import { choice, number, settingsOf } from "../../settings.js";

/** What of the plane of w and b is seen. */
export const views = {
  whole: { w: presets.cliff.oneUnitSurface.w, b: presets.cliff.oneUnitSurface.b },
  near: { w: presets.optimizers.oneUnitSurface.w, b: presets.optimizers.oneUnitSurface.b },
} as const;

const STEPS = 5000;

export const fields = {
  w: number(5, ...views.whole.w),
  b: number(-2.5, ...views.whole.b),
  lr: number(0.3, 1e-6, 1000),
  // the step from which on the other rate counts; 0: never
  from: number(0, 0, STEPS, { whole: true }),
  later: number(1, 1e-6, 1000),
  clip: choice("norm", ["norm", "value", "off"]),
  threshold: number(1, 1e-6, 1e6),
  optimizer: choice("sgd", ["sgd", "momentum", "nesterov", "adam"]),
  compare: choice("clipping", ["clipping", "optimizers", "nothing"]),
  steps: number(500, 1, STEPS, { whole: true }),
  length: number(50, 1, 300, { whole: true }),
  view: choice("whole", ["whole", "near"]),
  speed: choice("20", ["5", "20", "100"]),
  at: number(0, 0, STEPS, { whole: true }),
};

export const settings = settingsOf(fields, "cliff");
