// The model file: what comes back is the model, and what is no model is refused.

import { describe, expect, test } from "vitest";
import { readSafetensors, SequenceTagger, type TaggerOptions, writeSafetensors } from "../src/index.js";
import { problem, SMALL, sameBytes, trained, travel } from "./support/tagging.js";

const UNSEEN = travel(31, "test");
const bytes = await (await trained(60)).save();

describe("a model that was saved", () => {
  const kinds: readonly TaggerOptions[] = [
    {},
    { cell: "rnn", nonlinearity: "relu", scheme: "IOBES" },
    { cell: "rnn", tokenizer: "whitespace", tagWeights: { O: 0.5 }, lowercase: false },
    { numLayers: 2, bidirectional: true, constrained: false, recurrentInit: "orthogonal", minCount: 2, digits: false },
  ];

  test.each(kinds)("with %o evaluates the same to the last digit, and is saved as the same bytes", async (options) => {
    const tagger = await trained(40, options);
    const file = await tagger.save();
    const again = await SequenceTagger.load(file);
    expect(await again.evaluate(UNSEEN)).toEqual(await tagger.evaluate(UNSEEN));
    expect(await again.tag("leave Taipei")).toEqual(await tagger.tag("leave Taipei"));
    expect(again.tags).toEqual(tagger.tags);
    expect(again.parameterCount).toBe(tagger.parameterCount);
    expect(sameBytes(await again.save(), file)).toBe(true);
  });

  test("trains on as the one that was saved", async () => {
    const tagger = await trained(60);
    const again = await SequenceTagger.load(await tagger.save());
    const [left, right] = [await tagger.fit(travel(60), { epochs: 9 }), await again.fit(travel(60), { epochs: 9 })];
    expect(right.steps.map(({ loss }) => loss)).toEqual(left.steps.map(({ loss }) => loss));
    expect(sameBytes(await again.save(), await tagger.save())).toBe(true);
    expect(left.epochs.at(-1)?.lossPerToken).toBeLessThan(left.epochs[0]?.lossPerToken ?? 0);
  });

  test("is read from bytes, a buffer, a Blob, a Response, and a promise of one", async () => {
    const sources = [bytes, bytes.buffer, new Blob([bytes]), new Response(bytes), Promise.resolve(new Response(bytes))];
    for (const source of sources) expect(sameBytes(await (await SequenceTagger.load(source)).save(), bytes)).toBe(true);
    await expect(SequenceTagger.load(new Response("", { status: 404 }))).rejects.toThrow(
      problem("BPTT_FILE", "answered 404; expected the bytes of a model$"),
    );
    await expect(SequenceTagger.load("model" as never)).rejects.toThrow(
      problem("BPTT_OPTION", '^load: expected bytes, .* got "model"$'),
    );
  });

  test("says whether its tokeniser cuts the same way everywhere", async () => {
    const portable = async (tokenizer: "words" | "segmenter") =>
      readSafetensors(await (await trained(3, { tokenizer })).save()).metadata.portable;
    expect(await portable("words")).toBe("true");
    expect(await portable("segmenter")).toBe("false");
  });

  test("has the tensors' names of PyTorch", () => {
    expect(readSafetensors(bytes).tensors.map(({ name }) => name)).toEqual([
      "embedding.weight",
      "lstm.weight_ih_l0",
      "lstm.weight_hh_l0",
      "lstm.bias_ih_l0",
      "lstm.bias_hh_l0",
      "lstm.weight_ih_l0_reverse",
      "lstm.weight_hh_l0_reverse",
      "lstm.bias_ih_l0_reverse",
      "lstm.bias_hh_l0_reverse",
      "linear.weight",
      "linear.bias",
    ]);
  });
});

describe("refused with BPTT_FILE", () => {
  const { tensors, metadata } = readSafetensors(bytes);
  const json = (key: string) => JSON.parse(metadata[key] ?? "");
  const withMetadata = (changes: Record<string, unknown>) =>
    writeSafetensors(
      tensors,
      Object.fromEntries(
        Object.entries({ ...metadata, ...changes })
          .filter(([, value]) => value !== undefined)
          .map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
      ),
    );
  const [embedding] = tensors;
  if (embedding === undefined) throw new Error("the model has no tensor");
  const withEmbedding = (change: Partial<typeof embedding>) =>
    writeSafetensors([{ ...embedding, ...change }, ...tensors.slice(1)], metadata);
  const [rows = 0, columns = 0] = embedding.shape;

  const files: readonly [string, Uint8Array, string][] = [
    ["nothing", new Uint8Array(0), "^model file: expected a safetensors file, got an empty one"],
    ["half of it", bytes.subarray(0, bytes.length >> 1), "^model file: the file is truncated"],
    ["all but one byte", bytes.subarray(0, -1), "^model file: the file is truncated"],
    ["a picture", Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0), "^model file: expected a safetensors file"],
    [
      "a model of another program",
      writeSafetensors(tensors, { format: "pt" }),
      'bptt, got safetensors of format "pt"; give a file that bptt saved$',
    ],
    [
      "no metadata",
      writeSafetensors(tensors, {}),
      'bptt, got safetensors of format "without a name"; give a file that bptt saved$',
    ],
    ["a later version", withMetadata({ formatVersion: "2" }), "format version 2, .* up to 1; install a later bptt$"],
    [
      "another task",
      withMetadata({ task: "language-model" }),
      '^model file: expected a sequence-tagger, .* "language-model"; load it with LanguageModel$',
    ],
    [
      "a task of nobody",
      withMetadata({ task: "summarizer" }),
      '^model file: expected a sequence-tagger, .* "summarizer"; give a file that this task saved$',
    ],
    [
      "a wrong shape",
      withEmbedding({ shape: [columns, rows] }),
      `^model file: embedding.weight: expected the shape \\[${rows},${columns}\\], got \\[${columns},${rows}\\]$`,
    ],
    [
      "a missing tensor",
      writeSafetensors(tensors.slice(1), metadata),
      "^model file: the tensor embedding.weight is missing$",
    ],
    [
      "NaN",
      withEmbedding({ data: embedding.data.with(3, Number.NaN) }),
      "embedding.weight: expected finite numbers, got NaN",
    ],
    ["no options", withMetadata({ options: undefined }), "^model file: options is missing in __metadata__$"],
    ["options that are no JSON", withMetadata({ options: "{" }), "^model file: options in __metadata__ cannot be read"],
    [
      "options that are nothing",
      withMetadata({ options: "null" }),
      "options in __metadata__ cannot be read: .* got null$",
    ],
    ["unknown options", withMetadata({ options: { ...json("options"), size: 3 } }), 'unknown option "size"'],
    ["a size of zero", withMetadata({ options: { ...json("options"), hiddenSize: 0 } }), "hiddenSize: .* got 0$"],
    [
      "a size too large",
      withMetadata({ options: { ...json("options"), hiddenSize: 2 ** 30 } }),
      "make the sizes smaller$",
    ],
    [
      "no tokeniser",
      withMetadata({ options: { ...json("options"), tokenizer: undefined } }),
      "expected a tokenizer, got none$",
    ],
    [
      "a vocabulary of another size",
      withMetadata({ vocabulary: { ...json("vocabulary"), words: ["a"] } }),
      "embedding.weight: expected the shape",
    ],
    ["a damaged vocabulary", withMetadata({ vocabulary: "[]" }), "^vocabulary: expected true or false as lowercase"],
    ["no tags", withMetadata({ tags: [] }), "^model file: tags: expected a list of strings, got an array of 0$"],
    ["tags that are none", withMetadata({ tags: ["O", ...Array(20).fill("x")] }), "makes no model: "],
    ["other tags than its output has", withMetadata({ tags: ["O"] }), "linear.weight: expected the shape"],
  ];

  test.each(files)("%s", async (_, file, message) => {
    await expect(SequenceTagger.load(file)).rejects.toThrow(problem("BPTT_FILE", message));
  });

  test("a wrong byte in the header: another model or a file error, never another error", async () => {
    const start = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
    for (let at = 0; at < start; at += 17) {
      const file = bytes.slice();
      file[at] = (file[at] ?? 0) ^ 0x02;
      const error: unknown = await SequenceTagger.load(file).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (error !== undefined) expect(error).toMatchObject({ code: "BPTT_FILE" });
    }
  });
});

describe("refused in the wrong order with BPTT_ORDER", () => {
  test("a second training of one tagger while the first runs; afterwards it is welcome", async () => {
    const tagger = await SequenceTagger.create({ hiddenSize: 4 });
    const examples = travel(8);
    const first = tagger.fit(examples, { epochs: 2 });
    await expect(tagger.fit(examples, { epochs: 2 })).rejects.toThrow(
      problem("BPTT_ORDER", "^train: this tagger is in training already; .* or use another tagger$"),
    );
    expect((await first).stopped).toBe("finished");
    for await (const _ of tagger.train(examples)) break;
    expect((await tagger.fit(examples, { epochs: 1 })).stopped).toBe("finished");
  });

  test.each([
    ["evaluate", (tagger: SequenceTagger) => tagger.evaluate(UNSEEN)],
    ["tag", (tagger: SequenceTagger) => tagger.tag("leave")],
    ["save", (tagger: SequenceTagger) => tagger.save()],
    ["tags", async (tagger: SequenceTagger) => tagger.tags],
    ["parameterCount", async (tagger: SequenceTagger) => tagger.parameterCount],
  ])("%s before there is a vocabulary", async (method, call) => {
    const tagger = await SequenceTagger.create(SMALL);
    await expect(call(tagger)).rejects.toThrow(
      problem("BPTT_ORDER", `^${method}: the tagger has no vocabulary yet; call train\\(\\), .* or load a model$`),
    );
    await tagger.prepare(travel(3));
    await call(tagger);
  });
});
