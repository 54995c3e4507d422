// A tagger that begins with pre-trained word vectors: which rows they take, what is frozen, what is refused, and the command.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  adam,
  Random,
  readSafetensors,
  readWordVectors,
  SequenceTagger,
  sgd,
  type TaggerFitOptions,
  type TaggerOptions,
  type VectorCoverage,
} from "../src/index.js";
import { loadFile, saveFile } from "../src/node.js";
import { command, jsonLines, linesOf } from "./support/command.js";
import { problem, sameBytes, travel } from "./support/tagging.js";

const DIM = 7;
const EXAMPLES = travel(40);
const OPTIONS = { hiddenSize: 5 } as const;
/** The words of the examples, without every fifth, in lower case; then words that no example has. */
const KNOWN = [...new Set(EXAMPLES.flatMap(({ tokens }) => tokens.map((token) => token.toLowerCase())))].filter(
  (word, number) => number % 5 !== 0 && !/\d/.test(word),
);
const random = new Random(3);
const row = (word: string) => `${word} ${Array.from({ length: DIM }, () => random.uniform(-0.1, 0.1)).join(" ")}\n`;
const TEXT = [...KNOWN, "aardvark", "zebra"].map(row).join("");

/** The rows of a model by word, the unknown one by "". */
async function rowsOf(tagger: SequenceTagger): Promise<Map<string, Float32Array>> {
  const { tensors, metadata } = readSafetensors(await tagger.save());
  const table = tensors.find(({ name }) => name === "embedding.weight");
  const width = table?.shape[1] ?? 0;
  const words: string[] = ["", ...JSON.parse(metadata.vocabulary ?? "").words];
  return new Map(
    words.map((word, index) => [word, Float32Array.from(table?.data.slice(index * width, (index + 1) * width) ?? [])]),
  );
}

async function prepared(options: TaggerOptions = {}, text = TEXT) {
  const tagger = await SequenceTagger.create({ ...OPTIONS, ...options });
  const seen: VectorCoverage[] = [];
  await tagger.prepare(EXAMPLES, { vectors: text, onVectors: (coverage) => seen.push(coverage) });
  return { tagger, coverage: seen[0], rows: await rowsOf(tagger) };
}

const meanSquare = (rows: readonly Float32Array[]) =>
  rows.flatMap((values) => [...values]).reduce((sum, value) => sum + value * value, 0) / (rows.length * DIM);

describe("first rows", () => {
  test("words of the file have its vectors, no other words are added, and the width is the file's", async () => {
    const { tagger, coverage, rows } = await prepared();
    const { vectors } = await readWordVectors(TEXT, KNOWN);
    for (const [word, vector] of vectors) expect(rows.get(word), word).toEqual(vector);
    expect(rows.has("zebra")).toBe(false);
    expect(tagger.options).toMatchObject({ embeddingDim: DIM, freezeVectors: false });
    const words = [...rows.keys()].filter((word) => word !== "");
    const missing = words.filter((word) => !vectors.has(word));
    expect(missing.length).toBeGreaterThan(10);
    expect(coverage).toEqual({
      dim: DIM,
      found: KNOWN.length,
      total: words.length,
      coverage: KNOWN.length / words.length,
      missing: missing.slice(0, 10),
    });
  });

  test("the others, the unknown word too, keep their random rows, made as large as those of the file", async () => {
    const plain = await SequenceTagger.create({ ...OPTIONS, embeddingDim: DIM });
    await plain.prepare(EXAMPLES);
    const before = await rowsOf(plain);
    const { rows } = await prepared();
    const others = [...rows.keys()].filter((word) => !KNOWN.includes(word));
    expect(others).toContain("");
    const size = Math.sqrt(meanSquare(KNOWN.map((word) => rows.get(word) ?? new Float32Array())));
    for (const word of others)
      rows.get(word)?.forEach((value, i) => void expect(value / size).toBeCloseTo(before.get(word)?.[i] ?? 0, 5));
    expect(meanSquare(others.map((word) => rows.get(word) ?? new Float32Array())) / size ** 2).toBeGreaterThan(0.5);
  });

  test("the options lowercase and digits of the tagger hold for the file's words", async () => {
    const examples = [{ tokens: ["Leave", "taipei", "2nd"], tags: ["O", "B-dest", "B-time"] }];
    const vectors = "Taipei 1 2\n3rd 9 9\n1nd 3 4\nleave 5 6\n";
    const [tagger, cased] = [
      await SequenceTagger.create(OPTIONS),
      await SequenceTagger.create({ ...OPTIONS, lowercase: false, digits: false }),
    ];
    await tagger.prepare(examples, { vectors });
    const rows = await rowsOf(tagger);
    expect([...(rows.get("taipei") ?? [])]).toEqual([1, 2]);
    expect([...(rows.get("DIGITnd") ?? [])]).toEqual([3, 4]);
    const missing: string[] = [];
    await cased.prepare(examples, { vectors, onVectors: (coverage) => missing.push(...coverage.missing) });
    expect([...((await rowsOf(cased)).get("Leave") ?? [])]).toEqual([5, 6]);
    expect(missing).toEqual(["2nd", "taipei"]);
  });
});

describe("training", () => {
  const fits: readonly TaggerFitOptions[] = [
    { epochs: 2, optimizer: adam({ lr: 0.05 }) },
    { epochs: 2, optimizer: sgd({ lr: 0.5, momentum: 0.9, weightDecay: 0.01 }), shards: 2 },
    { epochs: 2, optimizer: adam({ lr: 0.05, weightDecay: 0.01 }), clip: { tensorNorm: 1 } },
  ];

  test.each(fits)("with %o moves the rows, and frozen ones not", async (fit) => {
    const first = (await prepared()).rows;
    for (const freezeVectors of [false, true]) {
      const tagger = await SequenceTagger.create({ ...OPTIONS, freezeVectors });
      const { epochs } = await tagger.fit(EXAMPLES, { ...fit, vectors: TEXT });
      expect(epochs.at(-1)?.lossPerToken).toBeLessThan(epochs[0]?.lossPerToken ?? 0);
      if (freezeVectors) expect(await rowsOf(tagger)).toEqual(first);
      else expect(await rowsOf(tagger)).not.toEqual(first);
    }
  });

  test("a frozen tagger that was saved is loaded, saved as the same bytes, and stays frozen in further training", async () => {
    const tagger = await SequenceTagger.create({ ...OPTIONS, freezeVectors: true });
    await tagger.fit(EXAMPLES, { epochs: 1, vectors: new Blob([gzipSync(TEXT)]) });
    const file = await tagger.save();
    const again = await SequenceTagger.load(file);
    expect(again.options).toMatchObject({ embeddingDim: DIM, freezeVectors: true });
    expect(again.parameterCount).toBe(tagger.parameterCount);
    expect(sameBytes(await again.save(), file)).toBe(true);
    const rows = await rowsOf(tagger);
    for (const one of [tagger, again]) await one.fit(EXAMPLES, { epochs: 1 });
    expect(await rowsOf(again)).toEqual(rows);
    expect(sameBytes(await again.save(), await tagger.save())).toBe(true);
    expect(sameBytes(await again.save(), file)).toBe(false);
  });

  test("coverage is told once, before the first step", async () => {
    const seen: string[] = [];
    const tagger = await SequenceTagger.create(OPTIONS);
    await tagger.fit(EXAMPLES, {
      epochs: 1,
      vectors: TEXT,
      onVectors: ({ dim }) => seen.push(`vectors ${dim}`),
      onStep: ({ step }) => seen.push(`step ${step}`),
    });
    expect(seen).toEqual([`vectors ${DIM}`, "step 1", "step 2"]);
  });

  test("a signal while vectors are read ends training without a model; the next one is welcome", async () => {
    const controller = new AbortController();
    async function* source() {
      yield TEXT;
      controller.abort();
      yield row("more");
    }
    const tagger = await SequenceTagger.create(OPTIONS);
    const { signal } = controller;
    const history = await tagger.fit(EXAMPLES, { vectors: source(), signal });
    expect(history).toEqual({ steps: [], evaluations: [], epochs: [], stopped: "aborted" });
    await expect(tagger.save()).rejects.toThrow(problem("BPTT_ORDER", "^save: "));
    expect((await tagger.fit(EXAMPLES, { epochs: 1, vectors: TEXT })).stopped).toBe("finished");
  });
});

describe("refused", () => {
  const cases: readonly [string, TaggerOptions, TaggerFitOptions, string, string][] = [
    [
      "another width",
      { embeddingDim: 64 },
      { vectors: TEXT },
      "BPTT_OPTION",
      "^embeddingDim: expected 7, .* \\(vectors:1\\), got 64; leave",
    ],
    [
      "a broken line",
      {},
      { vectors: `${TEXT}broken 1\n` },
      "BPTT_DATA",
      `^vectors:${KNOWN.length + 3}: expected a word and 7 numbers`,
    ],
    [
      "a file of another language",
      {},
      { vectors: "zebra 1 2\n" },
      "BPTT_DATA",
      "^vectors: expected vectors of the examples' words, got none of \\d+ \\(",
    ],
    [
      "freezing nothing",
      { freezeVectors: true },
      {},
      "BPTT_OPTION",
      "^freezeVectors: expected vectors to freeze, got none",
    ],
    ["a number", {}, { vectors: 5 as never }, "BPTT_DATA", "^vectors: expected a string, a Uint8Array"],
  ];

  test.each(cases)("%s, and the tagger can be trained then", async (_, options, fit, code, message) => {
    const tagger = await SequenceTagger.create({ ...OPTIONS, ...options });
    await expect(tagger.fit(EXAMPLES, fit)).rejects.toThrow(problem(code, message));
    if (options.embeddingDim === undefined)
      expect((await tagger.fit(EXAMPLES, { epochs: 1, vectors: TEXT })).stopped).toBe("finished");
  });

  test("vectors where the weights are there already", async () => {
    const { tagger } = await prepared();
    const loaded = await SequenceTagger.load(await tagger.save());
    for (const one of [tagger, loaded])
      await expect(one.fit(EXAMPLES, { vectors: TEXT })).rejects.toThrow(
        problem("BPTT_ORDER", "^vectors: the model has its vocabulary and weights already; give vectors to the first"),
      );
    await expect(SequenceTagger.create({ freezeVectors: 1 as never })).rejects.toThrow("freezeVectors: expected true");
    await expect(tagger.prepare(EXAMPLES, { vector: TEXT } as never)).rejects.toThrow(
      'prepare: unknown option "vector"',
    );
  });
});

describe("the command", () => {
  let folder = "";
  const run = (...args: string[]) => command(["train", "tagger", "train.jsonl", ...args], { cwd: folder });
  const SMALL = ["--hidden-size", "5", "--epochs", "1"];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "bptt-vectors-"));
    await writeFile(join(folder, "train.jsonl"), EXAMPLES.map((example) => `${JSON.stringify(example)}\n`).join(""));
    await writeFile(join(folder, "v.txt"), TEXT);
    await writeFile(join(folder, "v.vec.gz"), gzipSync(`${linesOf(TEXT).length} ${DIM}\n${TEXT}`));
    await writeFile(join(folder, "cut.gz"), gzipSync(TEXT).subarray(0, 200));
    await writeFile(join(folder, "bad.txt"), `${TEXT}bad 1 2\n`);
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("trains as the library does from plain text and from gzip, and tells the coverage first", async () => {
    const tagger = await SequenceTagger.create({ ...OPTIONS, freezeVectors: true });
    await tagger.fit(EXAMPLES, { epochs: 1, vectors: TEXT });
    for (const file of ["v.txt", "v.vec.gz"]) {
      const { code, stderr } = await run(...SMALL, "--vectors", file, "--freeze-vectors", "-o", "model.safetensors");
      expect(code).toBe(0);
      expect(linesOf(stderr)).toEqual([
        expect.stringMatching(
          `^vectors of ${DIM} numbers for ${KNOWN.length} of \\d+ words \\(\\d+\\.\\d\\d%\\); without: (\\S+, ){10}\\.\\.\\.$`,
        ),
        expect.stringMatching("^memory: "),
        expect.stringMatching("^epoch 1/1 "),
        "the model went to model.safetensors",
        expect.stringMatching("^the run is in runs/tagger-"),
      ]);
      expect(sameBytes(await loadFile(join(folder, "model.safetensors")), await tagger.save())).toBe(true);
    }
    const { stdout } = await run(...SMALL, "--vectors", "v.txt", "--json");
    expect(jsonLines(stdout)[0]).toMatchObject({ type: "vectors", dim: DIM, found: KNOWN.length });
  });

  test.each([
    [["--vectors", "nowhere.txt"], 'cannot read "nowhere.txt": no such file .* \\(BPTT_FILE\\)'],
    [["--vectors", "cut.gz"], "cut.gz: expected whole gzip data, got data that is cut off, .* \\(BPTT_DATA\\)"],
    [["--vectors", "bad.txt"], `bad.txt:${KNOWN.length + 3}: expected a word and 7 numbers, got 2 .* \\(BPTT_DATA\\)`],
    [["--vectors", "train.jsonl"], "train.jsonl:1: expected a word and its numbers, got .* \\(BPTT_DATA\\)"],
    [
      ["--vectors", "v.txt", "--embedding-dim", "8"],
      "embeddingDim: expected 7, .* \\(v.txt:1\\), got 8; .* \\(BPTT_OPTION\\)",
    ],
    [["--freeze-vectors"], "--freeze-vectors: it does nothing without --vectors; give both \\(BPTT_OPTION\\)"],
  ])("%o: one line, code 1, and an older model is left alone", async (args, message) => {
    const old = new Uint8Array([1, 2, 3]);
    await saveFile(join(folder, "old.safetensors"), old);
    const { code, stdout, stderr } = await run(...SMALL, ...args, "-o", "old.safetensors");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(new RegExp(`^bptt: ${message}\\n$`));
    expect(sameBytes(await loadFile(join(folder, "old.safetensors")), old)).toBe(true);
  });
});
