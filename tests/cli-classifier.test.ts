// The commands train, evaluate and classify with a classifier, as a user calls them.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { command, commandsIn, jsonLines, tiny } from "./support/command.js";

const work = mkdtempSync(join(tmpdir(), "bptt-classifier-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const { bptt, failure } = commandsIn(work);

const pairs = [
  ["arrival", "we arrive now"],
  ["departure", "we leave now"],
] as const;
const small = [...tiny, "--epochs", "60"];

test.each([
  ["lines.tsv", pairs.map(([label, text]) => `${label}\t${text}\n`)],
  ["lines.jsonl", pairs.map(([label, text]) => `${JSON.stringify({ text, label })}\n`)],
])("%s: trained, scored, classified", (name, lines) => {
  writeFileSync(join(work, name), lines.join(""));
  bptt("train", "classifier", name, "-o", `${name}.model`, "--pooling", "mean", ...small);
  expect(bptt("evaluate", `${name}.model`, name)).toMatch(/accuracy 100\.00, macro F1 100\.00 over 2 sequences/);
  const answers = bptt("classify", `${name}.model`, "we leave now", "we arrive now").trim().split("\n");
  expect(answers.map((line) => JSON.parse(line).label)).toEqual(["departure", "arrival"]);
});

test("the lines of a folder's seq.in are texts, as those of a file", () => {
  const texts = pairs.map(([label, text]) => [label, `${text}, don't we?`] as const);
  mkdirSync(join(work, "folder"));
  writeFileSync(join(work, "folder", "seq.in"), texts.map(([, text]) => `${text} \n`).join(""));
  writeFileSync(join(work, "folder", "label"), texts.map(([label]) => `${label}\n`).join(""));
  writeFileSync(join(work, "texts.tsv"), texts.map(([label, text]) => `${label}\t${text}\n`).join(""));
  const [folder, file] = ["folder", "texts.tsv"].map((name) => {
    bptt("train", "classifier", name, "-o", `${name}.model`, ...small);
    return readFileSync(join(work, `${name}.model`));
  });
  expect(folder?.equals(file as Buffer)).toBe(true);
});

test("a blank line has an answer of its own, in which no label is said", async () => {
  writeFileSync(join(work, "two.tsv"), pairs.map(([label, text]) => `${label}\t${text}\n`).join(""));
  bptt("train", "classifier", "two.tsv", "-o", "two.model", ...small);
  const { code, stdout } = await command(["classify", "two.model"], { cwd: work, input: "we arrive\n\nwe leave\n" });
  expect(code).toBe(0);
  expect(jsonLines(stdout).map(({ text, label }) => [text, label])).toEqual([
    ["we arrive", "arrival"],
    ["", undefined],
    ["we leave", "departure"],
  ]);
});

test("a label of the test data that training lacks is refused before the training", () => {
  writeFileSync(join(work, "seen.tsv"), pairs.map(([label, text]) => `${label}\t${text}\n`).join(""));
  writeFileSync(join(work, "unseen.tsv"), "arrival\twe arrive\nrefund\tgive back\n");
  expect(failure("train", "classifier", "seen.tsv", "--test", "unseen.tsv", "--run", "never")).toMatch(
    /^bptt: unseen\.tsv:2: expected a label that training has shown, got refund; leave/,
  );
  expect(existsSync(join(work, "never"))).toBe(false);
});

test("a run that was stopped goes on to the same model", { timeout: 120_000 }, async () => {
  writeFileSync(join(work, "pairs.tsv"), pairs.map(([label, text]) => `${label}\t${text}\n`).join(""));
  const args = ["train", "classifier", "pairs.tsv", "--validation", "pairs.tsv", "--test", "pairs.tsv", ...small];
  expect(bptt(...args, "--run", "whole")).toMatch(/macro F1 .* over 2 sequences, loss .*\ntrained in/);
  const stopped = await command([...args, "--run", "stopped", "--json"], {
    cwd: work,
    during: (child) => child.stdout.once("data", () => child.kill("SIGINT")),
  });
  expect(stopped.code).toBe(130);
  const { code, stdout, stderr } = await command(["resume", "stopped", "--json"], { cwd: work });
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^going on after step \d+\n/) });
  expect(jsonLines(stdout).at(-1)).toMatchObject({ type: "evaluation", sequences: 2 });
  const [one, other] = ["whole", "stopped"].map((run) => readFileSync(join(work, run, "model.safetensors")));
  expect(other?.equals(one as Buffer)).toBe(true);
});

test("several labels: in tab files with commas between, in JSON lines as labels", async () => {
  const several = [
    [["arrival", "urgent"], "we arrive now"],
    [["departure"], "we leave later"],
    [[], "good day"],
  ] as const;
  writeFileSync(join(work, "several.tsv"), several.map(([labels, text]) => `${labels.join(", ")}\t${text}\n`).join(""));
  writeFileSync(
    join(work, "several.jsonl"),
    several.map(([labels, text]) => `${JSON.stringify({ text, labels })}\n`).join(""),
  );
  const model = (name: string) => {
    bptt("train", "classifier", name, "--multi-label", "-o", `${name}.model`, ...small);
    return readFileSync(join(work, `${name}.model`));
  };
  expect(model("several.tsv").equals(model("several.jsonl"))).toBe(true);
  expect(bptt("evaluate", "several.tsv.model", "several.tsv")).toMatch(/accuracy 100\.00, .* over 3 sequences/);
  const { stdout } = await command(["classify", "several.tsv.model"], {
    cwd: work,
    input: several.map(([, text]) => `${text}\n`).join(""),
  });
  expect(jsonLines(stdout).map(({ labels }) => [...(labels as string[])].sort())).toEqual(
    several.map(([labels]) => [...labels]),
  );
  expect(failure("train", "classifier", "several.jsonl")).toMatch(
    /several\.jsonl:1: expected one label, got labels; give "label", .* \(train classifier --multi-label\)/,
  );
  writeFileSync(join(work, "one.tsv"), "a, b\twe arrive\na\twe leave\n");
  bptt("train", "classifier", "one.tsv", "-o", "one.model", ...small);
  expect(Object.keys(JSON.parse(bptt("classify", "one.model", "we arrive")).probabilities)).toEqual(["a", "a, b"]);
});

test("series of numbers in JSON lines: trained, scored, classified from a file and from standard input", async () => {
  const series = [
    { id: 7, series: [[1], [2], [3]], label: "up" },
    { id: 8, series: [[3], [2], [1], [0]], label: "down" },
  ];
  writeFileSync(join(work, "slopes.jsonl"), series.map((line) => `${JSON.stringify(line)}\n`).join("\n"));
  bptt("train", "classifier", "slopes.jsonl", "-o", "slopes.model", "--pooling", "last", ...small);
  expect(bptt("evaluate", "slopes.model", "slopes.jsonl")).toMatch(/accuracy 100\.00, .* over 2 sequences/);
  const answers = bptt("classify", "slopes.model", "slopes.jsonl");
  expect(jsonLines(answers)).toMatchObject([
    { id: 7, label: "up", labels: ["up"] },
    { id: 8, label: "down", labels: ["down"] },
  ]);
  expect(answers).not.toContain("series");
  const asked = (input: string) => command(["classify", "slopes.model"], { cwd: work, input });
  expect((await asked(readFileSync(join(work, "slopes.jsonl"), "utf8"))).stdout).toBe(answers);
  const refused = [
    [
      "we leave now",
      'standard input:1: expected {"series": [[..], ..]}, since the model was trained on series, got "we',
    ],
    ['{"series": [[1]]}\n{"series": [[1, 2]]}', "standard input:2: series: expected 1 channels, as in the training's"],
    [
      '{"series": [["a"]]}',
      'standard input:1: series: step 0, channel 0: expected a finite number below 3.4e38, got "a"',
    ],
    ['{"series": "text"}', "standard input:1: series: expected a series, as the classifier was trained on, got a text"],
  ] as const;
  for (const [input, message] of refused) expect((await asked(input)).stderr).toContain(message);
  expect(failure("classify", "slopes.model", "we leave now")).toContain(
    'classify: expected .jsonl files with {"series": [[..], ..]} on each line, since the model was trained on series, got "we leave now"',
  );
});

test("what does not fit is refused", () => {
  writeFileSync(join(work, "bad.tsv"), "arrival\twe arrive\nwe leave\n");
  expect(failure("train", "classifier", "bad.tsv")).toMatch(
    /bad\.tsv:2: expected a label, a tab and a text, got "we leave"/,
  );
  expect(failure("train", "classifier", "bad.tsv", "--scheme", "IO")).toMatch(
    /--scheme: a classifier has no such option/,
  );
  expect(failure("train", "classifier", "travel:en", "--tag-column", "1")).toMatch(
    /--token-column, --tag-column, --label-column: a classifier reads text, which has no columns; leave them out/,
  );
  for (const option of [["--pooling", "max"], ["--multi-label"]])
    expect(failure("train", "tagger", "travel:en", ...option)).toContain(`${option[0]}: a tagger has no such option`);
  writeFileSync(join(work, "comma.tsv"), "arrival,,urgent\twe arrive\n");
  expect(failure("train", "classifier", "comma.tsv", "--multi-label")).toContain(
    'comma.tsv:1: expected labels with commas between them, got "arrival,,urgent"; take out the comma too many',
  );
});
