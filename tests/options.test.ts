// Every bad option of a layer or a network is refused with a message that says what, expected and got, and a code.

import { expect, test } from "vitest";
import { dropout, embedding, last, linear, lstm, Network, rnn } from "../src/index.js";
import { loosely, type Row, refused } from "./support/refused.js";

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const two = linear({ outFeatures: 2 });
const network = (layers: unknown, options?: unknown) => loosely(Network.create.bind(Network), layers, options);
const integer = "expected a positive integer, got";

const layers: readonly Row[] = [
  ...(
    [
      ["0", 0],
      ["-1", -1],
      ["1.5", 1.5],
      ["NaN", nan],
      ["Infinity", inf],
      ["2147483648", 2 ** 31],
    ] as const
  ).flatMap(([got, size]): Row[] => [
    [
      `embedding of ${got}`,
      "RangeError",
      `embedding: numEmbeddings: ${integer} ${got}`,
      () => embedding({ numEmbeddings: size, embeddingDim: 2 }),
    ],
    [
      `width ${got}`,
      "RangeError",
      `embedding: embeddingDim: ${integer} ${got}`,
      () => embedding({ numEmbeddings: 2, embeddingDim: size }),
    ],
    [`linear of ${got}`, "RangeError", `linear: outFeatures: ${integer} ${got}`, () => linear({ outFeatures: size })],
    [`lstm of ${got}`, "RangeError", `lstm: hiddenSize: ${integer} ${got}`, () => lstm({ hiddenSize: size })],
    [
      `rnn of ${got} layers`,
      "RangeError",
      `rnn: numLayers: ${integer} ${got}`,
      () => rnn({ hiddenSize: 2, numLayers: size }),
    ],
  ]),
  ...[1, -0.1, nan, inf].map(
    (p): Row => [`dropout ${p}`, "RangeError", `dropout: p: expected a number in [0, 1), got ${p}`, () => dropout(p)],
  ),
  [
    "dropout of a string",
    "TypeError",
    'dropout: p: expected a number in [0, 1), got "0.5"',
    () => loosely(dropout, "0.5"),
  ],
  [
    "a size as a string",
    "TypeError",
    `linear: outFeatures: ${integer} "5"`,
    () => loosely(linear, { outFeatures: "5" }),
  ],
  ["a size left out", "TypeError", `lstm: hiddenSize: ${integer} undefined`, () => loosely(lstm, {})],
  ...(Object.entries({ embedding, lstm, rnn, linear }) as [string, () => unknown][]).flatMap(([name, layer]): Row[] => [
    [`${name}()`, "TypeError", `${name}: expected an object of options, got undefined`, () => layer()],
    [`${name}(null)`, "TypeError", `${name}: expected an object of options, got null`, () => loosely(layer, null)],
  ]),
  [
    "a misspelt option",
    "TypeError",
    'linear: unknown option "outfeatures"; the options are outFeatures',
    () => loosely(linear, { outfeatures: 2 }),
  ],
  [
    "another cell's option",
    "TypeError",
    'lstm: unknown option "nonlinearity"; the options are hiddenSize, numLayers, bidirectional, merge, dropout, lockedDropout, initialStates, inputInit, recurrentInit, forgetBias, chrono, type',
    () => loosely(lstm, { hiddenSize: 2, nonlinearity: "tanh" }),
  ],
  [
    "an unknown nonlinearity",
    "TypeError",
    'rnn: nonlinearity: expected one of "tanh", "relu", "linear", got "sigmoid"',
    () => loosely(rnn, { hiddenSize: 2, nonlinearity: "sigmoid" }),
  ],
  [
    "a flag as a number",
    "TypeError",
    "lstm: bidirectional: expected true or false, got 1",
    () => loosely(lstm, { hiddenSize: 2, bidirectional: 1 }),
  ],
];

const networks: readonly Row[] = [
  [
    "no layers",
    "RangeError",
    "network: expected a list of one layer or more, such as [lstm({ hiddenSize: 32 })]",
    () => network([]),
  ],
  [
    "an unknown layer",
    "TypeError",
    'network: unknown layer "toString"; the layers are embedding, dropout, last, pool, linear, rnn, gru, lstm, irnn, clockwork, scrn',
    () => network([{ type: "toString" }], { inputSize: 2 }),
  ],
  [
    "an option that no dropout has",
    "TypeError",
    'dropout: unknown option "q"; the options are locked',
    () => network([two, { type: "dropout", p: 0.5, q: 1 }], { inputSize: 2 }),
  ],
  [
    "an unchecked description",
    "RangeError",
    `lstm: hiddenSize: ${integer} 0`,
    () => network([{ type: "lstm", hiddenSize: 0 }], { inputSize: 2 }),
  ],
  [
    "no input",
    "RangeError",
    "network: linear takes features; begin with an embedding, or give inputSize",
    () => network([two]),
  ],
  [
    "an embedding behind a layer",
    "RangeError",
    "network: embedding takes token numbers; it must be the first layer, without inputSize",
    () => network([two, embedding({ numEmbeddings: 2, embeddingDim: 2 })], { inputSize: 2 }),
  ],
  [
    "an embedding of 2^20 x 2^20",
    "RangeError",
    "embedding.weight: 1048576 x 1048576 is more than 2147483647; make the sizes smaller",
    () => network([embedding({ numEmbeddings: 2 ** 20, embeddingDim: 2 ** 20 })]),
  ],
  [
    "an lstm of 2^31 - 1",
    "RangeError",
    "lstm: numLayers x hiddenSize x hiddenSize: 1 x 2147483647 x 2147483647 is more than 2147483647; make the sizes smaller",
    () => network([lstm({ hiddenSize: 2 ** 31 - 1 })], { inputSize: 3 }),
  ],
  [
    "layers that fit one by one",
    "RangeError",
    "all parameters: 134217728 x 16 is more than 2147483647; make the sizes smaller",
    () => network([linear({ outFeatures: 2 ** 31 - 1 })], { inputSize: 1 }),
  ],
  ["options of null", "TypeError", "network: expected an object of options, got null", () => network([two], null)],
  [
    "an unknown option",
    "TypeError",
    'network: unknown option "lr"; the options are loss, reduction, classWeights, labelSmoothing, inputSize, omega, seed',
    () => network([two], { lr: 1 }),
  ],
  ["an inputSize of 0", "RangeError", `network: inputSize: ${integer} 0`, () => network([two], { inputSize: 0 })],
  [
    "a seed of -1",
    "RangeError",
    "network: seed: expected an integer of 0 or more, got -1",
    () => network([two], { inputSize: 2, seed: -1 }),
  ],
  [
    "a seed of NaN",
    "RangeError",
    "network: seed: expected an integer of 0 or more, got NaN",
    () => network([two], { inputSize: 2, seed: nan }),
  ],
  [
    "an unknown loss",
    "TypeError",
    'network: loss: expected one of "crossEntropy", "mse", "binaryCrossEntropy", got "hinge"',
    () => network([two], { inputSize: 2, loss: "hinge" }),
  ],
  [
    "an unknown reduction",
    "TypeError",
    'network: reduction: expected one of "mean", "sum", got "max"',
    () => network([two], { inputSize: 2, reduction: "max" }),
  ],
  ...Object.entries({ classWeights: [1, 1], labelSmoothing: 0.1 }).map(
    ([option, value]): Row => [
      `${option} with mse`,
      "RangeError",
      `network: ${option}: the loss "mse" has no classes; leave it out`,
      () => network([two], { inputSize: 2, loss: "mse", [option]: value }),
    ],
  ),
  ...[1, -0.1, nan].map(
    (value): Row => [
      `a label smoothing of ${value}`,
      "RangeError",
      `network: labelSmoothing: expected a number in [0, 1), got ${value}`,
      () => network([two], { inputSize: 2, labelSmoothing: value }),
    ],
  ),
  ...(
    [
      ["first", [last()], "none"],
      ["behind a linear layer", [two, dropout(0.5), last()], "linear"],
      ["twice", [lstm({ hiddenSize: 2 }), last(), dropout(0.5), last()], "last"],
    ] as const
  ).map(
    ([where, layers, got]): Row => [
      `last ${where}`,
      "RangeError",
      `network: ${where === "twice" ? "last2" : "last"}: expected a recurrent layer below (dropout may stand between), got ${got}; put it behind rnn, gru, lstm, irnn, clockwork, scrn`,
      () => network(layers, { inputSize: 2 }),
    ],
  ),
  [
    "a recurrent layer behind last",
    "RangeError",
    "network: rnn stands behind last, where one row for each sequence is left; put it before",
    () => network([lstm({ hiddenSize: 2 }), last(), rnn({ hiddenSize: 2 })], { inputSize: 2 }),
  ],
  [
    "last above added directions",
    "RangeError",
    'network: last: lstm_l0 adds its directions, so their ends cannot be told apart; use merge: "concat"',
    () => network([lstm({ hiddenSize: 2, bidirectional: true, merge: "sum" }), dropout(0.1), last()], { inputSize: 2 }),
  ],
  [
    "an option that last does not have",
    "TypeError",
    'last: unknown option "steps"; the options are type',
    () => network([lstm({ hiddenSize: 2 }), { type: "last", steps: 2 }], { inputSize: 2 }),
  ],
  [
    "one class weight",
    "TypeError",
    "network: classWeights: expected an array of numbers, got 5",
    () => network([two], { inputSize: 2, classWeights: 5 }),
  ],
  [
    "class weights for other classes",
    "RangeError",
    "network: classWeights: expected 2 weights, one for each output, got 1",
    () => network([two], { inputSize: 2, classWeights: [1] }),
  ],
  [
    "a negative class weight",
    "RangeError",
    "network: classWeights: expected a number of 0 or more, got -1",
    () => network([two], { inputSize: 2, classWeights: [1, -1] }),
  ],
];

test.each(layers)("layer refused: %s", (...row) => refused("BPTT_OPTION", row));

test.each(networks)("network refused: %s", (...row) => refused("BPTT_OPTION", row));

test("descriptions are plain JSON: a network made of their copies is the same", async () => {
  const layers = [
    embedding({ numEmbeddings: 5, embeddingDim: 3 }),
    dropout(0.5),
    rnn({ hiddenSize: 3, nonlinearity: "relu", recurrentInit: "identity" }),
    lstm({ hiddenSize: 2, bidirectional: true }),
    last(),
    two,
  ];
  const copies: typeof layers = JSON.parse(JSON.stringify(layers));
  expect(copies).toEqual(layers);
  const [net, copy] = [await Network.create(layers, { seed: 1 }), await Network.create(copies, { seed: 1 })];
  expect(copy.parameters.snapshot()).toEqual(net.parameters.snapshot());
});
