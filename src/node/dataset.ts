import { readdir, stat } from "node:fs/promises";
import { type CodedError, knownOptions, plainError, rangeError, show } from "../check.js";
import { type ConllOptions, readConll } from "../data/conll.js";
import type { Example } from "../data/example.js";
import { readJsonLines } from "../data/jsonlines.js";
import { readParallel } from "../data/parallel.js";
import { checkPath, loadFile } from "./files.js";
import { fileError } from "./problems.js";

/** The columns are those of a CoNLL file; refused for other kinds of data, which have none. */
export interface DatasetOptions extends Pick<ConllOptions, "tokenColumn" | "tagColumn" | "labelColumn"> {
  /** Reads the label of each sentence too: a folder's file `label`, JSON's key `label`, the column of labelColumn. Default false. */
  readonly sentenceLabels?: boolean;
}

/**
 * The examples of a data set on disk: a folder with `seq.in` and `seq.out`, a file of JSON lines (`.jsonl`, `.ndjson`
 * or `.json`), or any other file as CoNLL columns.
 *
 * @throws Error BPTT_FILE if it cannot be read; RangeError or TypeError BPTT_DATA, as the readers
 */
export async function readDataset(path: string, options: DatasetOptions = {}): Promise<Example[]> {
  checkPath("readDataset", path);
  knownOptions("readDataset", options, ["tokenColumn", "tagColumn", "labelColumn", "sentenceLabels"]);
  const { sentenceLabels = false, ...columns } = options;
  const names = await namesIn(path);
  if (names) {
    refuseColumns(path, columns);
    return readFolder(path.replace(/(?<=.)[/\\]+$/, ""), names, sentenceLabels);
  }
  if (!/\.(jsonl|ndjson|json)$/i.test(path)) {
    if (sentenceLabels && columns.labelColumn === undefined)
      throw rangeError(
        "BPTT_OPTION",
        `sentenceLabels: ${show(path)} has columns, so the labels need the number of theirs; give labelColumn`,
      );
    return readConll(await loadFile(path), { ...columns, file: path });
  }
  refuseColumns(path, columns);
  return readJsonLines(await loadFile(path), { file: path });
}

/** The names in a folder, undefined for a file. */
async function namesIn(path: string): Promise<string[] | undefined> {
  try {
    return (await stat(path)).isDirectory() ? await readdir(path) : undefined;
  } catch (cause) {
    throw fileError("read", path, cause);
  }
}

function refuseColumns(path: string, options: Omit<DatasetOptions, "sentenceLabels">): void {
  const given = Object.entries(options).find(([, value]) => value !== undefined);
  if (given)
    throw rangeError(
      "BPTT_OPTION",
      `${given[0]}: ${show(path)} has no columns; leave it out or name a file in CoNLL columns`,
    );
}

async function readFolder(folder: string, names: readonly string[], sentenceLabels: boolean): Promise<Example[]> {
  const parts = ["seq.in", "seq.out", ...(sentenceLabels ? ["label"] : [])];
  if (!parts.every((part) => names.includes(part))) throw noParts(folder, names, parts);
  const [wordsFile, tagsFile, labelsFile] = [`${folder}/seq.in`, `${folder}/seq.out`, `${folder}/label`];
  const [words, tags] = await Promise.all([loadFile(wordsFile), loadFile(tagsFile)]);
  const labels = sentenceLabels ? { labels: await loadFile(labelsFile), labelsFile } : {};
  return readParallel(words, tags, { wordsFile, tagsFile, ...labels });
}

function noParts(folder: string, names: readonly string[], parts: readonly string[]): CodedError {
  const shown = [...names].sort().slice(0, 6);
  const rest = names.length > shown.length ? ` and ${names.length - shown.length} more` : "";
  const got = names.length === 0 ? "an empty folder" : `${shown.join(", ")}${rest}`;
  return plainError(
    "BPTT_DATA",
    `${folder}: expected a folder with ${parts.join(" and ")}, got ${got}; name the folder of one part or a file`,
  );
}
