// ONNX Runtime, native or as wasm ("web"): inference only.

import { onnxModel } from "../onnx-model.mjs";
import { config, serve, versionOf } from "../serve.mjs";
import { features } from "../workloads.mjs";

const name = config.web ? "onnxruntime-web" : "onnxruntime-node";
const { InferenceSession, Tensor, env } = await import(name);
if (config.web) env.wasm.numThreads = config.threads;

await serve(async (workload) => {
  const { optimizer, cell, embedding, inputSize, tokens, B, T } = workload;
  if (optimizer) return { skip: "ONNX Runtime runs networks and does not train them" };
  if (cell !== "lstm") return { skip: `the ONNX model of this benchmark has no ${cell}` };
  const options = { executionProviders: [config.web ? "wasm" : "cpu"], intraOpNumThreads: config.threads };
  const session = await InferenceSession.create(onnxModel(workload), options);
  const x = embedding
    ? new Tensor("int64", BigInt64Array.from(timeMajor(tokens, T).map(BigInt)), [T, B])
    : new Tensor("float32", swapped(features(workload), workload), [T, B, inputSize]);
  const step = async () => {
    const { y } = await session.run({ x });
    return y.data[0];
  };
  return { version: versionOf(name), threads: config.threads, step };
});

function timeMajor(rows, T) {
  return Array.from({ length: T }, (_, t) => rows.map((row) => row[t])).flat();
}

/** [B, T, inputSize] to [T, B, inputSize]. */
function swapped(x, { B, T, inputSize }) {
  return x.map((_, i) => {
    const [t, b] = [Math.floor(i / inputSize / B), Math.floor(i / inputSize) % B];
    return x[(b * T + t) * inputSize + (i % inputSize)];
  });
}
