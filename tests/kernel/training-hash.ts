import {
  type AnyOptimizer,
  adagrad,
  adam,
  adamw,
  clipGradNorm,
  dropout,
  embedding,
  exponentialDecay,
  gru,
  type LayerDescription,
  linear,
  lstm,
  Network,
  Optimizer,
  pack,
  reduceOnPlateau,
  rmsprop,
  rnn,
  sgd,
  stepDecay,
} from "../../src/index.js";
import { Random } from "../../src/random.js";
import { referenceCells } from "../reference/index.js";
import { describeCell } from "../support/cells.js";
import { bitsHash } from "../support/hash.js";
import { randomSequences } from "../support/networks.js";

const [V, K, STEPS] = [37, 11, 50];
/** Of the table of all cells. */
const FEW = 6;

/** A digest of weights, logits and losses after some steps of training on small random sequences of ragged lengths. */
async function trainingHash(
  layers: readonly LayerDescription[],
  optimizer: AnyOptimizer,
  steps = STEPS,
): Promise<string> {
  const net = await Network.create(layers, { seed: 6 });
  const update = new Optimizer(net.parameters, optimizer, { steps });
  const random = new Random(7);
  const lengths = Array.from({ length: 40 }, () => 1 + random.below(13));
  const batches = [...pack(randomSequences(random, lengths, V, K), { batchSize: 7, seed: 8 })];
  const losses = Float64Array.from({ length: steps }, (_, step) => {
    const batch = batches[step % batches.length];
    if (batch === undefined) throw new Error("no batch");
    net.zeroGrad();
    const { loss } = net.forward(batch);
    net.backward();
    clipGradNorm(net.parameters, 1);
    update.step();
    update.judge({ loss });
    return loss;
  });
  const logits = batches.map((batch) => net.predict(batch));
  return bitsHash(net.parameters.snapshot(), losses, ...logits);
}

/** Every kind of layer and chance: dropout in between, two layers, both directions, a learning rate that falls. */
export const lstmTrainingHash = (): Promise<string> =>
  trainingHash(
    [
      embedding({ numEmbeddings: V, embeddingDim: 13 }),
      dropout(0.1),
      lstm({ hiddenSize: 17, numLayers: 2, bidirectional: true, dropout: 0.3, recurrentInit: "orthogonal" }),
      dropout(0.2),
      linear({ outFeatures: K }),
    ],
    adam({ lr: 5e-3, schedule: { type: "cosine", warmup: 5, final: 0.1 } }),
  );

export const rnnTrainingHash = (): Promise<string> =>
  trainingHash(
    [
      embedding({ numEmbeddings: V, embeddingDim: 13 }),
      rnn({ hiddenSize: 23, nonlinearity: "tanh" }),
      linear({ outFeatures: K }),
    ],
    sgd({ lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 1e-4 }),
  );

/** Both resets, over distinct tokens. */
export const gruTrainingHash = (): Promise<string> =>
  trainingHash(
    [
      embedding({ numEmbeddings: V, embeddingDim: 13 }),
      gru({ hiddenSize: 19, bidirectional: true }),
      gru({ hiddenSize: 11, reset: "before" }),
      linear({ outFeatures: K }),
    ],
    adam({ lr: 5e-3 }),
  );

const small: readonly LayerDescription[] = [
  embedding({ numEmbeddings: V, embeddingDim: 13 }),
  rnn({ hiddenSize: 11 }),
  linear({ outFeatures: K }),
];

export const rmspropTrainingHash = (): Promise<string> =>
  trainingHash(
    small,
    rmsprop({
      ...{ lr: 2e-3, alpha: 0.9, momentum: 0.5, centered: true, weightDecay: 1e-4 },
      schedule: stepDecay({ stepSize: 7, gamma: 0.7, unit: "steps", warmup: 3 }),
    }),
  );

export const adagradTrainingHash = (): Promise<string> =>
  trainingHash(
    small,
    adagrad({
      lr: 0.05,
      lrDecay: 0.01,
      initialAccumulator: 0.1,
      schedule: exponentialDecay({ gamma: 0.97, unit: "steps" }),
    }),
  );

export const adamwTrainingHash = (): Promise<string> =>
  trainingHash(
    small,
    adamw({
      lr: 5e-3,
      groups: [
        { parameters: ["embedding"], lr: 1e-2 },
        { parameters: ["rnn.bias_ih_l0", "linear.bias"], weightDecay: 0 },
      ],
      schedule: reduceOnPlateau({ metric: "loss", patience: 2, factor: 0.7 }),
    }),
  );

const directions = {
  "one direction": {},
  "both directions": { bidirectional: true },
  "both directions added": { bidirectional: true, merge: "sum" },
} as const;

const dropouts = {
  "no dropout": {},
  dropout: { dropout: 0.3 },
  "locked dropout": { dropout: 0.3, lockedDropout: true },
} as const;

/** Every cell in every direction with every kind of dropout between two layers; its initial states are learned where directions are added. */
export const cellHashes: Readonly<Record<string, () => Promise<string>>> = Object.fromEntries(
  referenceCells.flatMap((cell) =>
    Object.entries(directions).flatMap(([direction, sides]) =>
      Object.entries(dropouts).map(([chance, dropout]) => {
        const learned = "merge" in sides ? ({ initialStates: "learned" } as const) : {};
        const options = { hiddenSize: 12, numLayers: 2, ...sides, ...dropout, ...learned };
        const take = () =>
          trainingHash(
            [embedding({ numEmbeddings: V, embeddingDim: 7 }), describeCell(cell, options), linear({ outFeatures: K })],
            adam({ lr: 5e-3 }),
            FEW,
          );
        return [`${cell.name}, ${direction}, ${chance}`, take];
      }),
    ),
  ),
);
