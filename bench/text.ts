import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Batch, Sequence } from "../src/index.js";
import { batchOf, type WorkloadShape } from "./workloads.js";

/** The folder of real text, beside the repository. */
const DATA = process.env.BPTT_DATA ?? join("..", "shared", "data");

/** A batch of real text for a workload. */
export interface Text {
  readonly workload: string;
  readonly name: string;
  /** A file of it: where it is missing, the measurement is skipped. */
  readonly file: string;
  readonly read: (shape: WorkloadShape) => Batch;
}

export const TEXTS: readonly Text[] = [
  {
    workload: "W1",
    name: "SNIPS words",
    file: join(DATA, "snips", "train", "seq.in"),
    /** Words of sentences that follow each other, cut into sequences of one length. */
    read({ batchSize, seqLen }) {
      const words = snips().flatMap(({ tokens, labels }) =>
        tokens.map((token, t) => ({ token, label: labels[t] ?? 0 })),
      );
      return batchOf(
        Array.from({ length: batchSize }, (_, b) => {
          const part = words.slice(b * seqLen, (b + 1) * seqLen);
          return { tokens: part.map(({ token }) => token), labels: part.map(({ label }) => label) };
        }),
      );
    },
  },
  {
    workload: "W1",
    name: "SNIPS sentences",
    file: join(DATA, "snips", "train", "seq.in"),
    /** Whole sentences, of different lengths. */
    read: ({ batchSize }) => batchOf(snips().slice(0, batchSize)),
  },
  {
    workload: "W2",
    name: "Shakespeare",
    file: join(DATA, "tinyshakespeare", "input.txt"),
    /** Pieces from all over the text; the label of a character is the next one. */
    read({ batchSize, seqLen }) {
      const text = readFileSync(join(DATA, "tinyshakespeare", "input.txt"), "utf8");
      const numbers = new Map([...new Set(text)].map((character, index) => [character, index]));
      const at = (index: number) => numbers.get(text[index] ?? "") ?? 0;
      const stride = Math.floor((text.length - seqLen - 1) / batchSize);
      const piece = (from: number) => Array.from({ length: seqLen }, (_, t) => at(from + t));
      return batchOf(
        Array.from({ length: batchSize }, (_, b) => ({ tokens: piece(b * stride), labels: piece(b * stride + 1) })),
      );
    },
  },
];

export const isMissing = ({ file }: Text): boolean => !existsSync(file);

export const skipped = ({ workload, name, file }: Text): string =>
  `${workload} with ${name}: skipped, since ${file} is missing; BPTT_DATA names the folder of the data.`;

/** The first sentences of SNIPS: the 999 words that are most frequent in the training data, 0 for all others, and the tags. */
function snips(): (Sequence & { readonly tokens: number[]; readonly labels: number[] })[] {
  const lines = (file: string) =>
    readFileSync(join(DATA, "snips", "train", file), "utf8")
      .trim()
      .split("\n")
      .map((line) => line.trim().split(/\s+/));
  const [sentences, tags] = [lines("seq.in"), lines("seq.out")];
  const counts = new Map<string, number>();
  for (const word of sentences.flat()) counts.set(word, (counts.get(word) ?? 0) + 1);
  const frequent = [...counts].sort(([, a], [, b]) => b - a).slice(0, 999);
  const words = new Map(frequent.map(([word], index) => [word, index + 1]));
  const labels = new Map([...new Set(tags.flat())].map((tag, index) => [tag, index]));
  return sentences.slice(0, 200).map((sentence, s) => ({
    tokens: sentence.map((word) => words.get(word) ?? 0),
    labels: (tags[s] ?? []).map((tag) => labels.get(tag) ?? 0),
  }));
}
