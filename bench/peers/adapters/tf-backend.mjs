import * as cpu from "@tensorflow/tfjs-backend-cpu";
import * as wasm from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { config, versionOf } from "../serve.mjs";
import { features } from "../workloads.mjs";

/** Chooses the backend that the parent named; gives what is reported about it. */
export async function startBackend() {
  const { backend } = config;
  if (!(backend in { cpu, wasm })) throw new Error(`backend: expected cpu or wasm, got ${backend}`);
  if (backend === "wasm") wasm.setThreadsCount(config.threads);
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js could not start its ${backend} backend`);
  await tf.ready();
  return { version: versionOf("@tensorflow/tfjs-core"), threads: backend === "wasm" ? wasm.getThreadsCount() : 1 };
}

/** [T * B] whole numbers in time-major order. */
export const timeMajor = (rows, T) => Array.from({ length: T }, (_, t) => rows.map((row) => row[t])).flat();

/** Features [B, T, inputSize]. */
export const featureTensor = (workload) =>
  tf.tensor3d(features(workload), [workload.B, workload.T, workload.inputSize]);

/** Clips by global norm, updates, and reads the loss back together with the norm. */
export function update(optimizer, gradients, loss, maxNorm) {
  const squares = Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient)));
  const [lossRead, square] = tf.stack([loss, tf.addN(squares)]).dataSync();
  const norm = Math.sqrt(square);
  const factor = norm > maxNorm ? maxNorm / norm : 1;
  const clipped =
    factor === 1
      ? gradients
      : Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, tf.mul(gradient, factor)]));
  optimizer.applyGradients(clipped);
  return lossRead;
}

export const makeOptimizer = ({ optimizer, lr }) =>
  optimizer === "adam" ? tf.train.adam(lr, 0.9, 0.999, 1e-8) : tf.train.sgd(lr);
