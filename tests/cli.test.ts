// The command as a user calls it: train, evaluate and tag in processes of their own.

import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Evaluation, SequenceTagger, type TaggedText } from "../src/index.js";
import { loadFile, readDataset } from "../src/node.js";
import { CLI, command, jsonLines, linesOf } from "./support/command.js";
import { sameBytes, travel } from "./support/tagging.js";

const TRAIN = travel(80);
const TEST = travel(40, "test");
const SMALL = ["--hidden-size", "12", "--embedding-dim", "8", "--epochs", "2", "--lr", "0.01"];

let folder = "";
const at = (name: string) => join(folder, name);
const run = (...args: string[]) => command(args, { cwd: folder });
/** The line about the run's folder, which comes last. */
const RUN = expect.stringMatching(/^the run is in runs\/tagger-\d{4}-\d\d-\d\d-\d{6}(-\d+)? \(report.html shows it\)$/);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bptt-cli-"));
  const columns = (examples: typeof TRAIN) =>
    examples.map(({ tokens, tags }) => tokens.map((token, t) => `${token}\t${tags[t]}\n`).join("")).join("\n");
  await mkdir(at("parallel"));
  await writeFile(at("train.conll"), columns(TRAIN));
  await writeFile(at("test.conll"), columns(TEST));
  await writeFile(at("train.jsonl"), TRAIN.map(({ tokens, tags }) => `${JSON.stringify({ tokens, tags })}\n`).join(""));
  await writeFile(at("parallel/seq.in"), TRAIN.map(({ tokens }) => `${tokens.join(" ")}\n`).join(""));
  await writeFile(at("parallel/seq.out"), TRAIN.map(({ tags }) => `${tags.join(" ")}\n`).join(""));
});
afterAll(() => rm(folder, { recursive: true }));

describe("train", () => {
  test("the same sentences in columns, JSON lines and two files give the same bytes, and so does a second run", async () => {
    const files: Uint8Array[] = [];
    for (const [number, data] of ["train.conll", "train.jsonl", "parallel", "parallel/"].entries()) {
      const { code, stdout, stderr } = await run("train", "tagger", data, ...SMALL, "-o", `${number}.safetensors`);
      expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
      const [memory = "", first = "", second = "", last = "", ...rest] = linesOf(stderr);
      expect(memory).toMatch(/^memory: \d+\.\d MiB in the kernel \(weights and gradients .*\), \d+\.\d MiB beside it$/);
      expect(first).toMatch(/^epoch 1\/2 loss \d\.\d{4} \| \d+\.\d s$/);
      expect(second).toMatch(/^epoch 2\/2 loss \d\.\d{4} \| \d+\.\d s$/);
      expect([last, ...rest]).toEqual([`the model went to ${number}.safetensors`, RUN]);
      files.push(await loadFile(at(`${number}.safetensors`)));
    }
    for (const file of files) expect(sameBytes(file, files[0] ?? new Uint8Array())).toBe(true);
    const other = await run("train", "tagger", "train.conll", ...SMALL, "--seed", "2", "-o", "other.safetensors");
    expect(other.code).toBe(0);
    expect(sameBytes(await loadFile(at("other.safetensors")), files[0] ?? new Uint8Array())).toBe(false);
  });

  test("the command trains as the library does", async () => {
    const tagger = await SequenceTagger.create({ hiddenSize: 12, embeddingDim: 8 });
    const { adam, linearDecay } = await import("../src/index.js");
    await tagger.fit(TRAIN, { epochs: 2, optimizer: adam({ lr: 0.01, schedule: linearDecay() }) });
    await run("train", "tagger", "train.conll", ...SMALL, "-o", "model.safetensors");
    expect(sameBytes(await loadFile(at("model.safetensors")), await tagger.save())).toBe(true);
  });

  test("what the command leaves out has the library's default: 16 epochs, a learning rate that falls from 0.006", async () => {
    const tagger = await SequenceTagger.create({ hiddenSize: 12, embeddingDim: 8 });
    const { steps, epochs } = await tagger.fit(TRAIN);
    expect(epochs.length).toBe(16);
    expect(steps[0]?.learningRate).toBe(0.006);
    expect(steps.at(-1)?.learningRate).toBeCloseTo(0.006 / steps.length, 9);
    await run("train", "tagger", "train.conll", ...SMALL.slice(0, 4), "-o", "defaults.safetensors");
    expect(sameBytes(await loadFile(at("defaults.safetensors")), await tagger.save())).toBe(true);
  });

  test("without a terminal a validation is told in each epoch's line, and the scores come at the end", async () => {
    const data = ["train.conll", "--validation", "test.conll", "--test", "test.conll"];
    const { code, stdout, stderr } = await run("train", "tagger", ...data, ...SMALL);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^memory: .*\nepoch 1\/2 loss .* \| validation loss \d\.\d{4} accuracy \d+\.\d\d F1 \d+\.\d\d \| /,
    );
    expect(stderr).not.toContain("\u001B");
    expect(stdout).toMatch(/^label +precision {2}recall +F1 {2}count\n/);
    expect(stdout).toMatch(/\nentity F1 \d+\.\d\d .*\ntoken accuracy .*\ntrained in \d+\.\d s\n$/);
  });

  test("every option of the network and of training is understood", async () => {
    const network =
      "--cell rnn --nonlinearity relu --num-layers 2 --bidirectional --recurrent-init identity --dropout 0.1";
    const text =
      "--word-dropout 0.1 --tokenizer whitespace --no-lowercase --no-digits --min-count 2 --scheme IOBES --no-constrained";
    const training =
      "--batch-size 16 --optimizer sgd --momentum 0.9 --nesterov --weight-decay 0.001 --schedule linear --warmup 2 --clip-value 1 --reduction sum --shards 2 --patience 3 --metric f1 --validation test.conll";
    const { code } = await run(
      "train",
      "tagger",
      "train.conll",
      ...SMALL,
      "-o",
      "model.safetensors",
      ...`${network} ${text} ${training}`.split(" "),
    );
    expect(code).toBe(0);
    expect((await SequenceTagger.load(await loadFile(at("model.safetensors")))).options).toEqual({
      cell: "rnn",
      nonlinearity: "relu",
      hiddenSize: 12,
      numLayers: 2,
      bidirectional: true,
      embeddingDim: 8,
      freezeVectors: false,
      recurrentInit: "identity",
      dropout: 0.1,
      wordDropout: 0.1,
      tokenizer: "whitespace",
      lowercase: false,
      digits: false,
      minCount: 2,
      scheme: "IOBES",
      constrained: false,
      sentenceLabels: false,
      tagWeights: {},
      seed: 1,
    });
  });
});

test("early stopping is told, with the epoch whose weights are kept", async () => {
  const options = ["--validation", "test.conll", "--patience", "1", "--lr", "0.2", "--epochs", "40"];
  const args = ["train", "tagger", "train.conll", ...SMALL, ...options, "-o", "early.safetensors"];
  const { code, stderr } = await run(...args);
  expect(code).toBe(0);
  const [, last, best] =
    /^stopped early after epoch (\d+): no better f1 than that of epoch (\d+), whose/m.exec(stderr) ?? [];
  expect(Number(last) - Number(best)).toBe(1);
  const { stdout } = await run(...args, "--json");
  expect(jsonLines(stdout).at(-1)).toEqual({ type: "end", stopped: "early", bestEpoch: Number(best) });
});

test("--version is that of the package", async () => {
  const { version } = JSON.parse(await readFile("package.json", "utf8"));
  expect(await run("--version")).toMatchObject({ code: 0, stdout: `${version}\n` });
});

describe("one model in many processes", () => {
  let scores: Evaluation;
  let tagged: TaggedText[];
  const input = TEST.map(({ tokens }) => `${tokens.join(" ")}\n`).join("");

  beforeAll(async () => {
    const data = ["train.conll", "--validation", "test.conll", "--test", "test.conll"];
    const { code, stdout } = await run("train", "tagger", ...data, ...SMALL, "--json", "-o", "shared.safetensors");
    expect(code).toBe(0);
    const reports = jsonLines(stdout);
    const perEpoch = [...Array(Math.ceil(TRAIN.length / 32)).fill("step"), "epoch"];
    expect(reports.map(({ type }) => type)).toEqual([...perEpoch, ...perEpoch, "evaluation"]);
    const { type: _, seconds: __, ...rest } = reports.at(-1) ?? {};
    scores = rest as never;
    const tagger = await SequenceTagger.load(await loadFile(at("shared.safetensors")));
    tagged = await tagger.tagAll(TEST.map(({ tokens }) => tokens));
  });

  test("evaluate gives the scores of the training's test to the last digit", async () => {
    const { code, stdout, stderr } = await run("evaluate", "shared.safetensors", "test.conll", "--json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(jsonLines(stdout)).toEqual([{ type: "evaluation", ...scores }]);
    const table = await run("evaluate", "shared.safetensors", "test.conll");
    expect(table.stdout).toContain(`entity F1 ${(100 * scores.f1).toFixed(2)} (precision`);
  });

  test("tag on standard input writes the tags that evaluate counted, as columns that can be read again", async () => {
    const { code, stdout } = await command(["tag", "shared.safetensors", "--format", "columns"], {
      cwd: folder,
      input,
    });
    expect(code).toBe(0);
    await writeFile(at("tagged.conll"), stdout);
    const again = await readDataset(at("tagged.conll"));
    expect(again.map((example) => ("tags" in example ? example.tags : []))).toEqual(tagged.map(({ tags }) => tags));
    const right = TEST.flatMap(({ tags }, number) => tags.filter((tag, t) => tagged[number]?.tags[t] === tag)).length;
    expect(right / scores.tokens).toBe(scores.accuracy);
  });

  test("tag writes one JSON object for each line, in order, with offsets in the line", async () => {
    const { stdout } = await command(["tag", "shared.safetensors"], { cwd: folder, input });
    expect(jsonLines(stdout)).toEqual(
      tagged.map((answer, number) => ({ text: TEST[number]?.tokens.join(" "), ...answer })),
    );
  });

  test("tag answers the texts of its arguments, and empty lines with nothing", async () => {
    const { stdout } = await run("tag", "shared.safetensors", "leave Taipei", "", "go 🚀!");
    expect(jsonLines(stdout)).toMatchObject([
      { text: "leave Taipei", tokens: ["leave", "Taipei"] },
      { text: "", tokens: [], tags: [], entities: [] },
      { text: "go 🚀!", tokens: ["go", "🚀", "!"] },
    ]);
    const columns = await command(["tag", "shared.safetensors", "--format", "columns"], {
      cwd: folder,
      input: "leave\r\n\nTaipei",
    });
    expect(columns.stdout).toMatch(/^leave\t\S+\n\n\nTaipei\t\S+\n\n$/);
  });

  test("a line separator inside a line stays there; bytes that are not UTF-8 are refused", async () => {
    const { stdout } = await command(["tag", "shared.safetensors"], { cwd: folder, input: "a\u2028b\u0085c" });
    expect(jsonLines(stdout)).toMatchObject([{ text: "a\u2028b\u0085c" }]);
    const wrong = await command(["tag", "shared.safetensors"], { cwd: folder, input: Uint8Array.of(0x61, 0xff, 0x0a) });
    expect(wrong).toEqual({
      code: 1,
      stdout: "",
      stderr: "bptt: standard input: expected UTF-8 after line 0; give it as UTF-8 (BPTT_DATA)\n",
    });
  });

  test("who writes one line gets its answer before the next", async () => {
    const child = spawn(process.execPath, [CLI, "tag", at("shared.safetensors")]);
    const answers: string[] = [];
    child.stdin.write("leave Taipei\n");
    for await (const answer of child.stdout.setEncoding("utf8")) {
      answers.push(JSON.parse(answer).text);
      if (answers.length === 1) child.stdin.write("arrive Taipei\n");
      else child.stdin.end();
    }
    expect(answers).toEqual(["leave Taipei", "arrive Taipei"]);
  });

  test("a reader that leaves (tag | head) is no error", async () => {
    const during = (child: { stdout: { once(event: "data", then: () => void): void; destroy(): void } }) =>
      child.stdout.once("data", () => child.stdout.destroy());
    const { code, stderr } = await command(["tag", "shared.safetensors"], {
      cwd: folder,
      input: input.repeat(200),
      during,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  test("nothing is left beside the models", async () => {
    expect((await readdir(folder)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    expect((await readFile(at("shared.safetensors"))).length).toBeGreaterThan(0);
  });
});
