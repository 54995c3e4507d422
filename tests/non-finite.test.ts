// What is not finite stops training, is located, and leaves the last good weights.

import { describe, expect, test } from "vitest";
import {
  constant,
  embedding,
  linear,
  lstm,
  Network,
  type NonFiniteError,
  pack,
  rnn,
  SequenceTagger,
  type StepReport,
  sgd,
  type TaggerFitOptions,
} from "../src/index.js";
import { nonFiniteError } from "../src/train/non-finite.js";
import { problem, SMALL, sameBytes, travel } from "./support/tagging.js";

const EXAMPLES = travel(60);

async function failed(options: TaggerFitOptions) {
  const tagger = await SequenceTagger.create(SMALL);
  const steps: StepReport[] = [];
  const error = await tagger
    .fit(EXAMPLES, { batchSize: 10, clip: false, ...options, onStep: (report) => steps.push(report) })
    .then(
      () => undefined,
      (reason: unknown) => reason as NonFiniteError,
    );
  return { tagger, steps, error };
}

/** The weights after this many steps of the same training. */
async function bytesAfter(count: number, options: TaggerFitOptions): Promise<Uint8Array> {
  const tagger = await SequenceTagger.create(SMALL);
  const controller = new AbortController();
  if (count === 0) controller.abort();
  const onStep = ({ step }: StepReport) => step === count && controller.abort();
  await tagger.fit(EXAMPLES, { batchSize: 10, clip: false, ...options, signal: controller.signal, onStep });
  return tagger.save();
}

describe("training with a learning rate that is far too large", () => {
  test("a loss that is not finite names step, layer, gate, unit, time step and sequence; the weights before it stay", async () => {
    const optimizer = sgd({ lr: 1e30 });
    const { tagger, steps, error } = await failed({ optimizer });
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toEqual(
      problem(
        "BPTT_NON_FINITE",
        /^step 2: the loss is not finite; first found in layer lstm_l0, gates, gate [ifgo], unit \d, time step \d+, sequence \d+\. The weights are the last good ones\. Use a smaller lr, or clip: { norm: 1 }$/,
      ),
    );
    expect(error?.place).toMatchObject({ step: 2, quantity: "loss", layer: "lstm_l0", tensor: "gates", timeStep: 0 });
    expect(error?.place.sequence).toBeLessThan(EXAMPLES.length);
    expect(steps).toHaveLength(1);
    // the update of step 1 led to the loss of step 2, so the weights are those before it
    expect(sameBytes(await tagger.save(), await bytesAfter(0, { optimizer }))).toBe(true);
    const { loss } = await tagger.evaluate(EXAMPLES);
    const untouched = await SequenceTagger.create(SMALL);
    await untouched.prepare(EXAMPLES);
    expect(loss).toBe((await untouched.evaluate(EXAMPLES)).loss);
  });

  test("later steps keep what earlier ones learned", async () => {
    const optimizer = sgd({ lr: 0.5, schedule: constant() });
    const good = await bytesAfter(6, { optimizer, epochs: 1 });
    const tagger = await SequenceTagger.load(good);
    const before = await tagger.evaluate(EXAMPLES);
    await expect(
      tagger.fit(EXAMPLES, { batchSize: 10, clip: false, optimizer: sgd({ lr: 1e30 }) }),
    ).rejects.toMatchObject({ code: "BPTT_NON_FINITE", place: { step: 2 } });
    expect(await tagger.evaluate(EXAMPLES)).toEqual(before);
    expect(sameBytes(await tagger.save(), good)).toBe(true);
  });

  test("an update that overflows is found in its own step, with the parameter", async () => {
    const optimizer = sgd({ lr: 3e38, weightDecay: 1e30 });
    const { tagger, steps, error } = await failed({ optimizer });
    expect(steps).toEqual([]);
    expect(error?.message).toMatch(/^step 1: the update is not finite; first found in parameter embedding\.weight\. /);
    expect(error?.place).toEqual({ step: 1, quantity: "parameter", parameter: "embedding.weight" });
    expect(sameBytes(await tagger.save(), await bytesAfter(0, { optimizer }))).toBe(true);
  });

  test("a validation that is not finite stops training too, also after the last step", async () => {
    const optimizer = sgd({ lr: 3e38 });
    const options = { optimizer, epochs: 1, batchSize: EXAMPLES.length };
    const { tagger, steps, error } = await failed({ ...options, validation: EXAMPLES });
    expect(steps).toHaveLength(1);
    expect(error).toEqual(problem("BPTT_NON_FINITE", "^step 1: the loss of the validation is not finite. The weights"));
    expect(error?.place).toEqual({ step: 1, quantity: "validation" });
    expect(sameBytes(await tagger.save(), await bytesAfter(0, options))).toBe(true);
  });

  test("with shards the sequence is still the number among the examples", async () => {
    const { error } = await failed({ optimizer: sgd({ lr: 1e30 }), shards: 3 });
    const { sequence = -1, timeStep = -1 } = error?.place ?? {};
    expect(error?.place.step).toBe(2);
    expect(EXAMPLES[sequence]?.tokens.length).toBeGreaterThan(timeStep);
  });

  test("clipping as the message advises keeps the loss finite", async () => {
    const tagger = await SequenceTagger.create(SMALL);
    const { steps, stopped } = await tagger.fit(EXAMPLES, { optimizer: sgd({ lr: 1 }), clip: { norm: 1 }, epochs: 2 });
    expect(stopped).toBe("finished");
    expect(steps.every(({ loss, gradNorm }) => Number.isFinite(loss + gradNorm))).toBe(true);
  });
});

describe("a value that is not finite is located", () => {
  const H = 5;
  const sequences = [
    { tokens: [1, 2, 3], labels: [0, 1, 0] },
    { tokens: [3, 1, 2, 4, 1], labels: [1, 1, 0, 1, 0] },
    { tokens: [2, 3], labels: [0, 0] },
  ];
  const [batch] = pack(sequences, { batchSize: 3 });
  if (batch === undefined) throw new Error("no batch");
  const network = (bidirectional = false) =>
    Network.create(
      [
        embedding({ numEmbeddings: 6, embeddingDim: 3 }),
        lstm({ hiddenSize: H, numLayers: 2, bidirectional }),
        rnn({ hiddenSize: 3 }),
        linear({ outFeatures: 2 }),
      ],
      { seed: 1 },
    );

  /** Puts NaN at one place of one parameter and runs forward. */
  const spoiled = async (name: string, at: number, bidirectional = false) => {
    const net = await network(bidirectional);
    net.parameters.write(name, net.parameters.read(name).with(at, Number.NaN));
    const { loss } = net.forward(batch);
    return { loss, place: nonFiniteError(net, batch, "loss", 7).place };
  };

  test.each(["i", "f", "g", "o"].flatMap((gate, number) => [0, 1].map((level) => ({ gate, number, level }))))(
    "LSTM: NaN in the bias of gate $gate of layer $level",
    async ({ gate, number, level }) => {
      const name = `lstm.bias_ih_l${level}`;
      const { loss, place } = await spoiled(name, number * H + 3);
      expect(loss).toBeNaN();
      expect(place).toEqual({
        step: 7,
        quantity: "loss",
        parameter: name,
        layer: `lstm_l${level}`,
        tensor: "gates",
        gate,
        unit: 3,
        timeStep: 0,
        sequence: 1,
      });
    },
  );

  test("LSTM: NaN in the recurrent weights of a gate in reverse", async () => {
    const { place } = await spoiled("lstm.weight_hh_l0_reverse", (2 * H + 4) * H, true);
    expect(place).toMatchObject({ layer: "lstm_l0", tensor: "gates (reverse)", gate: "g", unit: 4 });
  });

  test("a token's row: the time step and the sequence at which the token stands first", async () => {
    const { place } = await spoiled("embedding.weight", 4 * 3 + 1);
    expect(place).toMatchObject({
      parameter: "embedding.weight",
      layer: "embedding",
      unit: 1,
      timeStep: 3,
      sequence: 1,
    });
  });

  test("RNN and output layer", async () => {
    expect((await spoiled("rnn.bias_hh_l0", 2)).place).toMatchObject({ layer: "rnn_l0", gate: "h", unit: 2 });
    const { place } = await spoiled("linear.bias", 1);
    expect(place).toMatchObject({ parameter: "linear.bias", layer: "linear", unit: 1, timeStep: 0 });
    expect(place.gate).toBeUndefined();
  });

  test("a gradient: the parameter, and the gate in which it arose on the way back", async () => {
    const net = await network();
    net.zeroGrad();
    net.forward(batch);
    net.backward({ divisor: 1e-45 });
    const { place, message } = nonFiniteError(net, batch, "gradient", 2);
    expect(place).toMatchObject({ step: 2, quantity: "gradient", parameter: "embedding.weight", layer: "linear" });
    expect(message).toMatch(
      /^step 2: the gradient is not finite; first found in gradient of embedding.weight and layer /,
    );
  });
});
