// Every bad sequence and every call out of order is refused, and a refusal changes nothing.

import { beforeAll, expect, test } from "vitest";
import { type Batch, embedding, linear, Network, type PackOptions, pack, type Sequence, unpack } from "../src/index.js";
import { sameBits } from "./support/cases.js";
import { loosely, type Row, refused } from "./support/refused.js";

const nan = Number.NaN;
const integer = "expected a positive integer, got";

let net: Network;

beforeAll(async () => {
  net = await Network.create([embedding({ numEmbeddings: 5, embeddingDim: 2 }), linear({ outFeatures: 3 })]);
});

function batchOf(sequences: readonly Sequence[], options?: PackOptions): Batch {
  const [batch] = pack(sequences, options);
  if (batch === undefined) throw new Error("no batch");
  return batch;
}

function forward(sequences: readonly Sequence[]): Network {
  net.forward(batchOf(sequences));
  return net;
}

const parameters: readonly Row[] = [
  [
    "an unknown name",
    "RangeError",
    'parameters: there is no "bias"; the names are embedding.weight, linear.weight, linear.bias',
    () => net.parameters.read("bias"),
  ],
  [
    "values of another shape",
    "RangeError",
    "parameters: linear.weight has 6 values (3 x 2), got 1",
    () => net.parameters.write("linear.weight", [1]),
  ],
  [
    "a gradient of another shape",
    "RangeError",
    "parameters: the gradient of linear.bias has 3 values, got 1",
    () => net.parameters.writeGradient("linear.bias", [1]),
  ],
  [
    "a snapshot of less",
    "RangeError",
    "parameters: a snapshot has 48 values, got 3",
    () => net.parameters.restore(new Float32Array(3)),
  ],
  [
    "a snapshot of more",
    "RangeError",
    "parameters: a snapshot has 48 values, got 49",
    () => net.parameters.restore(new Float32Array(49)),
  ],
  [
    "a divisor of NaN",
    "RangeError",
    "backward: divisor: expected a number of 0 or more, got NaN",
    () => forward([{ tokens: [1], labels: [1] }]).backward({ divisor: nan }),
  ],
  [
    "an unknown option of forward",
    "TypeError",
    'forward: unknown option "train"; the options are training, step, initialStates',
    () => loosely(net.forward.bind(net), batchOf([{ tokens: [1], labels: [1] }]), { train: false }),
  ],
  [
    "an unknown option of pack",
    "TypeError",
    'pack: unknown option "batchsize"; the options are batchSize, seed',
    () => loosely(batchOf, [{ tokens: [1] }], { batchsize: 2 }),
  ],
  ["batches of 0", "RangeError", `batchSize: ${integer} 0`, () => batchOf([{ tokens: [1] }], { batchSize: 0 })],
];

const data: readonly Row[] = [
  [
    "no labels",
    "RangeError",
    "forward: the batch has no labels; give labels, or call predict()",
    () => forward([{ tokens: [1] }]),
  ],
  [
    "a label too many",
    "RangeError",
    "network: label 3: expected 0 to 2, or a negative one to ignore",
    () => forward([{ tokens: [1], labels: [3] }]),
  ],
  [
    "a token too many",
    "RangeError",
    "network: token 5: expected 0 to 4 (numEmbeddings)",
    () => forward([{ tokens: [5], labels: [0] }]),
  ],
  [
    "a negative token",
    "RangeError",
    "network: token -1: expected 0 to 4 (numEmbeddings)",
    () => forward([{ tokens: [-1], labels: [0] }]),
  ],
  ...[1.5, nan, 2 ** 32].flatMap((number): Row[] => [
    [
      `token ${number}`,
      "RangeError",
      `sequence 0: token at step 1: expected an integer, got ${number}`,
      () => forward([{ tokens: [1, number] }]),
    ],
    [
      `label ${number}`,
      "RangeError",
      `sequence 1: label at step 0: expected an integer, got ${number}`,
      () =>
        forward([
          { tokens: [1, 2], labels: [1, 1] },
          { tokens: [1], labels: [number] },
        ]),
    ],
  ]),
  [
    "labels for some",
    "RangeError",
    "sequence 1: labels are missing, but not so in another sequence of the batch",
    () => forward([{ tokens: [1], labels: [1] }, { tokens: [1] }]),
  ],
  [
    "tokens for some",
    "RangeError",
    "sequence 1: tokens are given, but not so in another sequence of the batch",
    () => batchOf([{ features: [1, 2], length: 2 }, { tokens: [1] }]),
  ],
  [
    "features of another width",
    "RangeError",
    "sequence 1: expected 2 features, as many in each step as in the other sequences, got 1",
    () =>
      batchOf([
        { features: [1, 2], length: 1 },
        { features: [1], length: 1 },
      ]),
  ],
  [
    "features without length",
    "RangeError",
    "sequence 0: features without length; give the number of steps as length",
    () => batchOf([{ features: [1, 2], target: 1 }]),
  ],
  [
    "labels and a label",
    "RangeError",
    "sequence 0: expected one kind of goal, got labels and label",
    () => batchOf([{ tokens: [1], labels: [1], label: 1 }]),
  ],
  [
    "a label for some",
    "RangeError",
    "sequence 1: label is missing, but not so in another sequence of the batch",
    () => batchOf([{ tokens: [1], label: 0 }, { tokens: [1] }]),
  ],
  [
    "half a label",
    "RangeError",
    "sequence 0: label: expected an integer, got 0.5",
    () => batchOf([{ tokens: [1], label: 0.5 }]),
  ],
  [
    "targets for half a step",
    "RangeError",
    "sequence 0: 2 steps but 3 targets; give as many for each step",
    () => batchOf([{ tokens: [1, 2], targets: [1, 2, 3] }]),
  ],
  [
    "targets of another width",
    "RangeError",
    "sequence 1: expected 2 numbers in targets, as many as in the other sequences, got 1",
    () =>
      batchOf([
        { tokens: [1], targets: [1, 2] },
        { tokens: [1], targets: [1] },
      ]),
  ],
  [
    "an empty target",
    "RangeError",
    "sequence 0: target: expected a number or a list of numbers, got an array of 0",
    () => batchOf([{ tokens: [1], target: [] }]),
  ],
  ...[nan, Number.POSITIVE_INFINITY, 1e39].flatMap((number): Row[] => [
    [
      `target ${number}`,
      "RangeError",
      `sequence 0: target: expected a finite number below 3.4e38, got ${number}`,
      () => batchOf([{ tokens: [1], target: [0, number] }]),
    ],
    [
      `targets with ${number}`,
      "RangeError",
      `sequence 0: target at step 1: expected a finite number below 3.4e38, got ${number}`,
      () => batchOf([{ tokens: [1, 2], targets: [0, number] }]),
    ],
  ]),
  [
    "targets for classes",
    "RangeError",
    'forward: expected sequences with labels (loss "crossEntropy", one row for each step), got targets',
    () => forward([{ tokens: [1], targets: [1, 2, 3] }]),
  ],
  [
    "rows of another batch",
    "RangeError",
    "unpack: expected 3 rows of 2 numbers (or 2, one for each sequence), got 2 numbers",
    () => unpack(batchOf([{ tokens: [1, 2] }, { tokens: [1] }]), new Float32Array(2), 2),
  ],
  [
    "features for an embedding",
    "RangeError",
    "network: it begins with an embedding, so sequences need tokens",
    () => forward([{ features: [1, 2], labels: [0] }]),
  ],
  [
    "half a row of logits",
    "RangeError",
    "softmax: expected rows of 3 logits, got 4 numbers",
    () => net.softmax(new Float32Array(4)),
  ],
];

test.each(parameters)("refused: %s", (...row) => refused("BPTT_OPTION", row));

test.each(data)("data refused: %s", (...row) => refused("BPTT_DATA", row));

test.each([
  ["a backward pass before", () => forward([{ tokens: [1], labels: [1] }]).backward()],
  ["predict", () => net.predict(batchOf([{ tokens: [1] }]))],
  ["forward with training: false", () => net.forward(batchOf([{ tokens: [1], labels: [1] }]), { training: false })],
  ["softmax", () => forward([{ tokens: [1], labels: [1] }]).softmax(new Float32Array(3))],
] as const)("backward after %s is refused", (what, before) => {
  before();
  const message = "backward: call forward(batch) first; each forward pass serves one backward pass";
  return refused("BPTT_ORDER", [what, "Error", message, () => net.backward()]);
});

test("a refused batch leaves the last one ready for its backward pass", () => {
  const good = [{ tokens: [1, 2], labels: [1, 0] }];
  net.zeroGrad();
  forward(good).backward();
  const expected = net.parameters.readGradient("linear.weight");
  net.zeroGrad();
  forward(good);
  expect(() => forward([{ tokens: [7], labels: [0] }])).toThrow(RangeError);
  net.backward();
  sameBits(net.parameters.readGradient("linear.weight"), expected, "gradient");
});
