// What a tagger refuses, each with its code and a message that says what, expected, got and the remedy.

import { describe, expect, test } from "vitest";
import {
  adam,
  cosine,
  type Example,
  embedding,
  linear,
  lstm,
  Network,
  readConll,
  readJsonLines,
  readParallel,
  SequenceTagger,
  sgd,
  type TaggerFitOptions,
  type TaggerOptions,
} from "../src/index.js";
import { Training } from "../src/train/loop.js";
import { resolveTrainOptions } from "../src/train/options.js";
import { problem, SMALL, sameBytes, trained, travel } from "./support/tagging.js";

const DATA: Example[] = travel(5);

describe("examples", () => {
  const learn = async (examples: unknown) => (await SequenceTagger.create(SMALL)).fit(examples as Example[]);
  const wrong: readonly [string, unknown, string][] = [
    ["none", [], "^examples: expected one example or more, got none$"],
    ["nothing", undefined, "^examples: expected a list of examples, got undefined$"],
    ["a text", "leave", '^examples: expected a list of examples, got "leave"$'],
    ["an example that is none", [DATA[0], 5], "^examples\\[1\\]: expected an object .* got 5$"],
    ["no tags", [{ tokens: ["leave"] }], "^examples\\[0\\]: a sentence without tags"],
    ["no tokens", [{ tokens: [], tags: [] }], "^examples\\[0\\]: a sentence without tokens"],
    ["other counts", [{ tokens: ["a", "b"], tags: ["O"] }], "^examples\\[0\\]: .* got 2 tokens and 1 tags$"],
    ["a tag that is none", [{ tokens: ["a", "b"], tags: ["B-x", "dest"] }], '^examples\\[0\\]: tag "dest": expected'],
    [
      "a text of no words",
      [{ text: "\u200B", entities: [] }],
      "^examples\\[0\\]: expected a text with one token or more",
    ],
    [
      "an entity that cuts a token",
      [{ text: "leave Taipei", entities: [{ start: 6, end: 9, label: "dest" }] }],
      '^examples\\[0\\]: entity "dest" at 6-9 \\("Tai"\\) cuts the token "Taipei" at 6-12; move its offsets',
    ],
    [
      "entities that overlap",
      [
        {
          text: "a b",
          entities: [
            { start: 0, end: 3, label: "x" },
            { start: 2, end: 3, label: "y" },
          ],
        },
      ],
      '^examples\\[0\\]: entities\\[1\\]: "y" at 2-3 \\("b"\\) overlaps "x" at 0-3',
    ],
    [
      "offsets outside the text",
      [{ text: "a b", entities: [{ start: 0, end: 4, label: "x" }] }],
      "^examples\\[0\\]: entities\\[0\\]: .* expected 0 <= start < end <= 3, got 0 and 4",
    ],
  ];

  test.each(wrong)("%s", async (_, examples, message) => {
    await expect(learn(examples)).rejects.toThrow(problem("BPTT_DATA", message));
  });

  test("from a file: its name and line stand in front", async () => {
    const unknown = readConll("a O\nb X-dest\n\nc B-dest\n", { file: "a.conll" });
    await expect(learn(unknown)).rejects.toThrow(problem("BPTT_DATA", '^a.conll:1: tag "X-dest": expected'));
    const cut = '{"text": "leave Taipei", "entities": [{"start": 0, "end": 3, "label": "x"}]}\n';
    await expect(learn(readJsonLines(cut, { file: "a.jsonl" }))).rejects.toThrow(
      problem("BPTT_DATA", "^a.jsonl:1: entity .* cuts the token"),
    );
    expect(() => readParallel("a b", "O", { wordsFile: "seq.in", tagsFile: "seq.out" })).toThrow(
      problem("BPTT_DATA", "^seq.in:1 and seq.out:1: .* got 2 words and 1 tags"),
    );
    expect(() => readConll(Uint8Array.of(0x61, 0xff), { file: "a.conll" })).toThrow(
      problem("BPTT_DATA", "^a.conll:1: expected UTF-8, got the byte 0xFF"),
    );
  });

  test("CR LF and a byte-order mark give the same model as LF", async () => {
    const text = DATA.map((example) => ("tags" in example ? example : { tokens: [], tags: [] }))
      .map(({ tokens, tags }) => tokens.map((token, t) => `${token}\t${tags[t]}\n`).join(""))
      .join("\n");
    const bytes = async (source: string) => {
      const tagger = await SequenceTagger.create(SMALL);
      await tagger.fit(readConll(source), { epochs: 1 });
      return tagger.save();
    };
    expect(sameBytes(await bytes(`\uFEFF${text.replaceAll("\n", "\r\n")}`), await bytes(text))).toBe(true);
  });

  test("a validation without examples is refused before training, not after the first epoch", async () => {
    const tagger = await SequenceTagger.create(SMALL);
    const steps: number[] = [];
    const run = tagger.fit(DATA, { validation: [], onStep: ({ step }) => steps.push(step) });
    await expect(run).rejects.toThrow(problem("BPTT_DATA", "^validation: expected one example or more, got none$"));
    expect(steps).toEqual([]);
  });

  test("a tag that training has not shown: counted by evaluate and by a validation, refused by a second training", async () => {
    const tagger = await trained(20);
    const unseen: Example[] = [
      { tokens: ["leave", "Mars"], tags: ["O", "B-planet"] },
      { tokens: ["Mars", "Base"], tags: ["B-planet", "I-planet"] },
    ];
    const scores = await tagger.evaluate([...unseen, ...DATA]);
    expect(scores.unknownTags).toEqual({ "B-planet": 2, "I-planet": 1 });
    expect(scores.byLabel.planet).toMatchObject({ support: 2, recall: 0 });
    expect(scores.lossPerToken).toBe(scores.loss / (scores.tokens - 3));
    const { epochs } = await tagger.fit(DATA, { epochs: 1, validation: unseen });
    expect(epochs[0]?.validation?.unknownTags).toEqual({ "B-planet": 2, "I-planet": 1 });
    const before = await tagger.save();
    await expect(tagger.fit([...DATA, ...unseen])).rejects.toThrow(
      problem("BPTT_DATA", "^example 5: the model has no tag B-planet; its tags were fixed by the first training: O, "),
    );
    expect(sameBytes(await tagger.save(), before)).toBe(true);
  });

  test("only tags that the model does not know: no loss, no F1, no NaN", async () => {
    const tagger = await trained(20);
    const scores = await tagger.evaluate([{ tokens: ["Mars"], tags: ["B-planet"] }]);
    expect(scores).toMatchObject({ loss: 0, lossPerToken: 0, f1: 0, accuracy: 0, support: 1 });
  });
});

const NUMBERS = [-1, 0, Number.NaN, Number.POSITIVE_INFINITY];

describe("options of the network", () => {
  const make = async (options: object) => {
    const tagger = await SequenceTagger.create(options as TaggerOptions);
    await tagger.prepare(DATA);
  };

  test.each(["hiddenSize", "numLayers", "embeddingDim", "minCount"])(
    "%s: sizes of 0, below, and none",
    async (name) => {
      for (const value of [...NUMBERS, 1.5, 2 ** 31, "8"])
        await expect(make({ ...SMALL, [name]: value })).rejects.toThrow(
          problem("BPTT_OPTION", `^${name}: expected a positive integer, got `),
        );
    },
  );

  test.each(["dropout", "wordDropout"])("%s: shares outside [0, 1)", async (name) => {
    for (const value of [-0.1, 1, Number.NaN, Number.POSITIVE_INFINITY, "0.3"])
      await expect(make({ ...SMALL, [name]: value })).rejects.toThrow(
        problem("BPTT_OPTION", `^${name}: expected a number in \\[0, 1\\), got `),
      );
  });

  test("sizes whose product overflows are refused at once, sizes beyond the memory with the remedy", async () => {
    const overflow = problem("BPTT_OPTION", "is more than 2147483647; make the sizes smaller$");
    for (const sizes of [
      { hiddenSize: 2 ** 31 - 1 },
      { embeddingDim: 2 ** 31 - 1 },
      { numLayers: 2 ** 31 - 1, hiddenSize: 2 },
      { numLayers: 2 ** 20, hiddenSize: 2 ** 10 },
    ])
      await expect(make({ ...SMALL, ...sizes })).rejects.toThrow(overflow);
    await expect(make({ hiddenSize: 20_000, bidirectional: false, embeddingDim: 8 })).rejects.toThrow(
      problem(
        "BPTT_MEMORY",
        "cannot grow to \\d+ MiB .* use a smaller batchSize, shorter sequences or a smaller network$",
      ),
    );
  });

  test.each([
    [{ size: 8 }, '^SequenceTagger: unknown option "size"; the options are cell, hiddenSize'],
    [
      { cell: "transformer" },
      '^cell: expected one of "rnn", "gru", "lstm", "irnn", "clockwork", "scrn", got "transformer"$',
    ],
    [
      { nonlinearity: "relu" },
      '^nonlinearity: the cell "lstm" has no such option; leave it out or choose another cell$',
    ],
    [
      { cell: "rnn", reset: "before" },
      '^reset: the cell "rnn" has no such option; leave it out or choose another cell$',
    ],
    [{ cell: "gru", reset: "never" }, '^gru: reset: expected one of "after", "before", got "never"$'],
    [{ scheme: "BIO" }, '^scheme: expected one of .* got "BIO"$'],
    [{ tokenizer: "bytes" }, '^tokenizer: expected one of .* got "bytes"$'],
    [{ seed: -1 }, "^seed: expected an integer of 0 or more, got -1$"],
    [{ bidirectional: 1 }, "^bidirectional: expected true or false, got 1$"],
    [{ tagWeights: { O: -1 } }, "^tagWeights: O: expected a number of 0 or more, got -1$"],
    [{ tagWeights: { "B-moon": 2 } }, "^tagWeights: B-moon is not a tag of the training examples; the tags are O, B-"],
    [{ tagWeights: 5 }, "^tagWeights: expected weights by tag, .* got 5$"],
    [null, "^SequenceTagger: expected an object of options, got null$"],
  ])("%o", async (options, message) => {
    await expect(make(options as object)).rejects.toThrow(problem("BPTT_OPTION", message));
  });
});

describe("options of training", () => {
  const learn = async (options: object) => (await SequenceTagger.create(SMALL)).fit(DATA, options as TaggerFitOptions);

  test.each(["epochs", "batchSize", "shards"])("%s: counts of 0, below, and none", async (name) => {
    for (const value of [...NUMBERS, 1.5])
      await expect(learn({ [name]: value })).rejects.toThrow(
        problem("BPTT_OPTION", `^${name}: expected a positive integer, got ${value}$`),
      );
  });

  test.each(["norm", "value", "tensorNorm"])("clip by %s: thresholds of 0, below, and none", async (kind) => {
    for (const value of NUMBERS)
      await expect(learn({ clip: { [kind]: value } })).rejects.toThrow(
        problem("BPTT_OPTION", `^clip: ${kind}: expected a positive number, got ${value}$`),
      );
  });

  test("lr: 0, below, and none", async () => {
    for (const lr of NUMBERS)
      for (const [name, optimizer] of Object.entries({ adam, sgd })) {
        const refusal = problem("BPTT_OPTION", `^${name}: lr: expected a positive number, got ${lr}$`);
        expect(() => optimizer({ lr })).toThrow(refusal);
        await expect(learn({ optimizer: { ...optimizer({ lr: 1 }), lr } })).rejects.toThrow(refusal);
      }
    expect(() => cosine({ warmup: -1 })).toThrow(problem("BPTT_OPTION", "^schedule: warmup: .* got -1$"));
  });

  test.each([
    [{ optimizer: {} }, "^optimizer: expected one of sgd, rmsprop, adagrad, adam, adamw, got undefined$"],
    [
      { optimizer: { type: "toString" } },
      '^optimizer: expected one of sgd, rmsprop, adagrad, adam, adamw, got "toString"$',
    ],
    [{ clip: true }, "^clip: expected an object of options, got true$"],
    [
      { clip: { norm: 1, value: 1 } },
      "^clip: expected one of { norm }, { value }, { tensorNorm }, { stepNorm }, or false$",
    ],
    [{ reduction: "average" }, '^reduction: expected one of "mean", "sum", got "average"$'],
    [{ signal: {} }, "^signal: expected an AbortSignal"],
    [{ earlyStopping: { metric: "f1", patience: 0 } }, "^earlyStopping: patience: expected a positive integer, got 0$"],
    [{ batchsize: 3 }, '^train: unknown option "batchsize"; the options are epochs, batchSize'],
    [null, "^fit: expected an object of options, got null$"],
  ])("%o", async (options, message) => {
    await expect(learn(options as object)).rejects.toThrow(problem("BPTT_OPTION", message));
  });
});

test("training again and again takes no more memory than the second time", async () => {
  const network = await Network.create([
    embedding({ numEmbeddings: 5, embeddingDim: 3 }),
    lstm({ hiddenSize: 7 }),
    linear({ outFeatures: 2 }),
  ]);
  const sequences = [{ tokens: [1, 2, 3], labels: [0, 1, 0] }];
  const bytes: number[] = [];
  for (let k = 0; k < 5; ++k) {
    const run = new Training({ network, sequences }, resolveTrainOptions({ epochs: 1, shards: 2 }, 1)).run();
    for await (const report of run) if (report.type === "epoch" && k === 3) break;
    bytes.push(network.bytes);
  }
  expect(new Set(bytes.slice(1)).size).toBe(1);
});
