// The commands train, evaluate and tag with a tagger that has labels of sentences, as a user calls them.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { commandsIn, tiny } from "./support/command.js";

const work = mkdtempSync(join(tmpdir(), "bptt-sentence-labels-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const { bptt, failure } = commandsIn(work);

const small = [...tiny, "--epochs", "80", "--lr", "0.03"];

mkdirSync(join(work, "folder"));
writeFileSync(join(work, "folder", "seq.in"), "arrive Taipei\nleave Taipei\n");
writeFileSync(join(work, "folder", "seq.out"), "O B-dest\nO B-departure\n");
writeFileSync(join(work, "folder", "label"), "arrival\ndeparture\n");
writeFileSync(
  join(work, "columns.conll"),
  "arrive\tarrival\tO\nTaipei\tarrival\tB-dest\n\nleave\tdeparture\tO\nTaipei\tdeparture\tB-departure\n",
);
writeFileSync(
  join(work, "lines.jsonl"),
  '{"tokens":["arrive","Taipei"],"tags":["O","B-dest"],"label":"arrival"}\n' +
    '{"text":"leave Taipei","entities":[{"start":6,"end":12,"label":"departure"}],"label":"departure"}\n',
);

test.each([
  ["folder", []],
  ["columns.conll", ["--label-column", "1"]],
  ["lines.jsonl", []],
] as const)("%s: slots and labels from one network", (data, columns) => {
  bptt("train", "tagger", data, "--sentence-labels", "-o", `${data}.model`, ...columns, ...small);
  const scores = bptt("evaluate", `${data}.model`, data, ...columns);
  expect(scores).toMatch(/^sentence {3}precision .*\narrival .* 100\.00 +1\ndeparture .* 100\.00 +1\n\nlabel /);
  expect(scores).toMatch(/label accuracy 100\.00 over 2 sentences; label and all tags right 100\.00\n/);
  expect(JSON.parse(bptt("tag", `${data}.model`, "leave Taipei"))).toMatchObject({
    tags: ["O", "B-departure"],
    label: "departure",
  });
  expect(bptt("tag", "--format", "columns", `${data}.model`, "arrive Taipei")).toBe(
    "# label = arrival\narrive\tO\nTaipei\tB-dest\n\n",
  );
});

test("what does not fit is refused", () => {
  expect(failure("train", "tagger", "columns.conll", "--sentence-labels")).toMatch(
    /sentenceLabels: "columns\.conll" has columns, .*; give labelColumn/,
  );
  mkdirSync(join(work, "bare"));
  writeFileSync(join(work, "bare", "seq.in"), "arrive Taipei\n");
  writeFileSync(join(work, "bare", "seq.out"), "O B-dest\n");
  expect(failure("train", "tagger", "bare", "--sentence-labels")).toMatch(
    /bare: expected a folder with seq\.in and seq\.out and label, got seq\.in, seq\.out/,
  );
  expect(failure("train", "classifier", "folder", "--sentence-labels")).toMatch(
    /--sentence-labels: a classifier has no such option/,
  );
  bptt("train", "tagger", "folder", "--sentence-labels", "-o", "joint.model", ...small);
  expect(failure("classify", "joint.model", "arrive Taipei")).toMatch(
    /expected a sequence-classifier, got a model of the task "sequence-tagger"; load it with SequenceTagger/,
  );
});
