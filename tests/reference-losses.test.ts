// The textbook losses are right, over the rows of a network and over its sequences: gradients by central differences, answers by PyTorch's.

import { describe, expect, test } from "vitest";
import { Random } from "../src/random.js";
import { goldenClasses, goldenNetworks, goldenSquaredError, networkOf } from "./reference/golden.js";
import * as reference from "./reference/index.js";
import { closeTo } from "./support/cases.js";

const random = new Random(1);
const values = (count: number) => reference.vector(count, () => random.uniform(-1, 1));
const tokens = (count: number, V: number) => Array.from({ length: count }, () => random.below(V));
const classWeights = [0.5, 2, 0, 1, 1.5];

/** The gradient of loss() for `values` agrees with central differences. */
function differences(loss: () => number, values: reference.Vector, gradient: reference.Numbers, what: string) {
  closeTo(gradient, reference.centralDifferences(loss, values), 1e-7, what);
}

describe.each(["mean", "sum"] as const)("the %s", (reduction) => {
  test.each([{ labelSmoothing: 0.2 }, { classWeights, labelSmoothing: 0.2 }])(
    "cross-entropy with %o: dLogits agrees with central differences",
    (options) => {
      const [labels, K] = [[4, 0, -100, 2, 2, 1, -1], 5];
      const logits = values(labels.length * K);
      const loss = () => reference.crossEntropy(logits, labels, K, options)[reduction];
      differences(loss, logits, reference.crossEntropyBackward(logits, labels, K, reduction, options), "dLogits");
    },
  );

  test.each(goldenClasses)("cross-entropy with $name: PyTorch says the same", (golden) => {
    const { logits, labels, options, outFeatures: K, [reduction]: expected } = golden;
    const dLogits = reference.crossEntropyBackward(logits, labels, K, reduction, options);
    closeTo([reference.crossEntropy(logits, labels, K, options)[reduction]], [expected.loss], 1e-9, "loss");
    closeTo(dLogits, expected.gradients, 1e-9, "dLogits");
  });

  test("squared error: dy agrees with central differences", () => {
    const [y, targets] = [values(21), values(21)];
    const loss = () => reference.squaredError(y, targets)[reduction];
    differences(loss, y, reference.squaredErrorBackward(y, targets, reduction), "dy");
  });

  test("squared error: PyTorch says the same", () => {
    const { y, targets, [reduction]: expected } = goldenSquaredError;
    closeTo([reference.squaredError(y, targets)[reduction]], [expected.loss], 1e-9, "loss");
    closeTo(reference.squaredErrorBackward(y, targets, reduction), expected.gradients, 1e-9, "dy");
  });
});

describe.each([false, true])("a network of an lstm, bidirectional: %s, and last", (bidirectional) => {
  test.each(["crossEntropy", "mse"] as const)("%s: all gradients agree with central differences", (loss) => {
    const golden = goldenNetworks.lstm_last;
    if (golden === undefined) throw new Error("no golden network");
    const sizes = { numEmbeddings: 7, embeddingDim: 3, hiddenSize: 3, numLayers: 1, outFeatures: 3 };
    const net = { ...networkOf(golden), ...sizes, bidirectional };
    expect(net.last).toBe(true);
    const weights = Object.fromEntries(
      reference.parameterShapes(net).map(({ name, shape }) => [name, values(shape.reduce((a, b) => a * b, 1))]),
    );
    const sequences = [5, 1, 3].map((T) => ({
      tokens: tokens(T, 7),
      ...(loss === "mse" ? { target: values(3) } : { label: random.below(3) }),
    }));
    const options = { reduction: "mean", ...(loss === "mse" && { loss }) } as const;
    const run = () => reference.networkBackward(net, weights, sequences, options);
    const { gradients } = run();
    for (const [name, weight] of Object.entries(weights))
      differences(() => run().loss.mean, weight, gradients[name] ?? [], name);
  });
});
