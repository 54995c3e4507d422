// How many operations the matrix products of a training step really execute, counted by a kernel whose inner loops count.

import { readFileSync } from "node:fs";
import asc from "assemblyscript/asc";
import { beforeAll, expect, test, vi } from "vitest";
import { workOf } from "../bench/operations.js";
import {
  adam,
  clockwork,
  embedding,
  gru,
  linear,
  loadKernel,
  lstm,
  Network,
  Optimizer,
  pack,
  Random,
  rnn,
  scrn,
} from "../src/index.js";

const [B, T, V, I, H, K] = [32, 16, 1000, 64, 128, 128];
const N = B * T;

/** The counter of the newest instance. */
let count: () => number;

beforeAll(async () => {
  const counting = await compileCounting();
  const Instance = WebAssembly.Instance;
  vi.spyOn(WebAssembly, "Instance").mockImplementation(function make(module, imports) {
    const instance = new Instance(module, imports);
    const { takeExecuted } = instance.exports;
    if (typeof takeExecuted === "function") count = takeExecuted as () => number;
    return instance;
  });
  await loadKernel(counting);
});

/** The kernel with one more line in each inner loop's function and one more export. */
async function compileCounting(): Promise<Uint8Array<ArrayBuffer>> {
  const outputs = new Map<string, Uint8Array>();
  const { error, stderr } = await asc.main(
    ["assembly/index.ts", "--runtime", "stub", "--enable", "simd", "-O1", "--outFile", "counting.wasm"],
    {
      readFile(name) {
        if (!/\.ts$/.test(name)) return null;
        try {
          const text = readFileSync(name, "utf8");
          if (name.endsWith("ops/tile.ts")) return instrumented(text);
          return name.endsWith("assembly/index.ts") ? `${text}\nexport { takeExecuted } from "./ops/tile";\n` : text;
        } catch {
          return null;
        }
      },
      writeFile: (name, content) => void outputs.set(name, content as Uint8Array),
      listFiles: () => [],
    },
  );
  const wasm = outputs.get("counting.wasm");
  if (error || wasm === undefined) throw new Error(`asc: ${error?.message}\n${stderr.toString()}`);
  return Uint8Array.from(wasm);
}

function instrumented(tile: string): string {
  const work = { tile4x8: "64 * strips * kc", row24: "48 * kc", row8: "16 * kc" };
  let text = tile;
  for (const [name, operations] of Object.entries(work))
    text = text.replace(
      new RegExp(`(export function ${name}\\([^)]*\\): void \\{)`),
      `$1\n  executed += ${operations};`,
    );
  expect(text.match(/executed \+=/g)).toHaveLength(3);
  return `${text}\nlet executed: i32 = 0;\nexport function takeExecuted(): i32 {\n  const n = executed;\n  executed = 0;\n  return n;\n}\n`;
}

test.each([
  ["lstm", 4, () => lstm({ hiddenSize: H })],
  ["gru", 3, () => gru({ hiddenSize: H })],
  ["gru, reset before", 3, () => gru({ hiddenSize: H, reset: "before" })],
  ["rnn", 1, () => rnn({ hiddenSize: H })],
] as const)(
  "%s: projections over distinct tokens, no product with the zero state, nothing twice",
  async (_, G, layer) => {
    const net = await Network.create([
      embedding({ numEmbeddings: V, embeddingDim: I }),
      layer(),
      linear({ outFeatures: K }),
    ]);
    const optimizer = new Optimizer(net.parameters, adam());
    const random = new Random(1);
    const numbers = (below: number) => Array.from({ length: T }, () => random.below(below));
    const sequences = Array.from({ length: B }, () => ({ tokens: numbers(V), labels: numbers(K) }));
    const [batch] = pack(sequences, { batchSize: B });
    if (batch === undefined) throw new Error("no batch");
    const U = new Set(sequences.flatMap(({ tokens }) => tokens)).size;
    expect(U).toBeLessThan(N);
    count();
    for (let step = 0; step < 2; ++step) {
      net.forward(batch);
      net.backward();
      optimizer.step();
      // forward, gradient of the input, gradient of the weights
      expect(count()).toBe(3 * 2 * (U * G * H * I + (N - B) * G * H * H + N * H * K));
    }
    net.predict(batch);
    expect(count()).toBe(2 * (U * G * H * I + (N - B) * G * H * H + N * H * K));
  },
);

test.each([
  ["clockwork", () => clockwork({ hiddenSize: H, periods: [1, 2, 3, 8] })],
  ["scrn", () => scrn({ hiddenSize: H, contextSize: 40 })],
] as const)("%s: what the benchmark counts is what is executed", async (_, layer) => {
  const layers = [embedding({ numEmbeddings: V, embeddingDim: I }), layer(), linear({ outFeatures: K })];
  const net = await Network.create(layers);
  const random = new Random(1);
  const numbers = (below: number) => Array.from({ length: T }, () => random.below(below));
  const sequences = Array.from({ length: B }, () => ({ tokens: numbers(V), labels: numbers(K) }));
  const [batch] = pack(sequences, { batchSize: B });
  if (batch === undefined) throw new Error("no batch");
  count();
  net.forward(batch);
  net.backward();
  const layerOf = { layers };
  const { executed } = workOf(layerOf, layer().type === "clockwork" ? { ...batch, tokens: plain(batch.rows) } : batch);
  expect(count()).toBe(Math.round(executed * 1e9));
});

/** As many distinct tokens as rows: a clockwork layer does not use that tokens repeat. */
const plain = (rows: number): Int32Array => Int32Array.from({ length: rows }, (_, row) => row);
