// embedding -> recurrent layers, one or two directions each -> (what they know at the end) -> linear -> cross-entropy or squared error over
// the tokens of all sequences, or over the sequences.

import type { ReferenceCell, States } from "./cell.js";
import { embeddingBackward, embeddingForward } from "./embedding.js";
import { linearBackward, linearForward } from "./linear.js";
import {
  type ClassOptions,
  crossEntropy,
  crossEntropyBackward,
  type Reduction,
  squaredError,
  squaredErrorBackward,
  type TokenLoss,
} from "./loss.js";
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
  /** One row for each sequence: the last step of the forward direction beside the first of the reverse one. */
  readonly last?: boolean;
  /** One row for each sequence: the mean, or the largest, over its steps. */
  readonly pool?: "mean" | "max";
}

/** Tokens [T] and labels [T], negative ones ignored, or one label; or targets [T, K], or one target [K]. */
export interface ReferenceSequence {
  readonly tokens: Numbers;
  readonly labels?: Numbers;
  readonly label?: number;
  readonly targets?: Numbers;
  readonly target?: Numbers;
}

export interface LossOptions extends ClassOptions {
  readonly reduction: Reduction;
  /** Squared error in place of cross-entropy. */
  readonly loss?: "mse";
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

/** Logits [T, K] of each sequence ([K] if last), and its final states in the order layer 0, layer 0 reverse, layer 1, ... */
export function networkForward(net: ReferenceNetwork, weights: Weights, sequences: readonly ReferenceSequence[]) {
  const results = sequences.map(({ tokens }) => forwardOne(net, weights, tokens));
  return { logits: results.map(({ logits }) => logits), final: results.map(({ final }) => final) };
}

/** The loss over all sequences and its gradient for every parameter. */
export function networkBackward(
  net: ReferenceNetwork,
  weights: Weights,
  sequences: readonly ReferenceSequence[],
  options: LossOptions,
): { loss: Pick<TokenLoss, "sum" | "mean">; gradients: Record<string, Vector> } {
  const K = net.outFeatures;
  const results = sequences.map(({ tokens }) => forwardOne(net, weights, tokens));
  const logits = results.flatMap((result) => [...result.logits]);
  const goals = sequences.flatMap(goalsOf);
  const { reduction } = options;
  const mse = options.loss === "mse";
  const dLogits = mse
    ? squaredErrorBackward(logits, goals, reduction)
    : crossEntropyBackward(logits, goals, K, reduction, options);
  const gradients: Record<string, Vector> = Object.fromEntries(
    parameterShapes(net).map(({ name, shape }) => [name, zeros(shape.reduce((size, side) => size * side, 1))]),
  );
  let row = 0;
  sequences.forEach(({ tokens }, b) => {
    const rows = isWhole(net) ? 1 : tokens.length;
    const dOwn = dLogits.subarray(row * K, (row + rows) * K);
    backwardOne(net, weights, tokens, results[b]?.inputs ?? [], dOwn, gradients);
    row += rows;
  });
  return { loss: mse ? squaredError(logits, goals) : crossEntropy(logits, goals, K, options), gradients };
}

function goalsOf({ labels, label, targets, target }: ReferenceSequence): number[] {
  return Array.from(labels ?? targets ?? target ?? [label ?? -1]);
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
  const rows = isWhole(net) ? 1 : T;
  const head = headForward(net, x, T);
  return { inputs, final, logits: linearForward(head, weight, bias, rows, D * H, net.outFeatures) };
}

const isWhole = ({ last, pool }: ReferenceNetwork): boolean => last === true || pool !== undefined;

/** What the linear layer sees of x [T, D * H]. */
function headForward(net: ReferenceNetwork, x: Vector, T: number): Vector {
  const width = widthOf(net);
  if (net.last) return lastForward(x, T, net.hiddenSize, width / net.hiddenSize);
  if (net.pool === undefined) return x;
  return matrix(1, width, (_, unit) => {
    const column = Array.from({ length: T }, (_, t) => at(x, t * width + unit));
    return net.pool === "max" ? Math.max(...column) : column.reduce((sum, value) => sum + value, 0) / T;
  });
}

function headBackward(net: ReferenceNetwork, dHead: Vector, x: Vector, T: number): Vector {
  const width = widthOf(net);
  if (net.last) return lastBackward(dHead, T, net.hiddenSize, width / net.hiddenSize);
  if (net.pool === undefined) return dHead;
  const most = headForward(net, x, T);
  return matrix(T, width, (t, unit) => {
    if (net.pool === "mean") return at(dHead, unit) / T;
    return at(x, t * width + unit) === at(most, unit) ? at(dHead, unit) : 0;
  });
}

/** [D * H] of x [T, D * H]: the last row of the first H columns, the first row of the others. */
const lastForward = (x: Vector, T: number, H: number, D: number): Vector =>
  matrix(1, D * H, (_, unit) => at(x, (unit < H ? T - 1 : 0) * D * H + unit));

const lastBackward = (dHead: Vector, T: number, H: number, D: number): Vector =>
  matrix(T, D * H, (t, unit) => (t === (unit < H ? T - 1 : 0) ? at(dHead, unit) : 0));

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
  const y = inputs.at(-1) ?? zeros(0);
  const rows = isWhole(net) ? 1 : T;
  const head = headForward(net, y, T);
  const weight = get(weights, "linear.weight");
  const { dx, dWeight, dBias } = linearBackward(dLogits, head, weight, rows, width, net.outFeatures);
  add("linear.weight", dWeight);
  add("linear.bias", dBias);
  let dy = headBackward(net, dx, y, T);
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
