// What connectivity refuses, with a message that says why.

import { describe, expect, test } from "vitest";
import { embedding, gru, type LayerDescription, last, linear, lstm, Network, SequenceTagger } from "../src/index.js";
import { compareConnectivity, connectivity } from "../src/lab/index.js";
import { refused } from "./support/refused.js";
import { SMALL, trained } from "./support/tagging.js";

const [V, E, H, K] = [9, 3, 5, 4];
const TOKENS = [4, 1, 8, 2, 0, 6];

describe("bad input is refused", () => {
  const network = (layers?: LayerDescription[], options = {}) =>
    Network.create(
      layers ?? [embedding({ numEmbeddings: V, embeddingDim: E }), gru({ hiddenSize: H }), linear({ outFeatures: K })],
      options,
    );
  const call = (...values: unknown[]) => Reflect.apply(connectivity, undefined, values);
  const numbers = () =>
    network([lstm({ hiddenSize: 2 }), last(), linear({ outFeatures: 1 })], { inputSize: 2, loss: "mse" });
  test.each([
    [
      "BPTT_OPTION",
      "no model",
      "TypeError",
      "connectivity: expected a Network or a SequenceTagger, got null",
      async () => call(null, "a"),
    ],
    [
      "BPTT_OPTION",
      "an unknown option",
      "TypeError",
      'connectivity: unknown option "class"; the options are of, classes',
      async () => call(await network(), { tokens: TOKENS }, { class: 1 }),
    ],
    [
      "BPTT_OPTION",
      "a class that is none",
      "RangeError",
      "connectivity: classes: expected numbers from 0 to 3, got 4",
      async () => call(await network(), { tokens: TOKENS }, { classes: 4 }),
    ],
    [
      "BPTT_OPTION",
      "too few classes",
      "RangeError",
      "connectivity: classes: expected 6, one for each output, got 2",
      async () => call(await network(), { tokens: TOKENS }, { classes: [0, 1] }),
    ],
    [
      "BPTT_OPTION",
      "probabilities of numbers",
      "RangeError",
      'connectivity: of: a network with the loss "mse" has no probabilities; use "logit"',
      async () => call(await numbers(), { features: [1, 2], length: 1 }, { of: "probability" }),
    ],
    [
      "BPTT_DATA",
      "a token that is none",
      "RangeError",
      "connectivity: token 9: expected 0 to 8 (numEmbeddings)",
      async () => call(await network(), { tokens: [9] }),
    ],
    [
      "BPTT_DATA",
      "no steps",
      "RangeError",
      "sequence 0: expected one step or more, got none",
      async () => call(await network(), { tokens: [] }),
    ],
    [
      "BPTT_DATA",
      "features for tokens",
      "RangeError",
      "connectivity: the network begins with an embedding; give a sequence with tokens",
      async () => call(await network(), { features: [1, 2], length: 1 }),
    ],
    [
      "BPTT_DATA",
      "features of another width",
      "RangeError",
      "connectivity: expected features of width 2 in each step, got 3",
      async () => call(await numbers(), { features: [1, 2, 3], length: 1 }),
    ],
    [
      "BPTT_ORDER",
      "a tagger without a model",
      "Error",
      "save: the tagger has no vocabulary yet; call train(), fit() or prepare() with examples first, or load a model",
      async () => call(await SequenceTagger.create(SMALL), "a"),
    ],
    [
      "BPTT_OPTION",
      "no models",
      "RangeError",
      "compareConnectivity: expected models by name, such as { lstm, gru }, got none",
      async () => compareConnectivity({}, { tokens: TOKENS }),
    ],
  ] as const)("%s, %s", (code, what, kind, message, run) => refused(code, [what, kind, message, run]));

  test("of a tagger", async () => {
    const tagger = await trained(10);
    await refused("BPTT_DATA", [
      "",
      "RangeError",
      "connectivity: expected a text with one token or more, got none",
      () => connectivity(tagger, " "),
    ]);
    await refused("BPTT_DATA", [
      "",
      "TypeError",
      "connectivity: expected a text or a list of tokens, got 3",
      () => call(tagger, 3),
    ]);
    await expect(connectivity(tagger, "Taipei", { tags: "B-nothing" })).rejects.toThrow(
      /^connectivity: tags: expected tags of the model \(O, .*\), got "B-nothing"$/,
    );
  });
});

test("an output that is not finite", async () => {
  const network = await Network.create([lstm({ hiddenSize: 2 }), linear({ outFeatures: 1 })], { inputSize: 1 });
  network.parameters.write("linear.bias", [Number.NaN]);
  const message = "connectivity: the network's output is not finite; its weights are spoilt, or the input is";
  await refused("BPTT_DATA", ["", "RangeError", message, () => connectivity(network, { features: [1], length: 1 })]);
});
