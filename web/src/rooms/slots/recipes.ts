import { adam, type Clipping, type Example, sgd, type TaggerOptions } from "bptt";
import type { RemoteTrainOptions } from "bptt/worker";
import type { Data } from "./data.js";
import { settings } from "./settings.js";

/** What a network and its training are made of, from the settings. */
export interface Recipe {
  readonly tagger: TaggerOptions;
  readonly training: RemoteTrainOptions;
  /** Of the sentences, those that it trains on. */
  readonly pick: (train: Data["train"]) => readonly Example[];
}

/** Sentences that the lecture's curves train on, all of them in each batch. */
const FEW = 100;

export function recipe(): Recipe {
  const { cell, size, lr, clip, threshold, epochs, seed } = settings;
  const clips: Record<typeof clip.value, Clipping> = {
    norm: { norm: threshold.value },
    value: { value: threshold.value },
    off: false,
  };
  const own = { cell: cell.value, hiddenSize: size.value, seed: seed.value };
  const run = { clip: clips[clip.value], epochs: epochs.value, seed: seed.value };
  if (settings.recipe.value === "tagger")
    return {
      tagger: { ...own, embeddingDim: size.value, dropout: 0.3 },
      training: { ...run, batchSize: 16, optimizer: adam({ lr: lr.value }) },
      pick: (train) => train,
    };
  // as the presets lossCurves of bptt/lab
  return {
    tagger: { ...own, bidirectional: false, embeddingDim: 32, dropout: 0, wordDropout: 0 },
    training: {
      ...{ ...run, batchSize: FEW, reduction: "sum", optimizer: sgd({ lr: lr.value }) },
      evaluateEvery: { epochs: 25 },
    },
    pick: (train) => train.slice(0, FEW),
  };
}

const curve = { recipe: "curve", cell: "irnn", size: 48, epochs: 400, clip: "off" } as const;

/** The lecture's curves, and what one would do instead. */
export const presets = {
  tagger: {},
  smooth: { ...curve, lr: 1e-5 },
  jumping: { ...curve, lr: 8e-4 },
  "flying-off": { ...curve, lr: 8.5e-4 },
  clipped: { ...curve, lr: 8.5e-4, clip: "norm", threshold: 500 },
} as const;
