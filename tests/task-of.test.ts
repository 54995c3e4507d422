// The task that a model file has, before one knows which class loads it.

import { describe, expect, test } from "vitest";
import { LanguageModel, readSafetensors, SequenceClassifier, taskOf, writeSafetensors } from "../src/index.js";
import { problem, trained } from "./support/tagging.js";

const classifier = await SequenceClassifier.create({ hiddenSize: 2 });
await classifier.prepare([
  { text: "leave Taipei", label: "departure" },
  { text: "arrive", label: "arrival" },
]);
const model = await LanguageModel.create({ hiddenSize: 2 });
await model.prepare("leave Taipei");
const file = await classifier.save();

describe("taskOf", () => {
  test("of each class's files", async () => {
    expect(taskOf(await (await trained(3)).save())).toBe("sequence-tagger");
    expect(taskOf(file)).toBe("sequence-classifier");
    expect(taskOf(await model.save({ dtype: "f16" }))).toBe("language-model");
  });

  const { tensors, metadata } = readSafetensors(file);
  const withMetadata = (changes: Record<string, string>) => writeSafetensors(tensors, { ...metadata, ...changes });

  test("of a task that this release does not have", () => {
    expect(taskOf(withMetadata({ task: "translator" }))).toBe("translator");
  });

  const { task: _, ...without } = metadata;
  test.each([
    ["a part of a file", file.subarray(0, -1), "^model file: the file is truncated"],
    ["another program's file", writeSafetensors(tensors, {}), "; give a file that bptt saved$"],
    ["a later format", withMetadata({ formatVersion: "9" }), "install a later bptt$"],
    ["no task", writeSafetensors(tensors, without), "^model file: task is missing in __metadata__; save it again$"],
  ])("refuses %s", (_, bytes, message) => {
    expect(() => taskOf(bytes)).toThrow(problem("BPTT_FILE", message));
  });
});
