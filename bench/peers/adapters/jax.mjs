// jax-js on its wasm backend: jitted functions with automatic gradients. It has no scan, so time is unrolled.

import { defaultDevice, init, jit, nn, numpy as np, random, tree, valueAndGrad, vjp } from "@jax-js/jax";
import { serve, versionOf } from "../serve.mjs";
import { features } from "../workloads.mjs";

await init("wasm");
defaultDevice("wasm");

const BETAS = [0.9, 0.999];
const EPS = 1e-8;

/** One time step from zx [B, G], the input's part of the gates. Arguments are consumed, as jax-js has it; `.ref` keeps one for later. */
const cells = {
  lstm(zx, { h, c }, w) {
    const [i, f, g, o] = np.split(zx.add(np.matmul(h, w.wHh.ref)), 4, 1);
    const next = nn
      .sigmoid(f)
      .mul(c)
      .add(nn.sigmoid(i).mul(np.tanh(g)));
    return { h: nn.sigmoid(o).mul(np.tanh(next.ref)), c: next };
  },
  gru(zx, { h, c }, w) {
    const [xr, xz, xn] = np.split(zx, 3, 1);
    const [hr, hz, hn] = np.split(np.matmul(h.ref, w.wHh.ref).add(w.bHh.ref), 3, 1);
    const n = np.tanh(xn.add(nn.sigmoid(xr.add(hr)).mul(hn)));
    return { h: n.ref.add(nn.sigmoid(xz.add(hz)).mul(h.sub(n))), c };
  },
  rnn: (zx, { h, c }, w) => ({ h: np.tanh(zx.add(np.matmul(h, w.wHh.ref))), c }),
};
const GATES = { lstm: 4, gru: 3, rnn: 1 };

await serve((workload) => {
  const { B, T, K, inputSize, tokens, labels, optimizer } = workload;
  const weights = makeWeights(workload);
  const x = inputSize
    ? np.array(features(workload)).reshape([B, T, inputSize])
    : np.array(Int32Array.from(tokens.flat())).reshape([B, T]);
  const told = { version: versionOf("@jax-js/jax"), threads: 1 };
  if (!optimizer) return { ...told, step: predict(workload, weights, x) };
  const target = nn.oneHot(np.array(Int32Array.from(labels.flat())), K);
  return { ...told, step: train(workload, weights, x, target) };
});

function makeWeights({ embedding, inputSize, cell, numLayers, H, K }) {
  let seed = 0;
  const bound = 1 / Math.sqrt(H);
  const uniform = (...shape) => random.uniform(random.key(++seed), shape, { minval: -bound, maxval: bound });
  const G = GATES[cell] * H;
  const layers = Array.from({ length: numLayers }, (_, l) => ({
    wIh: uniform(l > 0 ? H : (embedding?.[1] ?? inputSize), G),
    wHh: uniform(H, G),
    bIh: uniform(G),
    ...(cell === "gru" && { bHh: uniform(G) }),
  }));
  return {
    ...(embedding && { table: random.normal(random.key(++seed), embedding) }),
    layers,
    ...(K && { wOut: uniform(H, K), bOut: uniform(K) }),
  };
}

/** Logits [B * T, K], or hidden states [B * T, H], from embedded tokens or features [B, T, I]. */
function forward({ cell, B, T, H }, { layers, wOut, bOut }, input) {
  let x = input;
  for (const w of layers) {
    const zx = np.unstack(np.matmul(x, w.wIh).add(w.bIh), 1);
    let state = { h: np.zeros([B, H]), c: np.zeros([B, H]) };
    const outputs = zx.map((part) => {
      state = cells[cell](part, state, w);
      return state.h.ref;
    });
    tree.dispose([state, w.wHh, w.bHh].filter((value) => value !== undefined));
    x = np.stack(outputs, 1);
  }
  const rows = x.reshape([B * T, H]);
  return wOut ? np.matmul(rows, wOut).add(bOut) : rows;
}

function embed(table, tokens) {
  return np.take(table, tokens, 0);
}

function predict(workload, weights, x) {
  const run = jit(({ table, ...rest }, input) => forward(workload, rest, table ? embed(table, input) : input));
  return async () => (await run(tree.ref(weights), x.ref).data())[0];
}

/**
 * A training step in two jitted parts, the gradients and the update. Between them stands the gradient of the embedding: jit of this
 * version refuses its scatter.
 */
function train(workload, weights, input, target) {
  const { optimizer, lr, maxNorm, B, T } = workload;
  const lossOf = (w, x, oneHot) =>
    nn
      .logSoftmax(forward(workload, w, x), 1)
      .mul(oneHot)
      .sum()
      .mul(-1 / (B * T));
  const gradientsOf = jit((w, x, oneHot) => valueAndGrad(lossOf, { argnums: [0, 1] })(w, x, oneHot));
  const update = optimizer === "sgd" ? sgd(lr, maxNorm) : adam(maxNorm);
  const { table, ...rest } = weights;
  let w = table ? { table, rest } : { rest };
  let moments = optimizer === "sgd" ? [] : [0, 1].map(() => tree.map((value) => np.zerosLike(value), tree.ref(w)));
  let count = 0;
  return async () => {
    count += 1;
    const embedded = table && vjp((values) => embed(values, input.ref), [w.table.ref]);
    const [loss, [dRest, dx]] = gradientsOf(tree.ref(w.rest), embedded?.[0] ?? input.ref, target.ref);
    const gradients = embedded ? { table: embedded[1](dx)[0], rest: dRest } : { rest: dRest };
    if (embedded) embedded[1].dispose();
    else dx.dispose();
    const rates = [lr / (1 - BETAS[0] ** count), 1 / Math.sqrt(1 - BETAS[1] ** count)];
    [w, ...moments] = update(w, gradients, ...moments, ...(optimizer === "sgd" ? [] : [np.array(rates)]));
    return (await loss.data())[0];
  };
}

function clip(gradients, maxNorm) {
  const squares = tree.leaves(tree.ref(gradients)).map((gradient) => np.square(gradient).sum());
  const norm = np.sqrt(squares.reduce((sum, square) => sum.add(square)));
  const scale = np.minimum(np.reciprocal(norm).mul(maxNorm), 1);
  const clipped = tree.map((gradient) => gradient.mul(scale.ref), gradients);
  scale.dispose();
  return clipped;
}

function sgd(lr, maxNorm) {
  return jit((w, gradients) => [tree.map((value, g) => value.sub(g.mul(lr)), w, clip(gradients, maxNorm))]);
}

function adam(maxNorm) {
  return jit((w, gradients, m, v, rates) => {
    const clipped = clip(gradients, maxNorm);
    const mean = tree.map((old, g) => old.mul(BETAS[0]).add(g.mul(1 - BETAS[0])), m, tree.ref(clipped));
    const square = tree.map((old, g) => old.mul(BETAS[1]).add(np.square(g).mul(1 - BETAS[1])), v, clipped);
    const [rate, root] = np.unstack(rates);
    const move = (value, m1, m2) => value.sub(m1.mul(rate.ref).div(np.sqrt(m2).mul(root.ref).add(EPS)));
    const next = tree.map(move, w, tree.ref(mean), tree.ref(square));
    tree.dispose([rate, root]);
    return [next, mean, square];
  });
}
