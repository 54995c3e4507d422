import {
  type AnyOptimizer,
  adam,
  type Batch,
  clipGradNorm,
  embedding,
  type LayerDescription,
  linear,
  lstm,
  Network,
  Optimizer,
  pack,
  Random,
  rnn,
  sgd,
} from "bptt";
import type { Timed } from "./messages.js";

/** I, H, K: width of the input, of the state, of the output; G gates; a batch of B sequences of T tokens. */
interface Shape {
  readonly I: number;
  readonly H: number;
  readonly K: number;
  readonly G: number;
  readonly B: number;
  readonly T: number;
  /** Words of an embedding in front; without, the input is numbers. */
  readonly V?: number;
  readonly cell: LayerDescription;
  readonly optimizer: AnyOptimizer;
  readonly trains: boolean;
}

const slots = { I: 64, H: 128, K: 128, G: 4, V: 1000, cell: lstm({ hiddenSize: 128 }), optimizer: adam({ lr: 1e-3 }) };

const SHAPES: Readonly<Record<Timed, Shape>> = {
  W1: { ...slots, B: 32, T: 16, trains: true },
  W4: {
    ...{ I: 32, H: 32, K: 16, G: 1, B: 1, T: 16, trains: true },
    ...{ cell: rnn({ hiddenSize: 32 }), optimizer: sgd({ lr: 0.01 }) },
  },
  I1: { ...slots, B: 1, T: 16, trains: false },
  I32: { ...slots, B: 32, T: 16, trains: false },
};

export interface Workload {
  /** A whole training step (zeroGrad, forward, BPTT, clipping by norm 5, optimiser), or a forward pass. */
  readonly run: () => unknown;
  readonly tokens: number;
  /** Of the matrix products that are executed; other work is not counted. */
  readonly gflop: number;
}

export async function workloadOf(name: Timed): Promise<Workload> {
  const shape = SHAPES[name];
  const { I, K, V, B, T, cell, trains } = shape;
  const layers = [
    ...(V === undefined ? [] : [embedding({ numEmbeddings: V, embeddingDim: I })]),
    ...[cell, linear({ outFeatures: K })],
  ];
  const net = await Network.create(layers, V === undefined ? { inputSize: I } : {});
  const optimizer = new Optimizer(net.parameters, shape.optimizer);
  const batch = batchOf(shape);
  const step = () => {
    net.zeroGrad();
    const { loss } = net.forward(batch);
    net.backward();
    clipGradNorm(net.parameters, 5);
    optimizer.step();
    return loss;
  };
  return {
    run: trains ? step : () => net.predict(batch),
    tokens: B * T,
    gflop: gflopOf(shape, V === undefined ? B * T : new Set(batch.tokens).size),
  };
}

/** Tokens (or numbers) and labels drawn uniformly. */
function batchOf({ I, K, V, B, T }: Shape): Batch {
  const random = new Random(1);
  const draw = (below: number) => Array.from({ length: T }, () => random.below(below));
  const sequences = Array.from({ length: B }, () => ({
    ...(V === undefined
      ? { features: Array.from({ length: T * I }, () => random.uniform(-1, 1)), length: T }
      : { tokens: draw(V) }),
    labels: draw(K),
  }));
  const [batch] = pack(sequences, { batchSize: B });
  return batch as Batch;
}

/**
 * Behind an embedding the input's products are over the U distinct tokens in place of all, and numbers get no gradient; a state that is known to be
 * zero is not multiplied, so the first step is missing from the recurrent products.
 */
function gflopOf({ I, H, K, G, B, T, V, trains }: Shape, U: number): number {
  const [input, recurrent, output] = [U * G * H * I, (T - 1) * B * G * H * H, T * B * H * K];
  const forward = input + recurrent + output;
  const backward = (V === undefined ? 1 : 2) * input + 2 * recurrent + 2 * output;
  return (2 * (forward + (trains ? backward : 0))) / 1e9;
}
