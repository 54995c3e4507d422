// Not of the kernel, but of the platform too: unpacking gzip is the browser's or Node's.

import { readWordVectors } from "../../src/data/word-vectors.js";
import { type Case, check, sameBits } from "../support/cases.js";

const ROWS = Array.from({ length: 2003 }, (_, i) => `台北${i} ${i} ${-i / 8} 0.1\n`);

const packed = (text: string): Promise<ArrayBuffer> =>
  new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer();

export const wordVectorCases: readonly Case[] = [
  {
    name: "word vectors: from a Blob, a stream and chunks of 17 bytes, plain and gzip",
    async run() {
      const text = ROWS.join("");
      for (const bytes of [new TextEncoder().encode(text), new Uint8Array(await packed(text))]) {
        async function* chunks() {
          for (let at = 0; at < bytes.length; at += 17) yield bytes.subarray(at, at + 17);
        }
        for (const source of [bytes, new Blob([bytes]), new Blob([bytes]).stream(), chunks()]) {
          const { vectors, coverage } = await readWordVectors(source, ["台北2002", "台北7"]);
          check(coverage === 1, `coverage ${coverage}`);
          sameBits(vectors.get("台北2002") ?? [], Float32Array.of(2002, -2002 / 8, 0.1), "the last row");
          sameBits(vectors.get("台北7") ?? [], Float32Array.of(7, -7 / 8, 0.1), "an early row");
        }
      }
    },
  },
  {
    name: "word vectors: gzip that is cut off or damaged is refused",
    async run() {
      const whole = new Uint8Array(await packed(ROWS.join("")));
      for (const bytes of [whole.subarray(0, -1), whole.subarray(0, 999), whole.with(-6, (whole.at(-6) ?? 0) ^ 1)])
        for (const source of [bytes, new Blob([new Uint8Array(bytes)])]) {
          const error: unknown = await readWordVectors(source, []).catch((reason: unknown) => reason);
          check(error instanceof RangeError && error.message.includes("cut off, damaged"), `got ${String(error)}`);
        }
    },
  },
];
