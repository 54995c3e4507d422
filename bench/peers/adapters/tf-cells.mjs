// One time step of each cell, forward and backward, in as few operations of TensorFlow.js as we could find. Rows are sequences: h [B, H].
// Weights are [in, out], so that no product needs a transposed operand on the way forward. zx [B, G] is the input's part of the gates.

import * as tf from "@tensorflow/tfjs-core";

const { add, concat, matMul, mul, sigmoid, slice, split, square, sub, tanh } = tf;

/** The derivative of a sigmoid from its value: s - s^2. */
const slope = (s) => sub(s, square(s));
const columns = (x, from, count) => slice(x, [0, from], [x.shape[0], count]);

/** Gates i f o g. */
const lstm = {
  gates: 4,
  forward(zx, { h, c }, { wHh }) {
    const H = h.shape[1];
    const z = add(zx, matMul(h, wHh));
    const s = sigmoid(columns(z, 0, 3 * H));
    const g = tanh(columns(z, 3 * H, H));
    const [i, f, o] = split(s, 3, 1);
    const next = add(mul(f, c), mul(i, g));
    const tc = tanh(next);
    return { h: mul(o, tc), c: next, saved: { s, i, f, o, g, c, tc } };
  },
  backward(dh, { dc: later }, { s, i, f, o, g, c, tc }, { wHhT }) {
    const dO = mul(dh, tc);
    const own = mul(o, sub(dh, mul(dO, tc)));
    const dc = later ? add(later, own) : own;
    const dS = mul(concat([mul(dc, g), mul(dc, c), dO], 1), slope(s));
    const dG = mul(dc, i);
    const dz = concat([dS, sub(dG, mul(dG, square(g)))], 1);
    return { dzx: dz, dzh: dz, dh: matMul(dz, wHhT), dc: mul(dc, f) };
  },
};

/** Gates r z n; reset after the product, as PyTorch has it. */
const gru = {
  gates: 3,
  hiddenBias: true,
  forward(zx, { h }, { wHh, bHh }) {
    const H = h.shape[1];
    const zh = tf.fused.matMul({ a: h, b: wHh, bias: bHh });
    const rz = sigmoid(add(columns(zx, 0, 2 * H), columns(zh, 0, 2 * H)));
    const [r, z] = split(rz, 2, 1);
    const hn = columns(zh, 2 * H, H);
    const n = tanh(add(columns(zx, 2 * H, H), mul(r, hn)));
    const gap = sub(h, n);
    return { h: add(n, mul(z, gap)), saved: { rz, r, z, n, hn, gap } };
  },
  backward(dh, _, { rz, r, z, n, hn, gap }, { wHhT }) {
    const through = mul(dh, z);
    const direct = sub(dh, through);
    const dn = sub(direct, mul(direct, square(n)));
    const drz = mul(concat([mul(dn, hn), mul(dh, gap)], 1), slope(rz));
    const dzh = concat([drz, mul(dn, r)], 1);
    return { dzx: concat([drz, dn], 1), dzh, dh: add(through, matMul(dzh, wHhT)) };
  },
};

const rnn = {
  gates: 1,
  forward(zx, { h }, { wHh }) {
    const next = tanh(add(zx, matMul(h, wHh)));
    return { h: next, saved: { next } };
  },
  backward(dh, _, { next }, { wHhT }) {
    const dz = sub(dh, mul(dh, square(next)));
    return { dzx: dz, dzh: dz, dh: matMul(dz, wHhT) };
  },
};

export const cells = { lstm, gru, rnn };
