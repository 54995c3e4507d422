import { readFileSync } from "node:fs";
import * as bptt from "../../../dist/index.js";
import { serve } from "../serve.mjs";
import { features } from "../workloads.mjs";

const { version } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"));

const cells = { lstm: bptt.lstm, gru: bptt.gru, rnn: bptt.rnn };
const optimizers = { adam: bptt.adam, sgd: bptt.sgd };

await serve(async (workload) => {
  const { embedding, inputSize, cell, numLayers, H, K, B } = workload;
  if (cells[cell] === undefined) return { skip: `bptt ${version} has no ${cell} yet` };
  const layers = [
    ...(embedding ? [bptt.embedding({ numEmbeddings: embedding[0], embeddingDim: embedding[1] })] : []),
    cells[cell]({ hiddenSize: H, numLayers }),
    ...(K ? [bptt.linear({ outFeatures: K })] : []),
  ];
  const net = await bptt.Network.create(layers, { seed: 1, ...(inputSize && { inputSize }) });
  const [batch] = bptt.pack(sequences(workload), { batchSize: B });
  return { version, threads: 1, step: workload.optimizer ? train(net, batch, workload) : () => net.predict(batch)[0] };
});

function train(net, batch, { optimizer: kind, lr, maxNorm }) {
  const optimizer = new bptt.Optimizer(net.parameters, optimizers[kind]({ lr }));
  return () => {
    net.zeroGrad();
    const { lossPerToken } = net.forward(batch);
    net.backward();
    bptt.clipGradNorm(net.parameters, maxNorm);
    optimizer.step();
    return lossPerToken;
  };
}

function sequences(workload) {
  const { B, T, inputSize, tokens, labels } = workload;
  const x = inputSize && features(workload);
  const width = T * inputSize;
  return Array.from({ length: B }, (_, b) => ({
    ...(tokens ? { tokens: tokens[b] } : { features: x.subarray(b * width, (b + 1) * width), length: T }),
    ...(labels && { labels: labels[b] }),
  }));
}
