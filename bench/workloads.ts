import {
  type AnyOptimizer,
  adam,
  type Batch,
  clipGradNorm,
  embedding,
  gru,
  type LayerDescription,
  linear,
  lstm,
  Network,
  Optimizer,
  pack,
  Random,
  rnn,
  type Sequence,
  sgd,
} from "../src/index.js";

/** A network with the size of its batches. */
export interface WorkloadShape {
  readonly name: string;
  readonly what: string;
  readonly layers: readonly LayerDescription[];
  /** Width of the features, where there is no embedding. */
  readonly inputSize?: number;
  readonly batchSize: number;
  readonly seqLen: number;
  readonly optimizer: AnyOptimizer;
}

/** Ready to run: a whole training step is zeroGrad, forward, BPTT, clipping at norm 5, the optimiser and the loss read back. */
export interface Workload extends WorkloadShape {
  readonly net: Network;
  readonly batch: Batch;
  readonly step: (other?: Batch) => number;
}

const slots = { batchSize: 32, seqLen: 16, optimizer: adam({ lr: 1e-3 }) };
const around = (V: number, I: number, cell: LayerDescription, K: number): LayerDescription[] => [
  embedding({ numEmbeddings: V, embeddingDim: I }),
  cell,
  linear({ outFeatures: K }),
];

export const WORKLOADS: readonly WorkloadShape[] = [
  { name: "W1", what: "slot filling, LSTM 128", layers: around(1000, 64, lstm({ hiddenSize: 128 }), 128), ...slots },
  { name: "W1g", what: "slot filling, GRU 128", layers: around(1000, 64, gru({ hiddenSize: 128 }), 128), ...slots },
  { name: "W1r", what: "slot filling, RNN 128", layers: around(1000, 64, rnn({ hiddenSize: 128 }), 128), ...slots },
  {
    name: "W2",
    what: "characters, LSTM 2x256",
    layers: around(96, 96, lstm({ hiddenSize: 256, numLayers: 2 }), 96),
    ...{ batchSize: 32, seqLen: 64, optimizer: adam({ lr: 1e-3 }) },
  },
  {
    name: "W3",
    what: "medium, LSTM 512",
    layers: around(1000, 512, lstm({ hiddenSize: 512 }), 1000),
    ...{ batchSize: 32, seqLen: 32, optimizer: sgd({ lr: 0.1 }) },
  },
  {
    name: "W4",
    what: "online, tanh RNN 32",
    layers: [rnn({ hiddenSize: 32 }), linear({ outFeatures: 16 })],
    ...{ inputSize: 32, batchSize: 1, seqLen: 16, optimizer: sgd({ lr: 0.01 }) },
  },
];

export function shapeOf(name: string): WorkloadShape {
  const shape = WORKLOADS.find((workload) => workload.name === name);
  if (shape === undefined) throw new Error(`there is no workload ${name}`);
  return shape;
}

/** W1, slot filling: embedding 1000x64, LSTM 128, linear 128; batch of 32 sequences of 16 tokens, Adam. */
export const w1 = (): Promise<Workload> => createWorkload(shapeOf("W1"));

export async function createWorkload(shape: WorkloadShape, batch = randomBatch(shape)): Promise<Workload> {
  const { layers, inputSize } = shape;
  const net = await Network.create(layers, { ...(inputSize !== undefined && { inputSize }) });
  const optimizer = new Optimizer(net.parameters, shape.optimizer);
  const step = (other = batch) => {
    net.zeroGrad();
    const { loss } = net.forward(other);
    net.backward();
    clipGradNorm(net.parameters, 5);
    optimizer.step();
    return loss;
  };
  return { ...shape, net, batch, step };
}

/** Tokens (or features) and labels drawn uniformly. */
export function randomBatch({ layers, inputSize, batchSize, seqLen }: WorkloadShape): Batch {
  const random = new Random(1);
  const [first, last] = [layers[0], layers.at(-1)];
  const classes = last?.type === "linear" ? last.outFeatures : 1;
  const numbers = (below: number) => Array.from({ length: seqLen }, () => random.below(below));
  return batchOf(
    Array.from({ length: batchSize }, () => ({
      ...(first?.type === "embedding"
        ? { tokens: numbers(first.numEmbeddings) }
        : { features: Array.from({ length: seqLen * (inputSize ?? 0) }, () => random.uniform(-1, 1)), length: seqLen }),
      labels: numbers(classes),
    })),
  );
}

/** One batch of all sequences. */
export function batchOf(sequences: readonly Sequence[]): Batch {
  const [batch] = pack(sequences, { batchSize: sequences.length });
  if (batch === undefined) throw new Error("no sequences, no batch");
  return batch;
}
