// TensorFlow.js, written by hand: the gradients too, since products with a transposed operand are slow on the wasm backend and its
// automatic gradients are full of them. Operands are transposed first; weights that are needed transposed in every time step, once a step.

import * as tf from "@tensorflow/tfjs-core";
import { serve } from "../serve.mjs";
import { featureTensor, makeOptimizer, startBackend, timeMajor, update } from "./tf-backend.mjs";
import { cells } from "./tf-cells.mjs";

const told = await startBackend();

await serve(async (workload) => {
  const { optimizer, B, T, inputSize } = workload;
  const weights = makeWeights(workload);
  const input = inputSize
    ? tf.tidy(() => tf.reshape(tf.transpose(featureTensor(workload), [1, 0, 2]), [T * B, inputSize]))
    : tf.tensor1d(timeMajor(workload.tokens, T), "int32");
  const step = optimizer ? train(workload, weights, input) : () => tf.tidy(() => predict(workload, weights, input));
  return { ...told, step };
});

/** All weights by name, as variables. */
function makeWeights({ embedding, inputSize, cell, numLayers, H, K }) {
  const G = cells[cell].gates * H;
  const uniform = (name, shape, bound) => [name, tf.variable(tf.randomUniform(shape, -bound, bound), true, name)];
  const bound = 1 / Math.sqrt(H);
  const entries = embedding ? [["table", tf.variable(tf.randomNormal(embedding), true, "table")]] : [];
  for (let l = 0; l < numLayers; ++l) {
    const I = l > 0 ? H : (embedding?.[1] ?? inputSize);
    entries.push(uniform(`wIh${l}`, [I, G], bound), uniform(`wHh${l}`, [H, G], bound), uniform(`bIh${l}`, [G], bound));
    if (cells[cell].hiddenBias) entries.push(uniform(`bHh${l}`, [G], bound));
  }
  if (K) entries.push(uniform("wOut", [H, K], bound), uniform("bOut", [K], bound));
  return Object.fromEntries(entries);
}

function layerWeights(weights, l) {
  const [wIh, wHh, bIh, bHh] = ["wIh", "wHh", "bIh", "bHh"].map((name) => weights[`${name}${l}`]);
  return { wIh, wHh, bIh, bHh };
}

/** The rows of each time step. A slice would copy the whole matrix for each of them; a gathered row is copied alone. */
function steps(matrix, T) {
  const [N, width] = matrix.shape;
  const rows = tf.reshape(matrix, [T, (N / T) * width]);
  return Array.from({ length: T }, (_, t) => tf.reshape(tf.gather(rows, tf.tensor1d([t], "int32")), [N / T, width]));
}

/** Logits [T * B, K] (hidden states, if the layer stands alone), and what each layer keeps for the way back. */
function forward({ cell, numLayers, H, K, B, T }, weights, input) {
  let x = weights.table ? tf.gather(weights.table, input) : input;
  const kept = [];
  for (let l = 0; l < numLayers; ++l) {
    const w = layerWeights(weights, l);
    const zx = steps(tf.fused.matMul({ a: x, b: w.wIh, bias: w.bIh }), T);
    const h0 = tf.zeros([B, H]);
    let state = { h: h0, c: h0 };
    const states = zx.map((part) => {
      state = cells[cell].forward(part, state, w);
      return state;
    });
    const before = [h0, ...states.slice(0, -1).map(({ h }) => h)];
    kept.push({ x, before, saved: states.map(({ saved }) => saved) });
    x = tf.concat(
      states.map(({ h }) => h),
      0,
    );
  }
  return { y: K ? tf.fused.matMul({ a: x, b: weights.wOut, bias: weights.bOut }) : x, kept, x };
}

function predict(workload, weights, input) {
  return forward(workload, weights, input).y.dataSync()[0];
}

function train(workload, weights, tokens) {
  const { B, T, K, numLayers, cell, maxNorm, embedding, labels } = workload;
  const N = B * T;
  const target = tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d(timeMajor(labels, T), "int32"), K), "float32"));
  const optimizer = makeOptimizer(workload);
  const rows = embedding && tf.reshape(tokens, [N, 1]);
  return () =>
    tf.tidy(() => {
      const { y, kept, x } = forward(workload, weights, tokens);
      const logs = tf.logSoftmax(y);
      const loss = tf.div(tf.neg(tf.sum(tf.mul(logs, target))), N);
      const dy = tf.div(tf.sub(tf.exp(logs), target), N);
      const gradients = { wOut: tf.matMul(tf.transpose(x), dy), bOut: tf.sum(dy, 0) };
      let dx = tf.matMul(dy, tf.transpose(weights.wOut));
      for (let l = numLayers - 1; l >= 0; --l) {
        const needed = l > 0 || embedding !== undefined;
        const back = backward(cells[cell], layerWeights(weights, l), kept[l], dx, T, needed);
        dx = back.dx;
        for (const [name, gradient] of Object.entries(back.gradients)) gradients[`${name}${l}`] = gradient;
      }
      if (embedding) gradients.table = tf.scatterND(rows, dx, embedding);
      return update(optimizer, gradients, loss, maxNorm);
    });
}

/** Through one layer: all weight gradients are one product over all time steps. */
function backward(cell, { wIh, wHh, bHh }, { x, before, saved }, dy, T, needed) {
  const given = steps(dy, T);
  const wHhT = tf.transpose(wHh);
  const back = [];
  let later = {};
  for (let t = T - 1; t >= 0; --t) {
    const dh = later.dh ? tf.add(given[t], later.dh) : given[t];
    later = cell.backward(dh, later, saved[t], { wHhT });
    back.unshift(later);
  }
  const all = (name) =>
    tf.concat(
      back.map((step) => step[name]),
      0,
    );
  const dzx = all("dzx");
  const dzh = bHh ? all("dzh") : dzx;
  const gradients = {
    wIh: tf.matMul(tf.transpose(x), dzx),
    wHh: tf.matMul(tf.transpose(tf.concat(before, 0)), dzh),
    bIh: tf.sum(dzx, 0),
    ...(bHh && { bHh: tf.sum(dzh, 0) }),
  };
  return { gradients, dx: needed ? tf.matMul(dzx, tf.transpose(wIh)) : undefined };
}
