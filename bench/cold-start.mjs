// Run by itself, so that nothing is loaded or compiled before: milliseconds from import to the end of the first training step.

const start = performance.now();
const { adam, clipGradNorm, embedding, linear, lstm, Network, Optimizer, pack } = await import("../dist/index.js");
const net = await Network.create([
  embedding({ numEmbeddings: 1000, embeddingDim: 64 }),
  lstm({ hiddenSize: 128 }),
  linear({ outFeatures: 128 }),
]);
const optimizer = new Optimizer(net.parameters, adam({ lr: 1e-3 }));
const tokens = Array.from({ length: 16 }, (_, i) => i);
const [batch] = pack(Array.from({ length: 32 }, () => ({ tokens, labels: tokens })));
net.forward(batch);
net.backward();
clipGradNorm(net.parameters, 5);
optimizer.step();
console.log(performance.now() - start);
