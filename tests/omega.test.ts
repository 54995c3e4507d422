// Pascanu's regulariser: its value and its immediate derivative against float64, written from equations 9 and 10 of the paper.

import { describe, expect, test } from "vitest";
import {
  irnn,
  type LayerDescription,
  linear,
  lstm,
  Network,
  pack,
  type Random as RandomType,
  rnn,
} from "../src/index.js";
import { Random } from "../src/random.js";
import { centralDifferences } from "./reference/index.js";
import { near } from "./support/errors.js";

const [I, H, K, OMEGA] = [3, 5, 4, 0.7];
const LENGTHS = [6, 2, 4];

type Act = "tanh" | "relu" | "linear";
const acts: Record<Act, (a: number) => number> = { tanh: Math.tanh, relu: (a) => Math.max(a, 0), linear: (a) => a };
const slopes: Record<Act, (h: number) => number> = {
  tanh: (h) => 1 - h * h,
  relu: (h) => (h > 0 ? 1 : 0),
  linear: () => 1,
};

function sequencesOf(random: RandomType) {
  return LENGTHS.map((length) => ({
    features: Array.from({ length: length * I }, () => random.uniform(-1, 1)),
    labels: Array.from({ length }, () => random.below(K)),
    length,
  }));
}

/** The pairs (v, act'(a')) of every step that has one before it, and the sum over them as a function of W_hh. */
function textbook(net: Network, layer: string, act: Act, sequences: ReturnType<typeof sequencesOf>) {
  const read = (name: string) => Float64Array.from(net.parameters.read(`${layer}.${name}_l0`));
  const [ih, hh, bias] = [
    read("weight_ih"),
    read("weight_hh"),
    read("bias_ih").map((b, j) => b + (read("bias_hh")[j] ?? 0)),
  ];
  const out = Float64Array.from(net.parameters.read("linear.weight"));
  const outBias = Float64Array.from(net.parameters.read("linear.bias"));
  const count = LENGTHS.reduce((sum, length) => sum + length, 0);
  const pairs: { v: number[]; slope: number[] }[] = [];
  for (const { features, labels, length } of sequences) {
    const h: number[][] = [new Array(H).fill(0)];
    for (let t = 0; t < length; ++t)
      h.push(
        Array.from({ length: H }, (_, j) => {
          let a = bias[j] ?? 0;
          for (let i = 0; i < I; ++i) a += (ih[j * I + i] ?? 0) * (features[t * I + i] ?? 0);
          for (let k = 0; k < H; ++k) a += (hh[j * H + k] ?? 0) * (h[t]?.[k] ?? 0);
          return acts[act](a);
        }),
      );
    let carried: number[] = new Array(H).fill(0);
    for (let t = length - 1; t >= 0; --t) {
      const state = h[t + 1] ?? [];
      const logits = Array.from({ length: K }, (_, c) =>
        state.reduce((sum, x, j) => sum + (out[c * H + j] ?? 0) * x, outBias[c] ?? 0),
      );
      const total = logits.reduce((sum, z) => sum + Math.exp(z), 0);
      const dLogits = logits.map((z, c) => (Math.exp(z) / total - (c === labels[t] ? 1 : 0)) / count);
      const v = state.map((x, j) => {
        const dh = (carried[j] ?? 0) + dLogits.reduce((sum, d, c) => sum + d * (out[c * H + j] ?? 0), 0);
        return dh * slopes[act](x);
      });
      if (t > 0) pairs.push({ v, slope: (h[t] ?? []).map(slopes[act]) });
      carried = Array.from({ length: H }, (_, k) => v.reduce((sum, x, j) => sum + x * (hh[j * H + k] ?? 0), 0));
    }
  }
  const norm = (x: readonly number[]) => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));
  const value = () =>
    pairs.reduce((sum, { v, slope }) => {
      const u = slope.map((s, k) => s * v.reduce((total, x, j) => total + x * (hh[j * H + k] ?? 0), 0));
      return norm(v) > 0 ? sum + (norm(u) / norm(v) - 1) ** 2 : sum;
    }, 0);
  return { value: value(), gradient: centralDifferences(value, hh) };
}

describe.each([
  ["rnn", "tanh", rnn({ hiddenSize: H })],
  ["rnn", "relu", rnn({ hiddenSize: H, nonlinearity: "relu" })],
  ["rnn", "linear", rnn({ hiddenSize: H, nonlinearity: "linear" })],
  ["irnn", "relu", irnn({ hiddenSize: H, scale: 0.8 })],
] as const)("%s, %s", (layer, act, description) => {
  test("the regulariser and its gradient agree with the textbook's", async () => {
    const sequences = sequencesOf(new Random(3));
    const [batch] = pack(sequences, { batchSize: sequences.length });
    if (batch === undefined) throw new Error("no batch");
    const gradientOf = async (omega: number) => {
      const layers: LayerDescription[] = [description, linear({ outFeatures: K })];
      const net = await Network.create(layers, { inputSize: I, seed: 4, omega });
      net.forward(batch);
      const result = net.backward();
      return { net, result, gradient: net.parameters.readGradient(`${layer}.weight_hh_l0`) };
    };
    const plain = await gradientOf(0);
    const { net, result, gradient } = await gradientOf(OMEGA);
    const expected = textbook(net, layer, act, sequences);
    expect(plain.result.omega).toBe(0);
    near("omega", [result.omega], [expected.value], act);
    const change = gradient.map((g, i) => g - (plain.gradient[i] ?? 0));
    near(
      "omega gradient",
      change,
      expected.gradient.map((g) => (OMEGA / LENGTHS.length) * g),
      act,
      1e-3,
    );
  });
});

test("the reverse direction counts a sequence from its own last step, not from that of the longest", async () => {
  const sequences = sequencesOf(new Random(5));
  const turned = sequences.map(({ features, labels, length }) => ({
    features: Array.from({ length }, (_, t) => features.slice((length - 1 - t) * I, (length - t) * I)).flat(),
    labels: labels.toReversed(),
    length,
  }));
  const both = await Network.create([rnn({ hiddenSize: H, bidirectional: true }), linear({ outFeatures: K })], {
    ...{ inputSize: I, seed: 6, omega: OMEGA },
  });
  const one = await Network.create([rnn({ hiddenSize: H }), linear({ outFeatures: K })], {
    ...{ inputSize: I, seed: 7, omega: OMEGA },
  });
  // no gradient comes into the forward direction, and so no regulariser
  const out = both.parameters.read("linear.weight").map((w, i) => (i % (2 * H) < H ? 0 : w));
  both.parameters.write("linear.weight", out);
  one.parameters.write(
    "linear.weight",
    out.filter((_, i) => i % (2 * H) >= H),
  );
  one.parameters.write("linear.bias", both.parameters.read("linear.bias"));
  for (const name of ["weight_ih", "weight_hh", "bias_ih", "bias_hh"])
    one.parameters.write(`rnn.${name}_l0`, both.parameters.read(`rnn.${name}_l0_reverse`));
  const results = [
    [both, sequences],
    [one, turned],
  ] as const;
  const [reverse, forward] = results.map(([net, content]) => {
    const [batch] = pack(content, { batchSize: content.length });
    if (batch === undefined) throw new Error("no batch");
    net.forward(batch);
    return net.backward().omega;
  });
  expect(forward).toBeGreaterThan(0);
  near("omega", [reverse ?? 0], [forward ?? 0], "tanh");
  const gradients = [both, one].map((net, i) => net.parameters.readGradient(`rnn.weight_hh_l0${i ? "" : "_reverse"}`));
  near("gradient", gradients[0] ?? [], gradients[1] ?? [], "tanh");
});

test("a network without rnn or irnn refuses it", async () => {
  await expect(Network.create([lstm({ hiddenSize: 2 })], { inputSize: 1, omega: 1 })).rejects.toMatchObject({
    code: "BPTT_OPTION",
    message: "network: omega: the regulariser needs an rnn or irnn layer; leave omega out",
  });
});
