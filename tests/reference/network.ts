// embedding -> recurrent layers, one or two directions each -> linear -> cross-entropy over the tokens of all sequences.

import type { ReferenceCell, States } from "./cell.js";
import { embeddingBackward, embeddingForward } from "./embedding.js";
import { linearBackward, linearForward } from "./linear.js";
import { crossEntropy, crossEntropyBackward, type Reduction, type TokenLoss } from "./loss.js";
import { type ReferenceLayer, recurrentBackward, recurrentForward } from "./recurrent.js";
import { accumulate, at, columns, matrix, type Numbers, type Vector, zeros } from "./vector.js";

export interface ReferenceNetwork {
  readonly cell: ReferenceCell;
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly bidirectional: boolean;
  readonly outFeatures: number;
}

/** Tokens [T] and labels [T], negative ones ignored. */
export interface ReferenceSequence {
  readonly tokens: Numbers;
  readonly labels: Numbers;
}

export interface LossOptions {
  readonly reduction: Reduction;
  readonly classWeights?: Numbers;
}

/** By PyTorch's names: embedding.weight, lstm.weight_ih_l0, linear.bias. */
export type Weights = Readonly<Record<string, Numbers>>;

/** Names and shapes of all parameters, in PyTorch's order. */
export function parameterShapes(net: ReferenceNetwork): { name: string; shape: number[] }[] {
  const { cell, embeddingDim: E, hiddenSize: H, numEmbeddings: V, outFeatures: K } = net;
  const G = cell.gates.length;
  const recurrent = directionsOf(net).flatMap(({ suffix, inputSize }) => [
    { name: `${cell.layer}.weight_ih${suffix}`, shape: [G * H, inputSize] },
    { name: `${cell.layer}.weight_hh${suffix}`, shape: [G * H, H] },
    { name: `${cell.layer}.bias_ih${suffix}`, shape: [G * H] },
    { name: `${cell.layer}.bias_hh${suffix}`, shape: [G * H] },
  ]);
  return [
    { name: "embedding.weight", shape: [V, E] },
    ...recurrent,
    { name: "linear.weight", shape: [K, widthOf(net)] },
    { name: "linear.bias", shape: [K] },
  ];
}

/** Logits [T, K] of each sequence, and its final states in the order layer 0, layer 0 reverse, layer 1, ... */
export function networkForward(net: ReferenceNetwork, weights: Weights, sequences: readonly ReferenceSequence[]) {
  const results = sequences.map(({ tokens }) => forwardOne(net, weights, tokens));
  return { logits: results.map(({ logits }) => logits), final: results.map(({ final }) => final) };
}

/** The loss over the tokens of all sequences and its gradient for every parameter. */
export function networkBackward(
  net: ReferenceNetwork,
  weights: Weights,
  sequences: readonly ReferenceSequence[],
  { reduction, classWeights }: LossOptions,
): { loss: TokenLoss; gradients: Record<string, Vector> } {
  const results = sequences.map(({ tokens }) => forwardOne(net, weights, tokens));
  const logits = results.flatMap((result) => [...result.logits]);
  const labels = sequences.flatMap((sequence) => Array.from(sequence.labels));
  const dLogits = crossEntropyBackward(logits, labels, net.outFeatures, reduction, classWeights);
  const gradients: Record<string, Vector> = Object.fromEntries(
    parameterShapes(net).map(({ name, shape }) => [name, zeros(shape.reduce((size, side) => size * side, 1))]),
  );
  let row = 0;
  sequences.forEach(({ tokens }, b) => {
    const dOwn = dLogits.subarray(row * net.outFeatures, (row + tokens.length) * net.outFeatures);
    backwardOne(net, weights, tokens, results[b]?.inputs ?? [], dOwn, gradients);
    row += tokens.length;
  });
  return { loss: crossEntropy(logits, labels, net.outFeatures, classWeights), gradients };
}

/** inputs: of every recurrent layer, then of the linear one. */
function forwardOne(net: ReferenceNetwork, weights: Weights, tokens: Numbers) {
  const [T, H, D] = [tokens.length, net.hiddenSize, net.bidirectional ? 2 : 1];
  let x = embeddingForward(get(weights, "embedding.weight"), tokens, net.embeddingDim);
  const inputs = [x];
  const final: States[] = [];
  for (let layer = 0; layer < net.numLayers; ++layer) {
    const results = layersOf(net, weights, layer).map((direction) => recurrentForward(direction, { x }));
    x = matrix(T, D * H, (t, unit) => at(results[Math.floor(unit / H)]?.y ?? [], t * H + (unit % H)));
    inputs.push(x);
    final.push(...results.map((result) => result.final));
  }
  const [weight, bias] = [get(weights, "linear.weight"), get(weights, "linear.bias")];
  return { inputs, final, logits: linearForward(x, weight, bias, T, D * H, net.outFeatures) };
}

function backwardOne(
  net: ReferenceNetwork,
  weights: Weights,
  tokens: Numbers,
  inputs: readonly Vector[],
  dLogits: Vector,
  gradients: Record<string, Vector>,
): void {
  const [T, H, width] = [tokens.length, net.hiddenSize, widthOf(net)];
  const add = (name: string, gradient: Vector) => accumulate(gradients[name] ?? zeros(0), gradient);
  const head = get(weights, "linear.weight");
  const { dx, dWeight, dBias } = linearBackward(dLogits, inputs.at(-1) ?? [], head, T, width, net.outFeatures);
  add("linear.weight", dWeight);
  add("linear.bias", dBias);
  let dy = dx;
  for (let layer = net.numLayers - 1; layer >= 0; --layer) {
    const x = inputs[layer] ?? zeros(0);
    const dInput = zeros(x.length);
    layersOf(net, weights, layer).forEach((direction, d) => {
      const back = recurrentBackward(direction, { x }, { dy: columns(dy, T, width, d * H, H) });
      add(direction.names.weightIh, back.dWeightIh);
      add(direction.names.weightHh, back.dWeightHh);
      add(direction.names.biasIh, back.dBiasIh);
      add(direction.names.biasHh, back.dBiasHh);
      accumulate(dInput, back.dx);
    });
    dy = dInput;
  }
  add("embedding.weight", embeddingBackward(dy, tokens, net.numEmbeddings, net.embeddingDim));
}

const widthOf = ({ hiddenSize, bidirectional }: ReferenceNetwork): number => hiddenSize * (bidirectional ? 2 : 1);

/** All directions of all layers: layer 0, layer 0 reverse, layer 1, ... */
function directionsOf(net: ReferenceNetwork) {
  return Array.from({ length: net.numLayers }, (_, layer) =>
    (net.bidirectional ? [false, true] : [false]).map((reverse) => ({
      layer,
      reverse,
      suffix: `_l${layer}${reverse ? "_reverse" : ""}`,
      inputSize: layer === 0 ? net.embeddingDim : widthOf(net),
    })),
  ).flat();
}

function layersOf(net: ReferenceNetwork, weights: Weights, wanted: number) {
  const { cell, hiddenSize } = net;
  return directionsOf(net)
    .filter(({ layer }) => layer === wanted)
    .map(
      ({ reverse, suffix, inputSize }): ReferenceLayer & { names: Record<keyof ReferenceLayer["weights"], string> } => {
        const names = {
          weightIh: `${cell.layer}.weight_ih${suffix}`,
          weightHh: `${cell.layer}.weight_hh${suffix}`,
          biasIh: `${cell.layer}.bias_ih${suffix}`,
          biasHh: `${cell.layer}.bias_hh${suffix}`,
        };
        const own = {
          weightIh: get(weights, names.weightIh),
          weightHh: get(weights, names.weightHh),
          biasIh: get(weights, names.biasIh),
          biasHh: get(weights, names.biasHh),
        };
        return { cell, hiddenSize, inputSize, reverse, names, weights: own };
      },
    );
}

function get(weights: Weights, name: string): Numbers {
  const values = weights[name];
  if (values === undefined) throw new Error(`there is no parameter ${name}`);
  return values;
}
