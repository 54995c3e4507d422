// Step by step a network gives the very bits that it gives for whole sequences.

import { describe, expect, test } from "vitest";
import {
  dropout,
  embedding,
  linear,
  Network,
  pack,
  Random,
  SequenceTagger,
  travelRequests,
  unpack,
} from "../src/index.js";
import { referenceCells } from "./reference/index.js";
import { describeCell } from "./support/cells.js";
import { randomSequences } from "./support/networks.js";

const [V, K] = [13, 5];

describe.each(referenceCells.map((cell) => [cell.name, cell] as const))("%s", (_, cell) => {
  test("many streams side by side, between other work, have the bits of the batch", async () => {
    const net = await Network.create([
      embedding({ numEmbeddings: V, embeddingDim: 3 }),
      dropout(0.5),
      describeCell(cell, { hiddenSize: 7, numLayers: 2, dropout: 0.3 }),
      describeCell(cell, { hiddenSize: 4 }),
      linear({ outFeatures: K }),
    ]);
    const sequences = randomSequences(new Random(2), [7, 3, 1, 5], V, K);
    const [batch] = pack(sequences);
    if (batch === undefined) throw new Error("no batch");
    const whole = unpack(batch, net.predict(batch), K);
    const streams = sequences.map(() => net.stream());
    for (let t = 0; t < 7; ++t) {
      net.forward(batch);
      for (const [number, { tokens }] of sequences.entries()) {
        const token = tokens[t];
        if (token === undefined) continue;
        const { logits, probabilities } = streams[number]?.push(token) ?? {};
        expect(logits).toEqual(whole[number]?.subarray(t * K, (t + 1) * K));
        expect(probabilities).toEqual(net.softmax(logits ?? new Float32Array()));
      }
    }
    expect(net.predict(batch)).toEqual(net.predict(batch));
    expect(unpack(batch, net.predict(batch), K)).toEqual(whole);
    const [first] = streams;
    first?.reset();
    expect(first?.steps).toBe(0);
    expect(first?.push(sequences[0]?.tokens[0] ?? 0).logits).toEqual(whole[0]?.subarray(0, K));
  });

  test("features, too", async () => {
    const net = await Network.create([describeCell(cell, { hiddenSize: 5 })], { inputSize: 2 });
    const features = Array.from({ length: 12 }, (_, i) => i / 7 - 1);
    const [batch] = pack([{ features, length: 6 }]);
    if (batch === undefined) throw new Error("no batch");
    const [whole] = unpack(batch, net.predict(batch), 5);
    const stream = net.stream();
    for (let t = 0; t < 6; ++t)
      expect(stream.push(features.slice(2 * t, 2 * t + 2)).logits).toEqual(whole?.subarray(5 * t, 5 * t + 5));
  });
});

test("a bidirectional network refuses with the reason", async () => {
  const layers = [
    embedding({ numEmbeddings: V, embeddingDim: 3 }),
    describeCell(referenceCells[0] as never, { hiddenSize: 2, bidirectional: true }),
  ];
  const net = await Network.create(layers);
  expect(() => net.stream()).toThrow(
    expect.objectContaining({
      code: "BPTT_OPTION",
      message:
        "stream: the layer rnn_l0 reads from both ends, so it needs the whole sequence; use a network with bidirectional: false",
    }),
  );
});

test("what is no token is refused, and the stream goes on as before", async () => {
  const net = await Network.create([
    embedding({ numEmbeddings: V, embeddingDim: 3 }),
    describeCell(referenceCells[0] as never, { hiddenSize: 2 }),
  ]);
  const [stream, other] = [net.stream(), net.stream()];
  const first = stream.push(3).logits;
  for (const wrong of [V, -1, 1.5, Number.NaN, [1, 2], "3", undefined])
    expect(() => stream.push(wrong as never)).toThrow(expect.objectContaining({ code: "BPTT_DATA" }));
  expect(other.push(3).logits).toEqual(first);
  expect(stream.push(5)).toEqual(other.push(5));
});

test("a tagger's stream gives the tags of tag, token by token", async () => {
  const tagger = await SequenceTagger.create({ hiddenSize: 16, bidirectional: false, constrained: false });
  await expect(async () => tagger.stream()).rejects.toThrow(expect.objectContaining({ code: "BPTT_ORDER" }));
  await tagger.fit(travelRequests({ language: "en", part: "train", count: 300 }), { epochs: 2 });
  const [one, two] = [tagger.stream(), tagger.stream()];
  for (const { tokens } of travelRequests({ language: "en", part: "test", count: 20 })) {
    const { tags } = await tagger.tag(tokens);
    one.reset();
    two.reset();
    for (const [t, token] of tokens.entries()) {
      const answer = one.push(token);
      expect(answer).toEqual(two.push(token));
      expect(answer.tag).toBe(tags[t]);
      expect(answer.probability).toBeGreaterThan(0);
    }
  }
  // @ts-expect-error wrong on purpose
  expect(() => one.push(5)).toThrow(expect.objectContaining({ code: "BPTT_DATA" }));
});

test("a constrained stream never gives a tag that may not follow", async () => {
  const tagger = await SequenceTagger.create({ hiddenSize: 8, bidirectional: false });
  await tagger.fit(travelRequests({ language: "en", part: "train", count: 60 }), { epochs: 1 });
  const stream = tagger.stream();
  let previous = "O";
  for (const token of travelRequests({ language: "en", part: "test", count: 40 }).flatMap(({ tokens }) => tokens)) {
    const { tag } = stream.push(token);
    if (tag.startsWith("I-")) expect(["B", "I"].map((prefix) => `${prefix}${tag.slice(1)}`)).toContain(previous);
    previous = tag;
  }
});
