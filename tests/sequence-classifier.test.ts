// The classifier: it learns, answers alone as in batches, is saved whole, goes on from a checkpoint, and refuses what it cannot use.

import { describe, expect, test } from "vitest";
import {
  type ClassifierOptions,
  type LabelledExample,
  type LabelledSeries,
  readSafetensors,
  SequenceClassifier,
  SequenceTagger,
} from "../src/index.js";
import { Random } from "../src/random.js";
import { problem, sameBytes, trained } from "./support/tagging.js";

const SMALL = { hiddenSize: 13, embeddingDim: 7, dropout: 0.1, wordDropout: 0.1 };
const FILLERS = ["please", "now", "the", "flight", "to", "a", "city", "soon"];

/** The label hangs on one word, which stands anywhere. */
function requests(count: number, seed = 1) {
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const words = Array.from({ length: 1 + random.below(7) }, () => random.pick(FILLERS));
    const [word, label] = random.pick([
      ["arrive", "arrival"],
      ["leave", "departure"],
      ["cancel", "other"],
    ] as const);
    words.splice(random.below(words.length + 1), 0, word);
    return { text: words.join(" "), label };
  });
}

/** Whether the first channel rises; the second is noise, far from 0. */
function slopes(count: number, seed = 1): LabelledSeries[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const up = random.below(2) === 0;
    const series = Array.from({ length: 3 + random.below(5) }, (_, t) => [
      1000 + (up ? t : -t) + random.uniform(-0.2, 0.2),
      random.uniform(7, 8),
    ]);
    return { series, label: up ? "up" : "down" };
  });
}

async function fitted(options: ClassifierOptions = {}, examples: readonly LabelledExample[] = requests(120)) {
  const classifier = await SequenceClassifier.create({ ...SMALL, ...options });
  await classifier.fit(examples, { epochs: 16, batchSize: 8 });
  return classifier;
}

const classifier = await fitted();

describe("a classifier", () => {
  test("of texts learns a word on which the label hangs", async () => {
    const { accuracy, macroF1, byLabel, sequences, lossPerToken } = await classifier.evaluate(requests(60, 2));
    expect(classifier.labels).toEqual(["arrival", "departure", "other"]);
    expect([accuracy, macroF1].map((share) => share > 0.95)).toEqual([true, true]);
    expect(Object.keys(byLabel)).toEqual(classifier.labels);
    expect([sequences, lossPerToken < 0.3]).toEqual([60, true]);
  });

  test.each(["last", "mean", "max"] as const)(
    "learns with %s over time, whatever stands in the batch",
    async (pooling) => {
      const one = await fitted({ pooling, cell: "gru" });
      expect((await one.evaluate(requests(60, 2))).accuracy).toBeGreaterThan(0.95);
      const texts = requests(13, 3).map(({ text }) => text);
      const all = await one.classifyAll(texts);
      for (const [number, text] of texts.entries()) expect(await one.classify(text)).toEqual(all[number]);
    },
  );

  test("of several labels gives those above 0.5, none among them", async () => {
    const several = (count: number, seed: number) => {
      const random = new Random(seed);
      return Array.from({ length: count }, () => {
        const labels = ["arrive", "leave", "cancel"].filter(() => random.below(2) === 0);
        return { tokens: random.shuffle([...labels, "please", "the", "flight"]), labels };
      });
    };
    const one = await fitted({ multiLabel: true }, several(160, 1));
    const { accuracy, macroF1 } = await one.evaluate(several(60, 2));
    expect([accuracy > 0.9, macroF1 > 0.95]).toEqual([true, true]);
    const both = await one.classify("leave the flight cancel");
    expect([...both.labels].sort()).toEqual(["cancel", "leave"]);
    expect(both.label).toBe(both.labels[0]);
    expect((await one.classify("please the flight")).labels).toEqual([]);
    const again = await SequenceClassifier.load(await one.save());
    expect(await again.classify("leave the flight cancel")).toEqual(both);
    expect(Object.values(both.probabilities).filter((p) => p > 0.5).length).toBe(2);
  });

  test("of series learns a slope, whatever the size of the numbers; a channel that never changes does no harm", async () => {
    const still = (examples: LabelledSeries[]) =>
      examples.map(({ series, ...rest }) => ({ ...rest, series: series.map((row) => [...Array.from(row), 5]) }));
    const slope = await fitted({ bidirectional: false }, still(slopes(80)));
    expect((await slope.evaluate(still(slopes(60, 2)))).accuracy).toBeGreaterThan(0.95);
    const again = await SequenceClassifier.load(await slope.save());
    const series = [[1000, 7, 5], [Float32Array.of(1001, 7, 5)].flatMap((row) => [...row]), [1002, 7, 5]];
    expect(await again.classify(series)).toMatchObject({ label: "up" });
    expect(await again.classify(series)).toEqual(await slope.classify(series));
  });

  test("answers alone as among others; probabilities sum to 1", async () => {
    const texts = requests(13, 3).map(({ text }) => text);
    const all = await classifier.classifyAll(texts);
    for (const [number, text] of texts.entries()) expect(await classifier.classify(text)).toEqual(all[number]);
    for (const { label, probability, labels, probabilities } of all) {
      expect(labels).toEqual([label]);
      expect(probabilities[label]).toBe(probability);
      expect(Math.max(...Object.values(probabilities))).toBe(probability);
      expect(Object.values(probabilities).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
    }
    expect(await classifier.classify(["leave", "now"])).toEqual(await classifier.classify("leave now"));
  });

  test("that was saved answers the same, and is saved as the same bytes", async () => {
    const file = await classifier.save();
    const again = await SequenceClassifier.load(file);
    expect(await again.evaluate(requests(31, 2))).toEqual(await classifier.evaluate(requests(31, 2)));
    expect(sameBytes(await again.save(), file)).toBe(true);
    expect(readSafetensors(file).metadata.task).toBe("sequence-classifier");
    expect(again.options).toEqual(classifier.options);
    expect(again.parameterCount).toBe(classifier.parameterCount);
  });

  test("goes on from a checkpoint with the bytes of a run that was never stopped", async () => {
    const run = { epochs: 3, batchSize: 16, validation: requests(20, 5), clip: { norm: 1 }, accumulate: 2 } as const;
    const whole = await SequenceClassifier.create(SMALL);
    let middle: Uint8Array | undefined;
    for await (const report of whole.train(requests(60), run))
      if (report.type === "step" && report.step === 3) middle = await whole.checkpoint();
    const again = await SequenceClassifier.load(middle ?? new Uint8Array());
    await again.fit(requests(60), { resume: true, validation: requests(20, 5) });
    expect(sameBytes(await again.save(), await whole.save())).toBe(true);
  });

  test("weights of labels enter loss and gradient; a mean is divided by the weights", async () => {
    const examples = requests(40);
    const first = async (labelWeights: Record<string, number>) => {
      const one = await SequenceClassifier.create({ ...SMALL, labelWeights });
      const { steps } = await one.fit(examples, { epochs: 1, batchSize: 40 });
      const { lossPerToken } = await one.evaluate(examples);
      return {
        ...(steps[0] ?? { loss: Number.NaN, lossPerToken: 0, gradNorm: 0 }),
        after: lossPerToken,
        file: await one.save(),
      };
    };
    const others = examples.filter(({ label }) => label === "other").length;
    const [plain, heavy, none] = [await first({}), await first({ other: 3 }), await first({ other: 0 })];
    expect(heavy.lossPerToken).toBeCloseTo(heavy.loss / (40 + 2 * others), 6);
    expect(none.lossPerToken).toBeCloseTo(none.loss / (40 - others), 6);
    expect(heavy.loss - plain.loss).toBeCloseTo(2 * (plain.loss - none.loss), 4);
    expect(new Set([plain, heavy, none].map(({ gradNorm }) => gradNorm)).size).toBe(3);
    const again = await SequenceClassifier.load(heavy.file);
    expect(again.options.labelWeights).toEqual({ other: 3 });
    expect((await again.evaluate(examples)).lossPerToken).toBe(heavy.after);
  });

  test("stops early, and has the best weights", async () => {
    const one = await SequenceClassifier.create(SMALL);
    const validation = requests(31, 7);
    const { epochs, stopped } = await one.fit(requests(60), {
      epochs: 60,
      validation,
      earlyStopping: { metric: "macroF1", patience: 2 },
    });
    expect(stopped).toBe("early");
    const best = Math.max(...epochs.map((epoch) => epoch.validation?.macroF1 ?? 0));
    expect((await one.evaluate(validation)).macroF1).toBe(best);
  });
});

describe("refused", () => {
  const [text, label] = ["leave now", "departure"];
  const series = [
    [1, 2],
    [3, 4],
  ];
  const two = (bad: object) => [{ text, label: "arrival" }, { text, label }, bad] as LabelledExample[];
  const gap = [
    [1, 2],
    [Number.NaN, 4],
  ];
  const rows: readonly [what: string, examples: LabelledExample[], message: string][] = [
    ["one label", [{ text, label }], "examples: expected two labels or more to tell apart, got departure; give"],
    [
      "an empty text",
      two({ text: " ", label }),
      'examples\\[2\\]: text: expected a text with words, got " "; leave it out',
    ],
    ["no label", two({ text }), "examples\\[2\\]: expected a label, a string, got undefined; give"],
    ["labels for one", two({ text, labels: [label] }), 'examples\\[2\\]: expected one label, got labels; give "label"'],
    ["no input", two({ label }), "examples\\[2\\]: expected one of text, tokens and series, got the keys label; give"],
    [
      "text and series",
      two({ series, label }),
      "examples\\[2\\]: expected a text, as the first example is, got a series",
    ],
    [
      "a gap",
      two({ series: gap, label }),
      "examples\\[2\\]: series: step 1, channel 0: expected a finite number below 3.4e38, got NaN; fill",
    ],
    [
      "channels that change",
      [{ series: [[1, 2], [3]], label }],
      "examples\\[0\\]: series: step 1: expected 2 channels as at step 0, got 1; give every step the same",
    ],
    [
      "other channels than the first series",
      [
        { series, label },
        { series: [[1], [2]], label: "up" },
      ],
      "examples\\[1\\]: expected 2 channels, as in the training's first series, got 1; give",
    ],
    [
      "an empty series",
      [{ series: [], label }],
      "examples\\[0\\]: series: expected one step or more, got an empty list",
    ],
    ["nothing", [], "examples: expected one example or more, got none"],
  ];

  test.each(rows)("in training: %s", async (_, examples, message) => {
    const one = await SequenceClassifier.create(SMALL);
    await expect(one.fit(examples)).rejects.toThrow(problem("BPTT_DATA", `^${message}`));
  });

  test("a label in the validation that training does not show", async () => {
    const one = await SequenceClassifier.create(SMALL);
    const validation = [{ text, label: "refund" }];
    await expect(one.fit(requests(20), { validation })).rejects.toThrow(
      problem(
        "BPTT_DATA",
        "^validation\\[0\\]: expected a label that training has shown \\(arrival, departure, other\\), got refund; leave",
      ),
    );
  });

  test("an input that is empty or of another kind, and answers before training", async () => {
    await expect(classifier.classify("")).rejects.toThrow(
      problem("BPTT_DATA", '^classify: 0: expected a text .* got ""'),
    );
    await expect(classifier.classify(series)).rejects.toThrow(
      problem("BPTT_DATA", "^classify: 0: expected a text, as the classifier was trained on, got a series"),
    );
    const one = await SequenceClassifier.create();
    await expect(one.classify(text)).rejects.toThrow(
      problem("BPTT_ORDER", "^classify: the classifier has no labels yet"),
    );
  });

  test("weights of labels that are none, or with several labels", async () => {
    const one = await SequenceClassifier.create({ ...SMALL, labelWeights: { refund: 2 } });
    const unknown = "^labelWeights: refund is not a label of the training examples; the labels are arrival, dep";
    await expect(one.fit(requests(20))).rejects.toThrow(problem("BPTT_OPTION", unknown));
    for (const [options, message] of [
      [
        { labelWeights: { other: 2 }, multiLabel: true },
        "expected none with multiLabel, whose labels have a loss each",
      ],
      [{ labelWeights: { other: -1 } }, "other: expected a number of 0 or more, got -1"],
      [{ labelWeights: 5 }, "expected weights by label, such as { urgent: 3 }, got 5"],
    ] as const)
      await expect(SequenceClassifier.create(options as ClassifierOptions)).rejects.toThrow(
        problem("BPTT_OPTION", `^labelWeights: ${message}`),
      );
  });

  test("vectors of words for series, which have none", async () => {
    const one = await SequenceClassifier.create(SMALL);
    const labelled = ["up", "down"].map((direction) => ({ series: [[1], [2]], label: direction }));
    await expect(one.fit(labelled, { vectors: "leave 1 2\n" })).rejects.toThrow(
      problem("BPTT_OPTION", "^vectors: expected texts, got series; leave"),
    );
  });

  test("files of the other task, with the class that reads them", async () => {
    const tagger = await (await trained(3)).save();
    await expect(SequenceClassifier.load(tagger)).rejects.toThrow(
      problem(
        "BPTT_FILE",
        '^model file: expected a sequence-classifier, got a model of the task "sequence-tagger"; load it with SequenceTagger$',
      ),
    );
    await expect(SequenceTagger.load(await classifier.save())).rejects.toThrow(
      problem("BPTT_FILE", 'got a model of the task "sequence-classifier"; load it with SequenceClassifier$'),
    );
  });

  test("damaged files", async () => {
    const bytes = await classifier.save();
    await expect(SequenceClassifier.load(bytes.slice(0, -3))).rejects.toMatchObject({ code: "BPTT_FILE" });
  });
});
