import { adam, clipGradNorm, embedding, linear, lstm, Network, Optimizer, pack, Random } from "../src/index.js";

/** A whole training step, and the operations of its matrix products as they are usually counted: 3 products, 2 operations a weight and row. */
export interface Workload {
  readonly step: () => void;
  readonly operations: number;
}

/** W1, slot filling: embedding 1000x64, LSTM 128, linear 128; batch of 32 sequences of 16 tokens, Adam, clipping at norm 5. */
export async function w1(): Promise<Workload> {
  const [B, T, V, I, H, K] = [32, 16, 1000, 64, 128, 128];
  const net = await Network.create([
    embedding({ numEmbeddings: V, embeddingDim: I }),
    lstm({ hiddenSize: H }),
    linear({ outFeatures: K }),
  ]);
  const optimizer = new Optimizer(net.parameters, adam({ lr: 1e-3 }));
  const random = new Random(1);
  const numbers = (below: number) => Array.from({ length: T }, () => random.below(below));
  const sequences = Array.from({ length: B }, () => ({ tokens: numbers(V), labels: numbers(K) }));
  const [batch] = pack(sequences, { batchSize: B });
  if (batch === undefined) throw new Error("no batch");
  const step = () => {
    net.zeroGrad();
    net.forward(batch);
    net.backward();
    clipGradNorm(net.parameters, 5);
    optimizer.step();
  };
  return { step, operations: 6 * B * T * (4 * H * (I + H) + H * K) };
}
