// The command when something goes wrong: one line says what, the code is 1, and nothing that was learned is lost.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readSafetensors, SequenceTagger, writeSafetensors } from "../src/index.js";
import { loadFile, saveFile } from "../src/node.js";
import { CLI, command, jsonLines } from "./support/command.js";
import { sameBytes, trained, travel } from "./support/tagging.js";

const SMALL = ["--hidden-size", "8", "--embedding-dim", "8"];

let folder = "";
let model = new Uint8Array();
const at = (name: string) => join(folder, name);
const run = (...args: string[]) => command(args, { cwd: folder });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bptt-cli-"));
  model = await (await trained(20)).save();
  await saveFile(at("old.safetensors"), model);
  const { tensors, metadata } = readSafetensors(model);
  await saveFile(at("summarizer.safetensors"), writeSafetensors(tensors, { ...metadata, task: "summarizer" }));
  await saveFile(at("later.safetensors"), writeSafetensors(tensors, { ...metadata, formatVersion: "9" }));
  await saveFile(at("half.safetensors"), model.subarray(0, 900));
  await writeFile(at("page.html"), "<!doctype html><title>404</title>");
  await writeFile(at("empty.conll"), "");
  await writeFile(at("bare.conll"), "leave\nTaipei\n");
  await writeFile(at("good.conll"), "leave\tO\nTaipei\tB-dest\n");
  await mkdir(at("folder"));
});
afterAll(() => rm(folder, { recursive: true }));

const TRAIN = ["train", "tagger", "good.conll", ...SMALL];

describe("one line on standard error and code 1", () => {
  test.each([
    ["frob", "unknown command 'frob'; see bptt --help"],
    ["train", "missing required argument 'task'; see bptt train --help"],
    [
      "train tagger good.conll --epoch 3",
      "unknown option '--epoch' \\(Did you mean --epochs\\?\\); see bptt train --help",
    ],
    [
      "train tagger good.conll --epochs many",
      "option '--epochs <n>' argument 'many' is invalid\\. expected an integer; see",
    ],
    [
      "train tagger good.conll --cell transformer",
      "option '--cell <name>' argument 'transformer' is invalid\\. Allowed choices are rnn, gru, lstm, irnn, clockwork, scrn",
    ],
    ["train tagger good.conll --epochs 0", "epochs: expected a positive integer, got 0 \\(BPTT_OPTION\\)"],
    ["train tagger good.conll --hidden-size 0", "hiddenSize: expected a positive integer, got 0 \\(BPTT_OPTION\\)"],
    ["train tagger good.conll --lr -1", "adam: lr: expected a positive number, got -1 \\(BPTT_OPTION\\)"],
    ["train tagger good.conll --lr Infinity", "adam: lr: expected a positive number, got Infinity \\(BPTT_OPTION\\)"],
    ["train tagger good.conll --clip-norm 0", "clip: norm: expected a positive number, got 0 \\(BPTT_OPTION\\)"],
    ["train tagger good.conll --momentum 0.9", '--momentum: the optimizer "adam" has none; .* \\(BPTT_OPTION\\)'],
    ["train tagger good.conll --metric f1", "--metric: it does nothing without --patience; .* \\(BPTT_OPTION\\)"],
    ["train tagger good.conll --no-clip --clip-norm 1", "--clip-norm, .* one of them at most \\(BPTT_OPTION\\)"],
    [
      "train tagger good.conll --evaluate-unit steps",
      "--evaluate-unit: it does nothing .* give both \\(BPTT_OPTION\\)",
    ],
    [
      "train tagger good.conll --checkpoint-every 0",
      "--checkpoint-every: expected a positive integer, got 0 \\(BPTT_OPTION\\)",
    ],
    ["train tagger good.conll --patience 2", "earlyStopping: .* give validation examples \\(BPTT_OPTION\\)"],
    [
      "train tagger good.jsonl",
      'cannot read "good.jsonl": no such file or folder; check the path \\(ENOENT\\) \\(BPTT_FILE\\)',
    ],
    ["train tagger empty.conll", "empty.conll: empty: .* got no text \\(BPTT_DATA\\)"],
    ["train tagger bare.conll", "bare.conll:1: expected a token and its tag, .* \\(BPTT_DATA\\)"],
    [
      "train tagger good.conll --tag-column 3",
      "good.conll:1: tagColumn: .* got 3: the line has 2 columns \\(BPTT_DATA\\)",
    ],
    [
      "train tagger folder",
      "folder: expected a folder with seq.in and seq.out, got an empty folder; .* \\(BPTT_DATA\\)",
    ],
    [
      "train summarizer good.conll",
      'train: task: expected one of "tagger", "classifier", "language-model", "forecaster", got "summarizer" \\(BPTT_OPTION\\)',
    ],
    [
      "train tagger good.conll -o nowhere/model",
      "--output: the folder nowhere is not there or cannot be written; .* \\(BPTT_FILE\\)",
    ],
    ["train tagger good.conll -o folder", "--output: folder is a folder; give the name of a file \\(BPTT_FILE\\)"],
    ["evaluate nowhere good.conll", 'cannot read "nowhere": no such file .* \\(BPTT_FILE\\)'],
    ["evaluate old.safetensors empty.conll", "empty.conll: empty: .* \\(BPTT_DATA\\)"],
    ["evaluate page.html good.conll", "model file: expected a safetensors file, got a web page .* \\(BPTT_FILE\\)"],
    ["tag half.safetensors leave", "model file: the file is truncated: .* \\(BPTT_FILE\\)"],
    ["tag later.safetensors leave", "model file: format version 9, .* install a later bptt \\(BPTT_FILE\\)"],
    [
      "tag summarizer.safetensors leave",
      'model file: expected a sequence-tagger, got .* "summarizer"; give a file that this task saved \\(BPTT_FILE\\)',
    ],
    [
      "evaluate summarizer.safetensors good.conll",
      'model file: expected a sequence-tagger or sequence-classifier or language-model or forecaster, got .* "summarizer"; .* \\(BPTT_FILE\\)',
    ],
    [
      "demo --epochs 0",
      "option '--epochs <n>' argument '0' is invalid\\. expected a positive integer; see bptt demo --help",
    ],
    ["demo --language fr", "option '--language <name>' argument 'fr' is invalid\\. Allowed choices are en, zh"],
  ])("bptt %s", async (line, message) => {
    const { code, stdout, stderr } = await run(...line.split(" "));
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(new RegExp(`^bptt: ${message}.*\\n$`));
    expect(existsSync(at("runs"))).toBe(false);
  });
});

describe("nothing is lost", () => {
  test.each(["--epochs=0", "--clip-norm=-1", "--batch-size=0"])(
    "%s is refused and leaves an older model alone",
    async (option) => {
      const { code } = await run(...TRAIN, option, "-o", "old.safetensors");
      expect(code).toBe(1);
      expect(sameBytes(await loadFile(at("old.safetensors")), model)).toBe(true);
    },
  );

  /** The model at the place that a message names. */
  const rescued = async (stderr: string) => {
    const [, path = ""] = /; the model went to (\S+\.safetensors) \(BPTT_FILE\)\nthe run is in/.exec(stderr) ?? [];
    const bytes = await loadFile(at(path));
    return SequenceTagger.load(bytes);
  };

  test.skipIf(!existsSync("/dev/full"))("a full disk: the weights are rescued and the line says where", async () => {
    const { code, stderr } = await run(...TRAIN, "--epochs", "1", "-o", "/dev/full");
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^memory: .*\nepoch 1\/1 .*\nbptt: cannot write "\/dev\/full": no space is left .*\nthe run is .*\n$/,
    );
    expect((await (await rescued(stderr)).tag("leave Taipei")).tags).toHaveLength(2);
  });

  test("a folder that vanishes while training runs: the same", async () => {
    await mkdir(at("gone"));
    const { code, stderr } = await command([...TRAIN, "--epochs", "400", "--json", "-o", "gone/model"], {
      cwd: folder,
      during: (child) => child.stdout.once("data", () => rm(at("gone"), { recursive: true })),
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^bptt: cannot write "gone\/model": no such folder; make it first \(ENOENT\); the model went/,
    );
    await rescued(stderr);
  });

  test.skipIf(process.getuid === undefined || process.getuid() === 0)(
    "rights are checked before training",
    async () => {
      await mkdir(at("closed"), { mode: 0o555 });
      const { code, stderr } = await run(...TRAIN, "-o", "closed/model");
      expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringMatching("^bptt: --output: the folder") });
      await chmod(at("closed"), 0o755);
    },
  );

  test("a training that fails saves the last good weights before it says why", async () => {
    const options = ["--optimizer", "sgd", "--lr", "1e30", "--no-clip", "-o", "failed.safetensors"];
    const { code, stderr } = await run(...TRAIN, ...options);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^memory: .*\n(?:epoch \d+\/16 .*\n)+the model went to failed.safetensors\nthe run is in .*\nbptt: step \d+: the \S+ .* \(BPTT_NON_FINITE\)\n$/,
    );
    await SequenceTagger.load(await loadFile(at("failed.safetensors")));
  });

  test("Ctrl-C ends training after the step, saves the weights, says where, and gives code 130", async () => {
    await writeFile(
      at("many.jsonl"),
      travel(300)
        .map((example) => `${JSON.stringify(example)}\n`)
        .join(""),
    );
    const args = [
      "train",
      "tagger",
      "many.jsonl",
      ...SMALL,
      "--epochs",
      "100000",
      "--json",
      "-o",
      "stopped.safetensors",
      "--run",
      "run-stopped",
    ];
    const { code, stdout, stderr } = await command(args, {
      cwd: folder,
      during: (child) => child.stdout.once("data", () => child.kill("SIGINT")),
    });
    expect({ code, stderr }).toEqual({
      code: 130,
      stderr: "stopped; the model went to stopped.safetensors\nto go on: bptt resume run-stopped\n",
    });
    const steps = jsonLines(stdout);
    const last = steps.filter(({ type }) => type === "step").length;
    // the weights are those after the last step that was told
    const tagger = await SequenceTagger.create({ hiddenSize: 8, embeddingDim: 8 });
    const controller = new AbortController();
    await tagger.fit(travel(300), {
      epochs: 100_000,
      signal: controller.signal,
      onStep: ({ step }) => step === last && controller.abort(),
    });
    expect(sameBytes(await loadFile(at("stopped.safetensors")), await tagger.save())).toBe(true);
  });

  test("a reader of the reports that leaves (train --json | head) does not end the training", async () => {
    const { code, stderr } = await command([...TRAIN, "--epochs", "300", "--json", "-o", "read.safetensors"], {
      cwd: folder,
      during: (child) => child.stdout.once("data", () => child.stdout.destroy()),
    });
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^the model went to read.safetensors\nthe run is in .*\n$/),
    });
    await SequenceTagger.load(await loadFile(at("read.safetensors")));
  });

  test("no half-written file is left", async () => {
    expect((await readdir(folder)).filter((name) => name.includes("tmp"))).toEqual([]);
  });
});

const script = ["/usr/bin/script", "/bin/script"].find(existsSync);
if (script === undefined || process.platform !== "linux")
  console.log("cli: no terminal to test, since script is missing");

test.skipIf(script === undefined || process.platform !== "linux")(
  "on a terminal a bar shows loss, F1, norm, speed and the time left within 80 columns",
  async () => {
    await writeFile(
      at("some.jsonl"),
      travel(300)
        .map((example) => `${JSON.stringify(example)}\n`)
        .join(""),
    );
    const train = `train tagger some.jsonl --validation some.jsonl --epochs 3 ${SMALL.join(" ")} -o bar.safetensors`;
    const { stdout } = spawnSync(
      script ?? "",
      ["-qc", `stty cols 80; "${process.execPath}" "${CLI}" ${train}`, "/dev/null"],
      {
        cwd: folder,
        encoding: "utf8",
      },
    );
    const lines = stdout.split("\u001B[1G").map(stripVTControlCharacters);
    const shown = lines.filter((line) => line.startsWith("["));
    const [, last = ""] =
      /^(.*?)\r?\nthe model went to bar.safetensors\r?\nthe run is in .*\r?\n$/.exec(shown.at(-1) ?? "") ?? [];
    expect(last).toMatch(
      /^\[■{5}\] 100% \| loss \d\.\d{4} \| F1 \d+\.\d\d \| norm \d+\.\d\d \| \d+ tokens\/s \| 0s left$/,
    );
    expect(last.length).toBeLessThanOrEqual(80);
    const { f1 } = await (await SequenceTagger.load(await loadFile(at("bar.safetensors")))).evaluate(travel(300));
    expect(last).toContain(`F1 ${(100 * f1).toFixed(2)} |`);
  },
);

describe("demo", () => {
  test.each([
    ["en", ["arrive", "leave"], "Taipei"],
    ["zh", ["到 .*达", "离 .*开"], "台 .*北"],
  ] as const)(
    "%s: the loss as a curve, F1, and the lecture's two sentences before and after",
    async (language, verbs, city) => {
      const { code, stdout } = await run("demo", "--language", language, "--epochs", "1");
      expect(code).toBe(0);
      const [head = "", tail = ""] = stdout.split(/^Loss \(nats per token\) over 250 steps:$/m);
      expect(head).toMatch(/^4000 travel requests, \d+ tags, \d+ parameters\n\nBefore training:\n/);
      expect(tail).toMatch(/┤ *┗━/);
      expect(tail).toMatch(/\nentity F1 \d+\.\d\d \(precision/);
      const [, after = ""] = tail.split("\nAfter training:\n");
      for (const verb of verbs)
        for (const part of [head, after]) expect(part).toMatch(new RegExp(`^ .*${verb} .*${city} .*\\n +[OBI]`, "m"));
      expect(after).toContain("B-dest");
      expect(after).toContain("B-departure");
    },
  );
});
