/**
 * Texts side by side, words and tags (`seq.in` and `seq.out`) and maybe labels (`label`): one sentence on a line, parted by runs of white
 * space.
 */

import { type CodedError, knownOptions, rangeError } from "../check.js";
import {
  type AsyncTextSource,
  columnsOf,
  emptyData,
  isHere,
  linesOf,
  nameOf,
  place,
  type TextSource,
  textLater,
  textOf,
} from "./bytes.js";
import type { TaggedTokens } from "./example.js";

export interface ParallelOptions {
  /** The label of each sentence (`label`), one on each line. Default: none. */
  readonly labels?: TextSource | AsyncTextSource;
  /** Name of the words in messages and in each example's `source`; default: the name of a File, else "words". */
  readonly wordsFile?: string;
  /** Name of the tags in messages; default: the name of a File, else "tags". */
  readonly tagsFile?: string;
  /** Name of the labels in messages; default: the name of a File, else "labels". */
  readonly labelsFile?: string;
}

/**
 * Sentences from a text of words and a text of tags (and one of labels), at once from strings or bytes, as a promise from the other
 * sources. Lines that are blank in words and tags are left out.
 *
 * @throws RangeError BPTT_DATA with both files and the line where counts of lines, or of words and tags, differ, or a label is missing, for
 * data without sentences, and for bytes that are not UTF-8
 */
export function readParallel(
  words: TextSource,
  tags: TextSource,
  options?: ParallelOptions & { readonly labels?: TextSource },
): TaggedTokens[];
export function readParallel(
  words: TextSource | AsyncTextSource,
  tags: TextSource | AsyncTextSource,
  options?: ParallelOptions,
): Promise<TaggedTokens[]>;
export function readParallel(
  words: TextSource | AsyncTextSource,
  tags: TextSource | AsyncTextSource,
  options: ParallelOptions = {},
): TaggedTokens[] | Promise<TaggedTokens[]> {
  knownOptions("readParallel", options, ["labels", "wordsFile", "tagsFile", "labelsFile"]);
  const { labels } = options;
  const names = {
    wordsFile: options.wordsFile ?? nameOf(words) ?? "words",
    tagsFile: options.tagsFile ?? nameOf(tags) ?? "tags",
    labelsFile: options.labelsFile ?? nameOf(labels) ?? "labels",
  };
  if (isHere(words) && isHere(tags) && (labels === undefined || isHere(labels)))
    return parse(
      textOf(words, names.wordsFile),
      textOf(tags, names.tagsFile),
      labels === undefined ? undefined : textOf(labels, names.labelsFile),
      names,
    );
  return Promise.all([
    textLater(words, names.wordsFile),
    textLater(tags, names.tagsFile),
    labels === undefined ? undefined : textLater(labels, names.labelsFile),
  ]).then(([left, right, third]) => parse(left, right, third, names));
}

type Names = Required<Omit<ParallelOptions, "labels">>;

interface Line {
  readonly words: string[];
  readonly tags: string[];
  readonly label?: string;
  readonly number: number;
}

function parse(wordsText: string, tagsText: string, labelsText: string | undefined, names: Names): TaggedTokens[] {
  const [words, tags] = [splitLines(wordsText), splitLines(tagsText)];
  const labels = labelsText === undefined ? undefined : linesOf(labelsText).map((line) => line.trim());
  const lines = Array.from({ length: Math.max(words.length, tags.length) }, (_, index) => ({
    words: words[index] ?? [],
    tags: tags[index] ?? [],
    ...(labels && { label: labels[index] ?? "" }),
    number: index + 1,
  }));
  const misfit = lines.find((line) => line.words.length !== line.tags.length);
  if (misfit) throw misfitError(misfit, words.length, tags.length, names);
  const sentences = lines.filter((line) => line.words.length > 0);
  if (sentences.length === 0) throw emptyData(names.wordsFile, wordsText, "one sentence on each line");
  const bare = sentences.find(({ label }) => label === "");
  if (bare)
    throw rangeError(
      "BPTT_DATA",
      `${place(names.labelsFile, bare.number)}: expected the label of ${place(names.wordsFile, bare.number)}, got an empty line or none; look for a line that is missing`,
    );
  return sentences.map((line) => ({
    tokens: line.words,
    tags: line.tags,
    ...(line.label !== undefined && { label: line.label }),
    source: place(names.wordsFile, line.number),
  }));
}

/** Blank lines at the end say nothing. */
function splitLines(text: string): string[][] {
  const lines = linesOf(text).map(columnsOf);
  while (lines.length > 0 && lines.at(-1)?.length === 0) lines.pop();
  return lines;
}

function misfitError(line: Line, wordLines: number, tagLines: number, { wordsFile, tagsFile }: Names): CodedError {
  const places = `${place(wordsFile, line.number)} and ${place(tagsFile, line.number)}`;
  const lines =
    wordLines === tagLines
      ? "mend this line"
      : `${wordsFile} has ${wordLines} lines and ${tagsFile} has ${tagLines}: look for a line that is missing`;
  return rangeError(
    "BPTT_DATA",
    `${places}: expected one tag for each word, got ${line.words.length} words and ${line.tags.length} tags; ${lines}`,
  );
}
