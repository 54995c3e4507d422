import type { Clipping } from "../../optim/clip.js";
import { sgd } from "../../optim/sgd.js";
import type { LossCurveOptions } from "./curve.js";

/** A training of the slot tagger whose curve is known, as plain JSON: `lossCurve(lossCurves.smooth.options)`. */
export interface LossCurvePreset {
  readonly about: string;
  /** What came out. */
  readonly expected: string;
  /** Seconds that the run takes on one core, about. */
  readonly seconds: number;
  readonly options: LossCurveOptions;
}

export type LossCurveName = "smooth" | "jumping" | "flying-off" | "clipped";

/**
 * The lecture's curves: an IRNN of 48 units on 100 travel requests, all of them in each batch, plain SGD on the summed loss. The rates come from a search:
 * of 21 between 1e-5 and 3e-3, 1.5e-4, 2e-4, 8.5e-4 and all from 9.5e-4 on fly off, the others do not; clipped by norm 500 none does. Where a run
 * meets a cliff is chance: another seed, other rates.
 */
export const lossCurves: Readonly<Record<LossCurveName, LossCurvePreset>> = {
  smooth: {
    about: "SGD 1e-5, no clipping",
    expected: "falls from 3.0 to 0.9 for each token and never rises by a tenth",
    seconds: 2,
    options: /* @__PURE__ */ curve(1e-5, false),
  },
  jumping: {
    about: "SGD 8e-4, no clipping",
    expected: "jumps up to 96 for each token and comes back, again and again",
    seconds: 2,
    options: /* @__PURE__ */ curve(8e-4, false),
  },
  "flying-off": {
    about: "SGD 8.5e-4, no clipping",
    expected: "falls to 1.2 for each token and is not finite at step 28",
    seconds: 1,
    options: /* @__PURE__ */ curve(8.5e-4, false),
  },
  clipped: {
    about: "SGD 8.5e-4, clip by norm 500",
    expected: "falls to 0.0024 for each token; more than half of the steps are clipped",
    seconds: 2,
    options: /* @__PURE__ */ curve(8.5e-4, { norm: 500 }),
  },
};

function curve(lr: number, clip: Clipping): LossCurveOptions {
  return {
    tagger: {
      cell: "irnn",
      hiddenSize: 48,
      bidirectional: false,
      embeddingDim: 32,
      dropout: 0,
      wordDropout: 0,
      seed: 1,
    },
    training: { optimizer: sgd({ lr }), clip, reduction: "sum", batchSize: 100, epochs: 400 },
  };
}
