import { readdir, stat } from "node:fs/promises";
import { plainError, rangeError } from "../check.js";
import { linesOf, place, textOf } from "../data/bytes.js";
import { type Labelled, type LabelledExample, type LabelledText, travelRequests } from "../index.js";
import { loadFile } from "../node.js";
import type { ExampleOptions, Part } from "./data.js";

export const labelledHelp =
  "for a classifier: a file of lines with label, tab and text, a .jsonl file of { text, label } or { series, label }, a folder with seq.in and label, or travel:en and travel:zh, where a request is for a return trip or one way";

/** Labelled examples of a named data set. Throws Error BPTT_FILE; RangeError BPTT_DATA with file and line. */
export async function readLabelled(
  name: string,
  part: Part,
  { multiLabel = false }: Pick<ExampleOptions, "multiLabel">,
): Promise<LabelledExample[]> {
  const language = /^travel:(en|zh)$/.exec(name)?.[1];
  if (language === "en" || language === "zh")
    return travelRequests({ language, part }).map(({ tokens, label = "" }) => ({ tokens, label }));
  if (
    await stat(name).then(
      (is) => is.isDirectory(),
      () => false,
    )
  )
    return folderOf(name, multiLabel);
  const text = textOf(await loadFile(name), name);
  const parse = /\.(jsonl|ndjson|json)$/i.test(name) ? jsonOf : tabbedOf(multiLabel);
  const examples = linesOf(text).flatMap((line, index) =>
    line.trim() === "" ? [] : [parse(line, place(name, index + 1))],
  );
  if (examples.length === 0) throw rangeError("BPTT_DATA", `${name}: expected labelled texts, got none`);
  return examples;
}

const tabbedOf =
  (multiLabel: boolean) =>
  (line: string, source: string): LabelledText => {
    const [label = "", ...rest] = line.split("\t");
    if (rest.length === 0 || (!multiLabel && label.trim() === ""))
      throw rangeError(
        "BPTT_DATA",
        `${source}: expected ${multiLabel ? "labels with commas between them" : "a label"}, a tab and a text, got ${JSON.stringify(line)}`,
      );
    return { ...labelsOf(label.trim(), multiLabel, source), text: rest.join("\t"), source };
  };

/** As they are written in one column; of several labels there may be none. */
function labelsOf(column: string, multiLabel: boolean, source: string): Labelled {
  if (!multiLabel) return { label: column };
  const labels = column === "" ? [] : column.split(",").map((label) => label.trim());
  if (labels.includes(""))
    throw rangeError(
      "BPTT_DATA",
      `${source}: expected labels with commas between them, got ${JSON.stringify(column)}; take out the comma too many`,
    );
  return { labels };
}

function jsonOf(line: string, source: string): LabelledExample {
  try {
    // what is no example the classifier refuses
    return { ...(JSON.parse(line) as LabelledExample), source };
  } catch (cause) {
    throw rangeError("BPTT_DATA", `${source}: expected one whole JSON object on the line, got ${line}`, cause);
  }
}

async function folderOf(folder: string, multiLabel: boolean): Promise<LabelledText[]> {
  const names = await readdir(folder);
  if (!names.includes("seq.in") || !names.includes("label"))
    throw plainError("BPTT_DATA", `${folder}: expected a folder with seq.in and label, got ${names.sort().join(", ")}`);
  const [texts, labels] = await Promise.all(
    ["seq.in", "label"].map(async (name) => {
      const lines = linesOf(textOf(await loadFile(`${folder}/${name}`), name)).map((line) => line.trim());
      while (lines.at(-1) === "") lines.pop();
      return lines;
    }),
  );
  if (texts?.length !== labels?.length)
    throw rangeError(
      "BPTT_DATA",
      `${folder}: expected a label for each line of seq.in, got ${texts?.length} texts and ${labels?.length} labels; look for a line that is missing`,
    );
  return (texts ?? []).map((text, index) => {
    const source = place(`${folder}/seq.in`, index + 1);
    return { text, ...labelsOf(labels?.[index] ?? "", multiLabel, source), source };
  });
}
