// Language models by the command: train, evaluate, generate and resume in processes of their own.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LanguageModel } from "../src/index.js";
import { loadFile } from "../src/node.js";
import { command, jsonLines, linesOf } from "./support/command.js";
import { sameBytes } from "./support/tagging.js";
import { requests } from "./support/texts.js";

const TEXT = requests(60);
const SMALL = ["--hidden-size", "12", "--embedding-dim", "8", "--epochs", "2", "--batch-size", "8", "--truncate", "19"];
const FIT = { epochs: 2, batchSize: 8, truncate: 19 };

let folder = "";
const at = (name: string) => join(folder, name);
const run = (...args: string[]) => command(args, { cwd: folder });
const train = (...args: string[]) => run("train", "language-model", "text.txt", ...SMALL, ...args);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bptt-language-model-"));
  await writeFile(at("text.txt"), TEXT);
  const { code } = await train("--held-out", "0.2", "-o", "model.safetensors");
  expect(code).toBe(0);
});
afterAll(() => rm(folder, { recursive: true }));

describe("train language-model", () => {
  test("trains as the library does, and prints the scores of the end that is held out", async () => {
    const characters = [...TEXT];
    const end = Math.floor(0.8 * characters.length);
    const model = await LanguageModel.create({ hiddenSize: 12, embeddingDim: 8 });
    const held = characters.slice(end).join("");
    await model.fit(characters.slice(0, end).join(""), { ...FIT, validation: held });
    const { code, stdout, stderr } = await train("--held-out", "0.2", "-o", "again.safetensors");
    expect(code).toBe(0);
    expect(sameBytes(await loadFile(at("again.safetensors")), await model.save())).toBe(true);
    const { nats, bits, count, unknown } = await model.evaluate(held);
    expect(linesOf(stdout)).toEqual([
      expect.stringContaining(`${nats.toFixed(4)} nats (${bits.toFixed(4)} bits) per character, perplexity `),
      `over ${count} tokens of ${count} characters; unknown to the model: ${unknown}`,
      expect.stringMatching(/^trained in \d+\.\d s$/),
    ]);
    expect(stderr).toMatch(/\nepoch 2\/2 loss \d\.\d{4} \| validation loss \d\.\d{4} bits \d\.\d{3} perplexity \d/);
    expect(stderr).toMatch(/the run is in runs\/language-model-[\d-]+ \(report.html shows it\)/);
  });

  test("--json gives every report; words and all options of the loop are taken", async () => {
    const options = ["--text-unit", "words", "--dropout", "0.1", "--patience", "9", "--shards", "2", "--json"];
    const { code, stdout } = await train("--validation", "text.txt", ...options);
    expect(code).toBe(0);
    const reports = jsonLines(stdout);
    expect(reports.at(-1)).toMatchObject({ type: "epoch", epoch: 2, validation: { unknown: 0 }, best: true });
  });

  test("a run that was stopped goes on to the same model", async () => {
    const whole = await train("--run", "whole", "--epochs", "4");
    expect(whole.code).toBe(0);
    const stopped = await command(
      ["train", "language-model", "text.txt", ...SMALL, "--epochs", "4", "--run", "stopped", "--json"],
      { cwd: folder, during: (child) => child.stdout.once("data", () => child.kill("SIGINT")) },
    );
    expect(stopped.code).toBe(130);
    const { code, stderr } = await run("resume", "stopped");
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^going on after step \d+\n/) });
    const [one, other] = await Promise.all(
      ["whole", "stopped"].map((name) => loadFile(at(`${name}/model.safetensors`))),
    );
    expect(sameBytes(one as Uint8Array, other as Uint8Array)).toBe(true);
  });

  test("what it cannot do is refused before a run is begun", async () => {
    await writeFile(at("empty.txt"), "");
    await writeFile(at("latin.txt"), Uint8Array.of(0x61, 0xff));
    const refused = async (args: string[], message: RegExp) => {
      const { code, stdout, stderr } = await run("train", "language-model", ...args);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(linesOf(stderr).at(-1)).toMatch(message);
    };
    await refused(["empty.txt"], /empty.txt: expected a text, got an empty file \(BPTT_DATA\)/);
    await refused(["latin.txt"], /latin.txt.*UTF-8.*\(BPTT_DATA\)/);
    const early = await run("train", "--epochs", "2", "language-model", "text.txt");
    expect(early.stderr).toMatch(/train: --epochs: options of language-model stand behind it/);
    await refused(["none.txt"], /cannot read "none.txt".*\(BPTT_FILE\)/);
    await refused(["text.txt", "--held-out", "1"], /--held-out: expected a share between 0 and 1, got 1/);
    await refused(["text.txt", "--held-out", "0.1", "--test", "text.txt"], /--held-out: it takes the place/);
    await refused(["text.txt", "--metric", "loss"], /--metric: it does nothing without --patience/);
    await refused(["text.txt", "--bidirectional"], /unknown option '--bidirectional'; see bptt train language-model/);
  });
});

describe("generate and evaluate", () => {
  test("generate prints the prompt and what the library writes", async () => {
    const model = await LanguageModel.load(await loadFile(at("model.safetensors")));
    const options = { prompt: "leave ", length: 60, temperature: 0.8, topK: 9, topP: 0.95, seed: 7 };
    const flags = ["--length", "60", "--temperature", "0.8", "--top-k", "9", "--top-p", "0.95", "--seed", "7"];
    const { text } = await model.generateText(options);
    expect(await run("generate", "model.safetensors", "--prompt", "leave ", ...flags)).toEqual({
      code: 0,
      stdout: `leave ${text}\n`,
      stderr: "",
    });
    const stop = [text.slice(9, 11), "ZZ"];
    const cut = await model.generateText({ ...options, stop });
    const stops = stop.flatMap((one) => ["--stop", one]);
    const { stdout } = await run("generate", "model.safetensors", "--prompt", "leave ", ...flags, ...stops);
    expect(stdout).toBe(`leave ${cut.text}\n`);
  });

  test("characters that the model does not know are told", async () => {
    const { code, stderr } = await run("generate", "model.safetensors", "--prompt", "Ω台Ω", "--length", "3");
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'the model does not know "Ω", "台"\n' });
  });

  test("evaluate gives nats and bits; options of columns, and a verb of another task, are refused", async () => {
    const model = await LanguageModel.load(await loadFile(at("model.safetensors")));
    const { stdout } = await run("evaluate", "model.safetensors", "text.txt", "--json");
    expect(jsonLines(stdout)).toEqual([{ type: "evaluation", ...(await model.evaluate(TEXT)) }]);
    const columns = await run("evaluate", "model.safetensors", "text.txt", "--tag-column", "1");
    expect(columns.stderr).toMatch(/a language model reads text, which has no columns/);
    const tag = await run("tag", "model.safetensors", "hello");
    expect(tag.stderr).toMatch(
      /expected a sequence-tagger, got a model of the task "language-model"; load it with LanguageModel \(BPTT_FILE\)/,
    );
    await run(
      "train",
      "tagger",
      "travel:en",
      "--hidden-size",
      "3",
      "--embedding-dim",
      "3",
      "--epochs",
      "1",
      "-o",
      "t.safetensors",
    );
    const generate = await run("generate", "t.safetensors");
    expect(generate).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/expected a language-model, got .*; load it with SequenceTagger \(BPTT_FILE\)/),
    });
  });
});
