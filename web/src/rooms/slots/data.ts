import { type Example, readConll, readJsonLines, travelRequests } from "bptt";
import { say } from "../../language.js";
import type { DataName } from "./settings.js";

export interface Data {
  readonly train: readonly Example[];
  readonly validation: readonly Example[];
}

/** Bytes of a file that a page can hold as examples beside the network. */
const LARGEST_FILE = 20 * 2 ** 20;
/** Letters that a field of text takes without standing still. */
const LONGEST_TEXT = 2 ** 20;

const words = {
  en: {
    large: (size: string, most: string) =>
      `This file has ${size}; the page takes up to ${most}. Train larger data in Node: npx bptt train tagger FILE.`,
    long: (size: string, most: string) =>
      `The text has ${size}; the field takes up to ${most}. Save it as a file and choose that.`,
    few: (count: number) =>
      `Expected 2 sentences or more, got ${count}. One token and its tag in each line, an empty line between sentences.`,
    binary: (name: string) =>
      `${name} is not text. Expected CoNLL (a token and its tag in each line, an empty line between sentences) or JSON Lines.`,
  },
  zh: {
    large: (size: string, most: string) =>
      `檔案大小為 ${size}，網頁最多接受 ${most}。更大的資料請用 Node 訓練：npx bptt train tagger FILE。`,
    long: (size: string, most: string) => `文字大小為 ${size}，輸入框最多接受 ${most}。請存成檔案後再選擇。`,
    few: (count: number) => `至少需要 2 個句子，現有 ${count} 個。每行一個詞和它的標籤，句子之間空一行。`,
    binary: (name: string) => `${name} 不是文字。需要 CoNLL（每行一個詞和標籤，句子之間空一行）或 JSON Lines。`,
  },
};

const mega = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`;

/** Refuses what the field cannot take, before anything is done with it. */
export function checkText(text: string): void {
  if (text.length > LONGEST_TEXT) throw new RangeError(say(words).long(mega(text.length), mega(LONGEST_TEXT)));
}

/** The text of a file. */
export async function textOf(file: File): Promise<string> {
  if (file.size > LARGEST_FILE) throw new RangeError(say(words).large(mega(file.size), mega(LARGEST_FILE)));
  const text = await file.text();
  if (text.includes("\u0000")) throw new TypeError(say(words).binary(file.name));
  return text;
}

/** Sentences with their tags: JSON Lines where the first letter says so, CoNLL otherwise. */
export function examplesOf(text: string): Example[] {
  const examples = /^\s*[{[]/.test(text) ? readJsonLines(text) : readConll(text);
  if (examples.length < 2) throw new RangeError(say(words).few(examples.length));
  return examples;
}

/** Examples to train on and others to score with: every tenth of the reader's own. */
export function dataOf(name: DataName, own: string): Data {
  if (name !== "own") {
    const language = name === "travel-zh" ? "zh" : "en";
    return {
      train: travelRequests({ language, part: "train" }),
      validation: travelRequests({ language, part: "validation" }),
    };
  }
  const examples = examplesOf(own);
  const isHeld = (i: number) => i % 10 === 9 || (examples.length < 10 && i === examples.length - 1);
  return { train: examples.filter((_, i) => !isHeld(i)), validation: examples.filter((_, i) => isHeld(i)) };
}
